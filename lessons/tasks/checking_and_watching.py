"""Tasks of notebook 11, "your turn": the step of a check, kinks, penalties, curves and layers."""

import numpy as np

from course_lib.initialization import glorot_uniform
from lessons.experiments.checking_and_watching import READER
from lessons.experiments.reading import reading
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Choice, ChoicesPart, FunctionPart, Misconception, ValuePart
from lessons.marking.problem import Task

# --- the best step of a one-sided chord -----------------------------------------------------------

best_h = Task(
    name="best_h",
    title="The best step of a one-sided chord",
    parts=(
        ValuePart(
            name="h",
            right=1e-7,
            relative_tolerance=5e-3,
            misconceptions=(
                Misconception(
                    1e-8, "That is √ε alone. How large the loss is, and how bent, counts as well."
                ),
                Misconception(
                    1e-5, "So long a step is for centred chords. Set the slope of the sum to zero."
                ),
                Misconception(
                    5e-8,
                    "Two losses are rounded: the second error is 2ε|L|/h, and the first is halved.",
                ),
                Misconception(
                    np.sqrt(2 * 1e-16 * 100 / 4),
                    "One of the two factors of 2 is missing: h|L''|/2 and 2ε|L|/h.",
                ),
                Misconception(
                    2 * np.sqrt(1e-16 * 4 / 100),
                    "Upside down: a larger loss is rounded more coarsely and wants a larger h.",
                ),
                Misconception(
                    1e-14, "That is its square: h² is 4ε|L|/|L''|. Take the root.",
                ),
                Misconception(
                    4e-7, "That is the error at the best h, not h itself.",
                ),
            ),
        ),
    ),
    hints=(
        "The sum of the two errors is lowest where its slope with respect to h is zero.",
        "The slope of h|L''|/2 is |L''|/2, that of 2ε|L|/h is −2ε|L|/h².",
    ),
)  # fmt: skip

# --- a kink, or a bend ----------------------------------------------------------------------------


class Shown:
    """A function of one number that is shown by its formula."""

    def __init__(self, formula, function):
        self.formula, self.function = formula, function

    def __repr__(self):
        return self.formula

    def __call__(self, phi):
        return np.float64(self.function(np.float64(phi)))


def _gap(f, phi, h):
    return (f(phi + h) - 2 * f(phi) + f(phi - h)) / h


def _shrunk(f, phi, h):
    return _gap(f, phi, h / 10) / _gap(f, phi, h)


def _places(rng):
    place = float(rng.integers(3, 9))
    return [
        {"f": Shown("φ²", np.square), "phi": 3.0, "h": 1.0},
        {"f": Shown("|φ|", np.abs), "phi": 0.0, "h": 0.1},
        {"f": Shown("max(0, φ - 3)", lambda phi: max(0.0, phi - 3)), "phi": 2.5, "h": 1.0},
        {"f": Shown("φ² + |φ|", lambda phi: phi**2 + np.abs(phi)), "phi": 0.0, "h": 0.5},
        {"f": Shown("φ⁴", lambda phi: phi**4), "phi": place, "h": 1.0},
    ]


gap_shrinks = Task(
    name="gap_shrinks",
    title="Does the gap shrink?",
    parts=(
        FunctionPart(
            name="share",
            right=_shrunk,
            inputs=_places,
            result="the share",
            misconceptions=(
                Misconception(
                    lambda f, phi, h: _gap(f, phi, h) / _gap(f, phi, h / 10),
                    "Upside down: how much of the gap at h is left at h/10?",
                ),
                Misconception(
                    lambda f, phi, h: _shrunk(f, phi, h) / 10,
                    "You compare rises. A slope is a rise divided by its step, which changes, too.",
                ),
                Misconception(
                    lambda f, phi, h: _gap(f, phi, h / 10),
                    "That is the gap at h/10. Which share of the gap at h is it?",
                ),
                Misconception(
                    lambda f, phi, h: (
                        (f(phi + h / 10) - f(phi - h / 10)) * 10 / (f(phi + h) - f(phi - h))
                    ),
                    "You compare the slopes of the centred chords. The gap is between the slope "
                    "ahead and the slope behind.",
                ),
                Misconception(
                    lambda f, phi, h: (f(phi + h / 10) - f(phi)) * 10 / (f(phi + h) - f(phi)),
                    "You compare the slopes ahead at two steps. The gap is between the slope "
                    "ahead and the slope behind, at one step.",
                ),
            ),
        ),
    ),
    hints=(
        "Write the slope ahead, (f(phi + h) - f(phi)) / h, and the slope behind; the gap is their "
        "difference.",
        "Make the gap a function of h, and call it twice.",
    ),
)

# --- behind a penalty -----------------------------------------------------------------------------


def _hidden(strength):
    return 0.02 / (2 + 0.5 * strength)


hidden = Task(
    name="hidden",
    title="Hidden behind a penalty",
    parts=(
        ValuePart(
            name="strength",
            right=396,
            relative_tolerance=1e-3,
            misconceptions=(
                Misconception(400, "You leave out the slope of the loss itself, which is 2."),
                Misconception(
                    198, "The penalty adds λφ to the slope, and φ is 0.5: λ counts only by half."
                ),
                Misconception(
                    200, "200 is the size that the whole slope must have. How much of it is λφ?"
                ),
                Misconception(
                    (0.02 / 1e-4 - 2) / 0.25,
                    "The penalty is λφ²/2. Its slope is λφ: the 2 cancels the half.",
                ),
                Misconception(
                    196, "With a λ of 196 the whole slope is 100, and 0.02 is 2e-4 of it."
                ),
            ),
        ),
    ),
    hints=(
        "The difference of the two slopes stays 0.02, whatever λ is. What does the larger become?",
        "0.02 / (2 + 0.5 λ) must be at most 1e-4.",
    ),
)

# --- which check ----------------------------------------------------------------------------------

AGREES = "formula and numbers agree: what is wrong is wrong in both."
STARTS_RIGHT = "before the first step the loss is that of chance, as it should be."
LEARNS = "twenty examples can be learned by heart all the same."
RAISED = "the penalty does raise the loss."
which_check = Task(
    name="which_check",
    title="Which check finds it?",
    parts=(
        ChoicesPart(
            name="found_by",
            why="No check sees labels that belong to other images. Only a look at the data does, "
            "or a validation loss that never falls below chance.",
            choices={
                "a": Choice(
                    "chance",
                    {
                        "penalty": f"there {RAISED}",
                        "gradient": f"the {AGREES}",
                        "twenty": "the loss falls below zero, and that check asks only "
                        "whether it is small.",
                        "none": "I log 10 is expected before the first step. What is it here?",
                    },
                ),
                "b": Choice(
                    "gradient",
                    {
                        "chance": f"the loss is right: {STARTS_RIGHT}",
                        "penalty": f"it is the gradient of the loss that is wrong: {RAISED}",
                        "twenty": f"most slopes are right, and {LEARNS}",
                        "none": "one check compares the slope of every bias with the losses beside "
                        "it.",
                    },
                ),
                "c": Choice(
                    "none",
                    {
                        "chance": f"a start knows nothing of the labels: {STARTS_RIGHT}",
                        "penalty": f"the data are wrong: {RAISED}",
                        "gradient": f"the {AGREES}",
                        "twenty": f"as with tosses of a coin, {LEARNS}",
                    },
                ),
                "d": Choice(
                    "twenty",
                    {
                        "chance": f"no step has been taken yet: {STARTS_RIGHT}",
                        "penalty": f"a rate has nothing to do with it: {RAISED}",
                        "gradient": f"a gradient knows no rate: {AGREES}",
                        "none": "one of the checks is a short training.",
                    },
                ),
                "e": Choice(
                    "penalty",
                    {
                        "chance": f"that check is made without the penalty: {STARTS_RIGHT}",
                        "gradient": f"the sign is wrong in loss and gradient alike: {AGREES}",
                        "twenty": f"that check is made without the penalty: {LEARNS}",
                        "none": "one of the checks asks what the penalty does to the loss.",
                    },
                ),
            },
        ),
    ),
    hints=(
        "Ask of each mistake: does it change the first loss? Do formula and numbers part? Can a "
        "short training on twenty examples still succeed?",
        "A mistake that is made in the loss and in its gradient alike passes the gradient check.",
    ),
)

# --- rising steps ---------------------------------------------------------------------------------


def _loss_curves(rng):
    drawn = rng.integers(1, 30, 12) / 10
    return [
        {"losses": np.array([3.0, 2.0, 2.5, 1.0, 1.0])},
        {"losses": np.array([4.0, 3.0, 2.0, 1.0])},
        {"losses": np.array([1.0, 1.5, 2.0])},
        {"losses": drawn},
    ]


def _rising(losses):
    return np.mean(losses[1:] > losses[:-1])


rising = Task(
    name="rising",
    title="Steps that raise the loss",
    parts=(
        FunctionPart(
            name="share",
            right=_rising,
            inputs=_loss_curves,
            result="the share",
            misconceptions=(
                Misconception(
                    lambda losses: np.sum(losses[1:] > losses[:-1]) / len(losses),
                    "You divide by the number of losses. Five losses are four steps.",
                ),
                Misconception(
                    lambda losses: np.mean(losses[1:] >= losses[:-1]),
                    "A step that leaves the loss as it is does not raise it.",
                ),
                Misconception(
                    lambda losses: np.mean(losses[1:] < losses[:-1]),
                    "That is the share of the steps that lower it.",
                ),
                Misconception(
                    lambda losses: np.sum(losses[1:] > losses[:-1]),
                    "That is how many. Which share of the steps?",
                ),
                Misconception(
                    lambda losses: np.mean(losses[1:] > np.minimum.accumulate(losses)[:-1]),
                    "You compare with the lowest loss so far. A step is compared with the one "
                    "before.",
                ),
            ),
        ),
    ),
    hints=(
        "`np.diff(losses)` has one number for each step: what sign has it where the loss rises?",
    ),
)

# --- stopped by hand ------------------------------------------------------------------------------

stopped = Task(
    name="stopped",
    title="Stopped by hand",
    parts=(
        ValuePart(
            name="epochs",
            right=np.array([4.0, 7.0]),
            misconceptions=(
                Misconception(
                    [8.0, 9.0], "The run never gets there: after epoch 4 three epochs in a row "
                    "pass without a new lowest value.",
                ),
                Misconception(
                    [4.0, 6.0],
                    "Epoch 3 was followed by a new lowest value, and the count began again. Only "
                    "epochs in a row count.",
                ),
                Misconception(
                    [8.0, 8.0], "With a patience of 3 the run has stopped before: three epochs in "
                    "a row pass without a new lowest value.",
                ),
                Misconception(
                    [7.0, 7.0], "It stops there, but goes back to the best it has seen: when was "
                    "that?",
                ),
                Misconception([7.0, 4.0], "The right two, in the other order: the best first."),
                Misconception(
                    [2.0, 5.0], "Epoch 4 has a new lowest value, 0.90, before patience runs out."
                ),
                Misconception(
                    [2.0, 3.0], "One bad epoch is not the end yet: the patience is 3."
                ),
                Misconception([5.0, 8.0], "Epochs are counted from 0: the first value is epoch 0."),
            ),
        ),
    ),
    hints=(
        "Go along the list and write the lowest so far below each value; where it stays, count.",
        "A new lowest value sets the count back to zero.",
    ),
)  # fmt: skip

# --- a rate for a thousandth ----------------------------------------------------------------------

EXAMPLES = 200


def _first_ratio(alpha):
    loss = reading(READER, n=EXAMPLES)
    start = glorot_uniform(READER, 0)
    size = np.linalg.norm(loss.gradient(start)) / np.linalg.norm(start)
    if not alpha > 0:
        return False, "A learning rate is above zero."
    ratio = alpha * size
    told = f"At α = {alpha:.3g} the first step is {ratio:.2g} of the length of the weights."
    return bool(abs(ratio / 1e-3 - 1) <= 0.05), told


thousandth = Task(
    name="thousandth",
    title="A rate for a thousandth",
    parts=(
        SettingPart(
            name="alpha",
            outcome=_first_ratio,
            misconceptions=(
                Misconception(
                    1e-3, "That is the ratio that is wanted. The step is α times the gradient: how "
                    "long is that, beside the weights?",
                ),
            ),
        ),
    ),
    hints=(
        "`np.linalg.norm` gives the length of the start, and that of `loss.gradient(start)`.",
        "α times the length of the gradient must be 0.001 times that of the start.",
    ),
)  # fmt: skip

# --- dead units -----------------------------------------------------------------------------------


def _layers(rng):
    drawn = np.maximum(0, rng.integers(-9, 4, (6, 8)) / 10)
    drawn[:, :2] = 0
    return [
        {"h": np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 1.0]])},
        {"h": np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]])},
        {"h": np.array([[1.0, 1.0], [0.5, 0.0], [0.0, 3.0]])},
        {"h": drawn},
    ]


def _dead(h):
    return np.sum((h == 0).all(axis=0))


dead = Task(
    name="dead",
    title="Dead units",
    parts=(
        FunctionPart(
            name="units",
            right=_dead,
            inputs=_layers,
            result="the number of dead units",
            misconceptions=(
                Misconception(
                    lambda h: np.sum((h == 0).all(axis=1)),
                    "You count the examples (rows) for which all units are zero. A unit is a "
                    "column.",
                ),
                Misconception(
                    lambda h: np.sum(h == 0),
                    "You count zeros. A unit is dead if it is zero for *every* example.",
                ),
                Misconception(
                    lambda h: np.sum((h == 0).any(axis=0)),
                    "A unit that is zero for some examples is alive: it must be so for all.",
                ),
                Misconception(
                    lambda h: np.mean((h == 0).all(axis=0)),
                    "That is the share of the units that are dead. How many are they?",
                ),
                Misconception(
                    lambda h: np.sum((h > 0).any(axis=0)), "Those are the ones that are alive."
                ),
            ),
        ),
    ),
    hints=(
        "`h == 0` is an array of True and False: a row for each example, a column for each unit.",
        "`.all(axis=0)` asks of each column whether all of it is True.",
    ),
)
