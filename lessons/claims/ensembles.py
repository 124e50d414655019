"""The claims about ensembles and averaged parameters, on digits."""

import numpy as np

from course_lib.ensembles import exponential_average
from lessons.experiments.ensembles import (
    disagreement,
    drawn_noisy_runs,
    drawn_runs,
    mistakes_by_size,
    per_cent_wrong,
)
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Finding, claim, mean_of

SMALL, LARGE = 6, 32
"""Hidden units."""

# --- more members -----------------------------------------------------------------------------


@claim(
    "cl-30",
    "Ensembles improve steadily as they grow, with diminishing returns",
    source="Learning parameters, model ensembles",
)
def ensembles_improve_with_diminishing_returns(draws=6, alike=False, seed=0):
    """{draws} times (seed {seed}) 200 digits drawn to train on and 700 others to test. Eight
    networks of 6 hidden units from different starts, 300 steps of Adam each; the mean of the first
    1, 2, 4 and 8 of them, over 40 random orders. By how many per cent of the new digits does each
    doubling lower the error? And how often does one more member raise it?

    alike : give all members the same start, and so the same end

    The claim holds if each doubling surely gains, less than the one before on average, and no
    member ever does harm; with a condition if it is so on average alone.
    """
    errors, harm = [], []
    for draw in range(6 * seed, 6 * seed + draws):
        probable, labels = _answers(draw, SMALL)
        if alike:
            probable = np.repeat(probable[:1], len(probable), axis=0)
        orders = 100 * mistakes_by_size(probable, labels) / len(labels)
        errors.append(orders.mean(axis=0)[[0, 1, 3, 7]])
        harm.append(np.mean(np.diff(orders) > 0))
    gains = -np.diff(errors).T
    figures = (
        mean_of("error of one, per cent", np.transpose(errors)[0]),
        mean_of("the second saves, points", gains[0]),
        mean_of("the third and fourth save, points", gains[1]),
        mean_of("the fifth to the eighth save, points", gains[2]),
        mean_of("one more member raises the error, share", harm),
    )
    saved = figures[1:4]
    if any(figure.interval[0] <= 0 for figure in saved):
        return Finding(figures, FAILS, "more members do not surely gain")
    if not saved[0].value > saved[1].value > saved[2].value:
        return Finding(figures, FAILS, "returns do not diminish")
    if harm_is_rare(figures[-1]):
        return Finding(figures, HOLDS, "each doubling gains less, and no member does harm")
    why = (
        "on average over many orders and draws; in a single order one more member quite often "
        "raises the error"
    )
    return Finding(figures, CONDITION, why)


def harm_is_rare(figure):
    return figure.value < 0.01


def _answers(draw, units):
    """The probabilities of the eight runs of a draw at their end (8, 700, 10), and the labels."""
    params, new = drawn_runs(draw, units)
    return new.model(new.x, params[-1]), new.y


# --- diverse members, averaged weights --------------------------------------------------------


@claim(
    "cl-58",
    "Diverse ensembles gain more, and averaged weights gain one or two per cent",
    source="Learning parameters, model ensembles",
)
def diverse_ensembles_gain_more(draws=5, small=SMALL, cooled=False, seed=0):
    """{draws} times (seed {seed}) 200 digits drawn to train on and 700 others to test: eight
    networks from different starts, 300 steps of Adam each, with {small} hidden units and with 32;
    and of each of the smaller ones its last eight epochs. On how many per cent of the new digits do
    two members disagree, and how much lower is the error of all together? Then 1000 digits, and as
    many steps: what does an exponential average of the weights gain where the rate stays, and where
    it falls to zero? And what with the 200 digits, once all of them are right?

    The claim holds if the more diverse surely gain more, and the average surely gains, whether the
    rate stays or falls; with a condition if the average gains where the rate stays alone. It does
    not hold if one of the two gains is not sure.

    cooled : let the rate fall to zero both times
    """
    rows = []
    for draw in range(6 * seed, 6 * seed + draws):
        kinds = [
            _apart_and_gained(*_answers(draw, small)),
            _of_checkpoints(draw, small),
            _apart_and_gained(*_answers(draw, LARGE)),
        ]
        averages = [
            _gained_by_average(drawn_noisy_runs(draw, cooled), beta=0.85),
            _gained_by_average(drawn_noisy_runs(draw, True), beta=0.85),
            _gained_by_average(drawn_runs(draw, small), beta=0.7),
        ]
        rows.append([*np.ravel(kinds), *averages])
    apart, gained, late, gained_late, alike, gained_alike, *averages = np.transpose(rows)
    figures = (
        mean_of(f"{small} units, other starts: disagree, per cent", apart),
        mean_of(f"{small} units, other starts: gain, points", gained),
        mean_of(f"{small} units, epochs of one run: disagree", late),
        mean_of(f"{small} units, epochs of one run: gain", gained_late),
        mean_of("32 units, other starts: disagree", alike),
        mean_of("32 units, other starts: gain", gained_alike),
        mean_of("the first gain more than the last, points", gained - gained_alike),
        mean_of("averaged weights gain, the rate stays", averages[0]),
        mean_of("averaged weights gain, the rate falls", averages[1]),
        mean_of("averaged weights gain, all 200 digits right", averages[2]),
    )
    more, stays, falls = (figure.interval[0] > 0 for figure in figures[6:9])
    if not (more and stays):
        return Finding(figures, FAILS, "one of the two gains is not sure")
    if falls:
        return Finding(figures, HOLDS, "both gain, whatever the rate")
    why = (
        "an ensemble gains what its members disagree on; the average gains while steps are noisy, "
        "and next to nothing once the rate has fallen or every example is fitted"
    )
    return Finding(figures, CONDITION, why)


def _apart_and_gained(probable, labels):
    """Per cent of the digits on which two members disagree, and by which the error falls."""
    alone = np.mean(probable.argmax(axis=-1) != labels)
    together = np.mean(probable.mean(axis=0).argmax(axis=-1) != labels)
    return 100 * disagreement(probable) / len(labels), 100 * (alone - together)


def _of_checkpoints(draw, units):
    """The same of the last eight epochs of each run, averaged over the runs."""
    params, new = drawn_runs(draw, units)
    runs = new.model(new.x, params[-8:].swapaxes(0, 1))  # (runs, epochs, 700, 10)
    return np.mean([_apart_and_gained(run, new.y) for run in runs], axis=0)


def _gained_by_average(drawn, beta, ends=10):
    """Points of error that averaged weights save against those of the step: mean over the runs and
    over the last ends that were kept."""
    averaged = exponential_average(drawn.params, beta)
    each, mean = (per_cent_wrong(drawn.new, kept[-ends:]) for kept in (drawn.params, averaged))
    return np.round(np.mean(each - mean), 9)
