"""Calls of the library's public face, in all their forms: a type checker accepts every line."""

import numpy as np

from course_lib.batches import Minibatches
from course_lib.critical_points import find_critical_points
from course_lib.datasets import gabor_data, linear_data, two_class_data
from course_lib.descent import descend
from course_lib.ensembles import Ensemble
from course_lib.gradient_check import gradient_check
from course_lib.hyperparameters import Choice, LogUniform, RandomSearch
from course_lib.initialization import he_normal
from course_lib.line_search import Backtracking, Bracketing, Wolfe
from course_lib.losses import BinaryCrossEntropy, L2Penalty, LeastSquares
from course_lib.models import Gabor, Linear, Logistic, ShallowNetwork
from course_lib.networks import MLP
from course_lib.optimizers import (
    BFGS,
    LBFGS,
    SVRG,
    Adam,
    AdamW,
    ConjugateGradient,
    GradientDescent,
    HalveOnStall,
    Momentum,
    Nesterov,
    NormalizedGradient,
)
from course_lib.paths import Path
from course_lib.schedules import InverseTime, StepDecay, WarmUp
from course_lib.surfaces import Quadratic, Rosenbrock
from lessons.searching import search

x, y = gabor_data()
loss = LeastSquares(Gabor(), x, y)
lists = LeastSquares(Linear(), [0.0, 1.0], [1, 2])
several = LeastSquares(Linear(n_inputs=2), [[0.0, 1.0], [1.0, 2.0]], (1.0, 2.0))
network = LeastSquares(
    ShallowNetwork(), *linear_data(n=5, noise=0.1, seed=np.random.default_rng(0))
)
classes = BinaryCrossEntropy(Logistic(), *two_class_data())
penalised = L2Penalty(loss, strength=0.5)

rng = np.random.default_rng(0)
rules = [
    Adam(),
    Adam(0.1),
    Adam(learning_rate=0.1, beta=0.9, gamma=0.999, epsilon=1e-8),
    Adam(learning_rate=1),
    Adam(learning_rate=np.array([0.1, 0.2])),
    Adam(learning_rate=np.array([0.1, 0.2]), beta=np.array([0.8, 0.9])),
    Adam(learning_rate=lambda t: 0.1 / (1 + t)),
    Adam(learning_rate=StepDecay(0.8, factor=0.5, every=10), epsilon_inside=True),
    AdamW(0.1, weight_decay=0.01),
    GradientDescent(0.1),
    GradientDescent(WarmUp(steps=5, then=InverseTime(0.1, k=1))),
    GradientDescent(line_search=Bracketing(max_distance=2.0)),
    GradientDescent(line_search=Backtracking()),
    GradientDescent(line_search=lambda loss, phi, direction: 0.1),
    Momentum(0.1, beta=0.9),
    Momentum(0.1, beta=lambda t: 0.5),
    Nesterov(0.1),
    NormalizedGradient(0.1),
    SVRG(0.1, refresh=10),
    BFGS(),
    LBFGS(memory=5, line_search=Wolfe(curvature=0.5)),
    ConjugateGradient(),
    HalveOnStall(GradientDescent(0.1), validation=loss, patience=3),
]
for rule in rules:
    path: Path = descend(loss, [1.5, 20.5], rule, steps=2)

path = descend(loss, np.zeros((3, 2)), Adam(0.1), 5, batches=Minibatches(batch_size=5, rng=rng))
path = descend(loss, [[0, 1], [2, 3]], Adam(0.1), steps=5, tolerance=1e-6, keep="last")
path = descend(lists, (0.0, 0.0), Adam(0.1), steps=5, batches=[[0], [1], np.array([0, 1])] * 2)
path = descend(Rosenbrock(), [-1.2, 1.0], Adam(0.1), steps=5, keep=2)

print(path.params[-1], path.losses.min(), path.final.tolist(), float(path.final_loss), path.reason)
if path.converged or path.diverged:
    print(path.status, path.t[path.last_step])
member: Path = descend(loss, np.zeros((3, 2)), Adam(0.1), 5).member(0)
print(Adam(0.1).learning_rate, 1 - Adam(0.1).beta, float(loss([0.0, 15.0])), loss([0.0, 15.0]) < 3)
print(
    loss.gradient([0.0, 15.0]).tolist(), loss.hessian(path.final).shape, loss.batch([0, 1])([0, 1])
)

points = find_critical_points(loss, [(-10, 10), (2.5, 22.5)], grid_points=41)
print([point.kind for point in points], points[0].phi, points[0].eigenvalues.min(), points[0].index)
report = gradient_check(loss, loss.gradient, path.final, h=1e-5)
print(report.passed, report.verdicts, Quadratic([1.0, 2.0], angle=0.5).gradient([1.0, 2.0]).sum())


class Bowl:
    """A loss of the reader's own, without types."""

    def __call__(self, phi):
        return (phi**2).sum(axis=-1)

    def gradient(self, phi):
        return 2 * phi


class Sign:
    """A rule of the reader's own."""

    def init(self, phi):
        return None

    def step(self, phi, state, loss, t):
        return phi - 0.1 * np.sign(loss.gradient(phi)), state


print(descend(Bowl(), [1.0, 2.0], Sign(), steps=3).final)
print(Ensemble.of_best(Gabor(), path.losses, path.params, n=2)([0.0, 1.0]))
print(he_normal(MLP((1, 8, 1)), rng=0, ensemble=(5,)).shape)
space = {"rate": LogUniform(1e-4, 1), "units": Choice([16, 32])}
print(
    search(lambda settings: settings["rate"], RandomSearch(space, trials=3)).best.settings["rate"]
)
