"""A small multi-layer perceptron, its forward and its backward pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from course_lib._errors import wrong_kind, wrong_shape, wrong_value
from course_lib._validation import as_float_array, as_inputs, as_parameters, at_least, one_of
from course_lib.models import relu, sigmoid

ACTIVATIONS = {
    "relu": (relu, lambda h: h > 0),
    "tanh": (np.tanh, lambda h: 1 - h**2),
    "sigmoid": (sigmoid, lambda h: h * (1 - h)),
    "identity": (lambda z: z, np.ones_like),
}
"""An activation h = a[z], and its slope a'[z] as a function of h. At its kink relu has slope 0."""


class Layer(NamedTuple):
    """The parameters of a layer: weights (*ensemble, n_in, n_out) and biases (*ensemble, n_out)."""

    weights: np.ndarray
    biases: np.ndarray


@dataclass(frozen=True)
class MLP:
    """A multi-layer perceptron: layer upon layer of units that pass on a weighted sum.

    From the inputs h₀ = x on, layer k computes zₖ = hₖ Wₖ + bₖ, and its activations hₖ₊₁ = a[zₖ]
    are the inputs of the next. The last layer has no activation: its z is the prediction, for each
    example one number where it has one unit, and a row of K where it has K.

    The parameters lie flat on the last axis of phi: W₀, b₀, W₁, b₁, … (`unravel` gives them their
    shapes). Each network of an ensemble gets the same bits as it would alone. An example does not:
    the last digits depend on how many others are computed with it.

    sizes : the number of units in each layer, from the inputs to the outputs: (D, …, K)
    activation : a key of `ACTIVATIONS`: "relu", "tanh", "sigmoid" or "identity"

    >>> network = MLP((1, 2, 1))
    >>> network(np.array([-3.0, 0.0, 2.0]), [1, -1, 0, 0, 1, 1, 0])  # relu(x) + relu(-x)
    array([3., 0., 2.])
    >>> MLP((1, 2))(np.array([1.0, 2.0]), [1, -1, 0, 0])  # no hidden layer, two outputs
    array([[ 1., -1.],
           [ 2., -2.]])
    """

    sizes: Sequence[int]
    activation: str = "relu"

    def __post_init__(self):
        sizes = self.sizes.tolist() if isinstance(self.sizes, np.ndarray) else self.sizes
        if not isinstance(sizes, (list, tuple)):
            raise wrong_kind("sizes", self.sizes, "(inputs, units, …, outputs)")
        sizes = tuple(at_least(f"sizes[{k}]", size, 1) for k, size in enumerate(sizes))
        if len(sizes) < 2:
            raise wrong_value("sizes", self.sizes, "(inputs, units, …, outputs)")
        object.__setattr__(self, "sizes", sizes)
        one_of("activation", self.activation, ACTIVATIONS)

    @property
    def n_inputs(self) -> int:
        """D, the number of inputs."""
        return self.sizes[0]

    @property
    def n_outputs(self) -> int:
        """K, the number of outputs."""
        return self.sizes[-1]

    @property
    def n_parameters(self) -> int:
        """P, the number of weights and biases.

        >>> MLP((2, 3, 1)).n_parameters
        13
        """
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.sizes))

    def unravel(self, phi) -> list[Layer]:
        """The parameters as a list of layers; they are views: what is written there is in phi.

        The gradient of a loss has the layout of phi, so this shows it layer by layer too.
        """
        phi = as_parameters(phi, self.n_parameters)
        ensemble, layers, end = phi.shape[:-1], [], 0
        for n_in, n_out in pairwise(self.sizes):
            start, middle, end = end, end + n_in * n_out, end + (n_in + 1) * n_out
            weights = phi[..., start:middle].reshape(*ensemble, n_in, n_out)
            layers.append(Layer(weights, phi[..., middle:end]))
        return layers

    def __call__(self, x, phi) -> np.ndarray:
        """Predictions, (*ensemble, I), or (*ensemble, I, K) where K > 1; x is (I, D), or (I,)."""
        return self._outputs(self.pre_activations(x, phi)[-1])

    def pre_activations(self, x, phi) -> list[np.ndarray]:
        """z₀, z₁, …: what each layer computes, a list of arrays (*ensemble, I, units)."""
        x, phi = self._rows(x, phi)
        _, z = self._forward_pass(x, self.unravel(phi))
        return z

    def activations(self, x, phi) -> list[np.ndarray]:
        """h₁, h₂, …: what each hidden layer passes on, a list of arrays (*ensemble, I, units)."""
        x, phi = self._rows(x, phi)
        h, _ = self._forward_pass(x, self.unravel(phi))
        return h[1:]

    def forward(self, x, phi) -> tuple[np.ndarray, Callable]:
        """The predictions, and Σᵢ wᵢ ∂fᵢ/∂φ as a function of the weights w: the backward pass."""
        return self._passes(*self._rows(x, phi))

    def derivatives(self, x, phi) -> np.ndarray:
        """∂f/∂φ, (*ensemble, I, P), or (*ensemble, I, K, P): backward passes, one an example."""
        x, phi = self._rows(x, phi)
        phi = np.repeat(phi[..., None, :], len(x), axis=-2)  # a network for each example
        f, backward = self._passes(x[:, None], phi)
        if self.n_outputs == 1:
            return backward(np.ones_like(f))
        asked = np.eye(self.n_outputs, dtype=phi.dtype)  # one output at a time
        return np.stack([backward(np.broadcast_to(one, f.shape)) for one in asked], axis=-2)

    def _passes(self, x, phi):
        layers = self.unravel(phi)
        h, z = self._forward_pass(x, layers)
        _, slope = ACTIVATIONS[self.activation]

        def backward(weights):
            gradient = np.empty_like(phi)
            gradients = self.unravel(gradient)
            delta = weights.reshape(z[-1].shape)  # ∂L/∂z of the last layer, (*ensemble, I, K)
            for k in reversed(range(len(layers))):
                gradients[k].weights[...] = self._kept(k, h[k]).mT @ delta
                gradients[k].biases[...] = delta.sum(axis=-2)
                if k > 0:
                    delta = self._kept(k, (delta @ layers[k].weights.mT) * slope(h[k]))
            return gradient

        return self._outputs(z[-1]), backward

    def _forward_pass(self, x, layers):
        """The inputs h and the pre-activations z of each layer."""
        activate, _ = ACTIVATIONS[self.activation]
        h, z = [], []
        for k, (weights, biases) in enumerate(layers):
            h.append(activate(z[-1]) if z else x)
            z.append(self._kept(k, h[-1]) @ weights + biases[..., None, :])
        return h, z

    def _kept(self, k, h):
        """What layer k is given of h: everything, unless units are left out."""
        return h

    def _outputs(self, z):
        return z[..., 0] if self.n_outputs == 1 else z

    def _rows(self, x, phi):
        """The inputs as rows, (I, D), and the parameters, each network's in one piece."""
        phi = np.ascontiguousarray(as_parameters(phi, self.n_parameters))
        x = as_inputs(x, self.n_inputs, phi.dtype)
        return x.reshape(len(x), self.n_inputs), phi


@dataclass(frozen=True, eq=False)
class ThinnedMLP(MLP):
    """An MLP without some of its hidden units, others for each of I examples (see `Dropout`).

    masks : one for each hidden layer, (I, units): 0 where a unit is left out, and what its
        activation is multiplied by where it is kept

    >>> network, phi = MLP((1, 2, 1)), [1, -1, 0, 0, 1, 1, 0]
    >>> halved = ThinnedMLP(network.sizes, masks=([[1, 1], [2, 0]],))
    >>> halved([3.0, 3.0], phi), halved([-3.0, -3.0], phi)
    (array([3., 6.]), array([3., 0.]))
    """

    masks: Sequence = ()

    def __post_init__(self):
        super().__post_init__()
        masks = tuple(as_float_array(f"masks[{k}]", mask) for k, mask in enumerate(self.masks))
        rows = len(masks[0]) if masks and masks[0].ndim else 0
        if not rows or [mask.shape for mask in masks] != [(rows, n) for n in self.sizes[1:-1]]:
            raise wrong_value("masks", self.masks, "one (I, units) for each hidden layer")
        object.__setattr__(self, "masks", masks)

    def derivatives(self, x, phi) -> np.ndarray:
        """∂f/∂φ, of the shape that it has for any `MLP`."""
        self._rows(x, phi)
        each = [slice(i, i + 1) for i in range(len(x))]
        alone = [replace(self, masks=[mask[i] for mask in self.masks]) for i in each]
        parts = [MLP.derivatives(one, x[i], phi) for one, i in zip(alone, each)]
        return np.concatenate(parts, axis=np.ndim(phi) - 1)

    def _kept(self, k, h):
        return h * self.masks[k - 1] if k > 0 else h

    def _rows(self, x, phi):
        x, phi = super()._rows(x, phi)
        if len(x) != len(self.masks[0]):
            raise wrong_shape("x", x, f"{len(self.masks[0])} examples, as the masks have")
        return x, phi
