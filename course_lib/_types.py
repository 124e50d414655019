"""Types that many signatures share: editors show them, and a checker holds calls to them."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np

Numbers: TypeAlias = float | np.ndarray
"""A hyperparameter: one number, or one for each member of an ensemble."""

Rate: TypeAlias = float | np.ndarray | Callable[[Any], Any]
"""A hyperparameter that may be a schedule t -> value as well."""

Seed: TypeAlias = "int | Sequence[int] | np.random.Generator"  # in quotes: importing it takes 10 ms

Bounds: TypeAlias = Sequence[Sequence[float]] | np.ndarray
"""One (low, high) pair for each parameter."""

Search: TypeAlias = Callable[[Any, Any, Any], Any]
"""A line search: (loss, phi, direction) -> rate."""


class Model(Protocol):
    """What a loss needs of a model, besides the derivatives that are asked of the loss."""

    @property
    def n_parameters(self) -> int: ...

    def __call__(self, x: Any, phi: Any, /) -> Any: ...


class Loss(Protocol):
    """What a descent needs of a loss."""

    def __call__(self, phi: Any, /) -> Any: ...

    def gradient(self, phi: Any, /) -> Any: ...


class Rule(Protocol):
    """An update rule."""

    def init(self, phi: Any, /) -> Any: ...

    def step(self, phi: Any, state: Any, loss: Any, t: Any, /) -> Any: ...
