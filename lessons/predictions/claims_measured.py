"""Predictions of notebook 14: how sure a figure is, and what each claim of the course came to."""

from lessons import claims
from lessons.asking.judging import Case, Judging
from lessons.asking.prediction import Prediction
from lessons.claims.fair_race import answers
from lessons.course_map import read_ledger, section_of
from lessons.demos.claims_measured import errors_by_level, fair_race, twenty_intervals
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, VERDICTS

misses = Prediction(
    name="misses",
    text="""
Twenty teams measure the same share, 0.8, with 30 runs each, and each states its 95 % interval.
About how many of the twenty intervals do *not* hold 0.8?
""",
    choices={
        "none": "An interval that never missed would have to reach from 0 to 1. A 95 % interval "
        "misses in 5 of 100, and that is one in twenty.",
        "one": "Yes, on average: with this seed none misses, with others up to three do. And no "
        "team knows whether it is one that missed.",
        "five": "That would be 75 % intervals. Twenty times 5 % is fewer.",
        "nineteen": "Upside down: 95 % of them hold it.",
    },
    right="one",
    demo=twenty_intervals,
    setting={"share": 0.8, "runs": 30, "seed": 1},
    answered_by=("14-misses-why",),
)

half_as_wide = Prediction(
    name="half_as_wide",
    text="""
With 30 runs each interval reaches about 0.14 to either side. How many runs make it half as wide?
""",
    choices={
        "about 42": "The root of two times as many. The *width* goes with the root: for half of it "
        "the runs must grow by more than the root.",
        "about 60": "Twice the runs make it narrower by the root of two, to 0.7 of what it was.",
        "about 120": "Yes: four times as many. A width goes with one over the root of the runs.",
        "about 900": "The square of 30. It is the factor that is squared: 2² times 30.",
    },
    right="about 120",
    demo=twenty_intervals,
    setting={"share": 0.8, "runs": 30},
    tried={
        "about 42": {"runs": 40},
        "about 60": {"runs": 60},
        "about 120": {"runs": 120},
        "about 900": {"runs": 900},
    },
    answered_by=("14-half-why",),
)

_VALLEY = claims.recorded("cl-4")
_ARRIVED, _WITHOUT_NOISE, _LEFT = _VALLEY.figures.values()

the_rule_says = Prediction(
    name="the_rule_says",
    text=f"""
*Stochastic gradient descent leaves a wrong valley that gradient descent cannot.* So says chapter 6.
On its own example, the Gabor loss with start 2 in a wrong valley and start 1 in the right one, this
came out, each share with its 95 % interval:

* {_ARRIVED}
* {_WITHOUT_NOISE}
* {_LEFT}

The rule was: the claim *holds* if surely more than half of SGD's runs arrive; it *holds with a
condition* if surely more than one in a hundred do; it *does not hold* if not even that is sure, or
if gradient descent arrives as well. Notebook 05 told the verdict. Which one
follows from the rule?
""",
    choices={
        HOLDS: "For that the whole interval would have to lie above 0.5. All of it is far below: "
        "most runs end in wrong valleys.",
        CONDITION: "Yes: the whole interval lies above 0.01, and none of it above 0.5. It takes "
        "luck, and the same noise throws other runs out of the right valley.",
        FAILS: "For that the interval would have to reach down to 0.01, or gradient descent to "
        "arrive at one of its rates. Neither is so.",
    },
    right=_VALLEY.verdict,
    answered_by=("14-one", "14-one-why"),
)

too_short = Prediction(
    name="too_short",
    text="""
*Where gradients agree, momentum's steps grow by the factor 1/(1 − β)*, with β = 0.9 to ten times
the step of gradient descent. After how many steps is the step nine times as long?
""",
    choices={
        "9": "Then it is 1 + 0.9 + … + 0.9⁸, and that is 6.1: each gradient counts less than the "
        "one after it.",
        "about 22": "Yes: 0.9²² is a tenth, and that tenth is still missing.",
        "about 90": "By then less than 0.01 % is missing.",
        "never": "The sum comes as near to ten as you like; it never gets there, but passes nine.",
    },
    right="about 22",
    answered_by=("14-again", "14-again-why", "14-growth", "14-growth-agrees"),
)


# --- one fair race: what is right, and every figure, is read from what was written down -----------

_MISREAD = {rule: float(errors.mean()) for rule, errors in errors_by_level("rule").items()}
_FEWEST, _MOST = (pick(_MISREAD, key=_MISREAD.__getitem__) for pick in (min, max))


def _placed(rule):
    told = f"{rule} has {_MISREAD[rule]:.2f} % on average"
    if rule == _FEWEST:
        return f"Yes: {told}, fewest of the five; {_MOST} has most, {_MISREAD[_MOST]:.2f} %."
    return f"{told}, {_FEWEST} {_MISREAD[_FEWEST]:.2f} %."


who_wins = Prediction(
    name="who_wins",
    text="""
Each rule has had its 16 trials with every batch size, every schedule and every scheme of first
weights. Whose networks misread the fewest *test* digits, averaged over these 27 settings?
""",
    choices={rule: _placed(rule) for rule in _MISREAD},
    right=_FEWEST,
    demo=fair_race,
    setting={"factor": "rule"},
    answered_by=("14-race-says", "14-race-all", "14-race-why"),
)

_ADAM = answers().answers[0]
_YES = {
    "fewer errors": "yes: Adam misreads fewer",
    "more errors": "yes: momentum misreads fewer",
}
_DECIDED = _YES.get(_ADAM.says.partition(": ")[2], "no")
_MEASURED = f"In points of error: {'; '.join(map(str, _ADAM.figures))}."

beyond_its_interval = Prediction(
    name="beyond_its_interval",
    text="""
Take Adam and momentum alone, and subtract seed by seed. Do both 95 % intervals of that gap, over
seeds and over digits, lie on one side of zero?
""",
    choices={
        choice: f"Yes. {_MEASURED}" if choice == _DECIDED else f"Not “{choice}”. {_MEASURED}"
        for choice in (*_YES.values(), "no")
    },
    right=_DECIDED,
    demo=fair_race,
    setting={"factor": "rule"},
    answered_by=("14-race-says", "14-race-all", "14-race-why"),
)


def every_claim() -> Judging:
    """All claims of the course that were measured, to be judged first, chapter by chapter."""
    ledger = read_ledger()
    titles = {chapter["number"]: chapter["title"] for chapter in ledger["chapter"]}
    rows = {row["id"]: row for row in ledger["row"] if row["kind"] == "claim"}
    promised = [id for id in rows if id in claims.ALL]
    order = sorted(promised, key=lambda id: rows[id]["chapter"])
    return Judging([_case(id, rows[id], titles[rows[id]["chapter"]]) for id in order], VERDICTS)


def _begun(text):
    """A sentence that begins with a capital, unless it begins with a symbol such as β."""
    return text[0].upper() + text[1:] if text[0].isascii() else text


def _case(id, row, title):
    claim, measurement = claims.ALL[id], claims.recorded(id)
    module = claim.measure.__module__.rpartition(".")[2]
    notebook = row["notebook"].removeprefix("notebooks/")
    section = section_of(row["notebook"], id)
    return Case(
        id=id,
        group=title,
        statement=claim.statement,
        verdict=measurement.verdict,
        told=(
            f"{_begun(measurement.why)}.",
            *map(str, measurement.figures.values()),
        ),
        links={
            f"in the text: {section}": f"{notebook}#{section.replace(' ', '-')}",
            "the experiment": f"../lessons/claims/{module}.py",
        },
    )
