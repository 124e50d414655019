"""The fixed sequence of gradients that every rule and every peer is fed."""

import numpy as np

STEPS = 300


def gradients():
    """Gradients (STEPS + 1, 3) that are hard on a rule, shrinking a thousandfold on the way.

    In turn: one with both signs; a small one, where an epsilon shows, zero for the first ten steps
    and for half of the others; a large one that keeps its sign.
    """
    rng = np.random.default_rng(6)
    values = rng.standard_normal((STEPS + 1, 3))
    values[:10, 1] = 0
    values[rng.random(STEPS + 1) < 0.5, 1] = 0
    values[:, 2] = np.abs(values[:, 2])
    return values * np.geomspace(1, 1e-3, STEPS + 1)[:, None] * [1, 1e-3, 1e3]


def validation(phi):
    """A loss (*ensemble,) that stalls now and then on the way, for rules that watch one."""
    return phi[..., 0] ** 2
