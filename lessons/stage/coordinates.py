"""How pixels and data belong together in a drawn picture: what a pointer in it points at."""

import math


def coordinates_of(axes, height):
    """Of axes by name, but for those in space, where each stands and what its two sides mean.

    height : of the picture, in pixels

    `box` is [left, top, width, height] in pixels from the upper left corner. `x` and `y` are what
    `side_of` says of them, None where a scale is neither linear nor logarithmic.
    """
    return {
        name: {"box": box_of(ax, height)}
        | {side: side_of(ax, getattr(ax, f"{side}axis"), side) for side in "xy"}
        for name, ax in axes.items()
        if ax.name != "3d"
    }


def box_of(ax, height):
    """Where axes stand."""
    left, low, right, high = ax.bbox.extents
    return [round(float(each), 3) for each in (left, height - high, right - left, high - low)]


def side_of(ax, axis, name):
    """The numbers at both `ends`, the left or lower one first, the `scale` between them, and the
    `label` to read values under, None where they would not be those that the ticks show."""
    scale = axis.get_scale()
    if scale not in ("linear", "log"):
        return None
    label = " ".join(axis.get_label_text().split()) or name
    return {
        "ends": [float(end) for end in axis.get_view_interval()],
        "scale": scale,
        "label": label if ax.axison and shows_numbers(axis) else None,
    }


def shows_numbers(axis):
    """Whether there are ticks, and those that have labels of their own have their numbers.

    Rows have names, and where the exponent is drawn a tick at -2 is called 0.01.
    """
    places = axis.get_majorticklocs()
    if not len(places) or axis.isDefault_majfmt:
        return bool(len(places))
    labels = axis.get_major_formatter().format_ticks(places)
    told = [(number_in(label), place) for label, place in zip(labels, places) if label]
    known = [math.isclose(number, place) for number, place in told if number is not None]
    return all(known) and bool(known or not told)


def number_in(label):
    """The number that a label says, None if it says something else."""
    try:
        return float(label.removeprefix("≤ ").replace("−", "-"))
    except ValueError:
        return None
