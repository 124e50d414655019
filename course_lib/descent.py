"""The one loop that drives every update rule, and the path it leaves (floor 3)."""

from dataclasses import dataclass, is_dataclass
from itertools import islice, repeat
from typing import NamedTuple

import numpy as np

from course_lib._validation import as_losses, as_parameters, at_least, not_negative

STILL_MOVING, CONVERGED, DIVERGED = 0, 1, 2


class Step(NamedTuple):
    """What one turn of the loop yields: where it arrived, and what it saw on the way."""

    t: int
    phi: np.ndarray
    gradient_norm: np.ndarray
    batch: np.ndarray | None
    status: np.ndarray


@dataclass(frozen=True)
class Path:
    """Where a descent went. T is the number of steps; `keep="last"` leaves one row of T + 1.

    params : (T + 1, *ensemble, P)
    losses : (T + 1, *ensemble), the loss of all the examples at each of them
    gradient_norms : (T, *ensemble), the length of the gradient that each step saw
    batches : the indices that each step saw, or None where it saw every example
    status : (*ensemble,) 0 still moving, 1 converged, 2 diverged
    last_step : (*ensemble,) how many steps moved; a stopped member holds still from there on
    """

    params: np.ndarray
    losses: np.ndarray
    gradient_norms: np.ndarray
    batches: list
    status: np.ndarray
    last_step: np.ndarray

    @property
    def final(self):
        """The last parameters, shape (*ensemble, P)."""
        return self.params[-1]

    @property
    def final_loss(self):
        """The loss there, shape (*ensemble,)."""
        return self.losses[-1]

    @property
    def converged(self):
        """True where the gradient became as short as the tolerance, shape (*ensemble,)."""
        return self.status == CONVERGED

    @property
    def diverged(self):
        """True where the numbers grew beyond use, shape (*ensemble,)."""
        return self.status == DIVERGED

    @property
    def reason(self):
        """Why the path stopped, in words: a string, or an array of them for an ensemble."""
        words = ("all {} steps taken", "converged at step {}", "diverged at step {}")
        texts = np.empty(self.status.shape, dtype=object)
        for member in np.ndindex(self.status.shape):
            texts[member] = words[self.status[member]].format(self.last_step[member])
        return texts[()]

    def member(self, *index):
        """The path of one member of the ensemble, as a Path of its own."""
        each_step = (slice(None), *index)
        return Path(
            self.params[each_step], self.losses[each_step], self.gradient_norms[each_step],
            self.batches, self.status[index], self.last_step[index],
        )  # fmt: skip


def descend(loss, start, rule, steps, batches=None, tolerance=None, keep="all"):
    """Follow an update rule downhill from one start, or from an ensemble of them at once.

    Parameters
    ----------
    loss : callable with `gradient`, and what else the rule asks for
    start : shape (*ensemble, P), finite
    rule : an update rule, such as `GradientDescent(0.1)`; array hyperparameters of shape
        (*ensemble,) give each member its own
    steps : how many, at least 1
    batches : iterable of index arrays; step t then sees `loss.batch(indices)` alone
    tolerance : a member stops once the gradient it sees is no longer than this; None: never
    keep : "all" keeps every step in the path, "last" only where it ended

    Returns
    -------
    Path. A member whose parameters run away (not finite, or beyond 1/eps of their type: 4.5e15)
    holds still where it last was in range, with the status "diverged"; nothing is raised.

    Raises
    ------
    ValueError
        If an argument is out of range, or start and the rule's arrays do not broadcast.

    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import Quadratic
    >>> path = descend(Quadratic([1.0]), [8.0], GradientDescent(0.5), steps=3)
    >>> path.params.ravel(), path.reason
    (array([8., 4., 2., 1.]), 'all 3 steps taken')
    """
    at_least("steps", steps, 1)
    if keep not in ("all", "last"):
        raise ValueError(f"keep is {keep!r}, expected 'all' or 'last'")
    if tolerance is not None:
        not_negative("tolerance", tolerance)
    _check_parts(loss, rule, batches)
    phi = _as_ensemble(loss, start, rule)
    params, losses, norms, seen = [phi], [_quiet(loss, phi)], [], []
    as_losses("loss(start)", losses[0], phi.shape[:-1])
    last_step = np.zeros(phi.shape[:-1], int)
    for step in islice(iterate(loss, phi, rule, batches, tolerance), steps):
        moving = step.status == STILL_MOVING
        last_step = np.where(moving, step.t + 1, last_step)
        params.append(step.phi)
        norms.append(step.gradient_norm)
        seen.append(step.batch)
        if keep == "all":
            losses.append(_quiet(loss, step.phi))
        else:
            del params[:-1], norms[:-1], seen[:-1]
        if not moving.any():
            break
    else:
        if last_step.max() < steps:
            raise ValueError(f"batches ended after {last_step.max()} steps, expected {steps}")
    if keep == "last":
        losses = [_quiet(loss, step.phi)]
    else:
        still = steps - len(norms)
        params, losses, norms = (rows + still * rows[-1:] for rows in (params, losses, norms))
    return Path(
        np.stack(params), np.stack(losses), np.stack(norms), seen, step.status[()], last_step[()]
    )


def iterate(loss, phi, rule, batches=None, tolerance=None):
    """The loop itself: yield one Step after another, for as long as there are batches.

    A member of the ensemble that has converged or diverged holds still from then on. The rule
    is handed parameters that it cannot write into: the path keeps them.
    """
    state = rule.init(phi)
    status, norm = np.full(phi.shape[:-1], STILL_MOVING), np.zeros(phi.shape[:-1], phi.dtype)
    for t, batch in enumerate(repeat(None) if batches is None else batches):
        phi.flags.writeable = False
        watched = _Watched(loss if batch is None else loss.batch(batch), whole=loss)
        proposal, state = _quiet(rule.step, phi, state, watched, t)
        if np.shape(proposal) != phi.shape:
            raise ValueError(
                f"step {t} of the rule led to shape {np.shape(proposal)}, expected {phi.shape}"
            )
        moving = status == STILL_MOVING
        seen = np.nan if watched.seen is None else _quiet(np.linalg.norm, watched.seen, axis=-1)
        norm = np.where(moving, seen, norm)
        status = np.where(_usable(proposal), status, DIVERGED)
        if tolerance is not None:  # a stopped member's norm is held: it stays converged
            status = np.where(norm <= tolerance, CONVERGED, status)
        still_moving = (status == STILL_MOVING)[..., None]
        phi = np.where(still_moving, proposal, phi).astype(phi.dtype, copy=False)
        yield Step(t, phi, norm, batch, status)


class _Watched:
    """The loss that a step sees; it remembers the first gradient it was asked for.

    whole : the loss of all the examples, for rules that look at it now and then
    """

    def __init__(self, loss, whole):
        self._loss, self.whole = loss, whole
        self.seen = None

    def __call__(self, phi):
        return self._loss(phi)

    def gradient(self, phi):
        gradient = np.asarray(self._loss.gradient(phi), phi.dtype)
        if gradient.shape != phi.shape:
            raise ValueError(f"loss.gradient(phi) has shape {gradient.shape}, expected {phi.shape}")
        # Later ones are a line search or an anchor at work, not the step's own gradient.
        self.seen = gradient if self.seen is None else self.seen
        return gradient

    def __getattr__(self, name):
        return getattr(self._loss, name)


def _usable(phi):
    """False where a parameter is not finite, or so large that adding 1 no longer changes it."""
    return (np.abs(phi) <= 1 / np.finfo(phi.dtype).eps).all(axis=-1)


def _quiet(function, *args, **kwargs):
    """Call a function without NumPy's warnings: overflow is reported once, as divergence."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return function(*args, **kwargs)


def _check_parts(loss, rule, batches):
    if not (callable(loss) and hasattr(loss, "gradient")):
        raise TypeError(f"loss is {loss!r}, expected a callable with `gradient`")
    if isinstance(rule, type) or not (hasattr(rule, "init") and hasattr(rule, "step")):
        raise TypeError(f"rule is {rule!r}, expected an update rule such as GradientDescent(0.1)")
    if not (batches is None or hasattr(batches, "__iter__")):
        raise TypeError(f"batches is {batches!r}, expected an iterable of index arrays")


def _as_ensemble(loss, start, rule):
    """The start, repeated for every member that the rule's array hyperparameters ask for."""
    phi = as_parameters(start, getattr(loss, "n_parameters", None), "start")
    if not np.isfinite(phi).all():
        raise ValueError(f"start is {start!r}, expected finite numbers")
    ensemble = phi.shape[:-1]
    for name, value in _arrays(rule):
        try:
            ensemble = np.broadcast_shapes(ensemble, value.shape)
        except ValueError:
            raise ValueError(
                f"{name} has shape {value.shape} and start has the ensemble {phi.shape[:-1]}: "
                "expected shapes that broadcast"
            ) from None
    return np.broadcast_to(phi, (*ensemble, phi.shape[-1])).copy()


def _arrays(rule):
    """The name and value of every array among a rule's hyperparameters, and among its parts'."""
    for name, value in getattr(rule, "__dict__", {}).items():
        if isinstance(value, np.ndarray):
            yield name, value
        elif is_dataclass(value):
            yield from _arrays(value)


def turning_angles(points):
    """Degrees between each step of a path (T + 1, P) and the next, shape (T - 1,).

    Straight on is 0, back again is 180; where a step has no length the angle is nan.

    >>> turning_angles([[0, 0], [2, 0], [2, 1]]).round(6)
    array([90.])
    """
    steps = np.diff(as_parameters(points, None, "points"), axis=0)
    lengths = np.linalg.norm(steps, axis=-1)
    products = (steps[1:] * steps[:-1]).sum(axis=-1)
    cosines = _quiet(np.divide, products, lengths[1:] * lengths[:-1])
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))
