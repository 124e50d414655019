"""Pictures of notebook 12: hyperparameter search."""

from functools import lru_cache
from itertools import compress

import numpy as np
from matplotlib.patches import Rectangle

from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.grids import parameter_grid
from course_lib.hyperparameters import CoarseToFine, GridSearch, LogUniform, RandomSearch, Uniform
from course_lib.hyperparameters.results import best_first
from course_lib.optimizers import GradientDescent
from lessons.demos.sliders import RATE
from lessons.experiments.hyperparameter_search import (
    LONGEST,
    MOMENTUM_SPACE,
    PENALTIES,
    SCALE_EPOCHS,
    SCALE_RATES,
    SCALES,
    SMALLEST,
    STAGES_OF_FIVE,
    TRIAL_EPOCHS,
    TRIALS,
    choosing,
    digit_trials,
    followed,
    halved,
    lowest_loss_of_the_line,
    momentum_objective,
    random_against_grid,
    scale_map,
    staged_rates,
    training,
)
from lessons.experiments.scenes import LINE_START, linear_loss
from lessons.searching import search
from lessons.stage import style
from lessons.stage.controls import Choice, LogSlider, Player, Slider, Switch
from lessons.stage.demo import demo
from lessons.stage.style import number

# --- random against grid ----------------------------------------------------------------------

UNIT_BOX = ((0.0, 1.0), (0.0, 1.0))
IMPORTANCES = np.linspace(0, 1, 21)


@demo(
    "abc",
    size=(9.4, 3.5),
    title="Random against grid search",
    alt="Nine trials on a landscape whose valley runs along the second hyperparameter. On the "
    "grid they stand over three values of the first, at random over nine, and come closer. Right: "
    "the share of landscapes in which random search wins falls from 0.8 to 0.6 as the second "
    "hyperparameter gains importance.",
    controls={
        "importance": Slider("importance of h₂", 0.0, 1.0, 0.05, 0.0, along="c.x"),
        "points": Slider("points along an axis", 2, 5, 1, 3),
        "seed": Slider("landscape", 0, 30, 1, 7),
    },
    presets={
        "only h₁ matters": {},
        "both matter alike": {"importance": 1.0},
    },
)
def fig_grid_random(axes):
    """As many trials on a grid and at random, where the second hyperparameter matters less."""
    for panel in "ab":
        axes[panel].set(xlim=(-0.04, 1.04), ylim=(-0.04, 1.13), aspect="equal")
        axes[panel].set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1], xlabel="h₁, which matters")
    axes["a"].set_ylabel("h₂, which matters less")
    axes["a"].set_title("a  grid search")
    axes["b"].set_title("b  random search")
    axes["c"].set(xlim=(-0.02, 1.02), ylim=(0.4, 1.0), xlabel="importance of h₂")
    axes["c"].axhline(0.5, color=style.MUTED, lw=0.8)
    axes["c"].set_title("c  how often random wins")


@lru_cache(maxsize=16)
def share_of_wins(points):
    """How often random search wins, of 400 landscapes, for each importance of h₂."""
    rows = np.stack([np.ones_like(IMPORTANCES), IMPORTANCES], axis=-1)
    grid, random = random_against_grid(rows, points, repeats=400)
    return (random < grid).mean(axis=-1)


@fig_grid_random.layer
def shares(axes, points):
    axes["c"].plot(IMPORTANCES, share_of_wins(points), color=style.SECOND)


@fig_grid_random.layer
def map_twice(axes, importance, seed):
    loss = landscape(importance, seed)
    values = loss(parameter_grid(UNIT_BOX, 25))
    for panel in "ab":
        style.heat_map(axes[panel], UNIT_BOX, values, levels=7)


@fig_grid_random.layer
def tries(axes, importance, seed, points):
    loss = landscape(importance, seed)
    space = {"h1": Uniform(0, 1), "h2": Uniform(0, 1)}
    lowest = []
    for panel, strategy in (
        ("a", GridSearch(space, points)),
        ("b", RandomSearch(space, points**2)),
    ):
        results = search(lambda h: loss([h["h1"], h["h2"]]), strategy, seed=seed)
        h1, h2 = (results.columns()[name] for name in space)
        best = results.best
        axes[panel].plot(h1, h2, "o", color=style.GOLD, mec=style.INK, mew=0.7, ms=6)
        axes[panel].plot(*best.settings.values(), "*", color=style.PATH, mec="white", ms=15)
        axes[panel].plot(h1, np.full_like(h1, 1.09), "|", color=style.PATH, ms=10, mew=1.6)
        lowest.append((best.loss, len(set(h1))))
    share = share_of_wins(points)[np.abs(IMPORTANCES - importance).argmin()]
    axes["c"].plot(importance, share, "o", color=style.PATH, ms=8)
    (grid, few), (random, many) = lowest
    return (
        f"lowest loss here: grid {grid:.2g} ({few} values of h₁), random {random:.2g} ({many}); "
        f"random wins in {100 * share:.0f} % of 400 landscapes"
    )


def landscape(importance, seed):
    """The loss (h₁ - target₁)² + importance (h₂ - target₂)², its target drawn from the box."""
    target, weights = np.random.default_rng(seed).random(2), np.array([1.0, importance])
    return lambda h: ((np.asarray(h) - target) ** 2) @ weights


# --- uniform and log-uniform draws ------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.6),
    title="Drawing a learning rate",
    alt="The loss of the line after 50 steps against the learning rate, with 30 draws on it. Drawn "
    "uniformly from 0 to 10, all of them lie above the largest stable rate and diverge. Drawn on a "
    "log scale, they spread over seven powers of ten, and several are good.",
    controls={
        "high": LogSlider("highest rate", -1, 1, 0.1, 10.0),
        "low": LogSlider("lowest rate (b)", -8, -2, 0.5, 1e-6),
        "trials": Slider("draws", 5, 60, 5, 30),
        "steps": Slider("steps of training", 10, 200, 10, 50),
        "seed": Slider("seed", 0, 30, 1, 3),
    },
    presets={
        "0.000001 to 10": {},
        "0.000001 to 0.1": {"high": 0.1},
    },
)
def log_scale(axes):
    """Learning rates drawn uniformly, and drawn uniformly on a log scale."""
    for panel in "ab":
        axes[panel].set(xlim=(1e-8, 30), ylim=(0.12, 60), xscale="log", yscale="log")
        axes[panel].set_xlabel("learning rate α")
        axes[panel].set_yticks([0.2, 1, 10, 50], ["0.2", "1", "10", "diverged"])
        axes[panel].minorticks_off()
    axes["a"].set_ylabel("loss at the end")
    axes["a"].set_title("a  uniform between 0 and the highest")
    axes["b"].set_title("b  uniform on the log scale")


@lru_cache(maxsize=64)
def losses_at(rates, steps):
    """The loss of the line after so many steps at each rate; infinite where it diverged."""
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    path = descend(loss, LINE_START, GradientDescent(np.array(rates)), steps, keep="last")
    # A loss above 50 only climbs: it will diverge, though its numbers are still in range.
    return np.where(path.diverged | (path.final_loss > 50), np.inf, path.final_loss)


@log_scale.layer
def all_rates(axes, steps):
    rates = np.geomspace(1e-8, 0.048, 200)
    for panel in "ab":
        axes[panel].plot(rates, losses_at(tuple(rates), steps), color=style.INK, lw=1.2)


@log_scale.layer
def draws(axes, low, high, trials, steps, seed):
    good_enough = 1.1 * lowest_loss_of_the_line()
    told = []
    for panel, scale in (("a", Uniform(0, high)), ("b", LogUniform(low, high))):
        planned = RandomSearch({"rate": scale}, trials).next_stage([], seed)
        rates = np.array([trial.settings["rate"] for trial in planned])
        losses = losses_at(tuple(rates), steps)
        diverged, good = np.isinf(losses), losses <= good_enough
        for which, marker, color in (
            (diverged, "x", style.MUTED),
            (~diverged & ~good, "o", style.BROWN),
            (good, "o", style.THIRD),
        ):
            shown = np.minimum(losses[which], 50)
            axes[panel].plot(rates[which], shown, marker, color=color, ms=7, mec=color)
        told.append(f"{good.sum()} good, {diverged.sum()} diverged")
    told = f"uniform {told[0]}; log scale {told[1]}"
    return f"of {trials} draws: {told} (good: within 10 % of the best)"


# --- coarse to fine ---------------------------------------------------------------------------

MOMENTUM_BOUNDS = ((-4.0, 1.0), (-2.0, 0.0))

FAR = 700
"""What has diverged stands here, at the top of the picture."""

STAGES = 4
STAGE_COLORS = (style.GOLD, style.FOURTH, style.PATH, style.INK)


@demo(
    "aab",
    size=(9, 3.8),
    title="From coarse to fine",
    alt="A map of the loss after 15 steps over the learning rate and 1 − β, both on log scales, "
    "with one dark hollow of good pairs. Twelve trials over the whole map, then twelve in each of "
    "the ever smaller boxes around the best so far. Beside it: the best loss falls from stage to "
    "stage, that of plain random search hardly. In the second row the first stage found nothing "
    "near the hollow; the boxes close in beside it, and random search comes lower.",
    controls={
        "stage": Slider("stages shown", 1, STAGES, 1, 3),
        "trials": Slider("trials in a stage", 4, 15, 1, 12),
        "shrink": Slider("shrink to", 0.1, 0.9, 0.05, 0.3),
        "seed": Slider("seed", 0, 30, 1, 10),
    },
    presets={
        "three stages": {},
        "led astray": {"seed": 17, "stage": 4},
    },
)
def coarse_to_fine(axes):
    """Momentum's rate and share for the line of figure 6.1, searched in stages."""
    axes["a"].set(xlim=(-4, 1), ylim=(-2, 0), xlabel="learning rate α", ylabel="1 − β")
    axes["a"].set_xticks(range(-4, 2), ["0.0001", "0.001", "0.01", "0.1", "1", "10"])
    axes["a"].set_yticks([-2, -1, 0], ["0.01", "0.1", "1"])
    axes["a"].set_title("the trials of each stage (dark is low)")
    style.heat_map(axes["a"], MOMENTUM_BOUNDS, np.log10(momentum_map()), levels=9)
    axes["b"].set(xlim=(0, 61), ylim=(SMALLEST / 2, 10), yscale="log", xlabel="trials")
    axes["b"].set_yticks(
        [SMALLEST, 1e-7, 1e-5, 1e-3, 0.1], ["≤ 1e−9", "1e−7", "1e−5", "0.001", "0.1"]
    )
    axes["b"].set(ylabel="loss above the lowest")
    axes["b"].set_title("the best so far")
    for color, label in ((style.MUTED, "random search"), (style.PATH, "in stages")):
        axes["b"].plot([], [], color=color, label=label)
    axes["b"].legend(loc="upper right")


@lru_cache(maxsize=1)
def momentum_map():
    """The objective at every pair on a grid of the space, cut off at 0.0001 and at 100."""
    powers = 10 ** parameter_grid(MOMENTUM_BOUNDS, 61)
    settings = {"learning_rate": powers[..., 0], "forgetting": powers[..., 1]}
    return np.clip(momentum_objective(settings), 1e-4, 100)


@lru_cache(maxsize=64)
def staged(trials, shrink, seed):
    """The search in stages, and the part of the space of each."""
    strategy = CoarseToFine(MOMENTUM_SPACE, trials, STAGES, shrink)
    results = search(momentum_objective, strategy, seed=seed)
    parts = [strategy.part_to_search(results[: k * trials]) for k in range(STAGES)]
    return results, parts


@lru_cache(maxsize=64)
def unstaged(seed):
    """The losses of random search, with as many trials as any search in stages has here."""
    planned = RandomSearch(MOMENTUM_SPACE, 60).next_stage([], seed)
    # All at once: for the map, too, the objective takes arrays.
    return momentum_objective(
        {name: np.array([trial.settings[name] for trial in planned]) for name in MOMENTUM_SPACE}
    )


@coarse_to_fine.layer
def stages_shown(axes, trials, shrink, seed, stage):
    results, parts = staged(trials, shrink, seed)
    shown = results[: stage * trials]
    for k, (part, color) in enumerate(zip(parts[:stage], STAGE_COLORS)):
        (left, right), (low, high) = (np.log10([each.low, each.high]) for each in part.values())
        box = Rectangle((left, low), right - left, high - low, fill=False, ec=color, lw=1.8)
        axes["a"].add_patch(box)
        points = np.log10([[*trial.settings.values()] for trial in shown if trial.stage == k])
        axes["a"].plot(*points.T, "o", color=color, mec="white", mew=0.6, ms=6)
    best = best_first(shown)[0]
    where = np.log10([*best.settings.values()])
    axes["a"].plot(*where, "*", color=style.LIGHT_SKY, mec=style.INK, ms=14)
    staged_losses = np.array([trial.loss for trial in shown])
    random_losses = unstaged(seed)[: len(shown)]
    for losses, color in ((random_losses, style.MUTED), (staged_losses, style.PATH)):
        lowest = np.maximum(np.fmin.accumulate(losses), SMALLEST)
        axes["b"].step(np.arange(1, len(lowest) + 1), lowest, where="post", color=color)
    rate, forgetting = best.settings.values()
    return (
        f"after {len(shown)} trials: {small(best.loss)} above the lowest, at α = {rate:.2g}, "
        f"β = {1 - forgetting:.2g}; random search: {small(np.nanmin(random_losses))}"
    )


def small(loss):
    """How far a loss lies above the lowest, in words."""
    if loss > 1000:
        return "far"
    return number(loss, SMALLEST, digits=2)


# --- successive halving -----------------------------------------------------------------------

FATES = {
    "given up first": style.MUTED, "second": style.BROWN, "third": style.FOURTH,
    "fourth": style.SECOND, "kept": style.PATH,
}  # fmt: skip


@demo(
    "aab",
    size=(9, 3.9),
    title="Successive halving",
    alt="Left: 27 curves of the loss against the step. All are trained for the first budget, the "
    "best nine three times as long, the best three nine times, one 27 times. Right: the loss that "
    "each rate would reach in 243 steps. In the first row the rate that is kept is among the "
    "best; after a first budget of one step it is one that diverges; with noisy steps it is one "
    "that is quick at first and ends higher than some that were given up.",
    controls={
        "trials": Slider("trials", 3, 60, 3, 27),
        "budget": Slider("first budget", 1, 9, 1, 9),
        "batch_size": Slider("batch size", 1, 12, 1, 12),
        "seed": Slider("seed", 0, 30, 1, 7),
    },
    presets={
        "9 steps at first": {},
        "one step at first": {"budget": 1},
        "noisy steps": {"batch_size": 3},
    },
)
def successive_halving(axes):
    """Many learning rates trained a little, the best third of them longer, and so on."""
    axes["a"].set(xlim=(0.9, 270), ylim=(SMALLEST / 2, 1e3), xscale="log", yscale="log")
    axes["a"].set(xlabel="steps", ylabel="loss above the lowest")
    axes["a"].set_xticks([1, 3, 9, 27, 81, 243], ["1", "3", "9", "27", "81", "243"])
    axes["a"].minorticks_off()
    axes["a"].set_title("each rate, for as long as it is trained")
    axes["b"].set(xlim=(4e-4, 0.19), ylim=(SMALLEST / 2, 1e3), xscale="log", yscale="log")
    axes["b"].set_xticks([0.001, 0.01, 0.1], ["0.001", "0.01", "0.1"])
    axes["b"].minorticks_off()
    axes["b"].set(xlabel="learning rate α")
    axes["b"].set_title("if all had had 243 steps")
    for panel in "ab":
        axes[panel].set_yticks(
            [SMALLEST, 1e-6, 1e-3, 1, FAR], ["≤ 1e−9", "1e−6", "0.001", "1", "≥ 700"]
        )


@successive_halving.layer
def rates_kept(axes, trials, budget, batch_size, seed):
    rates, losses = training(trials, batch_size, seed)
    results = halved(trials, budget, batch_size, seed)
    reached = {trial.candidate: trial for trial in results}  # the last trial of each candidate
    kept = results.best.candidate
    fates = {k: trial.stage for k, trial in reached.items()} | {kept: len(FATES) - 1}
    for fate, color in enumerate(FATES.values()):
        those = [k for k in fates if fates[k] == fate]
        curves = [losses[1 : reached[k].budget + 1, k] for k in those]
        lines = [np.column_stack([1 + np.arange(len(curve)), curve]) for curve in curves]
        width, order = (2.4, 4) if those == [kept] else (1, 3)
        style.lines(axes["a"], lines, color, width, zorder=order)
        style.dots(axes["a"], [line[-1] for line in lines], [25], color, zorder=order)
        ends = np.column_stack([rates[those], np.minimum(losses[-1, those], FAR)])
        style.dots(axes["b"], ends, [49], color, zorder=order)
    spent = sum(trial.budget for trial in results)
    best = int(losses[-1].argmin())
    return (
        f"{spent} steps of training in place of {trials * LONGEST}. Kept: α = {rates[kept]:.2g}, "
        f"in 243 steps {small(losses[-1, kept])} above the lowest; the best of all, "
        f"α = {rates[best]:.2g}, {small(losses[-1, best])}"
    )


@successive_halving.layer
def names_of_the_fates(axes, trials):
    trained = trials // 3 ** np.arange(4)  # in each stage; of the last, one is kept
    met = [*(trained > np.maximum(trained // 3, 1)), True]
    for name, color in compress(FATES.items(), met):
        axes["a"].plot([], [], "o", color=color, label=name)
    axes["a"].legend(loc="lower left")


# --- one fold or several ----------------------------------------------------------------------


@demo(
    "ab",
    size=(9, 3.7),
    title="One validation fold, or several",
    alt="Left: the validation loss of a linear model of digits against the strength of its "
    "penalty, one curve for each fold and a thick one for their mean; with 250 images the curves "
    "are alike, with sixty and folds of six they lie far apart. Right: the share of fresh images "
    "answered wrongly, and what one fold and all of them would choose; with 250 images either is "
    "good.",
    controls={
        "n": Choice("images in all", ("60", "250", "1000"), "250"),
        "k": Slider("folds", 2, 10, 1, 5),
        "seed": Slider("which images", 0, 30, 1, 0),
    },
    presets={
        "250 images": {},
        "60 images": {"n": "60", "k": 10, "seed": 17},
    },
)
def one_fold_or_several(axes):
    """The penalty that one fold chooses, and the one that k of them choose together."""
    for panel in "ab":
        axes[panel].set(xlim=(0.008, 1250), xscale="log", xlabel="strength of the penalty")
    axes["a"].set(ylim=(0.02, 0.15), ylabel="squared error")
    axes["a"].set_title("judged by the folds")
    axes["b"].set(ylim=(0, 60), ylabel="wrong answers in %")
    axes["b"].set_title("judged by 797 fresh images")
    for color, label in ((style.SECOND, "the first fold"), (style.PATH, "all folds, their mean")):
        axes["a"].plot([], [], color=color, label=label)
    axes["a"].legend(loc="upper right")


@one_fold_or_several.layer
def folds_and_choices(axes, n, k, seed):
    found = choosing(int(n), k, seed)
    curves = [np.column_stack([PENALTIES, fold]) for fold in found.folds[1:]]
    style.lines(axes["a"], curves, style.MUTED, 0.8)
    wrong = 100 * found.fresh
    axes["b"].plot(PENALTIES, wrong, color=style.INK, lw=1.2)
    for curve, chosen, color, marker in (
        (found.folds.mean(axis=0), found.several(), style.PATH, "o"),
        (found.folds[0], found.one(), style.SECOND, "D"),
    ):
        axes["a"].plot(PENALTIES, curve, color=color, lw=1.8)
        axes["a"].plot(PENALTIES[chosen], curve[chosen], marker, color=color, ms=8)
        axes["b"].plot(PENALTIES[chosen], wrong[chosen], marker, color=color, ms=8)
    one, several = found.one(), found.several()
    return (
        f"on fresh images the choice of one fold of {int(n) // k} has {wrong[one]:.1f} % wrong, "
        f"that of all {k} {wrong[several]:.1f} %, the best {wrong.min():.1f} %; trainings: "
        f"{len(PENALTIES)} and {k * len(PENALTIES)}"
    )


# --- the initial scale ------------------------------------------------------------------------

SCALE_BOUNDS = ((-3.0, 0.0), (-2.0, 2.0))


@demo(
    "ab",
    size=(9, 3.9),
    title="The learning rate and the initial scale",
    alt="Left: a map of the wrong answers of a small network for digits over Adam's learning rate "
    "and the factor on its initial weights, both on log scales. The dark part is a slanting "
    "patch: with larger weights only larger rates are good, and with weights a hundred times as "
    "large none is. Right: wrong answers against the factor at three rates, the chosen one thick.",
    controls={
        "epochs": Slider("epochs of training", 1, SCALE_EPOCHS, 1, SCALE_EPOCHS),
        "rate": LogSlider(RATE, -3, 0, 0.5, 0.01),
    },
    presets={
        "one epoch": {"epochs": 1},
        "six epochs": {},
    },
)
def scale_and_rate(axes):
    """Wrong answers over the rate and the scale of the first weights, after so many epochs."""
    (left, right), (low, high) = SCALE_BOUNDS
    axes["a"].set(xlim=(left, right), ylim=(low, high), xlabel=RATE)
    axes["a"].set(ylabel="first weights, times Glorot's")
    axes["a"].set_xticks(range(-3, 1), ["0.001", "0.01", "0.1", "1"])
    axes["a"].set_yticks(range(-2, 3), ["0.01", "0.1", "1", "10", "100"])
    axes["a"].set_title("wrong answers (dark is few)")
    axes["b"].set(xlim=(0.008, 125), ylim=(0, 100), xscale="log")
    axes["b"].set(xlabel="first weights, times Glorot's", ylabel="wrong answers in %")
    axes["b"].set_title("along the line in the map")


@scale_and_rate.layer
def map_after(axes, epochs):
    wrong = scale_map()[epochs - 1]
    style.heat_map(axes["a"], SCALE_BOUNDS, wrong, levels=9)
    row, column = np.unravel_index(wrong.argmin(), wrong.shape)
    best = np.log10([SCALE_RATES[row], SCALES[column]])
    axes["a"].plot(*best, "*", color=style.PATH, mec="white", ms=14)
    told = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    return (
        f"after {told} the best is {100 * wrong.min():.0f} % wrong, "
        f"at a rate of {SCALE_RATES[row]:.2g} and {SCALES[column]:.2g} times Glorot's weights"
    )


@scale_and_rate.layer
def along_a_rate(axes, epochs, rate):
    row = np.abs(np.log(SCALE_RATES / rate)).argmin()
    wrong = 100 * scale_map()[epochs - 1, row]
    axes["a"].axvline(np.log10(SCALE_RATES[row]), color=style.FOURTH, lw=1.6)
    axes["b"].plot(SCALES, wrong, "-o", color=style.FOURTH, mec=style.INK, mew=0.6)
    at_glorot = np.abs(np.log(SCALES)).argmin()
    return f"at the rate {SCALE_RATES[row]:.2g}, with Glorot's own: {wrong[at_glorot]:.0f} % wrong"


# --- a border that holds the best -------------------------------------------------------------


@demo(
    "aab",
    size=(9, 3.6),
    title="A border that holds the best",
    alt="Left: five rows, one a stage, each a bar from the lowest to the highest rate of its range "
    "with six trials on it. In the first picture the range ends at 0.0001, the best trial of every "
    "stage is at that end, and the ranges close in on it. In the second they walk to the right, as "
    "wide as before, until the best lies inside, and only then close in. Right: the loss of the "
    "best so far stays high in the first, and falls to the lowest in the second.",
    controls={
        "stage": Slider("stages shown", 1, STAGES_OF_FIVE, 1, STAGES_OF_FIVE, along="b.x"),
        "highest": LogSlider("highest rate at first", -6, 0, 0.5, 1e-4, along="a.x"),
        "widen": Switch("widen such a border", False),
        "seed": Slider("seed", 0, 30, 1, 0),
    },
    presets={
        "kept": {},
        "widened": {"widen": True},
    },
)
def widened_border(axes):
    """A search in stages whose first range misses the good rates."""
    axes["a"].set(xlim=(5e-8, 20), xscale="log", ylim=(STAGES_OF_FIVE + 0.6, 0.4))
    axes["a"].set(xlabel=RATE, ylabel="stage", yticks=range(1, STAGES_OF_FIVE + 1))
    axes["a"].axvspan(*GOOD_RATES, color=style.THIRD, alpha=0.25, lw=0)
    axes["a"].set_title("the range of each stage, and its trials (green: good rates)")
    axes["b"].set(xlim=(0.5, STAGES_OF_FIVE + 0.5), ylim=(1e-5, 30), yscale="log", xlabel="stage")
    axes["b"].set(xticks=range(1, STAGES_OF_FIVE + 1), ylabel="loss above the lowest")
    axes["b"].set_title("the best so far")


GOOD_RATES = (0.012, 0.0427)
"""From where 50 steps come within a tenth of the lowest loss, up to the largest stable rate."""


@widened_border.layer
def ranges(axes, highest, widen, seed, stage):
    results, parts = staged_rates(highest, widen, seed)
    lowest = []
    for k, part in enumerate(parts[:stage]):
        of_stage = [trial for trial in results if trial.stage == k]
        rates = [trial.settings["rate"] for trial in of_stage]
        axes["a"].plot([part.low, part.high], [k + 1, k + 1], color=style.MUTED, lw=5)
        axes["a"].plot(rates, np.full(len(rates), k + 1), "o", color=style.GOLD, mec=style.INK)
        best = best_first([trial for trial in results if trial.stage <= k])[0]
        axes["a"].plot(best.settings["rate"], k + 1, "*", color=style.PATH, mec="white", ms=14)
        lowest.append(max(best.loss, 1e-5))
    axes["b"].plot(np.arange(1, stage + 1), lowest, "-o", color=style.PATH)
    beyond = "lower" if best.settings["rate"] < min(rates) * 1.0001 else "higher"
    outermost = not min(rates) < best.settings["rate"] < max(rates)
    where = f"and no {beyond} one was tried" if outermost else "with others tried on both sides"
    return (
        f"after stage {stage} the best rate is {best.settings['rate']:.2g}, {where}; "
        f"its loss is {number(best.loss, 1e-5, digits=2)} above the lowest"
    )


# --- what the master sees ---------------------------------------------------------------------

STATUS_COLORS = {
    "stopped": style.MUTED, "finished": style.SECOND, "running": style.BROWN,
}  # fmt: skip


@demo(
    "aab",
    size=(9, 3.9),
    title="What the master sees",
    alt="Left: the validation losses of networks for digits against the epoch, one curve a trial. "
    "With the rule most curves end after two or three epochs, in grey; the few that go on to epoch "
    "twelve lie lowest. Right: the lowest loss so far against the epochs of work spent: with the "
    "rule the same loss is reached for about half of the work.",
    controls={
        "work": Player("epochs of work", 0, TRIALS * TRIAL_EPOCHS, 4, TRIALS * TRIAL_EPOCHS),
        "workers": Choice("workers", ("1", "2", "4"), "4"),
        "stop": Switch("stop the hopeless", True),
        "grace": Slider("epochs granted to each", 1, 6, 1, 1),
    },
    presets={
        "half-way": {"work": 60},
        "the end": {},
        "none is stopped": {"stop": False},
    },
)
def what_the_master_sees(axes):
    """Random trials on digits, shared out among workers, and the hopeless ones stopped."""
    axes["a"].set(xlim=(0.7, TRIAL_EPOCHS + 0.3), ylim=(0.06, 600), yscale="log", xlabel="epoch")
    axes["a"].set(ylabel="validation loss", xticks=range(1, TRIAL_EPOCHS + 1))
    axes["a"].set_title("the log of each trial")
    axes["b"].set(xlim=(-4, TRIALS * TRIAL_EPOCHS + 4), ylim=(0.06, 600), yscale="log")
    axes["b"].set(xlabel="epochs of work")
    axes["b"].set_title("the lowest so far")
    for panel in "ab":
        axes[panel].set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        axes[panel].minorticks_off()
    for status, color in STATUS_COLORS.items():
        axes["a"].plot([], [], "o-", color=color, ms=4, label=status)
    axes["a"].legend(loc="upper right", ncols=3)


@what_the_master_sees.layer
def logs(axes, work, workers, stop, grace):
    rates, scales, losses = digit_trials()
    history = followed(int(workers), grace if stop else None)
    now = min(work // int(workers), len(history) - 1)
    epochs, statuses = history[now]
    for status, color in STATUS_COLORS.items():
        those = [k for k in range(TRIALS) if statuses[k] == status and epochs[k]]
        curves = [
            np.column_stack([1 + np.arange(epochs[k]), losses[: epochs[k], k]]) for k in those
        ]
        style.lines(axes["a"], curves, color, 1.2, zorder=2 + (status != "stopped"))
        style.dots(axes["a"], [curve[-1] for curve in curves], [25], color, zorder=4)
    lowest = [
        min((losses[:e, k].min() for k, e in enumerate(seen.epochs) if e), default=np.inf)
        for seen in history[: now + 1]
    ]
    spent = [seen.epochs.sum() for seen in history[: now + 1]]
    axes["b"].step(spent, lowest, where="post", color=style.PATH)
    counts = {status: statuses.count(status) for status in (*STATUS_COLORS, "waiting")}
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    if not spent[-1]:
        return f"nothing is trained yet: {told}"
    best = min((k for k in range(TRIALS) if epochs[k]), key=lambda k: losses[: epochs[k], k].min())
    return (
        f"after {spent[-1]} epochs of work: {told}; the lowest loss {lowest[-1]:.2f}, at a rate of "
        f"{rates[best]:.2g} and {scales[best]:.2g} times Glorot's weights"
    )
