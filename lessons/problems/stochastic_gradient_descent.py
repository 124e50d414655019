"""Problems for notebook 05: epochs, batches, rates that fall, and a fit on a budget."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, permutations, product
from typing import NamedTuple

import numpy as np

from course_lib.batches import Minibatches, epochs_done, steps_per_epoch
from course_lib.datasets import LINE, linear_data
from course_lib.descent import descend
from course_lib.losses import LeastSquares
from course_lib.models import Linear
from course_lib.optimizers import GradientDescent
from lessons.marking.answers import Rejected, StepLimit, as_indices, call
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, Part, ValuePart
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value
from lessons.marking.verdict import Status

# --- pb-6.9 ---------------------------------------------------------------------------------------

_STEPS, _BATCH = 1000, 20
_EVEN, _RAGGED = 100, 130
"""The numbers of examples: one that the batch size divides, one that it does not."""

_WORTH = _STEPS * _BATCH / _RAGGED


def _if_not_whole(epochs):
    return "" if epochs == np.round(epochs) else "And only whole, finished epochs count."


def _trainings(rng):
    by_hand = [(5, 10, 4), (60, 45, 15), (2, 10, 4), (4, 10, 4), (7, 11, 4), (3, 4, 6)]
    drawn = []
    for batch_size in (3, 8, 32):
        n_examples = batch_size * rng.integers(5, 30) + rng.integers(1, batch_size)
        drawn.append((rng.integers(1000, 5000), n_examples, batch_size))
    _, n_examples, batch_size = drawn[0]
    nearly_nine = (9 * _batches_in(n_examples, batch_size) - 1, n_examples, batch_size)
    names = "steps", "n_examples", "batch_size"
    return [
        dict(zip(names, map(int, case), strict=True)) for case in (*by_hand, *drawn, nearly_nine)
    ]


def _batches_in(n_examples, batch_size):
    """The steps of an epoch; a batch that is larger than the data holds all of them."""
    return -(-n_examples // batch_size)


def _epochs(steps, n_examples, batch_size):
    return steps // _batches_in(n_examples, batch_size)


pb_6_9 = Problem(
    id="pb-6.9",
    title="Counting epochs",
    text=r"""
Stochastic gradient descent makes 1000 iterations, that is, steps, each with a batch of 20 examples.

1. `even`: for how many epochs does it train on a data set of 100 examples?
2. Take 130 examples instead. They are shuffled and dealt out anew in each epoch, and the last batch
   of an epoch holds what is left. `ragged`: how many *whole* epochs are finished? `dropped`: how
   many, if that smaller batch is left out of every epoch?
3. `worth`: if each batch is drawn from all 130 examples *with* replacement, there are no epochs to
   finish. One counts the examples used instead: how many times 130 of them is that, to three
   decimals?
4. `epochs(steps, n_examples, batch_size)`: the number of whole epochs finished after that many
   steps, a whole number from 0 on, the smaller last batch included as in `ragged`. Where
   `batch_size` exceeds the number of examples, a batch holds all of them.
""",
    parts=(
        ValuePart(
            name="even",
            out_of=1,
            right=_STEPS * _BATCH / _EVEN,
            misconceptions=(
                Misconception(
                    _EVEN / _BATCH, "That is the number of steps in one epoch. There are 1000."
                ),
                Misconception(
                    _STEPS * _EVEN / _BATCH,
                    "That is iterations × examples / batch size: upside down. A larger data set "
                    "makes an epoch longer, so there are fewer of them.",
                ),
                Misconception(
                    _STEPS / _EVEN, "That would hold if each step used a single example."
                ),
                Misconception(
                    _STEPS / _BATCH, "What is the number of steps in an epoch? Not the batch size."
                ),
                Misconception(
                    _STEPS * _BATCH, "That is the number of examples used. How long is an epoch?"
                ),
                Misconception(
                    _STEPS, "An iteration is one step with one batch, not one pass over the data."
                ),
            ),
        ),
        ValuePart(
            name="ragged",
            out_of=1,
            implies=_if_not_whole,
            right=epochs_done(_STEPS, _RAGGED, _BATCH),
            misconceptions=(
                Misconception(
                    _STEPS // (_RAGGED // _BATCH),
                    "You count six batches in an epoch and leave out the smaller seventh.",
                ),
                Misconception(
                    _STEPS * _BATCH // _RAGGED,
                    "You count examples as if every batch were full: the last one of an epoch is "
                    "smaller, so a step uses fewer than 20 on average.",
                ),
                Misconception(
                    _STEPS * _BATCH // _RAGGED + 1,
                    "You count examples as if every batch were full, and round up: only finished "
                    "epochs count.",
                ),
                Misconception(
                    _STEPS * _BATCH / _EVEN,
                    "That is for the data set of 100 examples. Here there are 130.",
                ),
                Misconception(
                    _WORTH,
                    "You count examples as if every batch were full, and whole epochs were asked "
                    "for.",
                ),
                Misconception(
                    _STEPS / steps_per_epoch(_RAGGED, _BATCH),
                    "Right up to the last: that epoch is begun, but not finished.",
                ),
                Misconception(
                    epochs_done(_STEPS, _RAGGED, _BATCH) + 1,
                    "One too many: the last epoch is begun, but not finished.",
                ),
                Misconception(
                    steps_per_epoch(_RAGGED, _BATCH),
                    "That is the number of steps in one epoch. There are 1000.",
                ),
                Misconception(
                    _RAGGED // _BATCH,
                    "That is the number of full batches in one epoch. There are 1000 steps.",
                ),
            ),
        ),
        ValuePart(
            name="dropped",
            out_of=1,
            implies=_if_not_whole,
            right=epochs_done(_STEPS, _RAGGED, _BATCH, drop_last=True),
            misconceptions=(
                Misconception(
                    epochs_done(_STEPS, _RAGGED, _BATCH),
                    "Here the smaller batch is left out, so an epoch has a step less.",
                ),
                Misconception(
                    _STEPS * _BATCH // _RAGGED,
                    "You count 130 examples an epoch, but some of them are left out.",
                ),
                Misconception(
                    _WORTH, "You count 130 examples an epoch, but some of them are left out."
                    " And whole epochs were asked for."
                ),
                Misconception(
                    _STEPS / steps_per_epoch(_RAGGED, _BATCH, drop_last=True),
                    "Right up to the last: that epoch is begun, but not finished.",
                ),
                Misconception(
                    epochs_done(_STEPS, _RAGGED, _BATCH, drop_last=True) + 1,
                    "One too many: the last epoch is begun, but not finished.",
                ),
                Misconception(
                    steps_per_epoch(_RAGGED, _BATCH, drop_last=True),
                    "That is the number of steps in one epoch. There are 1000.",
                ),
                Misconception(
                    _STEPS * _BATCH / _EVEN,
                    "That is for the data set of 100 examples. Of 130, 120 take part here.",
                ),
            ),
        ),
        ValuePart(
            name="worth",
            out_of=1,
            right=_WORTH,
            relative_tolerance=5e-6,
            misconceptions=(
                Misconception(
                    _STEPS * _BATCH // _RAGGED,
                    "Rounded down; with replacement nothing stops at a whole number. Give the "
                    "decimals, too.",
                ),
                Misconception(
                    _STEPS * _BATCH // _RAGGED + 1,
                    "Rounded up; with replacement nothing stops at a whole number. Give the "
                    "decimals, too.",
                ),
                Misconception(
                    _STEPS / steps_per_epoch(_RAGGED, _BATCH),
                    "With replacement every batch is full: there is no smaller last one.",
                ),
                Misconception(
                    _STEPS / steps_per_epoch(_RAGGED, _BATCH, drop_last=True),
                    "That counts 120 examples an epoch; with replacement all 130 take part.",
                ),
                Misconception(
                    _STEPS * _RAGGED / _BATCH,
                    "That is iterations × examples / batch size: upside down.",
                ),
                Misconception(
                    _RAGGED / (_STEPS * _BATCH),
                    "Upside down: you divide the number of examples by the number of those used.",
                ),
                Misconception(
                    _STEPS * _BATCH / _EVEN,
                    "That is for the data set of 100 examples. Here there are 130.",
                ),
                Misconception(
                    _STEPS * _BATCH,
                    "That is the number of examples used. How many times 130 is it?",
                ),
                Misconception(
                    _STEPS / _RAGGED, "That would hold if each step used a single example."
                ),
            ),
        ),
        FunctionPart(
            name="epochs",
            out_of=2,
            right=_epochs,
            inputs=_trainings,
            result="the number of epochs",
            misconceptions=(
                Misconception(
                    lambda steps, n, size: steps // max(n // size, 1),
                    "You leave out the smaller last batch: when the batch size does not divide the "
                    "number of examples, an epoch has one step more.",
                ),
                Misconception(
                    lambda steps, n, size: steps // (n // size + 1),
                    "Where the batch size divides the number of examples, there is no smaller "
                    "batch at the end: your epochs then have one step too many.",
                ),
                Misconception(
                    lambda steps, n, size: steps // max(round(n / size), 1),
                    "You round the number of batches in an epoch to the nearest. A smaller last "
                    "batch is a step, however small it is.",
                ),
                Misconception(
                    lambda steps, n, size: max(_epochs(steps, n, size), 1),
                    "Right but where the first epoch is not finished yet: then the answer is 0.",
                ),
                Misconception(
                    lambda steps, n, size: _epochs(steps, n, size) if size <= n else 0,
                    "Right but where the batch size exceeds the number of examples: a batch then "
                    "holds all of them, and every step is an epoch.",
                ),
                Misconception(
                    lambda steps, n, size: steps * size // n,
                    "You count examples as if every batch were full. Count steps: how many has an "
                    "epoch?",
                ),
                Misconception(
                    lambda steps, n, size: steps * size / n,
                    "You count examples as if every batch were full, and do not round down to "
                    "whole epochs.",
                ),
                Misconception(
                    lambda steps, n, size: steps * n / size,
                    "That is iterations × examples / batch size: upside down.",
                ),
                Misconception(
                    lambda steps, n, size: steps * n // size,
                    "That is iterations × examples / batch size, rounded down: upside down.",
                ),
                Misconception(
                    lambda steps, n, size: steps * _batches_in(n, size),
                    "You multiply by the number of steps in an epoch. Divide by it.",
                ),
                Misconception(
                    lambda steps, n, size: steps // n,
                    "You count one example for each step. A step uses a whole batch.",
                ),
                Misconception(
                    lambda steps, n, size: steps // size,
                    "You take the batch size for the number of steps in an epoch.",
                ),
                Misconception(
                    lambda steps, n, size: steps / _batches_in(n, size),
                    "The steps of an epoch are right. But only whole, finished epochs count: round "
                    "down.",
                ),
                Misconception(
                    lambda steps, n, size: round(steps / _batches_in(n, size)),
                    "You round to the nearest whole number. An epoch that is half done is not "
                    "finished: round down.",
                ),
                Misconception(
                    lambda steps, n, size: -(-steps // _batches_in(n, size)),
                    "You also count the epoch that is begun and not finished.",
                ),
                Misconception(
                    lambda steps, n, size: _epochs(steps, n, size) + 1,
                    "You count the epoch in which the next step would fall, as if from 1.",
                ),
                Misconception(
                    lambda steps, n, size: _epochs(steps - 1, n, size),
                    "You count one step too few: an epoch is finished once its last step is done.",
                ),
                Misconception(
                    lambda steps, n, size: _epochs(steps + 1, n, size),
                    "You count one step too many: an epoch whose last step is yet to come is not "
                    "finished.",
                ),
                Misconception(
                    lambda steps, n, size: _batches_in(n, size),
                    "That is the number of steps in one epoch.",
                ),
            ),
        ),
    ),
    hints=(
        "Ask first how many steps make one epoch. Take a small case and lay it out: 10 examples, 4 "
        "at a time.",
        "If the last batch may be smaller, the number of steps in an epoch is a quotient rounded "
        "*up*. If it is left out, the same quotient is rounded down.",
        "In Python `a // b` rounds down; `-(-a // b)`, or `math.ceil(a / b)`, rounds up. Finished "
        "epochs are rounded down once more.",
    ),
)  # fmt: skip

# --- pb-P3 ----------------------------------------------------------------------------------------

_SIZES = ((23, 5), (12, 4), (7, 7), (6, 1))
"""Numbers of examples, and batch sizes, to see the form of a result."""

_FEW_DEALT, _MANY_DEALT, _FEW_DRAWN, _MANY_DRAWN = (5, 2), (40, 8), (3, 2), (9, 8)
"""Sizes to be asked for often: with few outcomes, to count each, and with room for small biases."""

_TIMES = 600
"""How often each of those is asked for."""


class Draw(NamedTuple):
    """What a student's sampler made of a Generator: batches of these lengths, in one array."""

    size: tuple
    lengths: list
    joined: np.ndarray


@dataclass(frozen=True, kw_only=True)
class SamplingPart(Part):
    """A function of (n_examples, batch_size, rng), judged by what its results have in common.

    There is no one right result, so each misconception is `shown_by` all the Draws together.

    read : from what the function returned to a list of batches; it may raise Rejected
    often : the sizes that are asked for often
    laws : functions of all the Draws that say what comes too often or too seldom, or None
    """

    read: Callable
    often: tuple
    laws: tuple

    def mark(self, answer, rng):
        seed, *seeds = rng.integers(2**32, size=1 + len(self.often)).tolist()
        draws = [self._once(answer, size, seed) for size in (_SIZES[0], *_SIZES)]  # one twice
        for size, seed in zip(self.often, seeds, strict=True):
            draws += self._often(answer, size, seed)
        for known in self.misconceptions:
            if known.shown_by(draws):
                return 0.0, known.message
        for law in self.laws:
            if told := law(draws):
                return 0.0, told
        return 1.0, f"Every property holds in {len(draws)} draws."

    def _once(self, function, size, seed):
        return self._draw(size, call(function, _given(size, seed)))

    def _often(self, function, size, seed):
        """Many Draws from one Generator, in one call: the care around a call takes time."""

        def again(*given):
            try:
                return [self._draw(size, function(*given)) for _ in range(_TIMES)]
            except Rejected as rejected:  # lest it passes for an error in the student's code
                return rejected

        draws = call(again, _given(size, seed))
        if isinstance(draws, Rejected):
            raise draws
        return draws

    def _draw(self, size, value):
        batches = self.read(value)
        joined = np.concatenate([*batches, []]).astype(int)  # a copy: a function may use it again
        return Draw(size, [len(batch) for batch in batches], joined)


def _given(size, seed):
    n_examples, batch_size = size
    rng = np.random.default_rng(seed)
    return {"n_examples": n_examples, "batch_size": batch_size, "rng": rng}


def _as_epoch(value):
    if not isinstance(value, (list, tuple, np.ndarray)):
        kind = type(value).__name__
        raise Rejected(Status.NOT_YET, f"Expected a list of batches, got an object of type {kind}.")
    if len(value) and all(isinstance(entry, (int, np.integer)) for entry in value):
        told = "You return all indices in one list. Cut it into batches, one array for each."
        raise Rejected(Status.NOT_YET, told)
    return [_as_batch(batch, "One of your batches") for batch in value]


def _one_batch(value):
    if isinstance(value, (list, tuple)) and any(map(np.ndim, value)):
        told = "You return a list of arrays. One batch is asked for: a single array of indices."
        raise Rejected(Status.NOT_YET, told)
    return [_as_batch(value, "Your batch")]


def _as_batch(value, what):
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype == int:
        return value
    with np.errstate(invalid="ignore"):  # an integer beyond int64 comes out below zero
        return as_indices(value, what)


def _right_lengths(draw):
    n_examples, batch_size = draw.size
    rest = n_examples % batch_size
    return [batch_size] * (n_examples // batch_size) + [rest] * (rest > 0)


def _full(draw):
    """True if every batch is of the full size."""
    return set(draw.lengths) <= {draw.size[1]}


def _distinct(draw):
    return len(set(draw.joined.tolist()))


def _outside(draws):
    return any((d.joined < 0).any() or (d.joined >= d.size[0]).any() for d in draws)


def _not_reproducible(draws):
    return not np.array_equal(draws[0].joined, draws[1].joined)


def _rows(draws, size):
    """The indices of all Draws of this size, a row for each: an array (_TIMES, indices)."""
    return np.array([draw.joined for draw in draws if draw.size == size])


def _always_the_same(draws):
    """At every size that is asked for more than once."""
    seen = Counter(draw.size for draw in draws)
    many = [_rows(draws, size) for size, times in seen.items() if times == _TIMES]
    return all((rows == rows[0]).all() for rows in many)


def _strays(square, degrees):
    """True if a sum of squares, chi-square with so many degrees, is too large to be chance.

    Chance alone exceeds this limit less than once in ten million times (Laurent and Massart, 2000,
    lemma 1: with probability exp(-x) at most).
    """
    x = np.log(1e7)
    return square > degrees + 2 * np.sqrt(degrees * x) + 2 * x


def _outcomes(draws, size):
    """How often each outcome came about, whatever the order inside the batches: a Counter."""
    return Counter(_outcome(row, size[1]) for row in _rows(draws, size).tolist())


def _outcome(indices, batch_size):
    return tuple(tuple(sorted(batch)) for batch in _split(indices, batch_size))


def _uneven_outcomes(draws, size, expected, what):
    """What to say if not every outcome comes about as often as it should.

    expected : outcome -> its probability, for all that are possible
    """
    counts = _outcomes(draws, size)
    shortfall = {one: counts[one] - _TIMES * chance for one, chance in expected.items()}
    square = sum(shortfall[one] ** 2 / (_TIMES * expected[one]) for one in expected)
    if not _strays(square, len(expected) - 1):
        return None
    often, seldom = max(shortfall, key=shortfall.get), min(shortfall, key=shortfall.get)
    return (
        f"With n_examples = {size[0]}, batch_size = {size[1]}, {_TIMES} times: {what} "
        f"{_shown(often)} comes up {counts[often]} times, and {_shown(seldom)} "
        f"{_so_often(counts[seldom])}. Fair chance would give about "
        f"{_TIMES * expected[often]:.0f} and {_TIMES * expected[seldom]:.0f}. "
        "(The order inside a batch does not count.)"
    )


def _shown(outcome):
    batches = [list(batch) for batch in outcome]
    return f"{batches[0] if len(batches) == 1 else batches}"


# What an epoch shows


def _epochs_of(n_examples, batch_size):
    """Every way to deal out a few examples, and its probability."""
    orders = permutations(range(n_examples))
    ways = {_outcome(order, batch_size) for order in orders}
    return dict.fromkeys(ways, 1 / len(ways))


def _uneven_epochs(draws):
    return _uneven_outcomes(draws, _FEW_DEALT, _epochs_of(*_FEW_DEALT), "the epoch")


def _moves(draws):
    """[h, k]: how often an example that batch h would hold unshuffled is dealt into batch k."""
    n_examples, batch_size = _MANY_DEALT
    into = np.argsort(_rows(draws, _MANY_DEALT)) // batch_size
    n_batches = n_examples // batch_size
    return np.array(
        [
            np.bincount(into[:, first : first + batch_size].ravel(), minlength=n_batches)
            for first in range(0, n_examples, batch_size)
        ]
    )


def _moves_stray(moves, chance):
    """True if the moves are not those of a shuffle whose place j holds i with chance[i, j]."""
    return _strays(_square_of_moves(moves, chance), (len(moves) - 1) ** 2)


def _square_of_moves(moves, chance):
    """Chi-square for a fair shuffle.

    Its indicators of "i is at place j" have the covariance 1 / (n - 1) in all directions that keep
    the sums of rows and of columns; a block of b by b of them has b² times that.
    """
    n_examples, batch_size = _MANY_DEALT
    blocks = chance.reshape(len(moves), batch_size, len(moves), batch_size).sum((1, 3))
    return (n_examples - 1) / (batch_size**2 * _TIMES) * ((moves - _TIMES * blocks) ** 2).sum()


def _fair(n_examples):
    return np.full((n_examples, n_examples), 1 / n_examples)


def _swapped_with_any(n_examples):
    """chance[i, j] that i ends at place j if places 0, 1, ... are each swapped with any place."""
    chance = np.eye(n_examples)
    for place in range(n_examples):
        swapped = chance.copy()
        swapped[:, place] = chance.mean(1)
        others = np.arange(n_examples) != place
        swapped[:, others] += (chance[:, [place]] - chance[:, others]) / n_examples
        chance = swapped
    return chance


def _swaps_with_any(draws):
    """Does it move examples as the shuffle does that swaps each place with any, up or down?"""
    moves, chance = _moves(draws), _swapped_with_any(_MANY_DEALT[0])
    return _moves_stray(moves, _fair(_MANY_DEALT[0])) and not (
        _moves_stray(moves, chance) and _moves_stray(moves, chance[::-1, ::-1])
    )


def _uneven_moves(draws):
    moves, (n_examples, batch_size) = _moves(draws), _MANY_DEALT
    if not _moves_stray(moves, _fair(n_examples)):
        return None
    h, k = np.unravel_index(np.abs(moves - moves.mean()).argmax(), moves.shape)
    return (
        f"With n_examples = {n_examples}, batch_size = {batch_size}, {_TIMES} times: the examples "
        f"{batch_size * h} to {batch_size * (h + 1) - 1} come into batch {k + 1} of {len(moves)} "
        f"{moves[h, k]} times in all. Fair chance would give about {moves.mean():.0f}."
    )


def _first_batch_alone_is_fair(draws):
    """Is the first batch as likely to hold any example, and a later one is not?"""
    moves = _moves(draws)
    first = ((moves[:, 0] - moves.mean()) ** 2 / moves.mean()).sum()
    return _moves_stray(moves, _fair(_MANY_DEALT[0])) and first < 4 * (len(moves) - 1)


def _same_sets(draws):
    return len(_outcomes(draws, _MANY_DEALT)) == 1


def _neighbours_together(draws):
    """Are examples that lie side by side in the data in one batch at least twice too often?"""
    n_examples, batch_size = _MANY_DEALT
    into = np.argsort(_rows(draws, _MANY_DEALT)) // batch_size
    return (np.diff(into) == 0).mean() > 2 * (batch_size - 1) / (n_examples - 1)


def _share_at_the_end(draws):
    """In which share of the epochs of five is the last example the one that is left over?"""
    return (_rows(draws, _FEW_DEALT)[:, -1] == _FEW_DEALT[0] - 1).mean()


# What a batch drawn with replacement shows


def _batches_of(n_examples, batch_size):
    """Every batch that can be drawn, sorted, and its probability."""
    draws = product(range(n_examples), repeat=batch_size)
    counts = Counter(_outcome(draw, batch_size) for draw in draws)
    return {batch: count / n_examples**batch_size for batch, count in counts.items()}


def _uneven_contents(draws):
    return _uneven_outcomes(draws, _FEW_DRAWN, _batches_of(*_FEW_DRAWN), "the batch")


def _counts(draws):
    """How often each example is drawn in all."""
    return np.bincount(_rows(draws, _MANY_DRAWN).ravel(), minlength=_MANY_DRAWN[0])


def _counts_stray(counts, chance):
    expected = counts.sum() * chance
    return _strays(((counts - expected) ** 2 / expected).sum(), len(counts) - 1)


def _uneven_counts(draws):
    counts, (n_examples, batch_size) = _counts(draws), _MANY_DRAWN
    if not _counts_stray(counts, np.full(n_examples, 1 / n_examples)):
        return None
    often, seldom = counts.argmax(), counts.argmin()
    return (
        f"With n_examples = {n_examples}, batch_size = {batch_size}, {_TIMES} times: the index "
        f"{often} is drawn {counts[often]} times in all, and {seldom} is "
        f"{_so_often(counts[seldom], 'drawn')}. Fair chance would give each about "
        f"{counts.mean():.0f}."
    )


def _so_often(count, done=""):
    return f"{done} {count} times".lstrip() if count else f"never {done}".rstrip()


def _halves_the_ends(draws):
    """Are the first and the last drawn half as often as the others, as rounding makes them?"""
    counts = _counts(draws)
    chance = np.full(len(counts), 1 / (len(counts) - 1))
    chance[[0, -1]] /= 2
    return _counts_stray(counts, np.full(len(counts), 1 / len(counts))) and not _counts_stray(
        counts, chance
    )


def _steps(draws):
    """From each index of a batch to the next one, round the end of the data."""
    return np.diff(_rows(draws, _MANY_DRAWN)) % _MANY_DRAWN[0]


def _uneven_repeats(draws):
    """Are two entries of a batch the same example too often or too seldom for chance? 6 sigma."""
    same = np.array([a == b for a, b in combinations(_rows(draws, _MANY_DRAWN).T, 2)])
    chance = 1 / _MANY_DRAWN[0]
    spread = np.sqrt(same.size * chance * (1 - chance))
    return bool(abs(same.sum() - same.size * chance) > 6 * spread)


# Samplers that are wrong


def _split(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


def _dealt_by_swaps(partner):
    """Dealt from an order in which place i is swapped with place partner(i, n, rng), i = 0, 1, …"""

    def deal(n, size, rng):
        order = np.arange(n)
        for i in range(n):
            j = partner(i, n, rng)
            order[[i, j]] = order[[j, i]]
        return _split(order, size)

    return deal


def _rest_in_order(n, size, rng):
    order = rng.permutation(n)
    return _split(np.concatenate([order[:size], np.sort(order[size:])]), size)


def _one_again(n, size, rng):
    """Every other index, on average, is the first one again."""
    return np.where(rng.random(size) < 0.5, rng.integers(n), rng.integers(n, size=size))


def _never_twice_running(n, size, rng):
    return np.cumsum(np.append(rng.integers(n), rng.integers(1, n, size - 1))) % n


_OUTSIDE = (
    "Some of your indices lie outside the data: the first example has the index 0, and the last "
    "one n_examples - 1."
)
_SAME = "Your result is the same for every Generator: is anything drawn from `rng`?"
_OWN_CHANCE = (
    "Given the same Generator twice, your function gives two results: take all random numbers from "
    "`rng`, not from a source of your own."
)


def _gradients(rng):
    by_hand = {"gradients": np.array([[1.0, 0.0], [3.0, 2.0], [8.0, 1.0]]), "n_examples": 8}
    drawn = [
        {"gradients": rng.normal(size=shape).round(1), "n_examples": int(rng.integers(30, 100))}
        for shape in ((1, 2), (2, 2), (5, 3), (20, 2))
    ]
    return [by_hand, *drawn]


def _estimate(gradients, n_examples):
    return n_examples / len(gradients) * gradients.sum(axis=0)


pb_P3 = Problem(
    id="pb-P3",
    title="Batches that are right on average",
    text=r"""
A batch of $B$ examples stands for all $I$ of them. Write two ways to choose batches. Both take
their random numbers from `rng`, a `np.random.Generator`, and from nothing else.

1. `deal(n_examples, batch_size, rng)`: one epoch *without* replacement, a list of arrays of
   indices. Each index from 0 to `n_examples - 1` occurs exactly once, in random order. All batches
   have `batch_size` entries but for the last, which holds what is left.
2. `draw(n_examples, batch_size, rng)`: one batch *with* replacement, an array of `batch_size`
   indices. Each is equally likely to be any of the examples, whatever the others are.
3. `estimate(gradients, n_examples)`: from the gradients $\partial\ell_i/\partial\phi$ of a batch,
   one row for each of its examples, shape `(B, P)`, an estimate of the gradient of the whole loss,
   the *sum* over all $I$ examples, shape `(P,)`. All rows count alike. On average over the batches
   it must be right: it is then called *unbiased*.
4. `unbiased`: is this an unbiased estimate of that gradient, `True` or `False`? `"sum"`: the sum
   over a random batch, as in equation 6.10. `"scaled, without"` and `"scaled, with"`: your estimate
   from a batch drawn without and with replacement. `"scaled, fixed"`: your estimate from the first
   $B$ examples, at every step the same.

Parts 1 and 2 are asked for hundreds of times, and judged by what all the results have in common.
The order inside a batch does not matter.
""",
    parts=(
        SamplingPart(
            name="deal",
            out_of=3,
            read=_as_epoch,
            often=(_FEW_DEALT, _MANY_DEALT),
            laws=(_uneven_epochs, _uneven_moves),
            misconceptions=(
                Misconception(
                    lambda n, size, rng: _split(rng.permutation(n) + 1, size), _OUTSIDE, _outside
                ),
                Misconception(
                    lambda n, size, rng: np.array_split(rng.permutation(n), size),
                    "You make as many batches as a batch should have examples: `batch_size` is the "
                    "size of each.",
                    lambda draws: all(len(draw.lengths) == draw.size[1] for draw in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(rng.permutation(n)[: n // size * size], size),
                    "Where the batch size does not divide the number of examples, some are left "
                    "out of your epoch: put them into a smaller last batch.",
                    lambda draws: any(_full(d) and 0 < len(d.joined) < d.size[0] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(
                        np.resize(rng.permutation(n), -(-n // size) * size), size
                    ),
                    "Your last batch is filled up: let it be smaller, where the batch size does "
                    "not divide the number of examples.",
                    lambda draws: any(_full(d) and len(d.joined) > d.size[0] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(rng.permutation(n)[::-1], size)[::-1],
                    "Your smaller batch is not the last one of the epoch.",
                    lambda draws: (
                        all(sorted(d.lengths) == sorted(_right_lengths(d)) for d in draws)
                        and any(d.lengths != _right_lengths(d) for d in draws)
                    ),
                ),
                Misconception(
                    lambda n, size, rng: np.array_split(rng.permutation(n), -(-n // size)),
                    "Your batches are not of the sizes that were asked for: `batch_size` examples "
                    "in each but the last, and there what is left.",
                    lambda draws: any(d.lengths != _right_lengths(d) for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(rng.integers(n, size=n), size),
                    "Some examples occur twice in your epoch, and others not at all: each must "
                    "occur exactly once, as in drawing without replacement.",
                    lambda draws: any(_distinct(d) < d.size[0] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(np.arange(n), size), _SAME, _always_the_same
                ),
                Misconception(
                    lambda n, size, rng: _split(np.random.default_rng().permutation(n), size),
                    _OWN_CHANCE,
                    _not_reproducible,
                ),
                Misconception(
                    lambda n, size, rng: [rng.permutation(b) for b in _split(np.arange(n), size)],
                    "Your batches hold the same examples in every epoch, and only their order "
                    "inside a batch is random. Shuffle all the examples before you cut.",
                    _same_sets,
                ),
                Misconception(
                    _dealt_by_swaps(lambda i, n, rng: rng.integers(i, max(n - 1, i + 1))),
                    "With n_examples = 5, batch_size = 2, the example 4 is left over for the last "
                    "batch every time: it cannot move in your shuffle. (If you draw places by "
                    "`rng.integers`: its upper end is excluded.)",
                    lambda draws: _share_at_the_end(draws) == 1,
                ),
                Misconception(
                    _dealt_by_swaps(lambda i, n, rng: rng.integers(min(i + 1, n - 1), n)),
                    "With n_examples = 5, batch_size = 2, the example 4 is never left over for the "
                    "last batch: it cannot stay in its place. In a fair shuffle a place may be "
                    "swapped with itself.",
                    lambda draws: _share_at_the_end(draws) == 0,
                ),
                Misconception(
                    _dealt_by_swaps(lambda i, n, rng: rng.integers(n)),
                    "Some examples come into some batches more often than others, just as if each "
                    "place were swapped with any of the places: that makes n to the power n "
                    "equally likely ways, which do not share out evenly among the n! orders. Swap "
                    "place i with one from i on, so that a place that is settled stays so.",
                    _swaps_with_any,
                ),
                Misconception(
                    _rest_in_order,
                    "Each example is as likely as any other to be in the first batch, but not in "
                    "the later ones: what is left must be in random order, too.",
                    _first_batch_alone_is_fair,
                ),
                Misconception(
                    lambda n, size, rng: _split(np.roll(np.arange(n), rng.integers(n)), size),
                    "Examples that lie side by side in the data mostly come into the same batch: "
                    "shuffle the single examples, not blocks of them, and do more than turn their "
                    "order round.",
                    _neighbours_together,
                ),
            ),
        ),
        SamplingPart(
            name="draw",
            out_of=2,
            read=_one_batch,
            often=(_FEW_DRAWN, _MANY_DRAWN),
            laws=(_uneven_counts, _uneven_contents),
            misconceptions=(
                Misconception(
                    lambda n, size, rng: rng.integers(size, size=n),
                    "Your batch holds `n_examples` indices, each below `batch_size`: the two have "
                    "changed places.",
                    lambda draws: all(
                        len(d.joined) == d.size[0] and (d.joined < d.size[1]).all() for d in draws
                    ),
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(size, size=size),
                    "No index of yours reaches `batch_size`: draw from all `n_examples`.",
                    lambda draws: (
                        all((d.joined < d.size[1]).all() for d in draws)
                        and all(len(d.joined) == d.size[1] for d in draws)
                        and not _always_the_same(draws)
                    ),
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(n, size=n),
                    "Your batch holds `n_examples` indices. It should hold `batch_size`.",
                    lambda draws: all(len(d.joined) == d.size[0] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(n, size=size + 1),
                    "Your batch does not hold `batch_size` indices.",
                    lambda draws: any(len(d.joined) != d.size[1] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(1, n + 1, size), _OUTSIDE, _outside
                ),
                Misconception(lambda n, size, rng: np.arange(size), _SAME, _always_the_same),
                Misconception(
                    lambda n, size, rng: np.random.default_rng().integers(n, size=size),
                    _OWN_CHANCE,
                    _not_reproducible,
                ),
                Misconception(
                    lambda n, size, rng: np.full(size, rng.integers(n)),
                    "All indices of your batch are the same: draw each of them anew.",
                    lambda draws: all(_distinct(draw) == 1 for draw in draws),
                ),
                Misconception(
                    lambda n, size, rng: (rng.integers(n) + np.arange(size)) % n,
                    "Only the first index of your batch is random; the others follow it, always "
                    "by the same steps. Draw each of them anew.",
                    lambda draws: len(np.unique(_steps(draws), axis=0)) == 1,
                ),
                Misconception(
                    lambda n, size, rng: rng.permutation(n)[:size],
                    "In none of your batches does an example occur twice: this is drawn without "
                    "replacement.",
                    lambda draws: all(_distinct(draw) == draw.size[1] for draw in draws),
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(n - 1, size=size),
                    "The last example is never drawn: is the upper end that you give excluded "
                    "already, as it is in `rng.integers`?",
                    lambda draws: _counts(draws)[-1] == 0,
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(1, n, size),
                    "The example 0 is never drawn: indices begin at 0, not at 1.",
                    lambda draws: _counts(draws)[0] == 0,
                ),
                Misconception(
                    lambda n, size, rng: np.round(rng.random(size) * (n - 1)).astype(int),
                    "The first and the last example are drawn half as often as each of the others. "
                    "Rounding to the nearest does that: only half as wide a range is rounded to "
                    "either end.",
                    _halves_the_ends,
                ),
                Misconception(
                    _never_twice_running,
                    "No index of yours is ever the same as the one before it: each must be drawn "
                    "from all examples alike, whatever the others are.",
                    lambda draws: (_steps(draws) != 0).all(),
                ),
                Misconception(
                    _one_again,
                    "An example that is in your batch already comes again too often or too seldom: "
                    "draw each index from all examples alike, whatever the others are.",
                    lambda draws: not _uneven_counts(draws) and _uneven_repeats(draws),
                ),
            ),
        ),
        FunctionPart(
            name="estimate",
            out_of=2,
            right=_estimate,
            inputs=_gradients,
            result="the estimate",
            misconceptions=(
                Misconception(
                    lambda gradients, n: gradients.sum(axis=0),
                    "This is the sum over the batch. On average it is only a share of the sum over "
                    "all examples: which?",
                ),
                Misconception(
                    lambda gradients, n: gradients.mean(axis=0),
                    "This is the mean over the batch. On average it is the mean over all examples, "
                    "but the loss here is their sum.",
                ),
                Misconception(
                    lambda gradients, n: gradients.mean(axis=0) * len(gradients) ** 2 / n,
                    "The factor is upside down: a batch has fewer examples than the whole, so its "
                    "sum must be made larger.",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=0) / n,
                    "You divide the sum over the batch by the number of all examples, as if it "
                    "were the sum over all, and the mean were asked for.",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=0) * n,
                    "Too large by the size of the batch: each of its examples stands for only some "
                    "of the others, not for all.",
                ),
                Misconception(
                    lambda gradients, n: gradients.mean(axis=0) * n / len(gradients),
                    "Too small by the size of the batch: you divide by it twice.",
                ),
                Misconception(
                    lambda gradients, n: n // len(gradients) * gradients.sum(axis=0),
                    "Your factor is rounded down to a whole number. The number of examples need "
                    "not be a multiple of the batch: `//` for `/`?",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=0) * n / max(len(gradients) - 1, 1),
                    "You divide by one less than the number of rows. That is for the variance; "
                    "the mean divides by their number.",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=0) * n / gradients.shape[1],
                    "You divide by the number of columns, that is, of parameters. The examples of "
                    "the batch are the rows.",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=0) * n / gradients.size,
                    "You divide by the number of all entries. The mean over the batch divides by "
                    "the number of its rows.",
                ),
                Misconception(
                    lambda gradients, n: np.median(gradients, axis=0) * n,
                    "You scale the median of the batch. On average it is not that of the whole: "
                    "take the mean.",
                ),
                Misconception(
                    lambda gradients, n: gradients[0] * n,
                    "You use the first row alone. On average that is right, too, but it throws "
                    "away the other examples of the batch.",
                ),
                Misconception(
                    lambda gradients, n: -gradients.mean(axis=0) * n,
                    "The right size and the wrong sign: the gradient was asked for, not the step.",
                ),
                Misconception(
                    lambda gradients, n: gradients * n / len(gradients),
                    "You return one row for each example of the batch; add them up.",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=1) * n / len(gradients),
                    "You add up the entries of each gradient. Add up the examples: the rows.",
                ),
                Misconception(
                    lambda gradients, n: gradients.mean(axis=1) * n,
                    "You average the entries of each gradient. Average over the examples: the "
                    "rows.",
                ),
                Misconception(
                    lambda gradients, n: gradients.mean() * n,
                    "You average all entries, those of different parameters too. Average over the "
                    "examples alone, along the first axis.",
                ),
            ),
        ),
        ChoicesPart(
            name="unbiased",
            out_of=2,
            choices={
                "sum": Choice(
                    False,
                    {
                        True: "its direction is right on average, but it is too short: a batch is "
                        "only a part of the data. (The rate can make up for that, so descent does "
                        "not mind.)"
                    },
                ),
                "scaled, without": Choice(
                    True,
                    {
                        False: "the examples of a batch depend on each other then, but an average "
                        "of a sum does not mind: how likely is each example to be in the batch?"
                    },
                ),
                "scaled, with": Choice(
                    True,
                    {
                        False: "an example may occur twice, and others not at all. But how often "
                        "does each occur on average?"
                    },
                ),
                "scaled, fixed": Choice(
                    False,
                    {
                        True: "nothing is random here, so the average is the estimate itself: does "
                        "it know the examples outside of the batch?"
                    },
                ),
            },
        ),
    ),
    hints=(
        "Shuffle all indices once, then cut the shuffled array into pieces. A slice that reaches "
        "beyond the end of an array is simply shorter.",
        "`rng.permutation(n)` shuffles, and `rng.integers(n, size=k)` draws from 0 to n - 1 with "
        "replacement.",
        "For the estimate, take a batch of a single example, each equally likely. What is its "
        "gradient on average? By what must it be multiplied, and by what if the batch has two?",
    ),
)

# --- pb-F5.1 --------------------------------------------------------------------------------------


def _halved(
    losses, initial, patience, lowest=True, reset=True, early=False, ties=False, late=False
):
    """The rate after each epoch; each keyword makes one mistake, or not."""
    best, stalled, rate, rates = np.inf, 0, initial, []
    for loss in losses:
        better = loss <= best if ties else loss < best
        stalled = 0 if better else stalled + 1
        best = min(best, loss) if lowest else loss
        if late:
            rates.append(rate)
        if stalled > patience - early:
            rate, stalled = rate / 2, 0 if reset else stalled
        if not late:
            rates.append(rate)
    return np.array(rates)


def _mistaken_watch(**mistakes):
    return lambda losses, initial, patience: _halved(losses, initial, patience, **mistakes)


def _validation_losses(rng):
    by_hand = [
        ([5, 3, 4, 4, 4, 4, 4], 0.8, 1),
        ([5, 1, 4, 3, 2, 3, 2, 3], 0.8, 1),
        ([4, 2, 2, 2, 1, 1, 1, 1], 0.4, 2),
        ([3, 4, 5], 0.4, 0),
        ([9, 8, 7, 6, 5], 0.1, 0),
        ([2, 3, 3, 3, 3, 1, 2, 2, 2, 2, 2], 0.8, 2),
    ]
    drawn = [(rng.integers(1, 9, size=12).tolist(), 0.8, patience) for patience in (1, 2)]
    names = "losses", "initial", "patience"
    cases = [(np.array(losses, float), *rest) for losses, *rest in (*by_hand, *drawn)]
    return [dict(zip(names, case, strict=True)) for case in cases]


pb_F5_1 = Problem(
    id="pb-F5.1",
    title="A watch that halves too often",
    text=r"""
Here is the rule that it should be. After each epoch look at the validation loss. If it is lower
than *all* before (the first always is), the count of bad epochs goes to 0, else it goes up by one.
When the count exceeds `patience`, halve the rate, and count from 0 again.

And this is what somebody wrote. It runs, and it halves at the wrong times. It has three faults.

```python
def rates(losses, initial, patience):
    best, bad, rate, used = np.inf, 0, initial, []
    for loss in losses:
        if loss < best:
            bad = 0
        else:
            bad = bad + 1
        best = loss
        if bad >= patience:
            rate = rate / 2
        used.append(rate)
    return np.array(used)
```

Repair it: `rates(losses, initial, patience)` returns the rate after each look, an array as long as
`losses`. Before you start, lay out on paper what the rule does with the losses 5, 3, 4, 4, 4, 4, 4,
the first rate 0.8 and a patience of 1.
""",
    parts=(
        FunctionPart(
            name="rates",
            out_of=3,
            right=_halved,
            inputs=_validation_losses,
            result="the list of rates",
            misconceptions=(
                Misconception(
                    _mistaken_watch(lowest=False, early=True, reset=False),
                    "That does what the code above does. Which loss does it compare with? All "
                    "three faults are left.",
                ),
                Misconception(
                    _mistaken_watch(lowest=False),
                    "You compare each loss with the one before. A loss may be lower than that and "
                    "still be no record.",
                ),
                Misconception(
                    _mistaken_watch(early=True),
                    "You halve when the count reaches the patience: that is one bad epoch too "
                    "soon.",
                ),
                Misconception(
                    _mistaken_watch(reset=False),
                    "After a halving your count goes on from where it was, so the next bad epoch "
                    "halves at once.",
                ),
                Misconception(
                    _mistaken_watch(lowest=False, early=True),
                    "One fault of the three is mended: the count begins anew. Two are left: what "
                    "is compared, and when the patience is over.",
                ),
                Misconception(
                    _mistaken_watch(lowest=False, reset=False),
                    "One fault of the three is mended: when the patience is over. Two are left: "
                    "what is compared, and what becomes of the count.",
                ),
                Misconception(
                    _mistaken_watch(early=True, reset=False),
                    "One fault of the three is mended: what is compared. Two are left: when the "
                    "patience is over, and what becomes of the count.",
                ),
                Misconception(
                    _mistaken_watch(ties=True),
                    "A loss that equals the lowest is no new lowest one: it is a bad epoch.",
                ),
                Misconception(
                    _mistaken_watch(late=True),
                    "Right, but one epoch late: the rate *after* each look was asked for.",
                ),
                Misconception(
                    lambda losses, initial, patience: np.full(len(losses), initial),
                    "Your rate never falls.",
                ),
            ),
        ),
    ),
    hints=(
        "Run the code on the small example, and print `best` and `bad` in each turn. Where do they "
        "part from your paper?",
        "The example shows two of the faults. For the third take the losses 5, 1, 4, 3, 2: is the "
        "last one a record?",
    ),
)

# --- pb-F5.2 --------------------------------------------------------------------------------------


def _excess_after(curvature, noise, start, rate, steps):
    square = start**2
    for _ in range(steps):
        square = (1 - rate * curvature) ** 2 * square + (rate * noise) ** 2
    return curvature * square / 2


def _noisy_bowls(rng):
    by_hand = [(2.0, 2.0, 3.0, 0.25, 2), (1.0, 0.0, 2.0, 0.5, 1), (1.0, 1.0, 0.0, 0.5, 1)]
    drawn = [
        (*rng.uniform(0.2, 3, 3).round(1).tolist(), round(rng.uniform(0.05, 0.3), 2), steps)
        for steps in (0, 5, 40)
    ]
    names = "curvature", "noise", "start", "rate", "steps"
    return [dict(zip(names, case, strict=True)) for case in (*by_hand, *drawn)]


def _budgets(rng):
    cases = [(1.0, 1.0, 5.0, 20), (0.2, 0.5, 10.0, 100), (4.0, 2.0, 1.0, 1)]
    cases += [(*rng.uniform(0.3, 3, 3).round(1).tolist(), int(rng.integers(5, 80)))]
    names = "curvature", "noise", "start", "steps"
    return [dict(zip(names, case, strict=True)) for case in cases]


def _candidates(curvature):
    """Rates up to the border 2/λ, 0.2 % apart."""
    return 2 / curvature * 0.998 ** np.arange(1, 4000)


def _best_rate(curvature, noise, start, steps):
    rates = _candidates(curvature)
    return rates[np.argmin(_excess_after(curvature, noise, start, rates, steps))]


def _what_is_wrong(times_the_best):
    if 0.8 < times_the_best < 1.25:
        return "You are near it: try rates that are closer together."
    if times_the_best > 1:
        return "Yours stays on a high plateau."
    return "Yours has not come far enough."


def _is_best(given, rate):
    rate, lowest = float(rate), _best_rate(*given.values())
    curvature, noise, start, steps = given.values()

    def left(rate):
        return _excess_after(curvature, noise, start, rate, steps)

    if not 0 < rate < 2 / curvature:
        return False, f"your rate is {show_value(rate)}; expected one above 0 and below 2/λ."
    told = f"your rate {show_value(rate)} leaves {left(rate):.4g} on average"
    if left(rate) <= 1.01 * left(lowest):
        return True, "Your rate leaves the least, or within a hundredth of it."
    return False, (
        f"{told}; a {'lower' if rate > lowest else 'higher'} one leaves {left(lowest):.4g}. "
        + _what_is_wrong(rate / lowest)
    )


pb_F5_2 = Problem(
    id="pb-F5.2",
    title="Rates by calculation",
    text=r"""
The loss is $\lambda\phi^2/2$, a parabola of curvature $\lambda$. To every slope chance adds a
number of mean 0 and standard deviation $s$, whatever $\phi$ is. A run starts at $\phi=$ `start`.
Its *excess* is the mean of the loss over all that chance may do.

1. `excess_after(curvature, noise, start, rate, steps)`: the excess after so many steps at a fixed
   rate, where `noise` is $s$. Derive it as in notebook 05, where $\lambda$ and $s$ were 1.
2. `best_rate(curvature, noise, start, steps)`: the fixed rate, above 0 and below $2/\lambda$, that
   leaves the smallest excess after just that many steps. Within a hundredth of the smallest is
   good enough. You may try many rates.
3. `c`: with $\alpha_t=c/t$ on a parabola of curvature $\lambda=0.5$ the excess falls as $A/t$ in
   the long run, and $A$ depends on $c$. Which $c$ makes $A$ smallest? (Pencil, paper, and a
   derivative.)
""",
    parts=(
        FunctionPart(
            name="excess",
            out_of=2,
            right=_excess_after,
            inputs=_noisy_bowls,
            result="the excess",
            misconceptions=(
                Misconception(
                    lambda *given: 2 / given[0] * _excess_after(*given),
                    "That is the mean of φ². The loss was asked for.",
                ),
                Misconception(
                    lambda *given: _excess_after(*given) / given[0],
                    "The loss has the curvature in front of φ²/2.",
                ),
                Misconception(
                    lambda curvature, noise, start, rate, steps: (
                        _excess_after(curvature, 0.0, start, rate, steps)
                    ),
                    "That is the loss without noise. Each step also adds some of it.",
                ),
                Misconception(
                    lambda curvature, noise, start, rate, steps: (
                        _excess_after(curvature, np.sqrt(noise), start, rate, steps)
                    ),
                    "`noise` is a standard deviation. What adds up are variances.",
                ),
                Misconception(
                    lambda curvature, noise, start, rate, steps: (
                        _excess_after(curvature, noise / np.sqrt(rate), start, rate, steps)
                    ),
                    "The step multiplies the noise by the rate: by what does that multiply its "
                    "variance?",
                ),
                Misconception(
                    lambda curvature, noise, start, rate, steps: (
                        _excess_after(curvature, noise, np.sqrt(abs(start)), rate, steps)
                    ),
                    "Begin with the square of the start.",
                ),
                Misconception(
                    lambda curvature, noise, start, rate, steps: (
                        _excess_after(curvature, curvature * noise, start, rate, steps)
                    ),
                    "The noise is added to the slope as it is: the curvature does not multiply it.",
                ),
            ),
        ),
        GoalPart(
            name="rate",
            out_of=3,
            right=_best_rate,
            inputs=_budgets,
            result="the rate",
            reached=_is_best,
            misconceptions=(
                Misconception(
                    lambda curvature, noise, start, steps: 1 / curvature,
                    "Without noise one such step would arrive. With it, your run never settles "
                    "lower than the noise of a single step.",
                ),
                Misconception(
                    lambda curvature, noise, start, steps: 1 / (curvature * steps),
                    "With such a rate about a third of the distance is left in the end, however "
                    "many steps there are.",
                ),
                Misconception(
                    lambda curvature, noise, start, steps: 1 / (curvature * np.sqrt(steps)),
                    "The root of the number of steps is a rule of thumb. It knows neither the "
                    "noise nor how far away the start is.",
                ),
                Misconception(
                    lambda curvature, noise, start, steps: (
                        _excess_after(
                            curvature, noise, start, _best_rate(curvature, noise, start, steps),
                            steps,
                        )
                    ),
                    "You return the smallest excess. The rate that leaves it was asked for.",
                ),
            ),
        ),
        ValuePart(
            name="c",
            right=2.0,
            misconceptions=(
                Misconception(
                    1.0, "At that border the start is just forgotten in time, and A is infinite."
                ),
                Misconception(0.5, "That is too small: the excess then falls more slowly."),
                Misconception(4.0, "Twice too large: the noise of each step is felt too long."),
            ),
        ),
    ),
    hints=(
        "Write one step: what is left of φ, and what the noise adds. Square it, and take the mean; "
        "the mixed term vanishes.",
        "For the rate, make an array of many between 0 and the border, ask `excess_after` of each, "
        "and take the one at the smallest. Mind that good rates may be small: 1000 of them do.",
        "Notebook 05 has the sum over all noise that came in: how does it depend on c and λ? Set "
        "its derivative by c to zero.",
    ),
)  # fmt: skip

# --- pb-F5.3 --------------------------------------------------------------------------------------


class MeteredPulls:
    """Sums of the gradients of single examples, as long as a budget lasts.

    StepLimit, when it is spent: its message is what the student reads.
    """

    def __init__(self, n, seed, budget):
        self.loss = LeastSquares(Linear(), *linear_data(n=n, seed=seed))
        self.budget, self.spent = budget, 0

    def __repr__(self):
        return f"the pulls of {self.loss.n_examples} examples"

    def __call__(self, phi, batch):
        batch = np.atleast_1d(np.asarray(batch, int))
        self.spent += batch.size
        if self.spent > self.budget:
            raise StepLimit(
                f"Your fit asks for more than its budget of {self.budget} gradients of examples. "
                "Count them: a batch of B costs B."
            )
        return self.loss.per_example_gradients(np.asarray(phi, float))[batch].sum(axis=0)


def _fits(rng):
    n, budget = 200, 4000
    return [
        {"pulls": MeteredPulls(n, luck, budget), "n_examples": n, "budget": budget, "luck": luck}
        for luck in rng.integers(1, 10_000, 3).tolist()
    ]


def _fit_on_a_budget(pulls, n_examples, budget, luck):
    """SVRG: a whole gradient every 20 batches of 10."""
    phi, everything = np.zeros(2), np.arange(n_examples)
    for t, batch in enumerate(Minibatches(10, luck).indices(n_examples)):
        if budget < pulls.spent + 20 + n_examples * (t % 20 == 0):
            return phi
        if t % 20 == 0:
            anchor, whole = phi, pulls(phi, everything)
        share = len(batch) / n_examples
        phi = phi - 0.03 * (pulls(phi, batch) - pulls(anchor, batch) + share * whole)


def _is_fitted(given, phi):
    loss = given["pulls"].loss
    lowest = descend(loss, LINE, GradientDescent(1e-3), steps=400, keep="last").final_loss
    above = float(loss(phi) - lowest)
    told = f"the loss of your parameters {show_value(phi)} is {above:.2g} above the lowest"
    if above <= 1e-3:
        return True, f"The last of them ends {max(above, 0):.1g} above the lowest loss."
    if not above < 1e3:
        return False, f"{told}: did the descent run away? Steps on sums are long."
    if above > 2:
        return False, f"{told}. It has not arrived: are the steps too short, or too few?"
    return False, (
        f"{told}, and 0.001 is allowed. It has arrived but not settled, or is still on its way: "
        "less noise at the end, or more steps from the same budget."
    )


pb_F5_3 = Problem(
    id="pb-F5.3",
    title="A line on a budget of gradients",
    text=r"""
Put it all together. Fit a line to 200 examples, from $\phi=[0,0]$, without ever seeing them: you
may only ask `pulls(phi, batch)`, which returns the sum of the gradients of the examples whose
indices are in `batch`, shape `(2,)`. Each index costs one, and after `budget` $=4000$ of them,
twenty passes, `pulls` refuses.

Write `fit(pulls, n_examples, budget, luck)`. It returns parameters, shape `(2,)`, with a loss (the
sum of squares) at most 0.001 above the lowest possible. Gradient descent cannot do that with
twenty whole gradients, nor, but for luck, can SGD at a fixed rate. Which batches, which rates, and
which rule are for you to choose. Take random numbers from `np.random.default_rng(luck)`, where
`luck` is an integer: the same call must give the same again.
""",
    parts=(
        GoalPart(
            name="fit",
            out_of=5,
            right=_fit_on_a_budget,
            inputs=_fits,
            result="the array of parameters",
            reached=_is_fitted,
            repeatable=True,
            misconceptions=(
                Misconception(lambda *given: np.zeros(2), "You return the start: nothing moved."),
                Misconception(
                    lambda *given: np.array(LINE),
                    "These are the parameters behind the data. The noise has moved the minimum: "
                    "fit the examples that you are given.",
                ),
                Misconception(
                    lambda *given: _fit_on_a_budget(*given)[::-1],
                    "The two have changed places: φ₀ comes first.",
                ),
                Misconception(
                    lambda *given: -_fit_on_a_budget(*given),
                    "Both parameters have the wrong sign: do your steps climb?",
                ),
            ),
        ),
    ),
    hints=(
        "Begin with plain SGD: your `deal`, batches of 10, a rate of 0.03. Print where it is after "
        "each pass: it arrives in the first few, and then jumps about.",
        "Either let the rate fall once it has arrived, or take SVRG's step, and count its price: "
        "two batches a step, and all examples for an anchor.",
    ),
)
