"""Types that many signatures share: editors show them, and a checker holds calls to them."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

Seed: TypeAlias = "int | Sequence[int] | np.random.Generator"  # in quotes: importing it takes 10 ms

Bounds: TypeAlias = Sequence[Sequence[float]] | np.ndarray
"""One (low, high) pair for each parameter."""
