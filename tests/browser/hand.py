"""Where a hand must point in a demo's picture for some settings."""

import json
import math
import struct
from functools import cache

from lessons import demos
from lessons.stage.canvas import Canvas


@cache
def canvas(name):
    """A canvas of our own for a demo."""
    return Canvas(demos.ALL[name])


@cache
def stage(name):
    """What the list of a demo's stage says of itself."""
    (packed, *_), _ = canvas(name).render(**demos.ALL[name].defaults())
    (length,) = struct.unpack_from("<I", packed)
    return json.loads(packed[4 : 4 + length])


def spot(name, axes, picture, settings):
    """The place on a page where settings stand in axes; the middle of a side along which none does.

    picture : the locator of the demo's canvas
    """
    side_of = {
        setting: coordinate.partition(".")[2]
        for coordinate, handles in demos.ALL[name].handles.items()
        for setting, *_ in handles
        if coordinate[0] == axes
    }
    described = stage(name)["axes"][axes]
    shares = {"x": 0.5, "y": 0.5}
    for setting, value in settings.items():
        shares[side_of[setting]] = share_of(described[side_of[setting]], value)
    left, top, width, height = described["box"]
    seen = picture.bounding_box()
    scale = seen["width"] / stage(name)["size"][0]
    across, down = left + shares["x"] * width, top + (1 - shares["y"]) * height
    return seen["x"] + scale * across, seen["y"] + scale * down


def share_of(side, value):
    """The share of a side, from its first end on, at which a value stands."""
    scale = math.log if side["scale"] == "log" else float
    first, last, at = map(scale, (*side["ends"], value))
    return (at - first) / (last - first)
