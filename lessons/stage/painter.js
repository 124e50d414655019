// Paints the display lists that recorder.py writes, which says what is in them, on a canvas.
//
//     const lists = files.map(file => read(file))   // a DataView for each layer, the lowest first
//     paint(canvas, lists, devicePixelRatio)   // again and again: only what changed is painted

const UNITS = 16
const CAPS = {butt: "butt", round: "round", projecting: "square"}
const MITER_LIMIT = 4   // Agg's
const RECTANGLE = "1,2,2,2,79"   // codes

/**
 * A list as `paint` takes it, from a DataView of its file. `fill` writes the pixels of an image
 * that begins at a place among bytes, and returns where it ends.
 */
export function read({buffer, byteOffset, byteLength}, fill = copy) {
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength)
  let at = 4
  const next = (Kind, count) => {
    const part = new Kind(bytes, at, count)
    at += part.byteLength
    return part
  }
  const header = next(Uint8Array, new DataView(bytes).getUint32(0, true))
  const list = JSON.parse(new TextDecoder().decode(header))
  const count = list.shapes.reduce((sum, shape) => sum + (shape.length ? 0 : shape), 0)
  const points = next(Int16Array, 2 * count)
  list.places = next(Int16Array, 2 * list.places)
  list.stamps = next(Uint16Array, 6 * list.stamps)
  const codes = next(Uint8Array, count)
  let from = 0
  list.shapes = list.shapes.map(shape => {
    if (!shape.length) return path(points, codes, from, from += shape)
    const image = imageOf(...shape)
    at = fill(image, bytes, at)
    const canvas = unseen(...shape)
    canvas.getContext("2d").putImageData(image, 0, 0)
    return canvas
  })
  return list
}

let room = new ArrayBuffer(0)   // for the pixels of one image after another: new memory is slow

function imageOf(width, height) {
  const size = 4 * width * height
  if (room.byteLength < size) room = new ArrayBuffer(size)
  return new ImageData(new Uint8ClampedArray(room, 0, size), width, height)
}

/** Fill an image with pixels as recorder.py writes them. */
function copy({data}, bytes, at) {
  data.set(new Uint8Array(bytes, at, data.length))
  return at + data.length
}

/** The points `from`, …, `to` - 1 as a Path2D; the codes are those of matplotlib.path.Path. */
function path(points, codes, from, to) {
  const path = new Path2D()
  const x = i => points[2 * i] / UNITS, y = i => points[2 * i + 1] / UNITS
  for (let i = from; i < to; i++) {
    switch (codes[i]) {
      case 1: path.moveTo(x(i), y(i)); break
      case 2: path.lineTo(x(i), y(i)); break
      case 3: path.quadraticCurveTo(x(i), y(i), x(++i), y(i)); break
      case 4: path.bezierCurveTo(x(i), y(i), x(++i), y(i), x(++i), y(i)); break
      case 79: path.closePath()
    }
  }
  if (to - from === 5) path.box = boxOf(points.subarray(2 * from), codes.subarray(from, to))
  return path
}

/** The rectangle that a path of five points is, undefined if it is another or turned. */
function boxOf([left, top, right, low, x, y, end, bottom], codes) {
  if (left !== end || right !== x || top !== low || y !== bottom) return undefined
  if (codes.join() !== RECTANGLE) return undefined
  const [width, height] = [right - left, bottom - top]
  return {left: left / UNITS, top: top / UNITS, width: width / UNITS, height: height / UNITS}
}

/** A canvas; Chromium paints on an OffscreenCanvas a little differently. */
function unseen(width, height) {
  return Object.assign(document.createElement("canvas"), {width, height})
}

const canvases = new WeakMap()   // what `paint` knows of each

/**
 * Paint lists on a canvas, the first below, and give it the size that the first has on a screen
 * with `dpr` dots a CSS pixel. Kept as pixels, as soon as they stay the same, are the first, which
 * hardly ever changes, and what lies below the first list that has changed.
 */
export function paint(canvas, lists, dpr) {
  const [width, height] = lists[0].size.map(side => Math.round(side * dpr))
  let old = canvases.get(canvas)
  if (!old || canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, {width, height})
    old = {lists: [], kept: 0, first: unseen(width, height), below: unseen(width, height)}
    canvases.set(canvas, old)
  }
  const changed = lists.findIndex((list, i) => list !== old.lists[i])
  if (changed < 0) return
  old.lists = [...lists]
  if (changed) canvas.getContext("2d").drawImage(keep(old, changed, dpr), 0, 0)
  else {
    old.kept = 0
    cover(canvas)
  }
  for (const list of lists.slice(changed)) draw(canvas, list, dpr)
}

/** What the first `count` lists look like, one at least. */
function keep(old, count, dpr) {
  const {lists, first, below} = old
  if (!old.kept) {
    cover(first)
    draw(first, lists[0], dpr)
  }
  const kept = count < old.kept ? 1 : old.kept || 1   // of these nothing has to be drawn
  old.kept = count
  if (count === 1) return first
  if (kept === 1) below.getContext("2d").drawImage(first, 0, 0)
  for (const list of lists.slice(kept, count)) draw(below, list, dpr)
  return below
}

function cover(canvas) {
  const context = canvas.getContext("2d")
  context.fillStyle = "white"
  context.fillRect(0, 0, canvas.width, canvas.height)
}

function draw(canvas, {shapes, places, stamps, colors, lines, clips}, dpr) {
  const context = canvas.getContext("2d")
  let within, filled, lined, dashed   // what the context is set to: setting it takes time
  for (let i = 0, at = 0; i < stamps.length; i += 6) {
    const face = stamps[i + 1], color = stamps[i + 2], style = stamps[i + 3], clip = stamps[i + 4]
    if (clip !== within) {
      if (within !== undefined) context.restore()
      context.save()
      within = clip
      filled = lined = dashed = undefined
      context.scale(dpr, dpr)
      context.miterLimit = MITER_LIMIT
      if (clip) {
        context.beginPath()
        context.rect(...clips[clip])
        context.clip()
      }
    }
    if (face && face !== filled) context.fillStyle = colors[filled = face]
    if (color && color !== lined) context.strokeStyle = colors[lined = color]
    if (color && style !== dashed) setLine(context, lines[dashed = style])
    const shape = shapes[stamps[i]], box = color ? undefined : shape.box
    for (const end = at + 2 * stamps[i + 5]; at < end; at += 2) {
      const x = places[at] / UNITS, y = places[at + 1] / UNITS
      if (box) {   // in a third of the time that a path takes
        context.fillRect(x + box.left, y + box.top, box.width, box.height)
        continue
      }
      context.translate(x, y)
      if (shape instanceof HTMLCanvasElement) context.drawImage(shape, 0, 0)
      if (face) context.fill(shape)
      if (color) context.stroke(shape)
      context.translate(-x, -y)
    }
  }
  context.restore()
}

function setLine(context, [width, dashes, offset, cap, join]) {
  context.setLineDash(dashes)
  Object.assign(context, {
    lineWidth: width, lineDashOffset: offset, lineCap: CAPS[cap], lineJoin: join,
  })
}
