"""How far each step moves the weights, and how activations and gradients spread in each layer."""

from typing import NamedTuple

import numpy as np

from course_lib._validation import as_loss, as_network, as_path, at_least

_quiet = np.errstate(over="ignore", invalid="ignore", divide="ignore")


@_quiet
def update_to_weight_ratio(path, network=None) -> np.ndarray:
    """‖φₜ₊₁ - φₜ‖ / ‖φₜ‖ at each of T steps (*Learning parameters*): (T, *ensemble).

    A rule of thumb wants about 1e-3: far above it the rate may be too high, far below too low. Nan
    from where a member has stopped, infinite where a step leaves zero.

    path : a Path that kept every step
    network : an `MLP` whose parameters they are: the weights of each of its L layers then have a
        ratio of their own, (T, *ensemble, L). None takes all of φ as one

    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import Quadratic
    >>> from course_lib.descent import descend
    >>> path = descend(Quadratic([1.0, 1.0]), [8.0, 6.0], GradientDescent(0.1), steps=3)
    >>> update_to_weight_ratio(path).round(6)
    array([0.1, 0.1, 0.1])
    """
    as_path(path)
    if network is not None:
        as_network(network)
    if len(path.t) < 2 or (np.diff(path.t) > 1).any():
        raise ValueError(f"path has the steps {path.t}, expected every step: keep='all'")
    if network is None:
        ratio = _ratio(path.params)
    else:
        ratio = np.stack([_ratio(w) for w in _weights(network, path.params)], axis=-1)
    ratio[~np.less.outer(path.t[:-1], path.last_step)] = np.nan
    return ratio


def _ratio(rows):
    return np.linalg.norm(np.diff(rows, axis=0), axis=-1) / np.linalg.norm(rows[:-1], axis=-1)


class Histogram(NamedTuple):
    """How many values lie between neighbouring edges, for each member of an ensemble.

    counts : (*ensemble, bins)
    edges : (*ensemble, bins + 1), from the smallest finite value to the largest
    not_finite : (*ensemble,), how many values are in no bin: infinite, or not numbers
    """

    counts: np.ndarray
    edges: np.ndarray
    not_finite: np.ndarray


@_quiet
def activation_histograms(network, x, phi, bins: int = 30) -> list[Histogram]:
    """How the activations of each hidden layer spread: a Histogram each (*Learning parameters*).

    Those of a tanh layer should fill the range from -1 to 1. All near zero, or all at the two
    ends, where tanh is flat, the layer hardly learns: its weights started too small or too large.

    network : an `MLP`
    x : inputs, shape (I,) or (I, D)
    phi : shape (*ensemble, P)
    bins : how many

    >>> from course_lib.networks import MLP
    >>> [h1] = activation_histograms(MLP((1, 2, 1)), [1.0, 2.0], [1, -1, 0, 0, 1, 1, 0], bins=2)
    >>> h1.counts, h1.edges  # h is [1, 0] and [2, 0]
    (array([2, 2]), array([0., 1., 2.]))
    """
    as_network(network)
    return [_histogram(_flat(h), bins) for h in network.activations(x, phi)]


@_quiet
def gradient_histograms(network, loss, phi, bins: int = 30) -> list[Histogram]:
    """How the gradient of each layer's weights spreads: a Histogram each (*Learning parameters*).

    Layers whose gradients are many times smaller than others' learn as much more slowly.

    network : an `MLP`
    loss : a loss of its parameters
    phi : shape (*ensemble, P)
    bins : how many
    """
    as_network(network)
    as_loss("loss", loss)
    return [_histogram(weights, bins) for weights in _weights(network, loss.gradient(phi))]


def _weights(network, phi):
    """The weights of each layer, without the biases, as rows (*ensemble, n_in · n_out)."""
    return [_flat(weights) for weights, _ in network.unravel(phi)]


def _flat(matrices):
    return matrices.reshape(*matrices.shape[:-2], -1)


def _histogram(values, bins):
    """Of each row of values (*ensemble, N)."""
    at_least("bins", bins, 1)
    ensemble = values.shape[:-1]
    counts, edges = np.empty((*ensemble, bins), int), np.empty((*ensemble, bins + 1))
    for member in np.ndindex(ensemble):
        finite = values[member][np.isfinite(values[member])]
        counts[member], edges[member] = np.histogram(finite.astype(float), bins)
    return Histogram(counts, edges, values.shape[-1] - counts.sum(axis=-1))
