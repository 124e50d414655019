"""The task of notebook 00: the first one that a student meets."""

from course_lib.datasets import LINE_NOISE, LINE_SEED
from course_lib.descent import descend
from course_lib.optimizers import GradientDescent
from lessons.experiments.scenes import LINE_START, linear_loss
from lessons.marking.outcomes import SettingPart
from lessons.marking.parts import Misconception
from lessons.marking.problem import Task


def _thirty_steps(alpha):
    if alpha <= 0:
        return False, "A learning rate is above zero."
    loss = linear_loss(LINE_NOISE, LINE_SEED)
    path = descend(loss, LINE_START, GradientDescent(alpha), steps=30)
    told = f"At {alpha:.4g} thirty steps lead from a loss of {path.losses[0]:.3g} to "
    if path.diverged or path.final_loss > path.losses[0]:
        return False, f"{told}more than that: the steps are too long."
    told += f"{path.final_loss:.4g}"
    if path.final_loss < 0.2:
        return True, f"{told}. The lowest that is possible is 0.186."
    if alpha > 0.04:
        return False, f"{told}, and they overshoot. A little shorter?"
    return False, f"{told}. Longer steps get further."


first_rate = Task(
    name="first_rate",
    title="A good learning rate",
    parts=(
        SettingPart(
            name="alpha",
            outcome=_thirty_steps,
            misconceptions=(Misconception(0.02, "Nearly: 0.02 leads to 0.202. A little more?"),),
        ),
    ),
    hints=(
        "Drag the slider of the picture above, and read the loss below it.",
        "It lies between 0.02, which is a little too small, and 0.045, which is too large.",
    ),
)
