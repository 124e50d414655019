"""Demos that live on a page without a kernel: their display lists, drawn beforehand.

A demo becomes two files. What is in them, demos.js reads:

    NAME.opening    uint32, the length of a chunk of JSON, `_contents`; the chunk; one of records,
                    those of the settings at which a page or a preset shows the demo
    NAME.rest       all others, loaded when the demo is touched first: chunks, one after another

A chunk is a gzip file of its own. A record is the words and the display list of one layer at some
settings; a chunk of records begins with how many there are and how long each is (uint32). What two
settings have in common is there once. An image of at most 256 colours has its pixels as numbers of
colours, or each as the difference to its neighbour on the left, see `smaller`.
"""

import gzip
import json
import struct
import time
import warnings
import zlib
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from course_tools.site.planning import needs, plan
from lessons.stage.canvas import Sheet
from lessons.stage.controls import Choice, Player, Switch
from lessons.stage.picture import DRAWING, chosen
from lessons.stage.style import house_style

MOST_BYTES, OPENING_BYTES = 3_000_000, 500_000
"""What the files of a demo may take: both, and the one that is loaded before it is touched."""

CHUNK = 1 << 20
"""Bytes of records in a chunk, about: it is a few milliseconds' work for a browser."""


class Baked(NamedTuple):
    """The two files of a demo, bytes, and the figures that tell of them, by name."""

    opening: bytes
    rest: bytes
    figures: dict


class TooLarge(Exception):
    """A demo whose lists do not fit, even with the fewest settings."""


def bake(demo, bases, points):
    """A demo as Baked.

    bases, points : settings, as in `planning.Plan`

    Raises TooLarge if they would take more than they may.
    """
    started = time.perf_counter()
    layers = Layers(demo)
    with drawing():
        bytes_of = [layers.bytes_of_one(layer, bases) for layer in demo.layers]
    allowed = 0.9 * MOST_BYTES
    for _ in range(4):
        planned = plan(demo, bases, points, bytes_of, allowed)
        with drawing():
            opening, rest = packed(demo, planned, layers)
        if len(opening) + len(rest) <= MOST_BYTES and len(opening) <= OPENING_BYTES:
            told = {
                "lists": len(layers.drawn),
                "seconds": round(time.perf_counter() - started, 1),
                "positions": {name: len(values) for name, values in planned.values.items()},
                "groups": [[n for n in demo.controls if n in group] for group in planned.groups],
            }
            return Baked(opening, rest, told)
        allowed *= 0.85 * MOST_BYTES / (len(opening) + len(rest))
    raise TooLarge(f"{demo.name}: {len(opening)} and {len(rest)} bytes")


@contextmanager
def drawing():
    """Where layers are drawn: to enter the style for each would take as long as some of them."""
    with DRAWING, house_style(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Layers:
    """Draws a demo's layers, each by itself; used while `drawing`."""

    def __init__(self, demo):
        self.demo = demo
        self.sheet, self.stage = None, None
        self.drawn = {}

    def record(self, layer, settings):
        """What a layer says and draws at some settings, as bytes."""
        names = needs(self.demo, layer)
        key = layer, tuple(settings[name] for name in names)
        if key not in self.drawn:
            shown = self.sheet_for(settings).at(layer, settings)
            text = (shown.text or "").encode()
            self.drawn[key] = struct.pack("<I", len(text)) + text + smaller(shown.list)
        return self.drawn[key]

    def sheet_for(self, settings):
        """A figure that has all layers, as a panel's has: one stands on another's axes."""
        stage = chosen(settings, self.demo.layers[0])
        if stage != self.stage:
            self.sheet, self.stage = Sheet(self.demo), stage
            self.sheet.render(settings)
        return self.sheet

    def bytes_of_one(self, layer, bases):
        """What one more list of a layer takes, about, once there are some."""
        tried = _some(self.demo, bases)
        records = list(dict.fromkeys(self.record(layer, settings) for settings in tried))
        if len(records) < 2:
            return 20
        first, every = (len(zlib.compress(b"".join(r), 6)) for r in (records[:1], records))
        return (every - first) / (len(records) - 1) + 4


def _some(demo, bases):
    """The first of the bases, and from there each control at both ends."""
    base = bases[0]
    yield base
    for name, control in demo.controls.items():
        for value in control.ends()[:: max(1, len(control.ends()) - 1)]:
            yield base | {name: value}


def packed(demo, planned, layers):
    """The two files."""
    depends = [needs(demo, layer) for layer in demo.layers]
    records, tables = {}, [{} for _ in depends]

    def take(which, key):
        settings = planned.bases[0] | dict(zip(depends[which], key))
        record = layers.record(demo.layers[which], settings)
        tables[which][key] = records.setdefault(record, len(records))

    for base in planned.bases:
        for which, names in enumerate(depends):
            take(which, tuple(base[name] for name in names))
    first = len(records)
    keys = [(which, key) for which, names in enumerate(depends) for key in planned.keys(names)]
    stage = len(depends[0])  # every key begins with the settings of the axes
    for which, key in sorted(keys, key=lambda each: repr(each[1][:stage])):
        take(which, key)
    listed = [
        {"settings": names, "records": _numbered(planned.values, names, table)}
        for names, table in zip(depends, tables)
    ]
    rest = [_chunk(part) for part in _parts([*records][first:])]
    contents = _contents(demo, planned) | {"layers": listed, "rest": [len(each) for each in rest]}
    start = _squeezed(json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode())
    opening = [struct.pack("<I", len(start)), start, _chunk([*records][:first])]
    return b"".join(opening), b"".join(rest)


def _contents(demo, planned):
    """What the page has to know of a demo, but for its records."""
    return {
        "title": demo.title,
        "alt": f"{demo.title}. At its presets: {demo.alt}",
        "whole": planned.whole,
        "together": _together(demo, planned),
        "controls": {
            name: _control(control, planned.values[name]) for name, control in demo.controls.items()
        },
        "presets": demo.preset_settings(),
        "handles": demo.handles,
    }


def _together(demo, planned):
    """In words, what moves together."""
    groups = [group for group in planned.groups if len(group) > 1]
    told = (" × ".join(name for name in demo.controls if name in group) for group in groups)
    return ", ".join(told) or "none"


def _control(control, values):
    kind = {Switch: "switch", Choice: "choice", Player: "player"}.get(type(control), "slider")
    spec = {"label": control.label, "kind": kind, "values": values}
    spec["said"] = [control.said(value) for value in values]
    return spec | ({"interval": control.interval} if kind == "player" else {})


def _numbered(values, names, keys):
    """[key, record, key, record, …]: a key is one number, its digits the places of the values."""
    places = {name: {value: place for place, value in enumerate(values[name])} for name in names}
    listed = []
    for key, record in keys.items():
        number = 0
        for name, value in zip(names, key):
            number = number * len(values[name]) + places[name][value]
        listed += [number, record]
    return listed


def _parts(records):
    """Records in parts of about a CHUNK."""
    parts, filled = [[]], 0
    for record in records:
        if filled > CHUNK:
            parts.append([])
            filled = 0
        parts[-1].append(record)
        filled += len(record)
    return [part for part in parts if part]


def _chunk(records):
    head = struct.pack(f"<{1 + len(records)}I", len(records), *map(len, records))
    return _squeezed(head + b"".join(records))


def _squeezed(content):
    return gzip.compress(content, 9, mtime=0)


def smaller(packed):
    """A display list whose images take less: each a byte, how many colours it has, less one, the
    colours, and a byte for each pixel; or a byte 0 and its pixels, where it has more than 256."""
    (size,) = struct.unpack_from("<I", packed)
    shapes = json.loads(packed[4 : 4 + size])["shapes"]
    images = [shape for shape in shapes if isinstance(shape, list)]
    if not images:
        return packed
    start = len(packed) - sum(4 * width * height for width, height in images)
    parts, at = [packed[:start]], start
    for width, height in images:
        pixels = np.frombuffer(packed, "<u4", width * height, at)
        at += pixels.nbytes
        colours, which = np.unique(pixels, return_inverse=True)
        if len(colours) > 256:
            parts += [b"\0", pixels.tobytes()]
            continue
        which = which.astype(np.uint8).reshape(height, width)
        ways = [which.tobytes(), np.diff(which, axis=1, prepend=np.uint8(0)).tobytes()]
        costs = [len(zlib.compress(way, 1)) for way in ways]
        best = int(np.argmin(costs))
        parts += [struct.pack("BB", 1 + best, len(colours) - 1), colours.tobytes(), ways[best]]
    return b"".join(parts)
