"""Problems for notebook 05: batches and epochs (pb-6.9, pb-P3)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from course_lib.batches import epochs_done, steps_per_epoch
from course_lib.problems.answers import Rejected, as_array, call
from course_lib.problems.parts import (
    Choice,
    ChoicesPart,
    FunctionPart,
    Misconception,
    Part,
    ValuePart,
)
from course_lib.problems.problem import Problem
from course_lib.problems.verdict import Status

# --- pb-6.9 ---------------------------------------------------------------------------------------

_STEPS, _BATCH = 1000, 20
_EVEN, _RAGGED = 100, 130
"""The numbers of examples: one that the batch size divides, one that it does not."""

_WORTH = _STEPS * _BATCH / _RAGGED


def _trainings(rng):
    by_hand = {"steps": 5, "n_examples": 10, "batch_size": 4}
    whole_epochs = {"steps": 60, "n_examples": 45, "batch_size": 15}
    drawn = []
    for batch_size in (3, 8, 32):
        n_examples = int(batch_size * rng.integers(5, 30) + rng.integers(1, batch_size))
        steps = int(rng.integers(1000, 5000))
        drawn.append({"steps": steps, "n_examples": n_examples, "batch_size": batch_size})
    nearly_nine = 9 * steps_per_epoch(drawn[0]["n_examples"], drawn[0]["batch_size"]) - 1
    return [by_hand, whole_epochs, *drawn, {**drawn[0], "steps": nearly_nine}]


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
   steps, a whole number, the smaller last batch included as in `ragged`.
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
            ),
        ),
        ValuePart(
            name="dropped",
            out_of=1,
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
                Misconception(_STEPS * _BATCH, "That is the number of examples used."),
            ),
        ),
        FunctionPart(
            name="epochs",
            out_of=2,
            right=epochs_done,
            inputs=_trainings,
            result="the number of epochs",
            misconceptions=(
                Misconception(
                    lambda steps, n, size: steps // (n // size),
                    "You leave out the smaller last batch: when the batch size does not divide the "
                    "number of examples, an epoch has one step more.",
                ),
                Misconception(
                    lambda steps, n, size: steps // (n // size + 1),
                    "Where the batch size divides the number of examples, there is no smaller "
                    "batch at the end: your epochs then have one step too many.",
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
                    lambda steps, n, size: steps / steps_per_epoch(n, size),
                    "The steps of an epoch are right. But only whole, finished epochs count: round "
                    "down.",
                ),
                Misconception(
                    lambda steps, n, size: -(-steps // steps_per_epoch(n, size)),
                    "You also count the epoch that is begun and not finished.",
                ),
                Misconception(
                    lambda steps, n, size: steps // steps_per_epoch(n, size) + 1,
                    "You count the epoch in which the next step would fall, as if from 1.",
                ),
                Misconception(
                    lambda steps, n, size: steps_per_epoch(n, size),
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
"""Numbers of examples, and batch sizes."""

_OFTEN, _CHANCES = (7, 3), 1000
"""A small case, drawn this many times to see how often each thing happens."""


class Draw(NamedTuple):
    """What a student's sampler made of a Generator: a list of batches, arrays of indices."""

    size: tuple
    batches: list


@dataclass(frozen=True, kw_only=True)
class SamplingPart(Part):
    """A function of (n_examples, batch_size, rng), judged by what its results have in common.

    There is no one right result, so each misconception is `shown_by` all the Draws together.

    read : from what the function returned to a list of batches; it may raise Rejected
    """

    read: Callable

    def mark(self, answer, rng):
        seeds = rng.integers(2**32, size=_CHANCES).tolist()
        cases = [(size, seeds[0]) for size in (_SIZES[0], *_SIZES)]  # the first one twice
        cases += [(_OFTEN, seed) for seed in seeds]
        draws = [self._draw(answer, *case) for case in cases]
        for known in self.misconceptions:
            if known.shown_by(draws):
                return 0.0, known.message
        return 1.0, f"Every property holds in {len(draws)} draws."

    def _draw(self, function, size, seed):
        n_examples, batch_size = size
        rng = np.random.default_rng(seed)
        given = {"n_examples": n_examples, "batch_size": batch_size, "rng": rng}
        return Draw(size, self.read(call(function, given)))


def _as_epoch(value):
    if not isinstance(value, (list, tuple, np.ndarray)):
        kind = type(value).__name__
        raise Rejected(Status.NOT_YET, f"Expected a list of batches, got an object of type {kind}.")
    return [_as_batch(batch) for batch in value]


def _as_batch(value):
    numbers = as_array(value, "A batch")
    if numbers.ndim != 1 or (numbers.size and np.asarray(value).dtype.kind not in "iu"):
        raise Rejected(Status.NOT_YET, "A batch is no list of indices, that is, of integers.")
    return np.asarray(value)


def _one_batch(value):
    return [_as_batch(value)]


def _lengths(draw):
    return [len(batch) for batch in draw.batches]


def _joined(draw):
    """All indices of a draw, in order."""
    return np.concatenate([*draw.batches, []]).astype(int)


def _full(draw):
    """True if every batch is of the full size."""
    return set(_lengths(draw)) <= {draw.size[1]}


def _outside(draws):
    return any((b < 0).any() or (b >= d.size[0]).any() for d in draws for b in d.batches)


def _always_the_same(draws):
    first, *others = (_joined(draw) for draw in draws if draw.size == _OFTEN)
    return all(np.array_equal(first, other) for other in others)


def _not_reproducible(draws):
    one, other = (_joined(draw) for draw in draws if draw.size == _SIZES[0])
    return not np.array_equal(one, other)


def _uneven(counts):
    """True if counts stray too far to be chance, for things that are equally likely: 6 sigma."""
    chance = 1 / len(counts)
    spread = np.sqrt(counts.sum() * chance * (1 - chance))
    return bool((np.abs(counts - counts.mean()) > 6 * spread).any())


def _wrong_lengths(draw):
    n_examples, batch_size = draw.size
    rest = n_examples % batch_size
    return _lengths(draw) != [batch_size] * (n_examples // batch_size) + [rest] * (rest > 0)


def _batch(draws, number):
    """One batch of each draw of the small case, an array (_CHANCES, its size)."""
    return np.array([d.batches[number] for d in draws if d.size == _OFTEN]).astype(int)


def _counts(batch):
    """How often each example is in the batch."""
    return np.bincount(batch.ravel(), minlength=_OFTEN[0])


def _uneven_pairs(draws):
    """Do some two examples meet in the first batch too often or too seldom?"""
    counts = np.zeros((_OFTEN[0], _OFTEN[0]))
    for pair in combinations(np.sort(_batch(draws, 0)).T, 2):
        np.add.at(counts, pair, 1)
    return _uneven(counts[np.triu_indices(_OFTEN[0], 1)])


def _uneven_batches(draws):
    """Is one of the batches made of some examples too often or too seldom? Its order is free."""
    return any(_uneven(_counts(_batch(draws, number))) for number in range(len(draws[-1].batches)))


def _uneven_repeats(draws):
    """Are two entries of a batch the same example too often or too seldom for chance? 6 sigma."""
    same = np.array([one == other for one, other in combinations(_batch(draws, 0).T, 2)])
    chance = 1 / _OFTEN[0]
    spread = np.sqrt(same.size * chance * (1 - chance))
    return bool(abs(same.sum() - same.size * chance) > 6 * spread)


def _one_again(n, size, rng):
    """Every other index, on average, is the first one again."""
    return np.where(rng.random(size) < 0.5, rng.integers(n), rng.integers(n, size=size))


def _rest_in_order(n, size, rng):
    order = rng.permutation(n)
    return _split(np.concatenate([order[:size], np.sort(order[size:])]), size)


def _split(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


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
    by_hand = {"gradients": np.array([[1.0, 0.0], [3.0, 2.0]]), "n_examples": 6}
    drawn = [
        {"gradients": rng.normal(size=shape), "n_examples": int(rng.integers(30, 100))}
        for shape in ((1, 2), (5, 3), (20, 2))
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
   the *sum* over all $I$ examples, shape `(P,)`. On average over the batches it must be right: it
   is then called *unbiased*.
4. `unbiased`: is this an unbiased estimate of that gradient, `True` or `False`? `"sum"`: the sum
   over a random batch, as in equation 6.10. `"scaled, without"` and `"scaled, with"`: your estimate
   from a batch drawn without and with replacement. `"scaled, fixed"`: your estimate from the first
   $B$ examples, at every step the same.

Parts 1 and 2 are drawn a thousand times and judged by what all the results have in common.
""",
    parts=(
        SamplingPart(
            name="deal",
            out_of=3,
            read=_as_epoch,
            misconceptions=(
                Misconception(
                    lambda n, size, rng: _split(rng.permutation(n) + 1, size), _OUTSIDE, _outside
                ),
                Misconception(
                    lambda n, size, rng: np.array_split(rng.permutation(n), size),
                    "You make as many batches as a batch should have examples: `batch_size` is the "
                    "size of each.",
                    lambda draws: all(len(draw.batches) == draw.size[1] for draw in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(rng.permutation(n)[: n // size * size], size),
                    "Where the batch size does not divide the number of examples, some are left "
                    "out of your epoch: put them into a smaller last batch.",
                    lambda draws: any(_full(d) and 0 < len(_joined(d)) < d.size[0] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: _split(
                        np.resize(rng.permutation(n), -(-n // size) * size), size
                    ),
                    "Your last batch is filled up with examples that the epoch has used already: "
                    "let it be smaller.",
                    lambda draws: any(_full(d) and len(_joined(d)) > d.size[0] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: np.array_split(rng.permutation(n), -(-n // size)),
                    "Your batches are not of the sizes that were asked for: `batch_size` examples "
                    "in each but the last, and there what is left.",
                    lambda draws: any(map(_wrong_lengths, draws)),
                ),
                Misconception(
                    lambda n, size, rng: _split(rng.integers(n, size=n), size),
                    "Some examples occur twice in your epoch, and others not at all: this is drawn "
                    "with replacement.",
                    lambda draws: any(len(np.unique(_joined(d))) < d.size[0] for d in draws),
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
                    lambda n, size, rng: _split(np.roll(np.arange(n), rng.integers(n)), size),
                    "Some examples meet in the first batch more often than others: every order of "
                    "the examples must be equally likely, not only those of blocks or neighbours.",
                    _uneven_pairs,
                ),
                Misconception(
                    _rest_in_order,
                    "Some examples are in one of the batches more often than others: each must be "
                    "as likely to come early as late, beyond the first batch, too.",
                    _uneven_batches,
                ),
            ),
        ),
        SamplingPart(
            name="draw",
            out_of=2,
            read=_one_batch,
            misconceptions=(
                Misconception(
                    lambda n, size, rng: rng.integers(1, n + 1, size), _OUTSIDE, _outside
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(n, size=n),
                    "Your batch does not hold `batch_size` indices.",
                    lambda draws: any(len(draw.batches[0]) != draw.size[1] for draw in draws),
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
                    lambda draws: all(len(np.unique(_joined(draw))) == 1 for draw in draws),
                ),
                Misconception(
                    lambda n, size, rng: rng.permutation(n)[:size],
                    "In a thousand batches of yours no example occurs twice: this is drawn without "
                    "replacement.",
                    lambda draws: all(len(np.unique(_joined(d))) == d.size[1] for d in draws),
                ),
                Misconception(
                    lambda n, size, rng: rng.integers(n - 1, size=size),
                    "The last example is never drawn: the upper end that `rng.integers` is given "
                    "is excluded already.",
                    lambda draws: _counts(_batch(draws, 0))[-1] == 0,
                ),
                Misconception(
                    lambda n, size, rng: np.round(rng.random(size) * (n - 1)).astype(int),
                    "Some examples are drawn more often than others. Is that because of rounding?",
                    _uneven_batches,
                ),
                Misconception(
                    _one_again,
                    "An example that is in your batch already comes again too often or too seldom: "
                    "draw each index from all examples alike, whatever the others are.",
                    _uneven_repeats,
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
                    lambda gradients, n: gradients * n / len(gradients),
                    "You return one row for each example of the batch; add them up.",
                ),
                Misconception(
                    lambda gradients, n: gradients.sum(axis=1) * n / len(gradients),
                    "You add up the entries of each gradient. Add up the examples: the rows.",
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
                        True: "its direction is right on average, but what about its length? (The "
                        "rate can make up for that, so descent does not mind.)"
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
