"""Types that many signatures share: editors show them, and a checker holds calls to them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

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
