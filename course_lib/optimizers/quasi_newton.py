"""Quasi-Newton rules: the curvature is learnt from how the gradient changes along the path."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_lib._settings import Count, Positive, value_at
from course_lib.line_search import Remembered, Wolfe, dot
from course_lib.optimizers._parts import CheckedRule, LineSearch, first_rate, over, rate_along


@dataclass(frozen=True)
class BFGS(CheckedRule):
    """d = -H g,  φ ← φ + α d, where H, an estimate of the inverse Hessian, starts as I and learns.

    After each step s = α d the gradient has changed by y. The new H is the symmetric one closest to
    the old that would have foreseen it, H y = s (Broyden, Fletcher, Goldfarb and Shanno):

        H ← (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ,  ρ = 1 / sᵀy

    H stays positive definite while sᵀy > 0, which a Wolfe search sees to; a step without it teaches
    nothing. The memory grows as P². For the loss of all the examples, or large batches.

    line_search : `search(loss, phi, direction) -> α`

    Reference: Nocedal and Wright, Numerical Optimization, algorithm 6.1.

    >>> from course_lib.descent import descend
    >>> from course_lib.surfaces import Rosenbrock
    >>> descend(Rosenbrock(), [-1.2, 1.0], BFGS(), steps=40).final.round(6)
    array([1., 1.])
    """

    line_search: LineSearch = Wolfe()

    def init(self, phi) -> np.ndarray:
        """H = I, shape (*ensemble, P, P)."""
        identity = np.eye(phi.shape[-1], dtype=phi.dtype)
        return np.broadcast_to(identity, (*phi.shape, phi.shape[-1]))

    def step(self, phi, H, loss, t) -> tuple[np.ndarray, np.ndarray]:
        """One step from phi (*ensemble, P), with the inverse Hessian H."""
        loss = Remembered(loss)
        g = loss.gradient(phi)
        direction = -(H @ g[..., None])[..., 0]
        s = _step_along(direction, self.line_search, loss, phi, t)
        y = loss.gradient(phi + s) - g
        return phi + s, updated(H, s, y)


def updated(H, s, y):
    """The inverse Hessian H (*ensemble, P, P) after a step s changed the gradient by y.

    Where sᵀy is not positive H stays as it is; where there was no step, as no point along its
    direction was lower, it starts anew as I. Nocedal and Wright, equation 6.17.
    """
    identity, no_step = np.eye(H.shape[-1], dtype=H.dtype), _all_zero(s)[..., None]
    rho = _rho(s, y)[..., None]
    s, y = s[..., None], y[..., None]
    V = identity - rho * y * s.mT
    return np.where(no_step, identity, V.mT @ H @ V + rho * s * s.mT)


class Pairs(NamedTuple):
    """The last steps s and the changes y of the gradient, (*ensemble, memory, P), newest last."""

    s: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class LBFGS(CheckedRule):
    """BFGS that keeps its last few pairs (s, y) and no matrix: memory for millions of parameters.

    H g comes from the pairs by the two-loop recursion, as if BFGS had started from γI and seen
    just these.

    memory : how many pairs, at least 1. With one for every step, and γ = 1, this is `BFGS`
    gamma : γ, above zero, a number or an array (*ensemble,); None: sᵀy / yᵀy of the newest pair,
        the curvature met last
    line_search : `search(loss, phi, direction) -> α`

    Reference: Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5.

    >>> from course_lib.descent import descend
    >>> from course_lib.surfaces import Rosenbrock
    >>> descend(Rosenbrock(), [-1.2, 1.0], LBFGS(), steps=40).final.round(6)
    array([1., 1.])
    """

    memory: Count = 10
    gamma: Positive | None = None
    line_search: LineSearch = Wolfe()

    def init(self, phi) -> Pairs:
        """No pairs yet: zeros, which change nothing."""
        empty = np.zeros((*phi.shape[:-1], self.memory, phi.shape[-1]), phi.dtype)
        return Pairs(empty, empty)

    def step(self, phi, pairs, loss, t) -> tuple[np.ndarray, Pairs]:
        """One step from phi (*ensemble, P), with what the pairs tell of the curvature."""
        loss = Remembered(loss)
        g = loss.gradient(phi)
        gamma = None if self.gamma is None else value_at(self.gamma, t, phi)
        direction = -two_loop(g, pairs, gamma)
        s = _step_along(direction, self.line_search, loss, phi, t)
        y = loss.gradient(phi + s) - g
        return phi + s, _appended(pairs, s, y)


def two_loop(g, pairs, gamma=None):
    """H g for the inverse Hessian of the pairs, in memory · P operations, no matrix formed.

    `gamma` as in `LBFGS`, a number or an array (*ensemble, 1). Nocedal and Wright, algorithm 7.4
    and equation 7.20.
    """
    s, y = (np.moveaxis(rows, -2, 0) for rows in pairs)
    rho = _rho(s, y)
    newest_first = range(len(s))[::-1]
    if gamma is None:
        gamma = np.where(rho[-1] > 0, over(dot(s[-1], y[-1]), dot(y[-1], y[-1])), 1)
    a = np.zeros_like(rho)
    for i in newest_first:
        a[i] = rho[i] * dot(s[i], g)
        g = g - a[i] * y[i]
    g = gamma * g
    for i in reversed(newest_first):
        b = rho[i] * dot(y[i], g)
        g = g + s[i] * (a[i] - b)
    return g


def _appended(pairs, s, y):
    """The pairs without the oldest and with a new one, unless it teaches nothing.

    Without a step, as no point along its direction was lower, all of them are forgotten.
    """
    news, no_step = _rho(s, y)[..., None] > 0, _all_zero(s)[..., None]
    return Pairs(*(
        np.where(
            news,
            np.concatenate([rows[..., 1:, :], row[..., None, :]], axis=-2),
            np.where(no_step, 0, rows),
        )
        for rows, row in zip(pairs, (s, y))
    ))  # fmt: skip


def _all_zero(s):
    return ~s.any(axis=-1, keepdims=True)


def _step_along(direction, line_search, loss, phi, t):
    """The step α d along a direction d, with α from the search."""
    if t == 0:  # nothing is known of the curvature yet
        direction = first_rate(direction) * direction
    return rate_along(line_search, loss, phi, direction) * direction


def _rho(s, y):
    """ρ = 1 / sᵀy (*ensemble, 1), and 0 for a pair that teaches nothing."""
    product = dot(s, y)
    usable = product > np.finfo(product.dtype).tiny  # below it the inverse overflows
    return np.divide(1, product, out=np.zeros_like(product), where=usable)
