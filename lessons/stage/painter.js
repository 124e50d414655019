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
  const xy = i => [points[2 * i] / UNITS, points[2 * i + 1] / UNITS]
  if (codes.slice(from, to).join() === RECTANGLE) path.box = boxOf(...[0, 1, 2, 3].map(i => xy(from + i)))
  for (let i = from; i < to; i++) {
    switch (codes[i]) {
      case 1: path.moveTo(...xy(i)); break
      case 2: path.lineTo(...xy(i)); break
      case 3: path.quadraticCurveTo(...xy(i), ...xy(++i)); break
      case 4: path.bezierCurveTo(...xy(i), ...xy(++i), ...xy(++i)); break
      case 79: path.closePath()
    }
  }
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
 * with `dpr` dots a CSS pixel. What lies below the first list that has changed is kept as pixels.
 */
export function paint(canvas, lists, dpr) {
  const [width, height] = lists[0].size.map(side => Math.round(side * dpr))
  let old = canvases.get(canvas)
  if (!old || canvas.width !== width || canvas.height !== height) {
    Object.assign(canvas, {width, height})
    old = {lists: [], kept: 0, below: white(width, height)}
    canvases.set(canvas, old)
  }
  const changed = lists.findIndex((list, i) => list !== old.lists[i])
  if (changed < 0) return
  if (changed < old.kept) Object.assign(old, {kept: 0, below: white(width, height)})
  for (const list of lists.slice(old.kept, changed)) draw(old.below, list, dpr)
  Object.assign(old, {lists: [...lists], kept: changed})
  canvas.getContext("2d").drawImage(old.below, 0, 0)
  for (const list of lists.slice(changed)) draw(canvas, list, dpr)
}

function white(width, height) {
  const canvas = unseen(width, height)
  const context = canvas.getContext("2d")
  context.fillStyle = "white"
  context.fillRect(0, 0, width, height)
  return canvas
}

function draw(canvas, {shapes, places, stamps, colors, lines, clips}, dpr) {
  const context = canvas.getContext("2d")
  let within
  for (let i = 0, at = 0; i < stamps.length; i += 6) {
    const [which, face, color, style, clip, count] = stamps.subarray(i, i + 6)
    if (clip !== within) {
      if (within !== undefined) context.restore()
      context.save()
      within = clip
      context.scale(dpr, dpr)
      context.miterLimit = MITER_LIMIT
      if (clip) {
        context.beginPath()
        context.rect(...clips[clip])
        context.clip()
      }
    }
    if (face) context.fillStyle = colors[face]
    if (color) setLine(context, colors[color], lines[style])
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

function setLine(context, color, [width, dashes, offset, cap, join]) {
  context.setLineDash(dashes)
  Object.assign(context, {
    strokeStyle: color, lineWidth: width, lineDashOffset: offset, lineCap: CAPS[cap], lineJoin: join,
  })
}
