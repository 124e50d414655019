// Values under the pointer, and settings that are dragged in the picture itself.
//
//     const touch = touchable(canvas, handles, report)
//     touch(list)   // whenever it shows a stage: the stage's display list, as painter.js reads it
//
//     handles   by coordinate, such as "a.x": [setting, lowest, highest] of each that lies along it
//     report    is called with {setting: value, …} whenever a hand in the picture points elsewhere
//
// It is for pointers. What it tells and does, the controls tell and do as well, by keyboard and for
// screen readers.

const SAYING = "position: absolute; pointer-events: none; padding: 1px 5px; border-radius: 3px; " +
  "background: rgba(255, 255, 255, 0.9); color: #222; border: 1px solid #ccc; font: 12px/1.4 sans-serif; white-space: nowrap"
const TOUCHABLE = "position: absolute; cursor: crosshair; touch-action: none; user-select: none"
const APART = 14   // pixels between the pointer and what is said about its place

/** Make a canvas that stands in the page one that can be touched, and return how it is told. */
export function touchable(canvas, handles, report) {
  const around = document.createElement("div")
  around.style = "position: relative; width: fit-content; line-height: 0"
  canvas.replaceWith(around)
  const saying = document.createElement("div")
  saying.setAttribute("aria-hidden", "true")
  saying.className = "pointed-at"
  saying.style = SAYING
  saying.hidden = true
  around.append(canvas, saying)

  let axes = {}, size = [1, 1]
  let hand   // what holds something: its pointer, the axes it is in, the settings by side

  /** Where an event is in the picture, in the pixels of its display list. */
  const placeOf = event => {
    const {left, top, width} = canvas.getBoundingClientRect()
    return [event.clientX - left, event.clientY - top].map(each => each * size[0] / width)
  }
  const drag = event => {
    const values = valuesAt(axes[hand.name], placeOf(event))
    report(Object.fromEntries(
      Object.entries(hand.held).map(([side, setting]) => [setting, values[side]])))
  }
  const say = event => {
    const place = placeOf(event)
    const name = hand?.name ?? Object.keys(axes).find(each => isIn(axes[each].box, place))
    const words = axes[name] ? inWords(axes[name], place) : ""
    saying.hidden = !words
    if (!words) return
    saying.textContent = words
    beside(saying, event, around.getBoundingClientRect())
  }

  around.addEventListener("pointerdown", event => {
    const {name} = event.target.dataset
    if (!name || hand || event.button) return
    hand = {pointer: event.pointerId, name, held: heldAt(name, axes[name], handles, placeOf(event))}
    event.target.setPointerCapture(event.pointerId)
    drag(event)
    say(event)
  })
  around.addEventListener("pointermove", event => {
    if (hand?.pointer === event.pointerId) drag(event)
    say(event)
  })
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"])
    around.addEventListener(kind, event => {
      if (hand?.pointer === event.pointerId) hand = undefined
    })
  for (const kind of ["pointerleave", "pointercancel"])
    around.addEventListener(kind, () => { saying.hidden = true })

  return list => {
    if (list.axes === axes) return
    [axes, size] = [list.axes ?? {}, list.size]
    around.querySelectorAll("[data-name]").forEach(each => each.remove())
    for (const [name, {box}] of Object.entries(axes))
      if (handles[`${name}.x`] || handles[`${name}.y`]) saying.before(area(name, box, size))
  }
}

/** What takes the hand above axes: only there a finger does not scroll the page. */
function area(name, [left, top, width, height], [whole, high]) {
  const area = document.createElement("div")
  area.dataset.name = name
  area.setAttribute("aria-hidden", "true")
  area.style = TOUCHABLE
  const shares = {left: left / whole, top: top / high, width: width / whole, height: height / high}
  for (const [side, share] of Object.entries(shares)) area.style[side] = `${100 * share}%`
  return area
}

function isIn([left, top, width, height], [x, y]) {
  return left <= x && x <= left + width && top <= y && y <= top + height
}

/** The values of x and y at a place; beyond the axes, those at their border. */
function valuesAt({box: [left, top, width, height], x, y}, [across, down]) {
  return {
    x: x && valueAt(x, (across - left) / width),
    y: y && valueAt(y, 1 - (down - top) / height),
  }
}

function valueAt({ends: [from, to], scale}, share) {
  const within = Math.min(Math.max(share, 0), 1)
  return scale === "log" ? from * (to / from) ** within : from + (to - from) * within
}

/** The settings that are held at a place, by side: of several along one, the nearest. */
function heldAt(name, axes, handles, place) {
  const values = valuesAt(axes, place), held = {}
  for (const side of ["x", "y"]) {
    const off = ([, low, high]) => Math.max(low - values[side], values[side] - high, 0)
    const [nearest] = [...handles[`${name}.${side}`] ?? []].sort((one, other) => off(one) - off(other))
    if (nearest && axes[side]) held[side] = nearest[0]
  }
  return held
}

/** What can be read at a place, such as "φ₀ = 0.42, φ₁ = −1.3". */
function inWords(axes, place) {
  const values = valuesAt(axes, place), [, , width, height] = axes.box
  return [["x", width], ["y", height]].filter(([side]) => axes[side]?.label).map(([side, pixels]) =>
    `${axes[side].label} = ${inDigits(values[side], axes[side], pixels)}`).join(", ")
}

/** Three digits of a value, and none beyond what a pixel is worth. */
function inDigits(value, {ends: [from, to], scale}, pixels) {
  const power = Math.ceil(-Math.log10(Math.abs(to - from) / pixels))
  const rounded = scale === "log" ? value : Math.round(value * 10 ** power) / 10 ** power
  return String(+rounded.toPrecision(3)).replaceAll("-", "−")
}

/** Put words above the pointer, on the side where there is room. */
function beside(words, {clientX, clientY}, {left, top, width}) {
  const [x, y] = [clientX - left, clientY - top]
  const {offsetWidth: wide, offsetHeight: high} = words
  const right = x + APART + wide <= width ? x + APART : x - APART - wide
  words.style.left = `${Math.max(right, 0)}px`
  words.style.top = `${y - APART - high >= 0 ? y - APART - high : y + APART}px`
}
