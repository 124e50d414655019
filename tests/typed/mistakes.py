# ruff: noqa: B018, F401
"""Mistakes that a type checker finds: each on a line that ends in `# wrong`."""

from course_lib.batches import Minibatches
from course_lib.critical_points import find_critical_points
from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.line_search import Bracketing
from course_lib.losses import L2Penalty, LeastSquares
from course_lib.models import Gabor
from course_lib.networks import MLP
from course_lib.optimizers import Adam, GradientDescent, HalveOnStall, Momentum, RMSprop  # wrong
from course_lib.schedules import StepDecay

loss = LeastSquares(Gabor(), *gabor_data())
path = descend(loss, [0.0, 15.0], Adam(0.1), steps=5)

Adam(learning_rate="x")  # wrong
Adam(0.1).beta.foo  # wrong
Adam(alpha=0.1)  # wrong
Adam(0.1, bias_correction="yes")  # wrong
Momentum()  # wrong
GradientDescent(line_search=0.1)  # wrong
GradientDescent(0.1).learning_rate = 0.2  # wrong
Bracketing(max_distance="far")  # wrong
LeastSquares(Gabor(), [0.0])  # wrong
LeastSquares(Gabor(), [0.0], [1.0]).gradiant([0.0, 15.0])  # wrong
L2Penalty(loss, strength="much")  # wrong
Minibatches("all", rng=0)  # wrong
MLP((1, 8, 1), activation=3)  # wrong
descend(loss, [0.0, 15.0], Adam(0.1), 5, tolerence=1e-3)  # wrong
descend(loss, [0.0, 15.0], Adam, 5)  # wrong
descend(loss, [0.0, 15.0], loss, 5)  # wrong
descend(Gabor(), [0.0, 15.0], Adam(0.1), 5)  # wrong
descend(loss, [0.0, 15.0], Adam(0.1), 5.0)  # wrong
descend(loss, [0.0, 15.0], HalveOnStall(Adam, validation=loss), 5)  # wrong
LeastSquares(Gabor, [0.0], [1.0])  # wrong
path.member(0).finals  # wrong
path.final.shapes  # wrong
Adam(0.1).init([0.0]).moments  # wrong
StepDecay(0.8, factor="half", every=10)  # wrong
path.loses  # wrong
find_critical_points(loss, 3)  # wrong
find_critical_points(loss, [(-10, 10), (2.5, 22.5)])[0].kinds  # wrong
