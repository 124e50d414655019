"""Many bowls at once, for claims that are measured on several draws."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Bowls:
    """A bowl ½ Σⱼ λⱼ (φⱼ - c)² for each member of an ensemble: phi has the shape (n, P).

    curvatures : the λ of each, shape (n, P)
    centre : c, a number

    >>> Bowls(np.array([[1.0, 2.0], [3.0, 4.0]]))(np.ones((2, 2)))
    array([1.5, 3.5])
    """

    curvatures: np.ndarray
    centre: float = 0.0

    def __call__(self, phi):
        return (self.curvatures * (phi - self.centre) ** 2).sum(axis=-1) / 2

    def gradient(self, phi):
        return self.curvatures * (phi - self.centre)
