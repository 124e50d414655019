"""Where a network starts: schemes that draw its first parameters.

A scheme is called as `scheme(network, rng, ensemble=())`.

network : an `MLP`
rng : np.random.Generator, or a seed
ensemble : the shape of the ensemble to draw; its networks are those that as many single draws from
    the same generator would give

It returns phi (*ensemble, P). Every bias is 0. With m and n the numbers of units before and after
a layer, its weights are drawn as each scheme says.

>>> from course_lib.networks import MLP
>>> glorot_uniform(MLP((2, 8, 1)), rng=0, ensemble=(5,)).shape
(5, 33)
"""

import numpy as np

from course_lib._errors import wrong_kind
from course_lib._validation import Seed, as_generator, as_network, at_least


def zeros(network, rng=None, ensemble=()) -> np.ndarray:
    """Every weight 0: all units of a layer are then the same, and stay so (nothing is drawn)."""
    return np.zeros(_shape(network, ensemble))


def uniform(network, rng: Seed, ensemble=()) -> np.ndarray:
    """Weights uniform within ±1/√m (the notes on *Deep Learning*, section 8.4)."""
    return _drawn(_uniform, lambda m, n: 1 / np.sqrt(m), network, rng, ensemble)


def glorot_uniform(network, rng: Seed, ensemble=()) -> np.ndarray:
    """Weights uniform within ±√(6/(m + n)), so of variance 2/(m + n) (Glorot & Bengio 2010).

    A compromise between 1/m, which keeps the variance of the activations from layer to layer, and
    1/n, which keeps that of the gradients on their way back; for units that are nearly linear.
    """
    return _drawn(_uniform, lambda m, n: np.sqrt(6 / (m + n)), network, rng, ensemble)


def glorot_normal(network, rng: Seed, ensemble=()) -> np.ndarray:
    """Weights normal with variance 2/(m + n): `glorot_uniform` with another distribution."""
    return _drawn(_normal, lambda m, n: np.sqrt(2 / (m + n)), network, rng, ensemble)


def he_normal(network, rng: Seed, ensemble=()) -> np.ndarray:
    """Weights normal with variance 2/m (He et al. 2015): relu lets half of the signal pass."""
    return _drawn(_normal, lambda m, n: np.sqrt(2 / m), network, rng, ensemble)


def orthogonal(network, rng: Seed, ensemble=()) -> np.ndarray:
    """Weights with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014).

    Drawn evenly from all such matrices. Where a layer does not lose units, m ≤ n, it keeps the
    length of every signal; with relu, multiply phi by √2.
    """
    phi = _drawn(_normal, lambda m, n: 1, network, rng, ensemble)
    for weights, _ in network.unravel(phi):
        wide = weights.shape[-2] < weights.shape[-1]
        q, r = np.linalg.qr(weights.mT if wide else weights)
        # QR leaves the sign of each column open; with r's diagonal positive it is the even draw.
        q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[..., None, :]
        weights[...] = q.mT if wide else q
    return phi


def sparse(network, rng: Seed, ensemble=(), connections: int = 15) -> np.ndarray:
    """Each unit hears only `connections` units of the layer before, drawn evenly (Martens 2010).

    Their weights are normal with variance 1/connections, all others 0. So a sum of any number of
    inputs keeps its size, and no weight need be small for that. A layer with fewer inputs is dense.

    connections : how many weights of each unit are not 0, at least 1

    >>> from course_lib.networks import MLP
    >>> network = MLP((64, 32, 10))
    >>> [int((w != 0).sum()) for w, _ in network.unravel(sparse(network, rng=0))]
    [480, 150]
    """
    at_least("connections", connections, 1)
    *members, n_parameters = _shape(network, ensemble)
    # For each parameter a weight and a key; the lowest keys of a unit say whom it hears.
    draws = _normal(as_generator("rng", rng), (*members, 2, n_parameters))
    phi, keys = np.moveaxis(draws, -2, 0).copy()
    for (weights, biases), (key, _) in zip(network.unravel(phi), network.unravel(keys)):
        heard = min(connections, weights.shape[-2])
        weights *= (key.argsort(axis=-2) < heard) / np.sqrt(heard)
        biases[...] = 0
    return phi


def _drawn(draw, scale, network, rng, ensemble):
    """Standard numbers from `draw`, scaled layer by layer; biases 0."""
    phi = draw(as_generator("rng", rng), _shape(network, ensemble))
    for weights, biases in network.unravel(phi):
        weights *= scale(*weights.shape[-2:])
        biases[...] = 0
    return phi


def _shape(network, ensemble):
    as_network(network)
    if not isinstance(ensemble, tuple):
        raise wrong_kind("ensemble", ensemble, "a shape, such as (5,)")
    ensemble = [at_least(f"ensemble[{k}]", size, 0) for k, size in enumerate(ensemble)]
    return *ensemble, network.n_parameters


def _uniform(rng, shape):
    return rng.uniform(-1, 1, shape)


def _normal(rng, shape):
    return rng.standard_normal(shape)
