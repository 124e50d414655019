"""Networks fitted to a noisy wave in several ways, to answer as one."""

from functools import lru_cache

import numpy as np

from course_lib.datasets import gabor_data
from course_lib.descent import descend
from course_lib.ensembles import Ensemble
from course_lib.initialization import glorot_uniform
from course_lib.losses import LeastSquares
from course_lib.networks import MLP
from course_lib.optimizers import Adam

MEMBERS = 12
NOISE = 0.4
NETWORK = MLP([1, 10, 10, 1], "tanh")
KINDS = ("different starts", "best of a search", "checkpoints of one run")


def wave_loss(n, seed):
    """Least squares on n points of the Gabor wave with much noise, x scaled to [-1, 1]."""
    x, y = gabor_data(n, NOISE, seed)
    return LeastSquares(NETWORK, x / 15, y)


@lru_cache(maxsize=32)
def fitted_ensemble(kind, seed):
    """The ensemble of one kind, fitted to the draw `seed` of 28 points."""
    training, rng = wave_loss(28, seed), np.random.default_rng(0)
    if kind == "checkpoints of one run":
        path = descend(training, glorot_uniform(NETWORK, rng), Adam(0.03), 600, keep=30)
        return Ensemble.of_checkpoints(NETWORK, path, MEMBERS)
    if kind == "different starts":
        starts = glorot_uniform(NETWORK, rng, ensemble=(MEMBERS,))
        return Ensemble.of_runs(NETWORK, descend(training, starts, Adam(0.03), 400, keep="last"))
    starts = glorot_uniform(NETWORK, rng, ensemble=(3 * MEMBERS,))
    rates = 10 ** rng.uniform(-3, -0.5, 3 * MEMBERS)
    path = descend(training, starts, Adam(rates), 200, keep="last")
    validation = wave_loss(60, 1000 + seed)(path.final)
    return Ensemble.of_best(NETWORK, validation, path.final, MEMBERS)


@lru_cache(maxsize=32)
def losses_by_size(kind, seed):
    """Loss per new example of the mean of 1, 2, … members, averaged over ten orders of them."""
    ensemble, new = fitted_ensemble(kind, seed), wave_loss(200, 2000 + seed)
    rng = np.random.default_rng(0)
    orders = np.stack([rng.permutation(len(ensemble)) for _ in range(10)], axis=1)
    shuffled = Ensemble(NETWORK, ensemble.params[orders])
    return shuffled.losses_by_size(new).mean(axis=1) / new.n_examples
