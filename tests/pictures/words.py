"""What a reader should be able to read in a drawn figure, and the legends that should be true."""

from itertools import combinations

from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D


def cut_or_covered(part):
    """The texts of a figure, or a part of one, that leave it, lie on one another or are crossed."""
    found, seen = [], []
    for text, box in letters(part):
        if not inside(part, box):
            found.append(f"cut: {text.get_text()}")
        crossed = [line for line in lines_of(text.axes) if crosses(line, box)]
        if crossed and text in text.axes.texts:
            found.append(f"a line through {text.get_text()}")
        for other, other_box in seen:
            if box.padded(-0.5).overlaps(other_box.padded(-0.5)):
                found.append(f"{text.get_text()} on {other.get_text()}")
        seen.append((text, box))
    return found


def cut_or_overlapping(part):
    """Of the title of a part of a figure, its panels with all around them, and the words below:
    what leaves the part, and what lies on another."""
    boxes = {f"panel {ax.get_label()}": ax.get_tightbbox() for ax in part.axes}
    boxes |= {
        text.get_text(): text.get_window_extent() for text in (part._suptitle, part._supxlabel)
    }
    found = [f"cut: {name}" for name, box in boxes.items() if not inside(part, box)]
    return found + [
        f"{one} on {other}"
        for (one, box), (other, other_box) in combinations(boxes.items(), 2)
        if box.padded(-0.5).overlaps(other_box.padded(-0.5))
    ]


def inside(part, box):
    edges = part.bbox.padded(0.5)
    return edges.contains(*box.min) and edges.contains(*box.max)


def letters(part):
    """The texts that a reader should see whole, and the boxes they stand in."""
    texts = [part._suptitle, part._supxlabel]
    for ax in part.axes:
        texts += [ax.title, ax._left_title, ax._right_title, *ax.texts]
        texts += [axis.label for axis in ax._axis_map.values()]
        if ax.get_legend():
            texts += ax.get_legend().texts if hasattr(ax.get_legend(), "texts") else []
    # White texts only keep the place of others.
    seen = [
        text for text in texts if text and text.get_text().strip() and text.get_color() != "white"
    ]
    return [(text, text.get_window_extent()) for text in seen]


def lines_of(axes):
    lines = axes.lines if axes else []
    return [line for line in lines if line.get_linestyle() != "None" and len(line.get_xdata()) > 1]


def crosses(line, box):
    path = line.get_transform().transform_path(line.get_path())
    return path.intersects_bbox(box.padded(-1), filled=False)


def legend_entries_not_drawn(parts):
    """The labels in legends whose colour is in none of the parts, which are all the presets."""
    everywhere, drawn = [ax for part in parts for ax in part.axes], set()
    for ax in everywhere:
        for artist in (*ax.lines, *ax.collections, *ax.patches):
            drawn |= colours(artist)
    entries = [
        (colours(handle, empty=True), text.get_text())
        for ax in everywhere
        if hasattr(ax.get_legend(), "legend_handles")
        for handle, text in zip(ax.get_legend().legend_handles, ax.get_legend().texts)
    ]
    return [label for shown, label in entries if not shown & drawn]


def colours(artist, empty=False):
    """The colours that an artist shows; none if it has no points, unless that does not matter."""
    if isinstance(artist, Line2D):
        if not empty and not len(artist.get_xdata()):
            return set()
        marked = artist.get_marker() not in ("None", "", None)
        faces = [artist.get_markerfacecolor(), artist.get_markeredgecolor()] if marked else []
        lined = artist.get_linestyle() != "None"
        return {to_hex(colour) for colour in faces + [artist.get_color()] * lined}
    if isinstance(artist, Collection):
        shown = len(artist.get_paths()) and (len(artist.get_offsets()) or empty)
        both = [*artist.get_facecolor(), *artist.get_edgecolor()] if shown else []
        return {to_hex(colour) for colour in both}
    return {to_hex(artist.get_facecolor()), to_hex(artist.get_edgecolor())}
