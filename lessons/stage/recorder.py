"""A Matplotlib renderer that writes down what is drawn, for a browser to paint: a display list.

A list is shapes stamped at places, in order. A shape is a path or an image; what is drawn more than
once, such as a letter or the mark of a point, is one shape with many places. Lengths are CSS pixels
from the upper left corner, in the file as whole sixteenths. painter.js reads what is written here:

    uint32     how many bytes the header has
    header     JSON, filled up with spaces to a multiple of four bytes:
               size     width and height of the picture
               colors   "#rrggbbaa"; here, in lines and clips, number 0 is none
               lines    [width, dashes, offset of the dashes, cap, join]
               clips    [left, top, width, height]
               shapes   of a path how many points it has, of an image [width, height]
               stamps   how many there are, and `places` how many all of them have
               axes     of a stage: what a pointer in it points at, see coordinates.py; not painted
    int16      x and y of the points of all paths, then of the places of all stamps
    uint16     a stamp: shape, color of its face, color and style of its line, clip, how many places
    uint8      a code for each point of a path, as in matplotlib.path.Path
    uint8      red, green, blue, alpha of the pixels of all images, from the upper left
"""

import json
import struct
from collections import Counter
from functools import lru_cache

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag
from matplotlib.colors import to_hex
from matplotlib.font_manager import findfont, get_font
from matplotlib.ft2font import Kerning
from matplotlib.mathtext import MathTextParser
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from lessons.stage.coordinates import coordinates_of

UNITS = 16
"""In a pixel: on a screen with four dots a pixel, nothing is more than an eighth of a dot off."""

MOST = 32767 // UNITS - 1
"""Pixels: what is farther from the corner is cut off, and no picture is so large."""

CROWD = 4
"""So many equal marks on one pixel are drawn; of more, nothing is seen if none shines through."""

ORIGIN = ((0.0, 0.0),)
DOWN = np.diag([1.0, -1.0, 1.0])  # y, which Matplotlib counts upwards
NO_LINE = 0, 0  # color and style


class DisplayList:
    """What has been drawn so far, in tables without repetition."""

    def __init__(self, size):
        self.size = size
        self.colors, self.lines, self.clips = ({None: 0} for _ in range(3))
        self.shapes, self.paths, self.images = [], {}, []
        self.stamps, self.places = [], []
        self.axes = None

    def path(self, path):
        """The number of a path in pixels, which is written once."""
        shape = whole(path.vertices), path.codes.tobytes()
        if shape not in self.paths:
            self.paths[shape] = len(self.shapes)
            self.shapes.append(len(path.vertices))
        return self.paths[shape]

    def image(self, pixels):
        """The number of an image, (height, width, 4), uint8."""
        height, width, _ = pixels.shape
        self.shapes.append([width, height])
        self.images.append(pixels.tobytes())
        return len(self.shapes) - 1

    def stamp(self, shape, places, face=None, line=NO_LINE, clip=None):
        """Draw a shape at places (n, 2), its face in a color, its line as `line_of` says."""
        if not len(places):
            return
        look = shape, number(self.colors, face), *line, number(self.clips, clip)
        if self.stamps and self.stamps[-1][:-1] == look:
            self.stamps[-1] = *look, self.stamps[-1][-1] + len(places)
        else:
            self.stamps.append((*look, len(places)))
        self.places.append(whole(places))

    def line(self, color, style):
        """The numbers of a color and of a style of lines."""
        return number(self.colors, color), number(self.lines, style)

    def packed(self):
        """The list as bytes."""
        tables = {"colors": self.colors, "lines": self.lines, "clips": self.clips}
        header = json.dumps(
            {"size": self.size}
            | {name: list(table) for name, table in tables.items()}
            | {"shapes": self.shapes, "stamps": len(self.stamps)}
            | {"places": sum(map(len, self.places)) // 4}
            | ({"axes": self.axes} if self.axes else {}),
            separators=(",", ":"),
        ).encode()
        header = header.ljust(-(-len(header) // 4) * 4)
        points, codes = zip(*self.paths) if self.paths else ((), ())
        stamps = np.array(self.stamps, "<u2").tobytes()
        start = struct.pack("<I", len(header)), header
        return b"".join([*start, *points, *self.places, stamps, *codes, *self.images])


def whole(points):
    """Points (n, 2) in pixels as the file has them."""
    inside = np.minimum(np.maximum(points, -MOST), MOST)  # for a few points faster than np.clip
    return np.rint(inside * UNITS).astype("<i2").tobytes()


def number(table, entry):
    """The number of an entry of a table, which gets it if it has none."""
    return table.setdefault(entry, len(table))


class Recorder(RendererBase):
    """Draws on a display list all that Agg would draw on pixels, at the same places.

    figure : the one whose artists are drawn

    What a painter in a browser cannot do, it refuses: hatches and clips that are no rectangles.
    """

    def __init__(self, figure):
        super().__init__()
        self.dpi = figure.dpi
        self.width, self.height = (round(side) for side in figure.bbox.size)
        self.measure = RendererAgg(1, 1, figure.dpi)
        self.from_the_top = Affine2D().scale(1, -1).translate(0, self.height)
        self.frame = Bbox.from_bounds(0, 0, self.width, self.height)
        self.list = None

    def record(self, *artists, axes=None):
        """What artists draw, each above the one before, as a packed list.

        axes : by name, those that they draw; the list then says what a pointer in it points at
        """
        self.list = DisplayList([self.width, self.height])
        for artist in artists:
            artist.draw(self)
        if axes:  # they may have found their place only now
            self.list.axes = coordinates_of(axes, self.height)
        return self.list.packed()

    # --- what Matplotlib asks of a renderer ---

    def draw_path(self, gc, path, transform, rgbFace=None):
        to_pixels = transform + self.from_the_top
        simplify = path.should_simplify and rgbFace is None
        shape = self.outline(gc, path, to_pixels, rgbFace, simplify)
        self.stamp(gc, shape, ORIGIN, rgbFace)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        places = np.floor((trans + self.from_the_top).transform(path.vertices) + 0.5)
        width = self.points_to_pixels(gc.get_linewidth())
        opaque = gc.get_rgb()[3] == 1 and (rgbFace is None or alpha_of(gc, rgbFace) == 1)
        if opaque and marker_path is Path.unit_circle() and is_edged_in(gc, rgbFace):
            # A disc with an edge of its own colour is a larger disc, painted in half the time.
            radius = marker_trans.get_matrix()[0, 0]
            marker_trans = marker_trans + Affine2D().scale(1 + width / 2 / radius)
            gc, width = self.copied(gc), 0
            gc.set_linewidth(0)
        # Agg puts a mark in the middle of a pixel, unless it has put its edges between two.
        down = marker_trans + Affine2D().scale(1, -1)
        look = {"remove_nans": True, "stroke_width": width, "curves": True}
        mark = marker_path.cleaned(down, snap=gc.get_snap(), **look)
        centred = marker_path.cleaned(down, snap=False, **look)
        if np.array_equal(mark.vertices, centred.vertices):
            mark = Affine2D().translate(0.5, 0.5).transform_path(mark)
        inside = places[(np.abs(places) < MOST).all(axis=-1)]  # what is not a number is not
        if opaque:
            inside = thinned(inside)
        self.stamp(gc, self.list.path(ended(mark)), inside, rgbFace)

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans, facecolors,
        edgecolors, linewidths, linestyles, antialiaseds, urls, offset_position, **unused,
    ):  # fmt: skip
        if not len(paths) or not len(facecolors) + len(edgecolors):
            return
        places = np.ma.filled(offset_trans.transform(offsets), np.nan) if len(offsets) else ORIGIN
        turns = np.reshape(all_transforms, (-1, 3, 3)) if len(all_transforms) else np.eye(3)[None]
        turns = DOWN @ master_transform.get_matrix() @ turns
        known = {}
        gc, clip = self.copied(gc), self.clip(gc)
        several = max(len(edgecolors), len(linewidths), len(linestyles)) > 1
        for i in range(max(len(paths), len(offsets))):
            if several or i == 0:
                self.set_line(gc, i, edgecolors, linewidths, linestyles)
                line = self.line(gc)
            path, turn, (x, y) = cycled(paths, i), cycled(turns, i), cycled(places, i)
            if not np.isfinite(x + y):
                continue
            face = cycled(facecolors, i)
            place = x, self.height - y
            # Agg moves straight outlines to whole pixels where they stand; the others are the same
            # everywhere.
            if not rounded(path):
                shape = self.outline(gc, path, Affine2D(turn).translate(*place), face)
                place = ORIGIN[0]
            else:
                which = id(path), turn.tobytes()
                if which not in known:
                    outline = path.cleaned(Affine2D(turn), curves=True)
                    known[which] = self.list.path(ended(outline))
                shape = known[which]
            self.list.stamp(shape, [place], self.color(gc, face), line, clip)

    def draw_image(self, gc, x, y, im, transform=None):
        im = np.array(im[::-1])
        top = self.height - round(y) - len(im)
        self.list.stamp(self.list.image(im), [(round(x), top)], clip=self.clip(gc))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        letters, bars = written(s, prop.copy(), self.dpi, ismath)
        turn = Affine2D().rotate_deg(-angle).translate(x, y)
        color = hex_of(*gc.get_rgb())
        for glyph, place in letters:
            shape = self.list.path(letter(*glyph, angle))
            self.list.stamp(shape, turn.transform([place]), color, clip=self.clip(gc))
        for left, top, width, height in bars:
            bar = Path.unit_rectangle().transformed(
                Affine2D().scale(width, height).translate(left, top) + turn
            )
            self.list.stamp(self.list.path(bar), ORIGIN, color, clip=self.clip(gc))

    def get_text_width_height_descent(self, s, prop, ismath):
        return self.measure.get_text_width_height_descent(s, prop, ismath)

    def get_canvas_width_height(self):
        return self.width, self.height

    def points_to_pixels(self, points):
        return points * self.dpi / 72

    def option_image_nocomposite(self):
        return True

    # --- how it is done ---

    def outline(self, gc, path, to_pixels, face, simplify=False):
        """The number of a path as Agg would draw it, cut off far outside the picture."""
        width = 0 if gc.get_rgb()[3] == 0 else self.points_to_pixels(gc.get_linewidth())
        clip = self.frame if face is None else None
        path = path.cleaned(
            to_pixels, remove_nans=True, clip=clip and clip.extents, simplify=simplify, curves=True,
            stroke_width=width, snap=gc.get_snap(),
        )  # fmt: skip
        path = ended(path)
        if np.abs(path.vertices).max(initial=0) >= MOST:
            path = path.clip_to_bbox(self.frame.padded(self.width))
        return self.list.path(path)

    def stamp(self, gc, shape, places, face):
        """Stamp a shape with the face, line and clip that it is drawn with."""
        self.list.stamp(shape, places, self.color(gc, face), self.line(gc), self.clip(gc))

    def color(self, gc, face):
        """The colour of a face, or None if none is drawn."""
        if gc.get_hatch() is not None:
            raise NotImplementedError("a hatch is drawn, expected plain faces")
        if face is None or not len(face) or (len(face) == 4 and face[3] == 0):
            return None
        return hex_of(*face[:3], alpha_of(gc, face))

    def line(self, gc):
        """The numbers of the line that outlines are drawn with."""
        if gc.get_linewidth() == 0 or gc.get_rgb()[3] == 0:
            return NO_LINE
        offset, dashes = gc.get_dashes()
        scaled = tuple(round(float(self.points_to_pixels(each)), 3) for each in dashes or ())
        style = (
            round(float(self.points_to_pixels(gc.get_linewidth())), 3), scaled,
            round(float(self.points_to_pixels(offset or 0)), 3),
            gc.get_capstyle(), gc.get_joinstyle(),
        )  # fmt: skip
        return self.list.line(hex_of(*gc.get_rgb()), style)

    def clip(self, gc):
        """The rectangle that drawing is confined to, in whole pixels, or None."""
        if gc.get_clip_path()[0] is not None:
            raise NotImplementedError("a clip is no rectangle, expected a box")
        box = gc.get_clip_rectangle()
        if box is None:
            return None
        left, low, right, high = np.floor(np.add(box.extents, 0.5))
        return tuple(int(each) for each in (left, self.height - high, right - left, high - low))

    def copied(self, gc):
        copy = self.new_gc()
        copy.copy_properties(gc)
        return copy

    def set_line(self, gc, i, colors, widths, styles):
        """Give `gc` the line of item i of a collection."""
        gc.set_linewidth(0)
        if len(colors):
            gc.set_foreground(cycled(colors, i), isRGBA=True)
            gc.set_linewidth(cycled(widths, i) if len(widths) else 1)
            gc.set_dashes(*(cycled(styles, i) if len(styles) else (0, None)))


def alpha_of(gc, face):
    """How opaque a face of three or four numbers is, from 0 to 1."""
    return gc.get_alpha() if gc.get_forced_alpha() or len(face) == 3 else face[3]


def is_edged_in(gc, face):
    """Whether the line has the colour of the face."""
    return face is not None and tuple(gc.get_rgb()[:3]) == tuple(face[:3])


@lru_cache(maxsize=4096)
def hex_of(*rgba):
    """A colour as "#rrggbbaa"."""
    return to_hex(rgba, keep_alpha=True)


def cycled(values, i):
    """The i-th of values that begin again where they end, or None if there are none."""
    return values[i % len(values)] if len(values) else None


def thinned(places):
    """Places (n, 2) in whole pixels, without the first of more than CROWD at the same one: a cloud
    of points is painted in less time, and they lie below the others."""
    met, kept = Counter(), []
    for place in map(tuple, places[::-1]):
        met[place] += 1
        if met[place] <= CROWD:
            kept.append(place)
    return kept[::-1]


def ended(path):
    """A cleaned path without the mark of its end."""
    end = np.flatnonzero(path.codes == Path.STOP)
    count = end[0] if len(end) else len(path.codes)
    return Path(path.vertices[:count], path.codes[:count])


def rounded(path):
    """Whether an outline has curves, so that Agg never moves it to whole pixels."""
    codes = path.codes
    return codes is not None and ((codes == Path.CURVE3) | (codes == Path.CURVE4)).any()


# --- letters ----------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def written(text, prop, dpi, math):
    """The letters of a text, as ((font, size, dpi, index), place), and its bars, from its origin.

    Letters stand as Agg sets them; places and bars are in pixels, y downwards.
    """
    if math:
        parsed = MathTextParser("path").parse(text, dpi, prop)
        letters = [
            ((font.fname, size, dpi, index[0] if index else font.get_char_index(char)), (x, -y))
            for font, size, char, *index, x, y in parsed.glyphs
        ]
        return letters, [(x, -y - max(h, 1), w, max(h, 1)) for x, y, w, h in parsed.rects]
    size = prop.get_size_in_points()
    font = get_font(findfont(prop))
    font.set_size(size, dpi)
    return [((each, size, dpi, index), (x, 0.0)) for each, index, x in set_in_line(text, font)], []


def set_in_line(text, font):
    """The letters of a text: the file of each one's font, its index there, and its x in pixels."""
    if hasattr(font, "_layout"):  # from Matplotlib 3.11 on, with ligatures
        items = font._layout(text, get_hinting_flag())
        return [(item.ft_object.fname, item.glyph_index, item.x) for item in items]
    letters, x, before = [], 0.0, None
    for char in text:
        index = font.get_char_index(ord(char))
        if before is not None:
            x += font.get_kerning(before, index, Kerning.DEFAULT) / 64
        letters.append((font.fname, index, x))
        x += font.load_glyph(index, get_hinting_flag()).horiAdvance / 64
        before = index
    return letters


@lru_cache(maxsize=1024)
def letter(font, size, dpi, index, angle):
    """The outline of a letter in pixels, y downwards, turned by an angle in degrees.

    It is hinted as Agg does it, so that on a plain screen the letters look the same.
    """
    font = get_font(font)
    font.set_size(size, dpi)
    font.load_glyph(index, get_hinting_flag())
    vertices, codes = font.get_path()
    return Path(vertices, codes).transformed(Affine2D().scale(1, -1).rotate_deg(-angle))
