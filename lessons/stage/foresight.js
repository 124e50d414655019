// The pictures that a page has beside the one it shows: those shown before, and those that the kernel
// has drawn ahead, one step of a control to either side. So the page itself answers a key that was
// foreseen, in its next frame, and the kernel has the last word.
//
//     const foresight = foreseeing(show, ask)
//     foresight.watch(controls)         // by setting, its model and how many positions it has
//     foresight.told(at, picture)       // what the kernel wants shown, at these positions of all controls
//     foresight.foreseen(at, picture)   // what it was asked for
//     foresight.attend(setting)         // this control may be the next to move
//
//     show   is called with the picture that is to be seen
//     ask    is called with positions at which a picture may be wanted next

const KEPT = 12   // pictures
const MOVES = "change:value change:index"   // "change" alone is not heard of what comes from the kernel
const PAUSE = 40   // milliseconds; while a control is dragged, the kernel has enough to do

export function foreseeing(show, ask) {
  const kept = new Map(), visits = new Map()   // by positions: a picture; when the controls stood there
  let controls = {}, here = {}, visit = 0, shown = 0
  let control, way = 1   // what may be the next to move, and whereto
  let asked = false, timer, stops = []

  const keep = (at, picture) => {
    const key = keyOf(at)
    kept.delete(key)   // the one used last comes last
    kept.set(key, picture)
    if (kept.size > KEPT) kept.delete(kept.keys().next().value)
  }
  const present = (at, picture) => {
    // While the page is ahead of the kernel, what the kernel tells may be old.
    const when = visits.get(keyOf(at)) ?? visit
    if (when < shown) return
    shown = when
    show(picture)
  }
  const lookAhead = () => {
    if (asked || !control || !kept.has(keyOf(here))) return
    const there = [way, -way].map(step => ({...here, [control]: here[control] + step})).find(
      at => at[control] >= 0 && at[control] < controls[control].positions && !kept.has(keyOf(at)))
    if (!there) return
    asked = true
    ask(there)
  }
  const lookAheadSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(lookAhead, PAUSE)
  }

  const moved = setting => {
    const [from, to] = [here, positionsOf(controls)]
    if (keyOf(from) === keyOf(to)) return
    clearTimeout(timer)
    here = to
    control = setting
    way = Math.sign(to[setting] - from[setting]) || way
    visits.set(keyOf(to), ++visit)
    const picture = kept.get(keyOf(to))
    if (!picture) return
    keep(to, picture)
    present(to, picture)
    lookAhead()
  }

  return {
    watch(found) {
      controls = found
      here = positionsOf(controls)
      stops = Object.entries(controls).map(([setting, {model}]) => {
        const listen = () => moved(setting)
        model.on(MOVES, listen)
        return () => model.off(MOVES, listen)
      })
    },
    told(at, picture) {
      keep(at, picture)
      present(at, picture)
      if (keyOf(at) === keyOf(here)) lookAheadSoon()
    },
    foreseen(at, picture) {
      asked = false
      keep(at, picture)
      lookAhead()
    },
    attend(setting) {
      if (!(setting in controls) || setting === control) return
      control = setting
      lookAheadSoon()
    },
    kept: at => kept.get(keyOf(at)),
    stop() {
      clearTimeout(timer)
      stops.forEach(stop => stop())
    },
  }
}

function positionsOf(controls) {
  const each = ([setting, {model}]) => [setting, positionOf(model)]
  return Object.fromEntries(Object.entries(controls).map(each))
}

/** Where a control stands: how many steps above its lowest, or which of its options. */
function positionOf(model) {
  const [value, index, step] = ["value", "index", "step"].map(name => model.get(name))
  if (index !== undefined) return index
  if (step === undefined) return Number(value)
  const place = model.get("base") ? Math.log10(value) : value
  return Math.round((place - model.get("min")) / step)
}

function keyOf(positions) {
  return JSON.stringify(Object.values(positions))
}
