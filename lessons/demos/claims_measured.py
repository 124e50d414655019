"""Pictures of notebook 14: how sure a share is that was counted, and one fair race."""

import numpy as np

from lessons.experiments.fair_race import RULES, recorded
from lessons.measuring.claim import mean_of
from lessons.measuring.intervals import wilson_interval, wilson_interval_of_share
from lessons.stage import style
from lessons.stage.controls import Choice, Slider
from lessons.stage.demo import demo

TEAMS = 20
RUNS = (10, 20, 30, 40, 60, 120, 300, 900)


@demo(
    "ab",
    size=(9, 3.8),
    title="Twenty teams measure one share",
    alt="Left: twenty horizontal intervals below each other, and an upright line at the true "
    "share; nearly all cross it, those that miss it are dashed and have a cross. Right: the width "
    "of an interval falls with the number of runs, along a straight line on logarithmic axes.",
    controls={
        "share": Slider("true share", 0.05, 0.95, 0.05, 0.8, along="a.x"),
        "runs": Choice("runs of each team", RUNS, 30),
        "seed": Slider("seed of the runs", 0, 20, 1, 0),
    },
    presets={f"{runs} runs": {"runs": runs} for runs in (10, 120, 900)},
)
def twenty_intervals(axes):
    """Each team counts in how many of its runs something happens, and states its interval."""
    axes["a"].set(xlim=(0, 1), ylim=(TEAMS + 0.5, 0.5), xlabel="share", ylabel="team")
    axes["a"].set_title("what each team states")
    axes["b"].set(xscale="log", yscale="log", xlabel="runs", ylabel="width of an interval")
    axes["b"].set(xlim=(8, 1100), ylim=(0.015, 0.8))
    axes["b"].set_title("how wide it is")


@twenty_intervals.layer
def stated(axes, share, runs, seed):
    hits = np.random.default_rng(seed).binomial(runs, share, TEAMS)
    low, high = wilson_interval(hits, runs)
    missed = (share < low) | (high < share)
    team = np.arange(1, TEAMS + 1)
    for chosen, color, marker, dashes in (
        (~missed, style.PATH, "o", "-"), (missed, style.FOURTH, "X", "--"),
    ):  # fmt: skip
        axes["a"].hlines(team[chosen], low[chosen], high[chosen], color=color, linestyles=dashes)
        axes["a"].plot(hits[chosen] / runs, team[chosen], marker, color=color, ms=5)
    axes["a"].axvline(share, color=style.INK, lw=1.2)
    return (
        f"{TEAMS - missed.sum()} of {TEAMS} intervals hold the true share {share:.2f}; they are "
        f"{np.mean(high - low):.2f} wide on average"
    )


@twenty_intervals.layer
def widths(axes, share, runs):
    low, high = wilson_interval_of_share(share, np.array(RUNS))
    axes["b"].plot(RUNS, high - low, "-", color=style.SECOND)
    axes["b"].plot(runs, (high - low)[RUNS.index(runs)], "o", color=style.SECOND, ms=9)


# --- one fair race --------------------------------------------------------------------------------

COMPARED = ("rule", "batch", "schedule", "start", "ensemble")


@demo(
    "ab",
    size=(9.5, 3.8),
    title="One fair race on digits",
    alt="Three rows, the same on the left: five falling curves, one a rule, of the validation "
    "digits that the best of 1 to 16 trials misreads; they begin far up and end close together. "
    "Right: test digits misread at each level, means with upright intervals, and a thin grey line "
    "for each seed. Among the rules the intervals overlap; batches of 250 lie above batches of 50; "
    "the three schedules lie close together.",
    controls={
        "factor": Choice("compared", COMPARED, "rule"),
        "trials": Slider("trials each", 1, 16, 1, 16, along="a.x"),
    },
    presets={factor: {"factor": factor} for factor in ("rule", "batch", "schedule")},
)
def fair_race(axes, factor):
    """Five rules search their settings on one budget; then new networks look at the test digits."""
    axes["a"].set(xlim=(0.5, 16.5), xlabel="trials each", xticks=(1, 4, 8, 12, 16))
    axes["a"].set(yscale="log", ylim=(2, 80), ylabel="validation digits misread, %")
    axes["a"].set_yticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
    axes["a"].minorticks_off()
    axes["a"].set_title("the best trial so far, by rule")
    levels = measured_levels(factor)
    axes["b"].set(xlim=(-0.4, len(levels) - 0.6), ylabel="test digits misread, %")
    axes["b"].set(ylim=(0, 1.05 * max(figure.interval[1] for figure in levels)))
    names = [figure.what.replace(", ", ",\n") for figure in levels]
    axes["b"].set_xticks(range(len(levels)), names)
    axes["b"].set_title(f"by {factor}: a line for each seed")


@fair_race.layer
def best_so_far(axes, trials):
    for rule, color in zip(RULES, style.CYCLE):
        wrong = recorded().best_so_far(rule)[:trials]
        axes["a"].plot(np.arange(1, trials + 1), wrong, "-o", color=color, ms=3.5)


@fair_race.layer
def names_of_the_rules(axes):
    for rule, color in zip(RULES, style.CYCLE):
        axes["a"].plot([], [], "-o", color=color, ms=3.5, label=rule)
    axes["a"].legend(loc="upper right")


@fair_race.layer
def on_the_test_digits(axes, factor):
    levels = measured_levels(factor)
    bars = [[(k, end) for end in figure.interval] for k, figure in enumerate(levels)]
    style.lines(axes["b"], bars, style.SECOND, 2)
    axes["b"].plot([figure.value for figure in levels], "o", color=style.SECOND, ms=7)
    return "test digits misread, %: " + "; ".join(map(str, levels))


@fair_race.layer
def seed_by_seed(axes, factor):
    seeds = np.array([*errors_by_level(factor).values()]).T
    joined = [np.column_stack([np.arange(len(errors)), errors]) for errors in seeds]
    style.lines(axes["b"], joined, style.MUTED, 0.7)


def errors_by_level(factor):
    """Per cent of the test digits that are misread at each level of a factor: (seeds,) by name."""
    race = recorded()
    if factor == "ensemble":
        names = f"mean of {race.members}", "one network"
        return dict(zip(names, race.together_and_alone(), strict=True))
    return {str(level): errors for level, errors in race.errors(factor).items()}


def measured_levels(factor):
    """The same, as a Figure with its interval over seeds for each level."""
    return [mean_of(level, errors) for level, errors in errors_by_level(factor).items()]
