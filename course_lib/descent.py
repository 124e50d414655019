"""The one loop that drives every update rule."""

from copy import copy
from dataclasses import is_dataclass
from itertools import islice, repeat
from typing import Any, NamedTuple

import numpy as np

from course_lib._errors import shown, wrong_kind, wrong_shape, wrong_value
from course_lib._validation import (
    as_float_array,
    as_loss,
    as_losses,
    as_not_negative,
    as_parameters,
    as_thing,
    at_least,
    unguarded,
)
from course_lib.fast import within
from course_lib.line_search import Remembered, length
from course_lib.paths import CONVERGED, DIVERGED, NO_LOWER_POINT, NOT_A_NUMBER, STILL_MOVING, Path
from course_lib.protocols import Loss, Rule


class Step(NamedTuple):
    """What one turn of the loop yields: where it arrived, and what it saw on the way."""

    t: int
    phi: np.ndarray
    gradient: np.ndarray
    batch: np.ndarray | None
    status: np.ndarray
    state: Any


def descend(
    loss: Loss,
    start,
    rule: Rule,
    steps: int,
    batches=None,
    tolerance: float | None = None,
    keep: str | int = "all",
) -> Path:
    """Follow an update rule downhill from one start, or from an ensemble of them at once.

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

    Returns a Path. Nothing is raised where a member cannot go on: it holds still where it last was
    in range.

    - "diverged" where its parameters ran away (beyond 1/eps of their type: 4.5e15), or a slope
      that a rule squares is too large for that;
    - "not a number" where they would be nan, as a loss undefined there makes them;
    - "no lower point found" where the line search of a rule has found none, and would search the
      same line again. (With batches the next one may have a lower point: it goes on.)

    Raises TypeError or ValueError if an argument is of the wrong kind or out of range, or start and
    the rule's arrays do not broadcast; or if that holds for what loss, rule or schedules give back.

    >>> from course_lib.optimizers import GradientDescent
    >>> from course_lib.surfaces import Quadratic
    >>> path = descend(Quadratic([1.0]), [8.0], GradientDescent(0.5), steps=3)
    >>> path.params.ravel(), path.reason
    (array([8., 4., 2., 1.]), 'all 3 steps taken')
    """
    at_least("steps", steps, 1)
    every = _every(keep, steps)
    if tolerance is not None:
        tolerance = as_not_negative("tolerance", tolerance)
    phi = starts_for(loss, start, rule)
    batches = _indices(loss, batches)
    rows, points, gradients, seen = [0], [phi], [], []
    status: Any = None
    last_step = np.full(phi.shape[:-1], steps)
    # Overflow is reported once, as divergence, and not by a storm of warnings.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        as_losses("loss(start)", loss(phi), phi.shape[:-1])
        taken = 0
        for step in islice(iterate(loss, phi, rule, batches, tolerance), steps):
            taken = step.t + 1
            all_stopped = False
            if step.status is not status:  # a member stopped, or this is the first step
                last_step[(step.status != STILL_MOVING) & (last_step == steps)] = step.t
                status = step.status
                all_stopped = status.all()
            if taken % every == 0 or taken == steps or all_stopped:
                rows.append(taken)
                points.append(step.phi)
                gradients.append(step.gradient)
                seen.append(copy(step.batch))  # a generator may use its array again
            if all_stopped:
                break
        else:
            if taken < steps:
                raise ValueError(f"batches ended after {taken} steps, expected {steps}")
        if keep == "last":
            rows, points = rows[-1:], points[-1:]
        params, norms = np.array(points), length(np.array(gradients))[..., 0]
        losses = _losses(loss, params)
    return Path(np.array(rows), params, losses, norms, seen, status[()], last_step[()])


def iterate(loss, phi, rule, batches=None, tolerance=None):
    """The loop itself: yield one Step after another, for as long as there are batches.

    A member of the ensemble that has stopped holds still from then on. The rule is handed
    parameters that it cannot write into: the path keeps them.
    """
    searching = getattr(rule, "line_search", None) is not None
    if searching:
        loss = Remembered(loss)  # a step begins where the search before it ended
    state = rule.init(phi)
    status = np.full(phi.shape[:-1], STILL_MOVING)
    gradient = unseen = np.full_like(phi, np.nan)
    usable = 1 / np.finfo(phi.dtype).eps  # beyond it adding 1 changes nothing
    all_usable = within(usable, phi.size)
    searching = searching and batches is None
    # A search that found nothing is tried once more, as the rule forgets what it had learnt. A rule
    # that remembers nothing would only repeat itself.
    without_memory = state is None
    stood = np.full(status.shape, without_memory)
    carefree = tolerance is None and not searching
    step = unguarded(rule.step)  # what it is handed has been looked at
    for t, batch in enumerate(repeat(None) if batches is None else batches):
        phi.setflags(write=False)
        watched = _Watched(loss if batch is None else _batch(loss, batch, t), loss)
        proposal, state = _checked(step(phi, state, watched, t), phi, t)
        seen = unseen if watched.seen is None else watched.seen
        # The usual step, in which nobody stops, needs no look at each member.
        if carefree and all_usable(proposal):
            phi, gradient = proposal, seen
        else:
            moving = status == STILL_MOVING
            gradient = np.where(moving[..., None], seen, gradient)
            verdict = _out_of_range(proposal, gradient, usable)
            if searching:
                stands = (proposal == phi).all(axis=-1)
                verdict = np.where(stands & stood, NO_LOWER_POINT, verdict)
                stood = stands | without_memory
            if tolerance is not None:
                short = length(gradient)[..., 0] <= tolerance
                verdict = np.where(short, CONVERGED, verdict)
            verdict = np.where(moving, verdict, status)
            phi = np.where((verdict == STILL_MOVING)[..., None], proposal, phi)
            if (verdict != status).any():
                status, carefree = verdict, False
        yield Step(t, phi, gradient, batch, status, state)


def _batch(loss, indices, t):
    """The loss of the examples that step t sees."""
    try:
        return loss.batch(indices)
    except (TypeError, ValueError) as error:
        raise type(error)(f"batches[{t}]: {error}") from error


def _checked(result, phi, t):
    """What a step of a rule gave: parameters, as an array like phi, and the rule's state."""
    if not (isinstance(result, tuple) and len(result) == 2):
        raise wrong_kind(f"step {t} of the rule", result, "a pair (phi, state)")
    proposal, state = result
    if type(proposal) is not np.ndarray or proposal.dtype is not phi.dtype:
        proposal = as_float_array("phi after a step of the rule", proposal)
        proposal = proposal.astype(phi.dtype, copy=False)
    if proposal.shape != phi.shape:
        raise ValueError(
            f"step {t} of the rule led to shape {proposal.shape}, expected {phi.shape}"
        )
    return proposal, state


def _out_of_range(proposal, gradient, usable):
    """The status of each member by where it would go next: diverged, not a number or moving."""
    in_range = (np.abs(proposal) <= usable).all(axis=-1)
    if in_range.all():
        return np.full(in_range.shape, STILL_MOVING)
    too_large = np.isinf(gradient * gradient).any(axis=-1)
    undefined = np.isnan(proposal).any(axis=-1) & ~too_large
    return np.where(in_range, STILL_MOVING, np.where(undefined, NOT_A_NUMBER, DIVERGED))


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
        gradient = as_float_array("loss.gradient(phi)", self._loss.gradient(phi))
        if gradient.shape != phi.shape:
            raise wrong_shape("loss.gradient(phi)", gradient, phi.shape)
        gradient = np.array(gradient, phi.dtype)  # a copy: the loss may use its array again
        if self.seen is None:
            # Later ones are a line search or an anchor at work, not the step's own gradient.
            self.seen = gradient
        return gradient

    def __getattr__(self, name):
        return getattr(self._loss, name)


def _losses(loss, params):
    """The losses of a whole path, (R, *ensemble, P) to (R, *ensemble)."""
    if hasattr(loss, "n_parameters"):
        return as_losses("loss(params)", loss(params), params.shape[:-1])
    # A copy of each: the loss may use its array again.
    return np.array([copy(as_losses("loss(phi)", loss(phi), phi.shape[:-1])) for phi in params])


def _every(keep, steps):
    """How many steps lie between two rows of the path."""
    if isinstance(keep, str):
        if keep not in ("all", "last"):
            raise wrong_value("keep", keep, "'all', 'last' or a number of steps")
        return 1 if keep == "all" else steps
    return at_least("keep", keep, 1)


def _indices(loss, batches):
    """The batches as an iterable of indices, or None; refused where the loss has no batches."""
    if hasattr(batches, "indices"):
        if not hasattr(loss, "n_examples"):
            raise TypeError(
                f"loss is {shown(loss)}: it has no `n_examples`, which {shown(batches)} needs"
            )
        batches = batches.indices(loss.n_examples)
    if batches is None:
        return None
    no_list = isinstance(batches, (str, bytes, dict)) or getattr(batches, "ndim", 1) == 0
    if not hasattr(batches, "__iter__") or no_list:
        raise wrong_kind("batches", batches, "Minibatches or an iterable of index arrays")
    if not hasattr(loss, "batch"):
        raise TypeError(f"loss is {shown(loss)}: it has no `batch`, which batches need")
    return batches


def starts_for(loss, start, rule) -> np.ndarray:
    """The start, repeated for every member that the rule's array hyperparameters ask for."""
    as_loss("loss", loss)
    as_thing("rule", rule, "an update rule such as GradientDescent(0.1)", "init", "step")
    phi = as_parameters(start, getattr(loss, "n_parameters", None), "start")
    if not phi.size:
        raise wrong_value("start", start, "at least one parameter")
    if not np.isfinite(phi).all():
        raise wrong_value("start", start, "finite numbers")
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
