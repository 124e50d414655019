// Paints the display lists that recorder.py writes, which says what is in them, on a canvas.
//
//     const lists = files.map(read)            // a DataView for each layer, the lowest first
//     paint(canvas, lists, devicePixelRatio)   // again and again: only what has changed is painted

const UNITS = 16
const CAPS = {butt: "butt", round: "round", projecting: "square"}
const MITER_LIMIT = 4   // Agg's
const RECTANGLE = "1,2,2,2,79"   // codes

/** A list as `paint` takes it, from a DataView of its file. */
export function read({buffer, byteOffset, byteLength}) {
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
    if (shape.length) return image(...shape, next(Uint8ClampedArray, 4 * shape[0] * shape[1]))
    from += shape
    return path(points, codes, from - shape, from)
  })
  return list
}

function image(width, height, pixels) {
  const canvas = unseen(width, height)
  canvas.getContext("2d").putImageData(new ImageData(pixels, width, height), 0, 0)
  return canvas
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
  if (to - from === 5 && codes.subarray(from, to).join() === RECTANGLE)
    path.box = boxOf(...[0, 1, 2, 3].map(i => [x(from + i), y(from + i)]))
  return path
}

/** Left, top, width and height of a rectangle with these corners, undefined if it is turned. */
function boxOf([left, top], [right, low], [x, y], [end, bottom]) {
  if (left !== end || right !== x || top !== low || y !== bottom) return undefined
  return [left, top, right - left, bottom - top]
}

/** A canvas; Chromium paints on an OffscreenCanvas a little differently. */
function unseen(width, height) {
  return Object.assign(document.createElement("canvas"), {width, height})
}

const canvases = new WeakMap()   // what `paint` knows of each

/**
 * Paint lists on a canvas, the first below, and give it the size that the first has on a screen
 * with `dpr` dots a CSS pixel. Kept as pixels are the first, which hardly ever changes, and what
 * lies below the first list that has changed.
 */
export function paint(canvas, lists, dpr) {
  const [width, height] = lists[0].size.map(side => Math.round(side * dpr))
  let old = canvases.get(canvas)
  if (!old || canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, {width, height})
    old = {lists: [], kept: 1, first: unseen(width, height), below: unseen(width, height)}
    canvases.set(canvas, old)
  }
  const changed = lists.findIndex((list, i) => list !== old.lists[i])
  if (changed < 0) return
  if (changed === 0) {
    cover(old.first)
    draw(old.first, lists[0], dpr)
  }
  const kept = Math.max(changed, 1)
  if (kept < old.kept) old.kept = 1
  if (kept > 1 && old.kept === 1) old.below.getContext("2d").drawImage(old.first, 0, 0)
  for (const list of lists.slice(old.kept, kept)) draw(old.below, list, dpr)
  Object.assign(old, {lists: [...lists], kept})
  canvas.getContext("2d").drawImage(kept > 1 ? old.below : old.first, 0, 0)
  for (const list of lists.slice(kept)) draw(canvas, list, dpr)
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
    const [which, face, color, style, clip, count] = stamps.subarray(i, i + 6)
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
    const shape = shapes[which]
    const [left, top, ...sides] = (!color && shape.box) || []
    for (const end = at + 2 * count; at < end; at += 2) {
      const x = places[at] / UNITS, y = places[at + 1] / UNITS
      if (sides.length) {   // in a third of the time that a path takes
        context.fillRect(x + left, y + top, ...sides)
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
