"""Pictures of notebook 14: how sure a share is that was counted."""

import numpy as np

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
        "share": Slider("true share", 0.05, 0.95, 0.05, 0.8),
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
