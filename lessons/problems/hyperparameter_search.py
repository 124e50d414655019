"""Problems for notebook 12: how many trials, which fold, what halving costs, and a search."""

from functools import lru_cache

import numpy as np

from course_lib.batches import Minibatches
from course_lib.datasets import digits
from course_lib.descent import descend
from course_lib.losses import SoftmaxCrossEntropy
from course_lib.models import Softmax
from course_lib.networks import MLP
from course_lib.optimizers import GradientDescent
from lessons.marking.answers import StepLimit
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Problem
from lessons.marking.shown import show_value

# --- pb-F12.1 -------------------------------------------------------------------------------------


def _chance(n, share):
    return 1 - (1 - share) ** n


def _chances(rng):
    cases = [(3, 0.2), (1, 0.05), (10, 0.1), (40, 0.02)]
    cases += [(int(n), round(float(s), 2)) for n, s in zip(rng.integers(5, 50, 3), rng.random(3))]
    return [{"n": n, "share": share} for n, share in cases]


def _needed(share, sure):
    n = 1
    while _chance(n, share) < sure:
        n += 1
    return n


def _demands(rng):
    cases = [(0.2, 0.9), (0.4, 0.9), (0.1, 0.95), (0.9, 0.5), (0.001, 0.99)]
    cases += [(s, float(rng.choice([0.9, 0.95, 0.99]))) for s in rng.uniform(0.03, 0.3, 3).round(2)]
    return [{"share": float(share), "sure": sure} for share, sure in cases]


def _by_logarithms(share, sure):
    return np.log(1 - sure) / np.log(1 - share)


pb_F12_1 = Problem(
    id="pb-F12.1",
    title="How many trials?",
    text=r"""
Call a setting *good* if it is among the best 5 % of the space: a random draw is good with the
probability 0.05, whatever the space looks like and however many hyperparameters it has.

1. `chance(n, share)`: the probability that at least one of `n` independent draws is among the best
   `share` (0.05 for 5 %).
2. `needed(share, sure)`: the smallest whole `n` for which that probability is at least `sure`,
   where both are between 0 and 1.
3. `n95`: how many draws does it take to have a good one (5 %) with at least 95 %?
4. `place`: you have drawn 49 settings. Among which best share of the space is the best of them *on
   average*? (The places of the draws are uniform between 0, the best, and 1. The lowest of 49 has
   the mean $\int_0^1(1-u)^{49}\,du$.)
""",
    parts=(
        FunctionPart(
            name="chance",
            out_of=1,
            right=_chance,
            inputs=_chances,
            result="the probability",
            misconceptions=(
                Misconception(
                    lambda n, share: n * share,
                    "Chances do not add up: two draws can both be good. With enough of them your "
                    "probability exceeds 1.",
                ),
                Misconception(
                    lambda n, share: min(n * share, 1.0),
                    "Chances do not add up: two draws can both be good. Cut off at 1, yours says "
                    "that many draws are sure to hold a good one; they may all miss.",
                ),
                Misconception(
                    lambda n, share: share**n, "That is the chance that *all* of them are good."
                ),
                Misconception(
                    lambda n, share: (1 - share) ** n, "That is the chance that *none* is good."
                ),
                Misconception(
                    lambda n, share: n * share * (1 - share) ** (n - 1),
                    "That is the chance that exactly one is good. Two are welcome as well.",
                ),
                Misconception(
                    lambda n, share: 1 - share**n,
                    "That is the chance that not all of them are good.",
                ),
            ),
        ),
        FunctionPart(
            name="needed",
            out_of=2,
            right=_needed,
            inputs=_demands,
            result="the number of draws",
            misconceptions=(
                Misconception(
                    lambda share, sure: np.floor(_by_logarithms(share, sure)),
                    "One too few: with so many the chance is still below what was asked for.",
                ),
                Misconception(
                    lambda share, sure: np.round(_by_logarithms(share, sure)),
                    "Rounded to the nearest the chance is sometimes too low: round up.",
                ),
                Misconception(_by_logarithms, "Right but for the end: draws come in whole "
                    "numbers."),
                Misconception(
                    lambda share, sure: np.ceil(sure / share),
                    "Chances do not add up: so many draws bring fewer good ones than that.",
                ),
                Misconception(
                    lambda share, sure: np.minimum(_needed(share, sure), 1000),
                    "You give up too early: a small share takes thousands of draws.",
                    also=(
                        lambda share, sure: np.minimum(_needed(share, sure), 100),
                        lambda share, sure: np.minimum(_needed(share, sure), 999),
                    ),
                ),
                Misconception(
                    lambda share, sure: np.ceil(1 / share),
                    "So many draws hold one good setting *on average*. The chance of at least one "
                    "is then about 63 %.",
                ),
                Misconception(
                    lambda share, sure: _needed(share, sure) + 1,
                    "One too many: one draw fewer has the chance already.",
                ),
            ),
        ),
        ValuePart(
            name="n95",
            out_of=1,
            right=59,
            misconceptions=(
                Misconception(58, "Work out the chance with your number: does it reach 95 %?"),
                Misconception(
                    60,
                    "So many are enough; the least was asked for. What is the chance with your "
                    "number less one?",
                ),
                Misconception(14, "With 14 draws it is a half."),
                Misconception(20, "With 20 draws there is one good setting on average, but in more "
                    "than a third of the searches there is none."),
                Misconception(19, "With 19 the expected number is 0.95. That is no chance."),
                Misconception(float(np.log(0.05) / np.log(0.95)), "Draws come in whole numbers."),
                Misconception(90, "That is for 99 %."),
                Misconception(1900, "Chances do not add up, and not to 95 times 20 either."),
            ),
        ),
        ValuePart(
            name="place",
            out_of=1,
            right=0.02,
            misconceptions=(
                Misconception(1 / 49, "Nearly. Work the integral out: of which power is it?"),
                Misconception(2.0, "As a share, not in per cent."),
                Misconception(0.05, "That was the good share. Here 49 draws are made."),
                Misconception(
                    float(1 - 0.5 ** (1 / 49)),
                    "That is the median: half of the searches do better. The mean was asked for.",
                ),
                Misconception(50.0, "Upside down."),
                Misconception(0.5, "That is the mean place of a *single* draw."),
                Misconception(0.98, "So far from the other end. The best is 0, the worst 1."),
                Misconception(
                    float(1 - 0.95**49),
                    "That is the chance that one of them is among the best 5 %. Asked for is the "
                    "mean place of the best.",
                ),
            ),
        ),
    ),
    hints=(
        "Ask first for the chance that *no* draw is good: each must miss.",
        "For the smallest n count upwards until the chance is reached, or take logarithms and "
        "round up.",
    ),
)  # fmt: skip

# --- pb-F12.2 -------------------------------------------------------------------------------------


def _normal(z):
    """The share of a normal distribution below z."""
    from math import erf, sqrt

    return (1 + erf(z / sqrt(2))) / 2


def _wrong(gap, spread, folds):
    return _normal(-gap * np.sqrt(folds) / spread)


def _duels(rng):
    cases = [(0.02, 0.04, 4), (0.01, 0.03, 1), (0.0, 0.05, 7), (0.05, 0.02, 2)]
    cases += [
        (round(float(rng.uniform(0.005, 0.03)), 3), round(float(rng.uniform(0.01, 0.05)), 3), k)
        for k in (3, 5, 10)
    ]
    return [dict(zip(("gap", "spread", "folds"), case, strict=True)) for case in cases]


pb_F12_2 = Problem(
    id="pb-F12.2",
    title="One fold or several",
    text=r"""
Two settings have true validation losses that differ by `gap`. On one fold the *measured* difference
is that gap plus chance: normal, with the mean `gap` and the standard deviation `spread`. Take the
differences on several folds as independent, and choose by their mean.

1. `wrong(gap, spread, folds)`: the probability that the worse setting is chosen, that is, that the
   measured mean difference is below zero. (A normal number of mean $m$ and deviation $s$ is below
   zero with the probability $\Phi(-m/s)$, and $\Phi(z)$ is
   `(1 + math.erf(z / math.sqrt(2))) / 2`.)
2. `folds`: the gap is 0.01 and the spread 0.03. How many folds does it take at least to choose
   wrongly in at most 5 % of the cases? ($\Phi(-1.645)=0.05$.)
3. `images`: those folds had 200 images each, and the spread falls with the root of a fold's images.
   How many images must *one* fold have to choose as well as *nine* folds of 200?
4. `found`: you can afford 900 trainings. With nine folds for each setting, what is the probability
   that one of the settings you can try is among the best 1 % of the space? Three digits.
""",
    parts=(
        FunctionPart(
            name="wrong",
            out_of=2,
            right=_wrong,
            inputs=_duels,
            result="the probability",
            misconceptions=(
                Misconception(
                    lambda gap, spread, folds: _normal(-gap * folds / spread),
                    "The deviation of a mean falls with the *root* of how many there are.",
                ),
                Misconception(
                    lambda gap, spread, folds: _normal(-gap / spread),
                    "That is for one fold, however many there are.",
                ),
                Misconception(
                    lambda gap, spread, folds: 1 - _wrong(gap, spread, folds),
                    "That is the chance to choose the better one.",
                ),
                Misconception(
                    lambda gap, spread, folds: _normal(-gap / spread / np.sqrt(folds)),
                    "The other way round: more folds make the mean *less* noisy.",
                ),
                Misconception(
                    lambda gap, spread, folds: _normal(-gap * np.sqrt(folds) / spread**2),
                    "`spread` is a standard deviation already.",
                ),
                Misconception(
                    lambda gap, spread, folds: _normal(
                        -gap * np.sqrt(folds) / spread * np.sqrt(2)
                    ),
                    "Φ needs z / √2 inside of erf.",
                ),
                Misconception(
                    lambda gap, spread, folds: _normal(
                        -gap * np.sqrt(folds) / spread / np.sqrt(2)
                    ),
                    "The spread is that of the *difference* already: no further √2 for two "
                    "settings.",
                ),
            ),
        ),
        ValuePart(
            name="folds",
            out_of=1,
            right=25,
            misconceptions=(
                Misconception(5, "That is √k, rounded up. The deviation falls with the root of k."),
                Misconception(24, "Work out the chance with your number: is it 5 % at most?"),
                Misconception(
                    26,
                    "So many are enough; the least was asked for. What is the chance with your "
                    "number less one?",
                ),
                Misconception(24.354225, "Folds come in whole numbers: round up."),
                Misconception(9, "With nine folds the deviation is as large as the gap: 16 % "
                    "wrong."),
                Misconception(3, "With three folds 28 % of the choices are wrong."),
                Misconception(
                    35,
                    "That leaves 5 % on *both* sides together. A wrong choice lies on one of them: "
                    "1.645 deviations are enough.",
                    also=(36,),
                ),
                Misconception(15, "The 1.645 comes in squared, as the 3 does."),
            ),
        ),
        ValuePart(
            name="images",
            out_of=1,
            right=1800,
            misconceptions=(
                Misconception(600, "Nine folds have a third of the deviation. How many times the "
                    "images does a third take?"),
                Misconception(200, "So many each of the nine has."),
                Misconception(16200, "A ninth of the *deviation* is more than was asked for."),
                Misconception(
                    5000, "That is for the folds of the question before. Nine were asked about."
                ),
                Misconception(1600, "So many *more* than 200. How many is that in all?"),
            ),
        ),
        ValuePart(
            name="found",
            out_of=1,
            right=1 - 0.99**100,
            relative_tolerance=2e-3,
            misconceptions=(
                Misconception(1 - 0.99**900, "With nine folds each setting costs nine trainings."),
                Misconception(0.99**100, "That is the chance that none is."),
                Misconception(1 - 0.95**100, "That is for the best 5 %."),
                Misconception(1 - 0.99**9, "That is for nine settings. How many can you afford?"),
                Misconception(0.01, "That is the chance of one setting. How many can you afford?"),
                Misconception(
                    float(1 - np.exp(-1)),
                    "Nearly: that is the limit for ever more draws of an ever smaller share.",
                ),
            ),
        ),
    ),
    hints=(
        "The mean of k independent numbers has the deviation spread/√k.",
        "For `folds`: gap · √k / spread must be at least 1.645.",
        "For `found`: 900 trainings are how many settings? Then as in pb-F12.1.",
    ),
)  # fmt: skip

# --- pb-F12.3 -------------------------------------------------------------------------------------


def _stages(trials, budget, factor):
    """(trials, epochs so far, epochs to go to) of each stage."""
    before, stages = 0, []
    while trials:
        stages.append((trials, before, budget))
        trials, before, budget = trials // factor, budget, budget * factor
    return stages


def _anew(trials, budget, factor):
    return sum(n * b for n, _, b in _stages(trials, budget, factor))


def _resumed(trials, budget, factor):
    return sum(n * (b - before) for n, before, b in _stages(trials, budget, factor))


def _largest(epochs, budget, factor):
    trials = 0
    while _resumed(trials + 1, budget, factor) <= epochs:
        trials += 1
    return trials


def _halvings(rng):
    cases = [(10, 2, 3), (8, 1, 2), (2, 5, 3), (27, 1, 3)]
    cases += [
        (int(n), int(b), int(f))
        for n, b, f in zip(rng.integers(10, 60, 3), rng.integers(1, 5, 3), (2, 3, 4), strict=True)
    ]
    return [dict(zip(("trials", "budget", "factor"), case, strict=True)) for case in cases]


def _means(rng):
    cases = [(100, 1, 2), (30, 2, 3), (3, 4, 2), (4, 4, 2)]
    cases += [(int(e), int(rng.integers(1, 4)), int(rng.integers(2, 5))) for e in
              rng.integers(50, 300, 3)]  # fmt: skip
    return [dict(zip(("epochs", "budget", "factor"), case, strict=True)) for case in cases]


def _with_rest(trials, budget, factor):
    """As if the trials that are kept were rounded up, down to one."""
    total = trials * budget
    while trials > 1:
        trials, budget = -(-trials // factor), budget * factor
        total += trials * budget
    return total


pb_F12_3 = Problem(
    id="pb-F12.3",
    title="The price of halving",
    text=r"""
Successive halving trains `trials` networks for `budget` epochs, keeps one in `factor` (rounded
*down*), trains these until they have had `factor` times as many epochs, and so on, until none is
left to keep. With 10 trials, a budget of 2 and a factor of 3: 10 for 2 epochs, 3 for 6, 1 for 18.

1. `anew(trials, budget, factor)`: how many epochs are trained in all, if each that is kept begins
   again from its first weights?
2. `resumed(trials, budget, factor)`: how many, if each goes on from its checkpoint?
3. `largest(epochs, budget, factor)`: for how many trials at most do `epochs` suffice, if each goes
   on from its checkpoint? (0, if they do not suffice for one.)
4. `times`: 243 trials, a budget of 1, a factor of 3, with checkpoints. How many times as much would
   it cost to train all 243 for as long as the last one? Three digits.
""",
    parts=(
        FunctionPart(
            name="anew",
            out_of=1,
            right=_anew,
            inputs=_halvings,
            result="the number of epochs",
            misconceptions=(
                Misconception(_with_rest, "You round the number that is kept up. Round it down."),
                Misconception(
                    lambda n, b, f: sum(n * b for n, _, b in _stages(n, b, f)[:-1]),
                    "The last stage is missing.",
                ),
                Misconception(
                    _resumed, "That is with checkpoints. Here each stage begins from the start."
                ),
                Misconception(
                    lambda n, b, f: n * b * len(_stages(n, b, f)),
                    "The stages cost the same only where each number of trials can be divided.",
                ),
                Misconception(
                    lambda n, b, f: n * _stages(n, b, f)[-1][2],
                    "That is for training all of them to the end.",
                ),
                Misconception(
                    lambda n, b, f: sum(n for n, *_ in _stages(n, b, f)),
                    "That is the number of trainings. Each takes some epochs.",
                ),
            ),
        ),
        FunctionPart(
            name="resumed",
            out_of=2,
            right=_resumed,
            inputs=_halvings,
            result="the number of epochs",
            misconceptions=(
                Misconception(_anew, "That is without checkpoints: who goes on has trained "
                    "before."),
                Misconception(
                    lambda n, b, f: sum(n * b for n, *_ in _stages(n, b, f)),
                    "A stage is longer than the first by its factor.",
                ),
                Misconception(
                    lambda n, b, f: n * b + sum(
                        n * b // f for n, _, b in _stages(n, b, f)[1:]
                    ),
                    "Who has had b epochs and is to have factor · b needs (factor − 1) · b more.",
                ),
                Misconception(
                    lambda n, b, f: _resumed(n, b, f) - n * b, "The first stage is missing."
                ),
            ),
        ),
        FunctionPart(
            name="largest",
            out_of=2,
            right=_largest,
            inputs=_means,
            result="the number of trials",
            misconceptions=(
                Misconception(
                    lambda e, b, f: e // b, "So many the first stage could have, if it were the "
                    "only one."
                ),
                Misconception(
                    lambda e, b, f: _largest(e, b, f) + 1, "One too many: these cost more than "
                    "that."
                ),
                Misconception(
                    lambda e, b, f: max(n for n in range(400) if _anew(n, b, f) <= e),
                    "With checkpoints it costs less: more trials fit in.",
                ),
                Misconception(
                    lambda e, b, f: max(n for n in range(400) if _resumed(n, b, f) < e),
                    "Where the cost is just what you have, it suffices.",
                ),
                Misconception(
                    lambda e, b, f: max(1, _largest(e, b, f)),
                    "Where the epochs do not suffice for a single trial, the answer is 0.",
                ),
            ),
        ),
        ValuePart(
            name="times",
            out_of=1,
            right=243 * 243 / 1053,
            relative_tolerance=2e-3,
            misconceptions=(
                Misconception(243 * 243 / 1458, "That is without checkpoints."),
                Misconception(243.0, "Halving costs more than its first stage."),
                Misconception(1053 / 243**2, "Upside down."),
                Misconception(243 * 243, "That is the cost itself. Divide by that of halving."),
                Misconception(6, "So many stages there are. Work out what each costs."),
                Misconception(
                    243 * 243 / 891, "What the last one trains from 81 epochs to 243 is missing."
                ),
                Misconception(243 * 81 / 1053, "How long is the last one trained?"),
            ),
        ),
    ),
    hints=(
        "Write a loop: while there are trials left, add what the stage costs, then divide the "
        "trials and multiply the budget.",
        "With checkpoints remember how many epochs the stage before had.",
        "For `largest` try 1, 2, 3, … until the cost is too high; your `resumed` knows it.",
    ),
)  # fmt: skip

# --- pb-F12.4 -------------------------------------------------------------------------------------

_BORDER = "its five best are not crowded at an end of the range"
_JUDGED = "397 images judged it"
_LONG = "all of its trials were trained to the end"
_SCALE = "it was drawn on a log scale"

pb_F12_4 = Problem(
    id="pb-F12.4",
    title="Five searches",
    text=r"""
Five searches for the learning rate of a network for digits, and what came out. What should be done
next in each? Answers may repeat, or not occur.

| | how it searched | what came out |
|---|---|---|
| a | 40 rates, log scale, 0.00001 to 0.01; 20 epochs each; a fold of 397 | the five best: 0.0094, 0.0088, 0.0097, 0.0071, 0.0064 |
| b | 81 rates, log scale, 0.0001 to 1; halving by 3 from 1 epoch; a fold of 397 | kept: 0.31, 14 % wrong after 81 epochs. Of the 54 given up first, one was trained on for a test: 0.02, 4 % wrong |
| c | 200 rates, log scale, 0.0001 to 1; 20 epochs each; a fold of 12 | seventeen settings, at rates from 0.004 to 0.3, have none of 12 wrong. The one chosen has 11 % wrong of fresh images |
| d | 50 rates, uniform, 0 to 10; 20 epochs each; a fold of 397 | 49 learn nothing; the best, 0.23, has 9 % wrong |
| e | 60 rates, log scale, 0.0001 to 1; 20 epochs each; a fold of 397; twice, with other draws | the best: 0.021 and 0.026, with 4.1 % and 4.0 % wrong; on fresh images 4.2 % and 4.3 % |

`next_step`: for each one of `"widen"` (move the border of the range), `"longer"` (train longer
before giving up), `"fold"` (judge by more images), `"log"` (draw on a log scale), `"done"`.
""",  # noqa: E501
    parts=(
        ChoicesPart(
            name="next_step",
            out_of=5,
            choices={
                "a": Choice(
                    "widen",
                    {
                        "longer": f"{_LONG}.",
                        "fold": f"{_JUDGED}: that is no small fold.",
                        "log": f"{_SCALE} already.",
                        "done": "its best lie at an end of the range: who knows what is beyond?",
                    },
                ),
                "b": Choice(
                    "longer",
                    {
                        "widen": "the rate that was kept is not at an end, and a better one was "
                        "within.",
                        "fold": f"{_JUDGED}: that is no small fold.",
                        "log": f"{_SCALE} already.",
                        "done": "it gave up a rate that would have been much better.",
                    },
                ),
                "c": Choice(
                    "fold",
                    {
                        "widen": f"{_BORDER}.",
                        "longer": f"{_LONG}.",
                        "log": f"{_SCALE} already.",
                        "done": "what it promised, 0 %, is far from what it keeps.",
                    },
                ),
                "d": Choice(
                    "log",
                    {
                        "widen": "most of its range is useless already.",
                        "longer": f"{_LONG}.",
                        "fold": f"{_JUDGED}: that is no small fold.",
                        "done": "one rate of fifty learnt at all: what lies below 0.2 was hardly "
                        "tried.",
                    },
                ),
                "e": Choice(
                    "done",
                    {
                        "widen": "its best lie far from both ends.",
                        "longer": f"{_LONG}.",
                        "fold": "what the fold promised is what fresh images say.",
                        "log": f"{_SCALE} already.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "Ask of each: where in its range does the best lie? By how many images was it judged?",
        "And: who was given up, and after how long? On which scale were the rates drawn?",
    ),
)  # fmt: skip

# --- pb-F12.5 -------------------------------------------------------------------------------------


def _parts_of(name):
    loss, trial, epoch = (part.split("-")[1] for part in name.removesuffix(".pickle").split("_"))
    return float(loss), int(trial), int(epoch)


def _best_trial(names):
    return min(map(_parts_of, names))[1]


def _best_of_the_last(names):
    last = {}
    for loss, trial, epoch in map(_parts_of, names):
        last[trial] = max((epoch, loss, trial), last.get(trial, (-1, 0.0, trial)))
    return min((loss, trial) for _, loss, trial in last.values())[1]


def _goes_on_after(names, trial):
    return max((epoch for _, number, epoch in map(_parts_of, names) if number == trial), default=0)


def _name(loss, trial, epoch):
    return f"loss-{loss:.4f}_trial-{trial}_epoch-{epoch:03}.pickle"


def _folders(rng):
    by_hand = [
        [(2.5, 1, 7), (0.5, 17, 4), (2.8, 17, 9), (9.5, 3, 12), (0.6, 1, 3)],
        [(10.5, 4, 1), (9.5, 2, 1), (np.inf, 0, 1)],
        [(0.25, 12, 10), (0.12, 2, 9)],
        [(0.5, 3, 4), (0.6, 3, 9)],
    ]
    drawn = [
        [(float(loss), int(trial), int(epoch)) for loss, trial, epoch in
         zip(rng.uniform(0.1, 12, 5).round(4), rng.permutation(30)[:5], rng.integers(1, 20, 5))]
        for _ in range(2)
    ]  # fmt: skip
    return [[_name(*kept) for kept in folder] for folder in (*by_hand, *drawn)]


def _names_alone(rng):
    return [{"names": names} for names in _folders(rng)]


def _names_and_trials(rng):
    folders = _folders(rng)
    cases = [(folders[k], trial) for k, trial in ((0, 1), (0, 17), (0, 7), (2, 2), (3, 3))]
    cases += [(folder, _parts_of(folder[2])[1]) for folder in folders[4:]]
    return [{"names": names, "trial": trial} for names, trial in cases]


def _told_of_no_checkpoint(given):
    if all(_parts_of(name)[1] != given["trial"] for name in given["names"]):
        return f"Trial {given['trial']} left no checkpoint: return 0."
    return None


pb_F12_5 = Problem(
    id="pb-F12.5",
    title="What the workers left",
    text=r"""
Workers have left checkpoints in a folder, and the master was switched off. All that you have is
`names`, a list of their file names in no particular order, such as
`"loss-0.2314_trial-7_epoch-012.pickle"`: validation loss, number of the trial, epochs trained. Of a
trial there may be two: its best and its last. A loss may be ten or more, or `inf`.

1. `best_trial(names)`: the number of the trial whose checkpoint has the lowest loss, an integer.
2. `goes_on_after(names, trial)`: the epoch after which that trial's training is to go on, that is,
   of its *last* checkpoint; 0 if it left none.
""",
    parts=(
        FunctionPart(
            name="best_trial",
            out_of=2,
            right=_best_trial,
            inputs=_names_alone,
            result="the number of the trial",
            misconceptions=(
                Misconception(
                    lambda names: _parts_of(min(names))[1],
                    "You compare the names as text, where 10.5 comes before 9.5. Make numbers of "
                    "the losses.",
                ),
                Misconception(
                    lambda names: _parts_of(max(names, key=lambda n: _parts_of(n)[0]))[1],
                    "That is the highest loss.",
                ),
                Misconception(
                    lambda names: int(np.argmin([_parts_of(name)[0] for name in names])),
                    "That is its place in the list. Which trial is it?",
                ),
                Misconception(
                    _best_of_the_last,
                    "You look at the last checkpoint of each trial alone. Its best counts as well.",
                ),
                Misconception(
                    lambda names: min(_parts_of(name)[0] for name in names),
                    "That is the loss. Which trial has it?",
                ),
                Misconception(
                    lambda names: _parts_of(max(names, key=lambda n: _parts_of(n)[2]))[1],
                    "That is the trial that was trained longest.",
                ),
            ),
        ),
        FunctionPart(
            name="goes_on_after",
            out_of=2,
            right=_goes_on_after,
            inputs=_names_and_trials,
            result="the epoch",
            on_none=_told_of_no_checkpoint,
            misconceptions=(
                Misconception(
                    lambda names, trial: max(
                        (_parts_of(n)[2] for n in names if f"trial-{trial}" in n), default=0
                    ),
                    "The text of trial 1 is found in the name of trial 17, too.",
                ),
                Misconception(
                    lambda names, trial: min(
                        (_parts_of(n)[::2] for n in names if _parts_of(n)[1] == trial),
                        default=(0, 0),
                    )[1],
                    "That is its best checkpoint. It goes on from the last.",
                ),
                Misconception(
                    lambda names, trial: 1 + _goes_on_after(names, trial),
                    "That is the epoch which comes next. After which does it go on?",
                ),
                Misconception(
                    lambda names, trial: sum(_parts_of(n)[1] == trial for n in names),
                    "That is the number of its checkpoints.",
                ),
                Misconception(
                    lambda names, trial: max(_parts_of(n)[2] for n in names),
                    "That is the longest of all trials. Look at this one's alone.",
                ),
            ),
        ),
    ),
    hints=(
        "`name.removesuffix(\".pickle\").split(\"_\")` cuts a name into three pieces.",
        "`int(\"012\")` is 12, and `float(\"inf\")` a number that is larger than all others.",
    ),
)  # fmt: skip

# --- pb-C4 ----------------------------------------------------------------------------------------


def _spread(low, high, shares):
    return low * (high / low) ** shares


def _scales(rng):
    cases = [(0.01, 100.0, [0.0, 0.5, 0.75, 1.0]), (1e-6, 10.0, [1 / 7, 0.5]), (1e-3, 2.0, [0.25])]
    cases += [
        (float(10.0 ** -rng.integers(2, 7)), float(rng.integers(1, 50)), rng.random(3).round(2))
        for _ in range(2)
    ]
    return [{"low": low, "high": high, "shares": np.array(s)} for low, high, s in cases]


def _next(rates, losses, low, high, shrink, *, widen=True):
    best = rates[np.argmin(losses)]
    powers = np.log10(high / low)
    if not (widen and best in (rates.min(), rates.max())):
        powers *= shrink
    return best * 10.0 ** np.array([-powers / 2, powers / 2])


def _ranges(rng):
    cases = [
        ([0.001, 0.1, 0.01], [3.0, 1.0, 2.0], 1e-4, 1.0, 0.5),
        ([0.001, 0.1, 0.01], [3.0, 2.0, 1.0], 1e-4, 1.0, 0.5),
        ([0.002, 0.5, 0.05], [0.5, np.inf, 2.0], 1e-3, 1.0, 0.25),
        ([0.002, 0.5, 0.05], [2.0, np.inf, 0.5], 1e-3, 1.0, 0.25),
    ]
    for place in (0, 2, 4):
        rates = np.sort(10.0 ** rng.uniform(-4, 0, 5)).round(5)
        losses = 1 + np.abs(np.arange(5) - place) + rng.random(5).round(2)
        order = rng.permutation(5)
        cases.append(
            (rates[order], losses[order], 1e-4, 1.0, round(float(rng.uniform(0.2, 0.6)), 1))
        )
    names = "rates", "losses", "low", "high", "shrink"
    return [
        dict(zip(names, (np.array(rates), np.array(losses), *rest), strict=True))
        for rates, losses, *rest in cases
    ]  # fmt: skip


def _without_the_diverged(rates, losses, low, high, shrink):
    finite = np.isfinite(losses)
    return _next(rates[finite], losses[finite], low, high, shrink)


def _on_a_uniform_scale(rates, losses, low, high, shrink):
    best = rates[np.argmin(losses)]
    width = high - low
    if best not in (rates.min(), rates.max()):
        width *= shrink
    return best + np.array([-width / 2, width / 2])


class MeteredTraining:
    """The validation loss of a linear model of digits after some epochs at a rate, at a price.

    StepLimit, when the budget of epochs is spent: its message is what the student reads.
    """

    def __init__(self, budget, luck):
        self.budget, self.spent, self.luck = budget, 0, luck

    def __repr__(self):
        return f"a training with {self.budget} epochs"

    def __call__(self, rate, epochs):
        epochs, rate = int(epochs), float(rate)
        if epochs < 0:  # would give budget back
            raise ValueError(f"epochs is {epochs}, expected a whole number from 0 on")
        self.spent += epochs
        if self.spent > self.budget:
            raise StepLimit(
                f"Your search asks for more than its budget of {self.budget} epochs. Count them: a "
                "training of 3 epochs costs 3."
            )
        return float(_trained([rate], epochs, self.luck)[0])


_LONGEST = 8


def _unit(luck):
    """What the loss is multiplied with: rates that are good are good divided by it."""
    return 10.0 ** np.random.default_rng(luck).uniform(-1.5, 1.5)


def _trained(rates, epochs, luck):
    """The validation loss after so many epochs of SGD at each rate; inf where it diverged."""
    training, validation, _ = digits()
    model = Softmax(MLP((64, 10)))
    loss = SoftmaxCrossEntropy(model, training.x[:200], training.y[:200])
    judge = SoftmaxCrossEntropy(model, validation.x, validation.y)
    start = np.zeros((len(rates), loss.n_parameters))
    rule, batches = GradientDescent(_unit(luck) * np.array(rates)), Minibatches(50, rng=luck)
    path = descend(loss, start, rule, 4 * epochs, batches, keep="last")
    means = judge(path.final) / judge.n_examples
    return _unit(luck) * np.where(path.diverged, np.inf, means)


@lru_cache(maxsize=64)
def _lowest(luck):
    rates = np.geomspace(1e-3, 1, 40) / _unit(luck)
    losses = _trained(rates, _LONGEST, luck)
    return float(rates[np.argmin(losses)]), float(losses.min())


_FAR, _UNITS_APART = ((1e-5, 1e-2), (30, 3000), (1e-4, 1e-2)), 100
"""The ends of the first ranges, as multiples of a good rate, and how far units are apart at least:
so far that no rate is good for all."""


def _lucks(rng):
    while True:
        lucks = rng.integers(1, 10_000, len(_FAR)).tolist()
        units = [_unit(luck) for luck in lucks]
        if max(units) >= _UNITS_APART * min(units):
            return lucks


def _searches(rng):
    cases = []
    for luck, (lower, upper) in zip(_lucks(rng), _FAR, strict=True):
        near = 0.08 / _unit(luck)
        low, high = (float(f"{near * factor:.1g}") for factor in (lower, upper))
        train = MeteredTraining(160, luck)
        cases.append({"train": train, "low": low, "high": high, "luck": luck})
    return cases


def _best_rate(train, low, high, luck):
    return _lowest(luck)[0]


def _is_found(given, rate):
    rate, luck = float(rate), given["luck"]
    if not (np.isfinite(rate) and rate > 0):
        return False, f"your rate is {show_value(rate)}; expected one above 0."
    (loss,) = _trained([rate], _LONGEST, luck)
    best, lowest = _lowest(luck)
    told = f"after {_LONGEST} epochs at your rate {rate:.3g} the loss is {loss:.3g}"
    if loss <= 2 * lowest:
        return True, f"In the last search, {told}; the lowest of 40 rates is {lowest:.3g}."
    aim = "higher" if rate < best else "lower"
    return False, f"{told}; a {aim} rate makes it {lowest:.3g}, and twice that is allowed."


pb_C4 = Problem(
    id="pb-C4",
    title="Random search on a log scale, from coarse to fine",
    text=r"""
Put it all together: draw rates on a log scale, close in on the best, and leave a range that was
guessed wrongly.

1. `spread(low, high, shares)`: the rates at these shares of the way, an array, on a *log* scale:
   share 0 is `low`, share 1 is `high`, and equal steps of the share multiply the rate by the same
   factor.
2. `next_range(rates, losses, low, high, shrink)`: a stage has searched from `low` to `high`; it
   tried `rates` (an array) and found `losses` (infinite where one diverged). Return the ends of
   the next range, an array of two, with the best rate in its middle *on the log scale*.

   If it is neither the lowest nor the highest rate that was tried, the range is `shrink` times as
   wide as the last in powers of ten. If it is one of these two, nobody knows what lies beyond: as
   wide as the last.
3. `find_rate(train, low, high, luck)`: `train(rate, epochs)` trains a linear model for 200 digits
   from its start by SGD and returns its validation loss. It costs as many epochs as you ask for,
   and after `train.budget` $=160$ epochs it refuses. Good rates lie outside of `low` to `high`,
   below or above: the loss is in a unit that changes from search to search.

   Return a rate whose loss after *8* epochs is at most twice the lowest possible. How many trials,
   how many stages, and how many epochs in each, is for you to choose: mind that the rate which is
   best after one epoch need not be the best after eight. Take random numbers from
   `np.random.default_rng(luck)`, where `luck` is an integer: the same call must give the same
   again.
""",
    parts=(
        FunctionPart(
            name="spread",
            out_of=1,
            right=_spread,
            inputs=_scales,
            result="the array of rates",
            misconceptions=(
                Misconception(
                    lambda low, high, shares: low + shares * (high - low),
                    "That is the uniform scale: equal steps of the share add the same.",
                ),
                Misconception(
                    lambda low, high, shares: low * high**shares,
                    "Share 1 is then low · high. By which factor is `high` larger than `low`?",
                ),
                Misconception(
                    lambda low, high, shares: np.log10(low) + shares * np.log10(high / low),
                    "These are the exponents. Raise 10 to them.",
                ),
                Misconception(
                    lambda low, high, shares: np.exp(
                        np.log10(low) + shares * np.log10(high / low)
                    ),
                    "A logarithm to the base 10 is undone by `10**`, not by `exp`.",
                ),
                Misconception(
                    lambda low, high, shares: high * (low / high) ** shares,
                    "The other way round: share 0 is `low`.",
                ),
            ),
        ),
        FunctionPart(
            name="next_range",
            out_of=2,
            right=_next,
            inputs=_ranges,
            result="the range",
            misconceptions=(
                Misconception(
                    lambda *given: _next(*given, widen=False),
                    "Where the best is the lowest or the highest that was tried, the range stays "
                    "as wide as it was.",
                ),
                Misconception(
                    lambda rates, losses, low, high, shrink: np.clip(
                        _next(rates, losses, low, high, shrink), low, high
                    ),
                    "You cut the range where the last one ended: so it can never leave it.",
                ),
                Misconception(
                    _without_the_diverged,
                    "A rate that diverged was tried, too: beyond the best one, something is known.",
                ),
                Misconception(
                    _on_a_uniform_scale,
                    "The best lies in the middle of the uniform scale. Work with logarithms.",
                ),
                Misconception(
                    lambda rates, losses, low, high, shrink: _next(
                        rates, -losses, low, high, shrink
                    ),
                    "You follow the highest loss.",
                ),
                Misconception(
                    lambda rates, losses, low, high, shrink: _next(
                        rates, losses, low**2, high**2, shrink
                    ),
                    "Twice too wide, in powers of ten: to each side goes *half* of the width.",
                ),
                Misconception(
                    lambda rates, losses, low, high, shrink: rates[np.argmin(losses)]
                    * 10.0 ** (np.array([-0.5, 0.5]) * np.log10(high / low)),
                    "Where others were tried on both sides, the range is `shrink` times as wide.",
                ),
            ),
        ),
        GoalPart(
            name="find_rate",
            out_of=4,
            right=_best_rate,
            inputs=_searches,
            result="the rate",
            reached=_is_found,
            repeatable=True,
            misconceptions=(
                Misconception(
                    lambda train, low, high, luck: high,
                    "You return the upper end of the first range. Good rates lie outside of it.",
                ),
                Misconception(
                    lambda train, low, high, luck: np.sqrt(low * high),
                    "You return the middle of the first range, whatever the losses are.",
                ),
                Misconception(
                    lambda train, low, high, luck: 1.0,
                    "The loss is in another unit each time: no fixed rate is good for all.",
                ),
                Misconception(
                    lambda train, low, high, luck: low,
                    "You return the low end of the first range.",
                ),
            ),
        ),
    ),
    hints=(
        "On a log scale the middle of two rates is the root of their product.",
        "For the search: `spread` at random shares, `train` each for one epoch, `next_range`; a "
        "few such stages, until the range has left the first. Then fewer trials, and longer ones.",
        "Stages of six trials: four of one epoch, one of four, two of eight cost 24 + 24 + 96 = "
        "144 epochs. `next_range` goes on after each, also where the epochs change.",
    ),
)  # fmt: skip
