"""Predictions of notebook 13: what a mean of models does, gains and costs."""

from lessons.asking.prediction import Prediction
from lessons.demos.ensembles import (
    averaged_path,
    between_networks,
    kinds_on_digits,
    opinions,
)

torn = Prediction(
    name="torn",
    text=r"""
Three networks look at one digit. The first gives 0.9 to *three* and 0.1 to *eight*. The other two
give 0.4 to *three* and 0.6 to *eight*. What does the majority of the three say, and what does the
mean of their probabilities find more probable?
""",
    choices={
        "both say three": "Count heads: two of the three find *eight* more probable.",
        "both say eight": "Average the numbers: (0.9 + 0.4 + 0.4) / 3.",
        "the vote three, the mean eight": "The other way round: two networks lean to *eight*, and "
        "the sure one pulls the mean.",
        "the vote eight, the mean three": "Yes: two of three name *eight*; the mean of *three* is "
        "0.57. A vote counts heads, a mean listens to how sure they are.",
    },
    right="the vote eight, the mean three",
    demo=opinions,
    setting={"digit": 10},
    answered_by=("13-torn-why", "13-opinions"),
)

worse = Prediction(
    name="worse",
    text=r"""
One member misses an example by $+1$, another by $-3$: their squared losses are 1 and 9. What is the
squared loss of their mean? And can a mean ever do worse than its members do on average?
""",
    choices={
        "1, and it never can": "Yes. The mean misses by −1. A square is convex: that of a mean is "
        "never above the mean of the squares, whatever the members say.",
        "5, and it never can": "That is the mean of the two losses. Average the *answers* first, "
        "and square then.",
        "4, and at times it can": "The miss of the mean is the mean of the misses, with their "
        "signs: (1 − 3)/2.",
        "1, and at times it can": "The first is right. But a chord of a parabola lies above it, "
        "so the mean of the squares is never below the square of the mean.",
    },
    right="1, and it never can",
    answered_by=("13-gain-why", "13-gain"),
)

first_four = Prediction(
    name="first_four",
    text=r"""
If what the members have by accident is independent, the mean of $M$ of them has $1/M$ of its
variance left. Twelve members save some of the loss. Which share of that do the first four save?
""",
    choices={
        "a third": "That would be so if each brought as much as the first.",
        "about half": "The *second* alone saves half of the accident.",
        "about four fifths": "Yes: they save 1 − 1/4, of the 1 − 1/12 that all twelve save, which "
        "is 82 %.",
        "nearly all, 99 %": "A quarter of the accident is still there after four members.",
    },
    right="about four fifths",
    answered_by=("13-waves-why", "13-waves"),
)

least_alike = Prediction(
    name="least_alike",
    text=r"""
Each of the four ensembles above has eight networks of 6 units. In which do two members disagree
on the *fewest* of 400 new digits?
""",
    choices={
        "different starts": "Different starts lead to different valleys.",
        "different examples": "Those have other starts and other data: they differ most.",
        "best of a search": "They have other starts and other rates.",
        "checkpoints of one run": "Yes: they are one network at eight moments, and the last epochs "
        "change little.",
    },
    right="checkpoints of one run",
    demo=kinds_on_digits,
    setting={"kind": "checkpoints of one run"},
    tried={
        kind: {"kind": kind}
        for kind in ("different starts", "different examples", "best of a search")
    },
    answered_by=("13-kinds-why", "13-kinds-table", "13-kinds"),
)

larger = Prediction(
    name="larger",
    text=r"""
Now take networks of 32 units in place of 6. Each of them fits the 200 training digits perfectly,
and makes fewer mistakes on new ones. What do eight of them from different starts gain by
answering together, compared with eight of the small ones?
""",
    choices={
        "more: each is better": "A mean gains where members *differ*. Good ones, fitted to the "
        "same digits, largely agree.",
        "as much: eight is eight": "Their number is the same, but not how much they differ.",
        "less: they disagree on less": "Yes: they disagree on fewer digits, and what all get wrong "
        "no vote mends.",
    },
    right="less: they disagree on less",
    demo=kinds_on_digits,
    setting={"units": 32},
    answered_by=("13-larger-why", "13-kinds"),
)

many_or_wide = Prediction(
    name="many_or_wide",
    text=r"""
Eight networks of 6 hidden units cost $8 \cdot 6 \cdot 74$ multiplications a digit. *One* network of
48 units costs just as many. Both learn the same 200 digits, and that is repeated with six draws of
them. Which makes fewer mistakes on new ones?
""",
    choices={
        "the eight small ones, by far": "They repair each other's mistakes. But a network of 48 "
        "units hardly makes those in the first place.",
        "the large one, by far": "It makes far fewer than one small one. But eight small ones "
        "repair each other's.",
        "neither, by more than luck": "Yes: 8.3 and 7.6 per cent, on the mean of six draws, and "
        "the difference may be chance.",
    },
    right="neither, by more than luck",
    answered_by=("13-cost-why", "13-cost"),
)

bounces = Prediction(
    name="bounces",
    text=r"""
SGD at a fixed rate bounces about the minimum on all sides, and its loss stays some way above the
lowest. Take the *mean* of its last 100 points. How far above the lowest is the loss there?
""",
    choices={
        "as far, being one of them": "It is none of them. Bounces to opposite sides cancel.",
        "about a third as far": "So it would be for the mean of three independent points.",
        "less than a tenth as far": "Yes. A mean of 100 independent points has 1/100 of the "
        "variance, and the loss of a bowl grows with the square of the distance. The points are "
        "not quite independent; here no more than half a hundredth is left.",
    },
    right="less than a tenth as far",
    demo=averaged_path,
    setting={"beta": 0.0},
    answered_by=("13-averages-why", "13-averages"),
)

cooled = Prediction(
    name="cooled",
    text=r"""
A network of 16 units sees 1000 digits three times, in batches of 10: once at a fixed rate, and once
at a rate that falls to zero. Each time you also keep an exponential average of its parameters.
Where does the average make fewer mistakes on new digits than the last step does?
""",
    choices={
        "both times": "Where the rate has fallen to zero, the last steps do not bounce. What "
        "should an average cancel?",
        "at the fixed rate alone": "Yes. An average does for a noisy end what a falling rate "
        "does: one of the two is enough.",
        "with the falling rate alone": "The noise that an average cancels is there where the rate "
        "is still high.",
        "neither time": "At the fixed rate the last step is as noisy as any.",
    },
    right="at the fixed rate alone",
    answered_by=("13-cooled-why", "13-cooled"),
)

halfway = Prediction(
    name="halfway",
    text=r"""
Two networks of 6 units, trained from different starts, make 42 and 44 mistakes in 400 new digits.
Average their *parameters*: one network, halfway between the two. How many mistakes does it make?
""",
    choices={
        "fewer, as an ensemble does": "The mean of their *answers* would. Unit 3 of the one has "
        "nothing to do with unit 3 of the other.",
        "about as many as either": "That would be so if one valley held both.",
        "about three times as many": "Yes, 130. Each has its units in an order of its own, and "
        "halfway between two orders lies neither.",
    },
    right="about three times as many",
    demo=between_networks,
    answered_by=("13-between-why", "13-between"),
)

one_more = Prediction(
    name="one_more",
    text=r"""
*Learning parameters* says that an ensemble improves *monotonically* with its members. Take one
ensemble of small networks and add one more. How often does the number of mistakes on 700 new
digits *rise*?
""",
    choices={
        "never": "On average over many it falls. A single new member may be wrong where the others "
        "were barely right.",
        "about once in a hundred": "It is more common: later members change few digits, and some "
        "of these for the worse.",
        "about one time in four": "Yes. Steady is the average over many orders, not every step.",
    },
    right="about one time in four",
    answered_by=("13-claims", "13-claims-why"),
)
