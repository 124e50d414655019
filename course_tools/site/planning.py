"""Which settings of a demo a page without a kernel can show: all that is drawn beforehand.

A layer is drawn for the settings that it names, so what few layers share is cheap, and often every
combination fits. Where it does not, each control moves by itself around each of the `bases`, and
some move together; a page returns the others to the base.
"""

import math
from dataclasses import dataclass
from itertools import chain, combinations, product

from lessons.stage.controls import Choice, Player, Switch
from lessons.stage.picture import names_of

LISTS, LISTS_OF_A_BASE = 200, 100
"""Display lists of a demo at most, and as many more for each base: some 10 s of one processor."""

POSITIONS = 31
"""Of a slider at most, where its combinations with others do not all fit."""

FINEST = 41
"""Positions at most where there is room for more."""

FEWEST = 13
"""Positions of a slider at least, for which it is worth to have every combination."""

LADDER = (POSITIONS, 25, 21, 17, FEWEST)

LISTS_OF_A_PAIR = FEWEST**2
"""And so many more, for each base, where a hand in the picture moves two settings at once."""


@dataclass(frozen=True)
class Plan:
    """What is drawn of a demo.

    values : by setting, what its control can be moved to, in order
    bases : settings around which the controls move
    points : settings besides, to which an answer leads
    groups : sets of settings; those of one are moved together, the others stay at the base
    """

    values: dict
    bases: tuple
    points: tuple
    groups: tuple

    @property
    def whole(self):
        """Whether every combination is drawn."""
        return set(self.values) in self.groups

    def keys(self, names):
        """The values, in the order of `names`, that a layer of these settings is drawn for.

        The bases come first.
        """
        groups = sorted({tuple(n for n in names if n in group) for group in self.groups}, key=len)
        around = (
            product(*(self.values[n] if n in group else [base[n]] for n in names))
            for group in groups
            for base in self.bases
        )
        shown = (tuple(each[n] for n in names) for each in (*self.bases, *self.points))
        return list(dict.fromkeys(chain(shown, chain.from_iterable(around))))


def needs(picture, layer):
    """What a layer's display list depends on: its settings, and those of the axes it stands on."""
    return list(dict.fromkeys([*names_of(picture.layers[0]), *names_of(layer)]))


def plan(demo, bases, points, bytes_of, most_bytes):
    """The plan for a demo that shows most of what fits.

    bases, points : as in Plan
    bytes_of : for each layer, what one more list takes
    most_bytes : what all lists may take
    """
    layers = [needs(demo, layer) for layer in demo.layers]
    most_lists = LISTS + LISTS_OF_A_BASE * len(bases)
    shown = (*bases, *points)

    def fits(values, groups, more=0):
        tried = Plan(values, bases, points, groups)
        counts = []
        for names in layers:
            if _least(tried, names) > most_lists + more:
                return False
            counts.append(len(tried.keys(names)))
        taken = sum(count * each for count, each in zip(counts, bytes_of))
        return sum(counts) <= most_lists + more and taken <= most_bytes

    every = (frozenset(demo.controls),)
    for most in LADDER:
        values = _values(demo, shown, most)
        if fits(values, every):
            values = _finer(demo, shown, values, lambda finer: fits(finer, every))
            return Plan(values, bases, points, every)
    groups = tuple(frozenset({name}) for name in demo.controls)
    for most in (*LADDER, 9, 7, 5, 3, 2):
        values = _values(demo, shown, most)
        if fits(values, groups):
            break
    more = 0
    for pair in dragged_together(demo):
        more += LISTS_OF_A_PAIR * len(bases)
        larger = (*(group for group in groups if not group <= pair), pair)
        for most in (*LADDER, 11, 9, 7):
            coarser = values | _values(demo, shown, most, pair)
            if fits(coarser, larger, more):
                values, groups = coarser, larger
                break
        else:
            more -= LISTS_OF_A_PAIR * len(bases)
    groups = _joined(values, groups, lambda *tried: fits(*tried, more))
    values = _finer(demo, shown, values, lambda finer: fits(finer, groups, more))
    return Plan(values, bases, points, groups)


def dragged_together(demo):
    """Pairs of settings that one hand in the picture moves, in any axes."""
    sides = {}
    for coordinate, handles in demo.handles.items():
        axes, _, _ = coordinate.partition(".")
        sides.setdefault(axes, []).append([setting for setting, *_ in handles])
    held = (product(*both) for both in sides.values() if len(both) == 2)
    return list(dict.fromkeys(frozenset(pair) for pair in chain.from_iterable(held)))


def _least(plan, names):
    """A number of keys that there are at least."""
    groups = [[n for n in names if n in group] for group in plan.groups]
    return max(math.prod(len(plan.values[n]) for n in group) for group in groups)


def _joined(values, groups, fits):
    """The groups, joined as long as what they then are fits; the smallest first."""
    refused = set()
    while True:
        pairs = [a | b for a, b in combinations(groups, 2)]
        tried = [pair for pair in pairs if pair not in refused and pair not in groups]
        if not tried:
            return groups
        joined = min(tried, key=lambda group: math.prod(len(values[name]) for name in group))
        larger = tuple(group for group in groups if not group <= joined) + (joined,)
        if fits(values, larger):
            groups = larger
        else:
            refused.add(joined)


def _values(demo, shown, most, names=None):
    names = demo.controls if names is None else names
    return {name: moved_to(demo.controls[name], shown, name, most) for name in names}


def _finer(demo, shown, values, fits):
    """The values, with every position of a control where that still fits."""
    for name, control in demo.controls.items():
        finer = values | {name: moved_to(control, shown, name, FINEST)}
        if len(finer[name]) > len(values[name]) and fits(finer):
            values = finer
    return values


def moved_to(control, shown, name, most):
    """Values of a control, about so many at most, evenly apart, and those shown in any case."""
    every = positions(control)
    if isinstance(control, Choice | Switch):
        return every
    if isinstance(control, Player):
        most = max(most, FINEST)
    stride = math.ceil((len(every) - 1) / (most - 1)) if len(every) > most else 1
    return sorted({*every[::stride], every[-1], *(each[name] for each in shown)})


def positions(control):
    """All values that a control can be moved to."""
    return [*map(control.at, range(control.positions))]
