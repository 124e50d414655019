"""The one loop that drives every update rule, and the path it leaves (floor 3)."""

from dataclasses import dataclass, is_dataclass
from itertools import islice, repeat
from typing import Any, NamedTuple

import numpy as np

from course_lib._validation import as_losses, as_parameters, at_least, not_negative
from course_lib.fast import within
from course_lib.line_search import Remembered

STILL_MOVING, CONVERGED, DIVERGED = 0, 1, 2


class Step(NamedTuple):
    """What one turn of the loop yields: where it arrived, and what it saw on the way."""

    t: int
    phi: np.ndarray
    gradient: np.ndarray
    batch: np.ndarray | None
    status: np.ndarray
    state: Any


@dataclass(frozen=True)
class Path:
    """Where a descent went: R rows, of which the first is the start and the last the end.

    t : (R,), the number of steps taken at each row: 0, 1, … T when every step is kept
    params : (R, *ensemble, P)
    losses : (R, *ensemble), the loss of all the examples at each of them
    gradient_norms : (R - 1, *ensemble), the length of the gradient that the step into each row saw
    batches : the indices that each of those steps saw, or None where it saw every example
    status : (*ensemble,) 0 still moving, 1 converged, 2 diverged
    last_step : (*ensemble,) how many steps moved; a stopped member holds still from there on

    With `keep="last"` there is one row, the end, and the gradient and batch of the step into it.
    """

    t: np.ndarray
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
            self.t, self.params[each_step], self.losses[each_step],
            self.gradient_norms[each_step], self.batches, self.status[index],
            self.last_step[index],
        )  # fmt: skip


def descend(loss, start, rule, steps, batches=None, tolerance=None, keep="all"):
    """Follow an update rule downhill from one start, or from an ensemble of them at once.

    Parameters
    ----------
    loss : callable with `gradient`, and what else the rule asks for. One that has `n_parameters`
        is asked for the losses of a whole path in one call, any other row by row
    start : shape (*ensemble, P), finite
    rule : an update rule, such as `GradientDescent(0.1)`; array hyperparameters of shape
        (*ensemble,) give each member its own
    steps : how many, at least 1
    batches : `Minibatches`, or any iterable of index arrays; step t then sees
        `loss.batch(indices)` alone
    tolerance : a member stops once the gradient it sees is no longer than this; None: never
    keep : "all" keeps every step in the path, a number n every n-th and the end, "last" the end

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
    every = _every(keep, steps)
    if tolerance is not None:
        not_negative("tolerance", tolerance)
    batches = _check_parts(loss, rule, batches)
    phi = _as_ensemble(loss, start, rule)
    rows, params, gradients, seen = np.append(np.arange(0, steps, every), steps), [phi], [], []
    status, last_step = None, np.full(phi.shape[:-1], steps)
    # Overflow is reported once, as divergence, and not by a storm of warnings.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        as_losses("loss(start)", loss(phi), phi.shape[:-1])
        taken = 0
        for step in islice(iterate(loss, phi, rule, batches, tolerance), steps):
            taken = step.t + 1
            if taken % every == 0 or taken == steps:
                params.append(step.phi)
                gradients.append(step.gradient)
                seen.append(step.batch)
            if step.status is not status:  # a member stopped, or this is the first step
                last_step[(step.status != STILL_MOVING) & (last_step == steps)] = step.t
                status = step.status
                if status.all():
                    break
        else:
            if taken < steps:
                raise ValueError(f"batches ended after {taken} steps, expected {steps}")
        still = len(rows) - len(params)
        params, gradients = params + still * [step.phi], gradients + still * [step.gradient]
        if keep == "last":
            rows, params = rows[-1:], params[-1:]
        params, norms = np.array(params), np.linalg.norm(gradients, axis=-1)
        losses = _losses(loss, params)
    return Path(rows, params, losses, norms, seen, status[()], last_step[()])


def iterate(loss, phi, rule, batches=None, tolerance=None):
    """The loop itself: yield one Step after another, for as long as there are batches.

    A member of the ensemble that has converged or diverged holds still from then on. The rule
    is handed parameters that it cannot write into: the path keeps them.
    """
    if getattr(rule, "line_search", None) is not None:
        loss = Remembered(loss)  # a step begins where the search before it ended
    state = rule.init(phi)
    status = np.full(phi.shape[:-1], STILL_MOVING)
    gradient = unseen = np.full_like(phi, np.nan)
    usable = 1 / np.finfo(phi.dtype).eps  # beyond it adding 1 changes nothing
    all_usable = within(usable, phi.size)
    all_moving = True
    for t, batch in enumerate(repeat(None) if batches is None else batches):
        phi.setflags(write=False)
        watched = _Watched(loss if batch is None else loss.batch(batch), loss)
        proposal, state = rule.step(phi, state, watched, t)
        proposal = np.asarray(proposal, phi.dtype)
        if proposal.shape != phi.shape:
            raise ValueError(
                f"step {t} of the rule led to shape {proposal.shape}, expected {phi.shape}"
            )
        seen = unseen if watched.seen is None else watched.seen
        # The usual step, in which nobody stops, needs no look at each member.
        if all_moving and tolerance is None and all_usable(proposal):
            phi, gradient = proposal, seen
        else:
            gradient = np.where((status == STILL_MOVING)[..., None], seen, gradient)
            verdict = np.where((np.abs(proposal) <= usable).all(axis=-1), status, DIVERGED)
            if tolerance is not None:  # a stopped member's gradient is held: it stays converged
                short = np.linalg.norm(gradient, axis=-1) <= tolerance
                verdict = np.where(short, CONVERGED, verdict)
            phi = np.where((verdict == STILL_MOVING)[..., None], proposal, phi)
            if (verdict != status).any():
                status, all_moving = verdict, False
        yield Step(t, phi, gradient, batch, status, state)


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
        if self.seen is None:
            # Later ones are a line search or an anchor at work, not the step's own gradient.
            self.seen = gradient
        return gradient

    def __getattr__(self, name):
        return getattr(self._loss, name)


def _losses(loss, params):
    """The losses of a whole path, (R, *ensemble, P) to (R, *ensemble)."""
    if hasattr(loss, "n_parameters"):
        return loss(params)
    return np.stack([loss(phi) for phi in params])


def _every(keep, steps):
    """How many steps lie between two rows of the path."""
    if keep in ("all", "last"):
        return 1 if keep == "all" else steps
    if isinstance(keep, str):
        raise ValueError(f"keep is {keep!r}, expected 'all', 'last' or a number of steps")
    return at_least("keep", keep, 1)


def _check_parts(loss, rule, batches):
    """Refuse what cannot work, and return the batches as an iterable of indices, or None."""
    if not (callable(loss) and hasattr(loss, "gradient")):
        raise TypeError(f"loss is {loss!r}, expected a callable with `gradient`")
    if isinstance(rule, type) or not (hasattr(rule, "init") and hasattr(rule, "step")):
        raise TypeError(f"rule is {rule!r}, expected an update rule such as GradientDescent(0.1)")
    if hasattr(batches, "indices"):
        if not hasattr(loss, "n_examples"):
            raise TypeError(f"loss is {loss!r}: it has no `n_examples`, which {batches!r} needs")
        batches = batches.indices(loss.n_examples)
    if not (batches is None or hasattr(batches, "__iter__")):
        raise TypeError(
            f"batches is {batches!r}, expected Minibatches or an iterable of index arrays"
        )
    return batches


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
        elif is_dataclass(value) and not hasattr(value, "gradient"):  # a loss is no hyperparameter
            yield from _arrays(value)


def turning_angles(points):
    """Degrees between each step of a path (T + 1, *ensemble, P) and the next: (T - 1, *ensemble).

    Straight on is 0, back again is 180; where a step has no length the angle is nan.

    >>> turning_angles([[0, 0], [2, 0], [2, 1]]).round(6)
    array([90.])
    """
    steps = np.diff(as_parameters(points, None, "points"), axis=0)
    lengths = np.linalg.norm(steps, axis=-1)
    products = (steps[1:] * steps[:-1]).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        cosines = products / (lengths[1:] * lengths[:-1])
    return np.degrees(np.arccos(np.clip(cosines, -1, 1)))
