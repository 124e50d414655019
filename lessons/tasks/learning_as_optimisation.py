"""Tasks of notebook 01, "your turn": objectives, risks, margins, when to stop, a step's cost."""

import numpy as np

from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- the coin -------------------------------------------------------------------------------------


def _coin_inputs(rng):
    return [
        {"p": 0.5, "heads": 3, "tails": 1},
        {"p": 0.8, "heads": 3, "tails": 1},
        {"p": round(rng.uniform(0.2, 0.4), 2), "heads": 7, "tails": 2},
        {"p": round(rng.uniform(0.6, 0.9), 2), "heads": 0, "tails": 5},
    ]


def _likelihood(p, heads, tails):
    return p**heads * (1 - p) ** tails


def _uphill(p, heads, tails):
    return heads / p - tails / (1 - p)


coin_slope = Task(
    name="coin_slope",
    title="A slope to descend",
    parts=(
        FunctionPart(
            name="slope",
            right=lambda p, heads, tails: -heads / p + tails / (1 - p),
            inputs=_coin_inputs,
            result="the slope",
            misconceptions=(
                Misconception(
                    _uphill,
                    "That is the slope of the logarithm, which is to be made *large*. Descent "
                    "makes small: turn the sign round.",
                ),
                Misconception(
                    lambda p, heads, tails: -heads / p - tails / (1 - p),
                    "The derivative of log(1 − p) is −1/(1 − p): the inside, 1 − p, falls with p.",
                    also=(lambda p, heads, tails: heads / p + tails / (1 - p),),
                ),
                Misconception(
                    lambda p, heads, tails: (
                        -_uphill(p, heads, tails) * _likelihood(p, heads, tails)
                    ),
                    "That is the slope of minus the probability itself. Its minimum is the same; "
                    "asked for is the slope of minus its *logarithm*.",
                ),
                Misconception(
                    lambda p, heads, tails: _uphill(p, heads, tails) * _likelihood(p, heads, tails),
                    "That is the slope of the probability itself. Take its logarithm first, and "
                    "then the minus.",
                ),
                Misconception(
                    lambda p, heads, tails: -heads * np.log(p) - tails * np.log(1 - p),
                    "That is the objective, not its slope.",
                ),
                Misconception(
                    lambda p, heads, tails: -tails / p + heads / (1 - p),
                    "Heads and tails have changed places: p is the probability of heads.",
                ),
            ),
        ),
    ),
    hints=(
        "The logarithm of a product is a sum: h log p + t log(1 − p). Differentiate that.",
        "The derivative of log u is u'/u. Where the objective is minus the logarithm, both terms "
        "change their sign.",
    ),
)

# --- no formula -----------------------------------------------------------------------------------


def _where_pulls_cancel():
    """The zero of Σ tanh(φ − y) for y = 1, 2, 3, 10, by halving an interval."""
    low, high = 0.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        if np.tanh(middle - np.array([1, 2, 3, 10])).sum() < 0:
            low = middle
        else:
            high = middle
    return low


no_formula = Task(
    name="no_formula",
    title="No formula",
    parts=(
        ValuePart(
            name="phi",
            right=_where_pulls_cancel(),
            relative_tolerance=2e-3,
            misconceptions=(
                Misconception(
                    4.0,
                    "4 is the mean, the answer for squares. With log cosh the far number pulls no "
                    "harder than a pull of 1.",
                ),
                Misconception(
                    2.5,
                    "2.5 is half-way between the two numbers in the middle. Close; but their pulls "
                    "and that of 1 do not quite cancel the pull of 10 there.",
                ),
                Misconception(
                    2.0,
                    "2 is the mean of the three near numbers. The fourth pulls as well, by nearly "
                    "1.",
                ),
            ),
        ),
    ),
    hints=(
        "In the loop above, the pull of an example is the derivative of its loss: for log cosh u "
        "it is tanh u.",
        "Put np.tanh(phi - y) in the place of 2 * (phi - y), and let the loop run until the number "
        "no longer changes.",
    ),
)

# --- how many throws ------------------------------------------------------------------------------

throws_needed = Task(
    name="throws_needed",
    title="How many throws?",
    parts=(
        ValuePart(
            name="throws",
            right=100,
            misconceptions=(
                Misconception(
                    292,
                    "That brings the excess down to 0.01 itself. Asked for is a hundredth of the "
                    "lowest risk, σ².",
                ),
                Misconception(
                    10_000,
                    "So many bring the *distance* of the guess down to σ/100. The excess is its "
                    "square.",
                ),
                Misconception(10, "Ten throws leave an excess of a tenth of the lowest risk."),
                Misconception(
                    200,
                    "200 bring the *gap* between the two risks, 2σ²/I, down to a hundredth. The "
                    "excess over the lowest risk is half of that.",
                ),
                Misconception(99, "Just too few: σ²/99 is a little more than a hundredth of σ²."),
            ),
        ),
    ),
    hints=(
        "How much does the risk of the guess exceed σ², on average? You need no number for σ².",
        "σ²/I must be at most σ²/100.",
    ),
)

# --- a margin for a loss --------------------------------------------------------------------------

margin_for = Task(
    name="margin_for",
    title="How large a margin?",
    parts=(
        ValuePart(
            name="margin",
            right=-np.log(np.expm1(0.1)),
            relative_tolerance=2e-3,
            misconceptions=(
                Misconception(
                    -np.log(0.1),
                    "That solves exp[−m] = 0.1. The loss is log(1 + exp[−m]), which is a little "
                    "less.",
                ),
                Misconception(
                    np.log(np.expm1(0.1)),
                    "At that margin, on the wrong side, the loss is 2.35. Which sign does m have "
                    "in the exponent?",
                ),
                Misconception(
                    0.0, "At a margin of 0 the loss is log 2, or 0.69: both are as likely."
                ),
                Misconception(
                    -np.log2(np.expm1(0.1)), "Your logarithm is to base 2; here it is natural."
                ),
                Misconception(
                    -np.log10(np.expm1(0.1)), "Your logarithm is to base 10; here it is natural."
                ),
            ),
        ),
    ),
    hints=(
        "Solve log(1 + exp[−m]) = 0.1 for m: first take exp of both sides.",
        "exp[−m] = exp[0.1] − 1.",
    ),
)

# --- the loss that a margin allows ----------------------------------------------------------------

worst_loss = Task(
    name="worst_loss",
    title="What a margin promises",
    parts=(
        ValuePart(
            name="loss",
            right=np.log1p(9 * np.exp(-4.0)),
            relative_tolerance=5e-3,
            misconceptions=(
                Misconception(
                    np.log1p(np.exp(-4.0)),
                    "That is so if one rival is 4 behind and the others hopeless, or if there are "
                    "two classes. What if all nine rivals are 4 behind?",
                ),
                Misconception(
                    np.log1p(10 * np.exp(-4.0)),
                    "Ten classes have nine rivals: the right one is not its own.",
                ),
                Misconception(
                    9 * np.log1p(np.exp(-4.0)),
                    "The nine rivals share one sum inside the logarithm; it is not nine losses.",
                ),
                Misconception(
                    9 * np.exp(-4.0),
                    "Nearly: that is Σ exp[−m]. The loss is the logarithm of 1 plus that.",
                ),
                Misconception(
                    -np.log1p(9 * np.exp(-4.0)), "A loss here is above 0: check the sign."
                ),
            ),
        ),
    ),
    hints=(
        "Divide by the exp of the right class: Pr = 1/(1 + Σ exp[z_k − z_y]), over nine rivals k.",
        "The worst case: every one of the nine has z_k − z_y = −4.",
    ),
)

# --- when to stop ---------------------------------------------------------------------------------

when_to_stop = Task(
    name="when_to_stop",
    title="Whom to ask when to stop",
    parts=(
        ChoicesPart(
            name="stop",
            why="What is wanted decides what is watched. Only where the objective is itself what "
            "is wanted does its gradient say when to stop.",
            choices={
                "a": Choice(
                    "gradient",
                    {
                        "errors": "nothing is classified, and there are no new examples.",
                        "loss": "there are no new examples to measure it on: the function is all.",
                    },
                ),
                "b": Choice(
                    "errors",
                    {
                        "gradient": "when the training loss is flat, errors on new letters may "
                        "long have been rising.",
                        "loss": "it counts how sure each answer was. Here only right or wrong "
                        "costs money.",
                    },
                ),
                "c": Choice(
                    "loss",
                    {
                        "gradient": "when the training loss is flat, the network may be far too "
                        "sure on new days.",
                        "errors": "they count 51 % and 99 % alike, and the firm pays for the "
                        "difference.",
                    },
                ),
                "d": Choice(
                    "gradient",
                    {
                        "errors": "nothing is classified: the examples *are* all the data there "
                        "will be.",
                        "loss": "there are no new examples: the summary is of these numbers and "
                        "no others.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "For each: are there examples to come, or is the objective all that matters?",
        "Where there are: does it cost to be wrong, or to be wrong *and sure*?",
    ),
)

# --- a budget of gradients ------------------------------------------------------------------------

a_million = Task(
    name="a_million",
    title="A million gradients",
    parts=(
        ValuePart(
            name="steps",
            right=[50_000, 16],
            misconceptions=(
                Misconception(
                    [50_000, 1e6 / 60_000], "Steps come in whole ones: two thirds of one is none."
                ),
                Misconception(
                    [50_000, 17],
                    "For a 17th step of gradient descent the rest is too little.",
                ),
                Misconception([16, 50_000], "The two have changed places: SGD's steps come first."),
                Misconception(
                    [1_000_000, 16], "A step of SGD looks at a batch of 20, not at one example."
                ),
                Misconception(
                    [16, 16], "A step of SGD need not look at every example: it looks at 20."
                ),
            ),
        ),
    ),
    hints=("A step costs as many gradients as it looks at examples: 20, or 60,000.",),
)
