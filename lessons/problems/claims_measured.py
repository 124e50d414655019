"""The graded problem of chapter 14: a claim of the student's own, measured."""

from lessons import claims
from lessons.marking.experiments import ExperimentPart, StatementPart
from lessons.marking.problem import Criterion, Problem

_SECONDS = 0.5

pb_F14_1 = Problem(
    id="pb-F14.1",
    title="A claim of your own",
    text=rf"""
Now claim something yourself, and find out whether it is so. Choose a claim about how models are
fitted that is *not in the table* of notebook 14: something you have read, or been told, or come to
believe on the way. "… is faster", "… hardly matters", "… only works if …". It may turn out wrong; a
claim that fails earns as much as one that holds.

1. `statement`: your claim, in one sentence.
2. Your **plan**, in words, *before* you run anything.
3. `experiment(seed, broken)`, which measures it. It returns what those of the course return,
   `Finding(figures, verdict, why)`:

   * `figures`, a tuple. `share_of(name, hits)` makes one from a true or false for each of many
     independent runs, `mean_of(name, values)` from a number for each; both make the interval too,
     which you read with `low, high = figure.interval`. (`Figure(name, value)` is for a number that
     chance does not touch, and has none.)
   * `verdict`: `HOLDS`, `CONDITION` or `FAILS`, by a rule that looks at the *ends* of intervals.
   * `why`: what decided it, in a few words.

   All that is random comes from `np.random.default_rng(seed)`. With `broken=True` the same
   experiment is made where the claim should come out otherwise: another rule, broken data, too
   little of something. The figures must then come out otherwise, and lead to another verdict.
4. What you **found**, in words.

The check of `statement` looks at its form alone. That of `experiment` runs it with three seeds,
with the first of them once more, and broken with all three, and lists what is there and what is
missing. Whether it all makes sense a reader judges. A run may take {_SECONDS} seconds, and there is
no network. `lessons/claims/` holds the experiments of the course, to be read; `claim("mine",
statement, "my own guess")(experiment)(seed=1)` shows yours as those are shown.
""",
    parts=(
        StatementPart(
            name="statement", out_of=1, taken={id: c.statement for id, c in claims.ALL.items()}
        ),
        ExperimentPart(name="experiment", out_of=5, seconds=_SECONDS),
    ),
    hints=(
        "Small is good: two rules or two settings, a loss that runs in milliseconds, and 100 runs "
        "side by side. In which share of them does the one come out below the other?",
        "Write the rule of the verdict first: `low, high = figure.interval`, then `HOLDS` where "
        "low lies above what is claimed, `FAILS` where high lies below it. And what is between?",
        "To break it, ask what the claim rests on: noise, curvature, a rate that falls, a network "
        "that is large enough. Take that away with `if broken:`, and leave all else as it is.",
    ),
    schemes={
        "plan": (
            Criterion(
                1,
                "the claim is none of the table's, it could be wrong, and its words say what is "
                "compared and where.",
            ),
            Criterion(
                2,
                "the experiment is fair: what is compared differs in one thing alone, is given "
                "equal luck (or independent luck) and, where rates matter, a rate that suits it "
                "(1 point if one of these is missing).",
            ),
            Criterion(1, "the rule of the verdict is stated, with numbers, before the runs."),
            Criterion(1, "what is taken away to break it, and why the claim rests on that."),
        ),
        "found": (
            Criterion(1, "the figures are read as intervals: what they exclude, what they do not."),
            Criterion(
                2,
                "the verdict follows from them by the rule of the plan, and goes no further than "
                "the losses, models and settings that were tried (1 point for one of the two).",
            ),
            Criterion(1, "a reason why it came out so, that the figures do not contradict."),
            Criterion(1, "what would have to be measured next to trust it more widely."),
        ),
    },
)
