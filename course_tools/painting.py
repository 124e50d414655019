"""The painter of the demos in a page of a browser, for tests: what it makes of display lists."""

import base64
import zlib

from lessons.course_map import ROOT

PAINTER = ROOT / "lessons" / "stage" / "painter.js"

EQUIP = """async source => {
    if (window.painter) return
    const module = URL.createObjectURL(new Blob([source], {type: "text/javascript"}))
    const {read, paint} = await import(module)
    const inflated = file => {
        const bytes = Uint8Array.from(atob(file), each => each.charCodeAt(0))
        const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))
        return new Response(stream).arrayBuffer()
    }
    const same = (one, other) => {
        const {width, height} = one
        if (other.width !== width || other.height !== height) return false
        const apart = Object.assign(document.createElement("canvas"), {width, height})
            .getContext("2d", {willReadFrequently: true})
        apart.drawImage(one, 0, 0)
        apart.globalCompositeOperation = "difference"
        apart.drawImage(other, 0, 0)
        const {data} = apart.getImageData(0, 0, width, height)
        return new Uint32Array(data.buffer).every(dot => dot === 0xff000000)  // opaque, no colour
    }
    const readAll = async files =>
        (await Promise.all(files.map(inflated))).map(each => read(new DataView(each)))
    window.painter = {read: readAll, paint, same}
}"""

SHOWS = """async (canvas, files) => {
    const lists = await painter.read(files), expected = document.createElement("canvas")
    const dpr = parseFloat(canvas.style.width) / lists[0].size[0] * devicePixelRatio
    painter.paint(expected, lists, dpr)
    return painter.same(canvas, expected)
}"""


def equip(page):
    """Give a page a `window.painter`, unless it has it: `paint` as in painter.js; `read`, which
    takes what `sent` makes and returns a promise; `same`, whether two canvases are, dot by dot."""
    page.evaluate(EQUIP, PAINTER.read_text("utf-8"))


def sent(lists):
    """Display lists as an argument of a script. Squeezed, as it takes a second for a megabyte."""
    return [base64.b64encode(zlib.compress(each, 1)).decode() for each in lists]


def shows(canvas, lists):
    """Whether a canvas, a Locator, shows dot by dot what the painter makes of display lists."""
    equip(canvas.page)
    return canvas.evaluate(SHOWS, sent(lists))
