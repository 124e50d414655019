// Demos that live without a kernel: controls above a picture that follows them, key numbers below.
// What they show was drawn beforehand; baking.py says what is in its files.

import {paint, read} from "./painter.js"
import {touchable} from "./touch.js"

const KEPT = 200   // lists ready to be painted

// --- what was drawn -------------------------------------------------------------------------

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))
  return new Response(stream).arrayBuffer()
}

async function fetched(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address}: ${response.status}`)
  return response.arrayBuffer()
}

/** The records of an inflated chunk, each a DataView. */
function recordsOf(buffer) {
  const view = new DataView(buffer)
  const count = view.getUint32(0, true)
  let at = 4 + 4 * count
  return Array.from({length: count}, (_, i) => {
    const length = view.getUint32(4 + 4 * i, true)
    at += length
    return new DataView(buffer, at - length, length)
  })
}

/** Everything that is known of a demo; all panels of a page that show it share it. */
class Drawn {
  static async open(address) {
    const buffer = await fetched(`${address}.opening`)
    const size = new DataView(buffer).getUint32(0, true)
    const decoded = new TextDecoder().decode(await inflated(buffer.slice(4, 4 + size)))
    const first = recordsOf(await inflated(buffer.slice(4 + size)))
    return new Drawn(address, JSON.parse(decoded), first)
  }

  constructor(address, contents, records) {
    Object.assign(this, contents, {address, recorded: records, ready: new Map()})
    this.settings = Object.keys(this.controls)
    for (const layer of this.layers) {
      layer.numbers = new Map()
      for (let i = 0; i < layer.records.length; i += 2)
        layer.numbers.set(layer.records[i], layer.records[i + 1])
    }
  }

  /** The rest, loaded once: a promise of it. */
  load() {
    this.loading ??= this.loadRest()
    return this.loading
  }

  async loadRest() {
    if (!this.rest.length) return
    const buffer = await fetched(`${this.address}.rest`)
    let at = 0
    const chunks = this.rest.map(size => buffer.slice(at, at += size))
    const parts = await Promise.all(chunks.map(inflated))
    this.recorded.push(...parts.flatMap(recordsOf))
  }

  /** Where the settings stand: for each, the place of its value. */
  placesOf(settings) {
    return Object.fromEntries(this.settings.map(
      name => [name, this.controls[name].values.indexOf(settings[name])]))
  }

  /** The numbers of the records that show these places, undefined where one was not drawn. */
  recordsAt(places) {
    return this.layers.map(({settings, numbers}) => numbers.get(settings.reduce(
      (key, name) => key * this.controls[name].values.length + places[name], 0)))
  }

  has(places) {
    return !this.recordsAt(places).includes(undefined)
  }

  /** Words and list of a record; undefined while it is not loaded. */
  shown(number) {
    let shown = this.ready.get(number)
    if (!shown) {
      const record = this.recorded[number]
      if (!record) return undefined
      const size = record.getUint32(0, true)
      const {buffer, byteOffset, byteLength} = record
      const words = new TextDecoder().decode(new Uint8Array(buffer, byteOffset + 4, size))
      const list = new DataView(buffer, byteOffset + 4 + size, byteLength - 4 - size)
      shown = {words, list: read(list, unpack)}
    }
    this.ready.delete(number)   // the one used last comes last
    this.ready.set(number, shown)
    if (this.ready.size > KEPT) this.ready.delete(this.ready.keys().next().value)
    return shown
  }
}

/** Fill an image from bytes that begin at `at`, as baking.py writes them; return where they end. */
function unpack({data, width}, bytes, at) {
  const [way, last] = new Uint8Array(bytes, at, 2)
  if (!way) {
    data.set(new Uint8Array(bytes, at + 1, data.length))
    return at + 1 + data.length
  }
  const start = at + 2 + 4 * (last + 1)
  const colors = new Uint32Array(bytes.slice(at + 2, start))
  const pixels = new Uint32Array(data.buffer, 0, data.length / 4)
  const numbers = new Uint8Array(bytes, start, pixels.length)
  for (let i = 0; i < pixels.length; i += width)
    unpackRow(numbers.subarray(i, i + width), way === 2, colors, pixels.subarray(i, i + width))
  return start + pixels.length
}

/**
 * Colours by their numbers or, where these `areSteps`, by how much each is above the one before.
 * A function, so that a browser compiles it after a few rows.
 */
function unpackRow(numbers, areSteps, colors, pixels) {
  let number = 0
  for (let i = 0; i < pixels.length; i++) {
    number = areSteps ? (number + numbers[i]) & 255 : numbers[i]
    pixels[i] = colors[number]
  }
}

// --- a panel --------------------------------------------------------------------------------

class Panel {
  static source = import.meta.url

  /** A panel in `root`, in place of the still picture that follows it. */
  constructor(root, drawn) {
    Object.assign(this, {root, drawn, inputs: {}, outputs: {}})
    const {settings, tried} = JSON.parse(root.dataset.opened)
    this.base = this.places = drawn.placesOf(settings)
    this.tried = tried.map(each => drawn.placesOf(each))
    root.setAttribute("role", "group")
    root.setAttribute("aria-label", drawn.title)
    this.canvas = make("canvas", {role: "img", "aria-label": drawn.alt})
    this.words = make("div", {className: "readout"})
    this.returned = make("div", {role: "status", className: "returned"})
    root.append(this.controls(), this.presets(), this.returned, this.canvas, this.words, this.note())
    this.touch = touchable(this.canvas, drawn.handles, settings => this.moveTo(settings))
    for (const kind of ["pointerenter", "focusin"])
      root.addEventListener(kind, () => drawn.load(), {once: true})
    root.addEventListener("tried", () => this.try())
    new ResizeObserver(([{contentRect}]) => {
      // Asked for at each picture, the page would be laid out anew.
      this.room = Math.round(contentRect.width)
      this.paint()
    }).observe(root)
    this.show(this.places)
    if (root.dataset.tried) this.try()
  }

  controls() {
    const box = make("div", {className: "controls"})
    box.append(...this.drawn.settings.map(name => this.control(name)))
    return box
  }

  control(name) {
    const {label, kind, said, interval} = this.drawn.controls[name]
    const id = `${this.root.id}-${name}`
    const row = make("div", {className: `control ${kind}`})
    row.dataset.setting = name
    row.append(make("label", {htmlFor: id, textContent: label}))
    let input
    if (kind === "switch") input = make("input", {id, type: "checkbox"})
    else if (kind === "choice") {
      input = make("select", {id})
      input.append(...said.map((each, i) => make("option", {value: i, textContent: each})))
    } else input = make("input", {id, type: "range", min: 0, max: said.length - 1, step: 1})
    input.addEventListener("input", () => this.move({[name]: place(input)}))
    row.append(input)
    this.inputs[name] = input
    if (input.type === "range") {
      this.outputs[name] = make("span", {className: "said", "aria-hidden": "true"})
      row.append(this.outputs[name])
    }
    if (kind === "player") row.append(this.player(name, label, interval))
    return row
  }

  player(name, label, interval) {
    const last = this.drawn.controls[name].said.length - 1
    const button = make("button", {type: "button"})
    let playing
    const turn = on => {
      clearInterval(playing)
      playing = on && setInterval(() => {
        if (this.places[name] < last) this.move({[name]: this.places[name] + 1})
        else turn(false)
      }, interval)
      button.textContent = on ? "❚❚" : "▶"
      button.setAttribute("aria-label", `${label}: ${on ? "pause" : "play"}`)
    }
    button.addEventListener("click", () => {
      if (!playing && this.places[name] === last) this.move({[name]: 0})
      turn(!playing)
    })
    turn(false)
    return button
  }

  presets() {
    const box = make("div", {className: "presets"})
    for (const [name, settings] of Object.entries(this.drawn.presets)) {
      const button = make("button", {type: "button", textContent: name})
      button.addEventListener("click", () => this.goTo(this.drawn.placesOf(settings)))
      box.append(button)
    }
    return box
  }

  note() {
    const note = make("p", {className: "without-kernel"})
    note.textContent = "Drawn beforehand, for the positions that the controls have here" +
      (this.drawn.whole ? "." : ", but not for all of them together: as one is moved, another may " +
        "return to where the preset has it. In the notebook all are free.")
    return note
  }

  /** Move to settings around which the others then move. */
  goTo(places) {
    this.base = places
    this.say([])
    this.show(places)
  }

  /** Move to where the answer is tried that was chosen above. */
  try() {
    this.say([])
    this.show(this.tried[this.root.dataset.tried])
  }

  /** Move to the positions nearest to some values, by setting. */
  moveTo(settings) {
    const moved = {}
    for (const [name, value] of Object.entries(settings))
      moved[name] = nearest(this.drawn.controls[name].values, value)
    if (Object.entries(moved).some(([name, place]) => this.places[name] !== place)) this.move(moved)
  }

  /**
   * Move controls, to places by name; as few of the others as need be return to where they were at
   * first. Of several that were not drawn together, only the one moves that has the longest way.
   */
  move(moved) {
    const names = Object.keys(moved)
    const wanted = {...this.places, ...moved}
    const others = this.drawn.settings.filter(
      each => !names.includes(each) && wanted[each] !== this.base[each])
    for (const returned of fewestFirst(others)) {
      const places = {...wanted}
      for (const each of returned) places[each] = this.base[each]
      if (!this.drawn.has(places)) continue
      // What has returned stays marked while the same controls go on moving.
      if (returned.length || names.join() !== this.moved) this.say(returned)
      this.moved = names.join()
      this.show(places)
      return
    }
    const way = name => Math.abs(moved[name] - this.places[name]) / this.drawn.controls[name].values.length
    const [farthest, ...rest] = names.sort((one, other) => way(other) - way(one))
    if (!rest.length) throw new Error(`${this.root.id}: ${farthest} was not drawn at ${moved[farthest]}`)
    this.move({[farthest]: moved[farthest]})
  }

  /** Say which controls have returned, and mark them. */
  say(returned) {
    for (const row of this.root.querySelectorAll(".control"))
      row.classList.toggle("has-returned", returned.includes(row.dataset.setting))
    if (!returned.length) {
      if (this.returned.textContent) this.returned.textContent = ""
      return
    }
    const told = returned.map(name => {
      const {label, said} = this.drawn.controls[name]
      return `${label} is back at ${said[this.base[name]]}`
    })
    this.returned.textContent = `${told.join(", ")}: not drawn together.`
  }

  show(places) {
    this.places = places
    for (const [name, input] of Object.entries(this.inputs)) this.set(name, input, places[name])
    this.wanted ??= requestAnimationFrame(() => {
      this.wanted = undefined
      this.paint()
    })
  }

  set(name, input, place) {
    if (input.type === "checkbox") input.checked = place === 1
    else if (+input.value !== place) input.value = place
    if (!this.outputs[name]) return
    const said = this.drawn.controls[name].said[place]
    this.outputs[name].textContent = said
    input.setAttribute("aria-valuetext", said)
  }

  /** Paint where the controls stand; once it is loaded, if it is not. */
  paint() {
    if (!this.room) return
    const shown = this.drawn.recordsAt(this.places).map(number => this.drawn.shown(number))
    if (shown.includes(undefined)) {
      this.drawn.load().then(() => this.paint())
      return
    }
    const lists = shown.map(({list}) => list)
    const [full] = lists[0].size
    const seen = Math.min(this.room, full)
    this.canvas.style.width = `${seen}px`
    paint(this.canvas, lists, seen / full * devicePixelRatio)
    this.touch(lists[0])
    const words = shown.map(each => each.words).filter(Boolean).join("\n")
    if (this.words.textContent !== words) this.words.textContent = words
    this.words.setAttribute("role", "status")   // what it says first is no news
    this.root.dataset.pictures = 1 + (+this.root.dataset.pictures || 0)
    this.root.dataset.shows = JSON.stringify(this.places)
  }
}

function place(input) {
  return input.type === "checkbox" ? +input.checked : +input.value
}

/** The place of the one among ascending values that is nearest to a value. */
function nearest(values, value) {
  const above = values.findIndex(each => each >= value)
  if (above < 1) return above < 0 ? values.length - 1 : 0
  return value - values[above - 1] < values[above] - value ? above - 1 : above
}

/** All subsets of a few names, the smallest first. */
function fewestFirst(names) {
  let subsets = [[]]
  for (const name of names) subsets = [...subsets, ...subsets.map(each => [...each, name])]
  return subsets.sort((one, other) => one.length - other.length)
}

function make(tag, attributes) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element) element[name] = value
    else element.setAttribute(name, value)
  }
  return element
}

// --- the page -------------------------------------------------------------------------------

const opened = new Map()   // by address

const seen = new IntersectionObserver(entries => {
  for (const {isIntersecting, target} of entries) {
    if (!isIntersecting) continue
    seen.unobserve(target)
    const address = new URL(target.dataset.drawn, document.baseURI).href
    if (!opened.has(address)) opened.set(address, Drawn.open(address))
    opened.get(address).then(drawn => {
      target.panel = new Panel(target, drawn)
      target.classList.add("alive")
    })
  }
}, {rootMargin: "200px"})

document.querySelectorAll(".demo").forEach((root, i) => {
  root.id = `demo-${i}`
  seen.observe(root)
})
