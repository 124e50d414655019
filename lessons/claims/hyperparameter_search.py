"""The claims about the search for hyperparameters."""

import numpy as np

from lessons.experiments.hyperparameter_search import choosing, random_against_grid
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Finding, claim, mean_of, share_of


@claim(
    "cl-29",
    "Random search beats grid search",
    source="Learning parameters; Bergstra and Bengio, 2012",
)
def random_search_beats_grid_search(landscapes=400, points=3, importances=(0, 0.1, 1), seed=0):
    """{landscapes} landscapes (h₁ − a)² + c (h₂ − b)², with a and b drawn from the unit square
    (seed {seed}). {points} x {points} trials on a grid, and as many at random: how often do these
    come lower, if the importance c of h₂ is one of {importances}? The grid's outermost trials stand
    on the border; then they are placed so that no point of the square is far from one.

    The claim holds if random search surely wins more than half against either grid at every c, and
    with a condition if it does at the lowest.
    """
    rows = [(1, c) for c in importances]
    names = {"to the border": False, "placed best": True}
    wins = {
        name: np.greater(*random_against_grid(rows, points, landscapes, seed, inset))
        for name, inset in names.items()
    }
    figures, beats = [], []
    for number, c in enumerate(importances):
        for name in names:
            what = f"c = {c}, grid {name}: random wins, share"
            figures.append(share_of(what, wins[name][number]))
        beats.append(all(figure.interval[0] > 0.5 for figure in figures[-2:]))
    if all(beats):
        return Finding(tuple(figures), HOLDS, "with as many trials it tries more values of h₁")
    if beats[0]:
        why = "where one hyperparameter decides; where both matter alike a good grid does better"
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "here a well placed grid does as well or better")


AS_WELL = 0.5
"""Per cent of wrong answers: two choices less far apart are as good as each other."""


@claim(
    "cl-45",
    "One validation fold chooses as well as cross-validation",
    source="Learning parameters",
)
def one_fold_chooses_as_well(draws=30, cases=((250, 5), (60, 20)), seed=0):
    """Digits, drawn {draws} times (seed {seed}), a linear model, and 21 strengths of a penalty to
    choose from. For each (images, folds) of {cases} the first fold chooses by itself, and all of
    them choose by their mean. By how much do the wrong answers on 797 fresh images exceed the
    fewest that any strength has?

    As well is taken to mean: surely less than half a per cent apart. The claim holds if that is so
    in each case, and with a condition if it is in some.
    """
    figures, as_well = [], []
    for n, k in cases:
        seeds = range(1000 * seed, 1000 * seed + draws)
        found = [choosing(n, k, each) for each in seeds]
        one, several = 100 * np.array([each.extra() for each in found]).T
        any_of_them = [100 * (each.fresh.mean() - each.fresh.min()) for each in found]
        what = f"{n} images, {{}}: too many wrong, per cent"
        figures += [
            mean_of(what.format(f"a fold of {n // k}"), one),
            mean_of(what.format(f"all {k} folds"), several),
            mean_of(what.format("a strength at random"), any_of_them),
            mean_of(f"{n} images: the difference", one - several),
        ]
        as_well.append(figures[-1].interval[1] < AS_WELL)
    if all(as_well):
        return Finding(tuple(figures), HOLDS, "for a fraction of the work")
    if any(as_well):
        why = "if the fold is of a respectable size; one of a few images chooses by luck"
        return Finding(tuple(figures), CONDITION, why)
    return Finding(tuple(figures), FAILS, "such folds are too small to choose by one")
