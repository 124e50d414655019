"""Clipping: a gradient made no longer than you allow, so that no step leaps off a cliff.

Reference: Pascanu, Mikolov and Bengio, 2013.

Source: the notes on *Deep Learning*, cliffs and exploding gradients.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib._errors import wrong_shape
from course_lib._settings import Positive, Settings
from course_lib._validation import as_parameters, as_thing, positive
from course_lib._values import ByValue


def clip_by_norm(gradient, max_norm) -> np.ndarray:
    """g ← g · max_norm / ‖g‖ where ‖g‖ > max_norm: a shorter step in the same direction.

    gradient : shape (*ensemble, P); each member is clipped by itself
    max_norm : above zero, a number or an array (*ensemble,)

    A gradient that is short enough comes back as it was, to the last digit. One with an entry that
    is infinite or not a number has no length to go by: all of it comes back as nan, which `descend`
    reports as divergence.

    Torch's clip_grad_norm_ divides by ‖g‖ + 1e-6: what it clips is a little shorter than max_norm.

    >>> clip_by_norm([3.0, 4.0], max_norm=1.0)
    array([0.6, 0.8])
    """
    gradient = as_parameters(gradient, None, "gradient")
    max_norm = _limit("max_norm", max_norm, gradient)
    with np.errstate(over="ignore", invalid="ignore"):
        # On a cliff the square of an entry may overflow: measure in units of the largest one.
        largest = np.abs(gradient).max(axis=-1, keepdims=True, initial=0)
        unit = np.maximum(largest, np.finfo(gradient.dtype).tiny)
        scaled = gradient / unit
        length = np.linalg.norm(scaled, axis=-1, keepdims=True)
        clipped = max_norm * (scaled / length)
        return np.where(unit * length <= max_norm, gradient, clipped)


def clip_by_value(gradient, limit) -> np.ndarray:
    """Each entry of a gradient (*ensemble, P), moved into [-limit, limit].

    limit : above zero, a number or an array (*ensemble,)

    Unlike clipping by norm this turns the gradient, towards a corner of the box. An infinite
    entry becomes ±limit; one that is not a number stays so.

    >>> clip_by_value([3.0, -0.5], limit=1.0)
    array([ 1. , -0.5])
    """
    gradient = as_parameters(gradient, None, "gradient")
    limit = _limit("limit", limit, gradient)
    return np.clip(gradient, -limit, limit)


def _limit(name, value, gradient):
    """A limit, one number or one for each member of the gradient's ensemble, (*ensemble, 1)."""
    limit, ensemble = np.asarray(positive(name, value), gradient.dtype), gradient.shape[:-1]
    try:
        np.broadcast_shapes(limit.shape, ensemble)
    except ValueError:
        expected = f"one number, or one for each member of the ensemble: {ensemble}"
        raise wrong_shape(name, limit, expected) from None
    return limit[..., None]


@dataclass(frozen=True)
class ClippedGradient(Settings, ByValue):
    """A loss whose gradient is clipped by its norm; all else is as it was.

    loss : a loss; its batches are clipped too
    max_norm : above zero, a number or an array (*ensemble,)

    >>> from course_lib.descent import descend
    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import Quadratic
    >>> steep = Quadratic([1000.0])
    >>> for loss in steep, ClippedGradient(steep, max_norm=1.0):
    ...     print(descend(loss, [4.0], GradientDescent(1.0), steps=2).params.ravel().tolist())
    [4.0, -3996.0, 3992004.0]
    [4.0, 3.0, 2.0]
    """

    loss: Any
    max_norm: Positive

    def __post_init__(self):
        super().__post_init__()
        as_thing("loss", self.loss, "a loss with `gradient`", "gradient")

    def __call__(self, phi) -> Any:
        """The loss, shape (*ensemble,)."""
        return self.loss(phi)

    def gradient(self, phi) -> np.ndarray:
        """∂L/∂φ, no longer than max_norm, shape (*ensemble, P)."""
        return clip_by_norm(self.loss.gradient(phi), self.max_norm)

    def batch(self, indices) -> "ClippedGradient":
        """The loss of the chosen examples alone, its gradient clipped as well."""
        return ClippedGradient(self.loss.batch(indices), self.max_norm)

    @property
    def whole(self) -> "ClippedGradient":
        """The loss of all the examples, where the loss is that of a batch, clipped as well."""
        return ClippedGradient(self.loss.whole, self.max_norm)

    def __getattr__(self, name):
        if name.startswith("_"):  # a copy in the making is asked for these before it has a loss
            raise AttributeError(name)
        return getattr(self.loss, name)
