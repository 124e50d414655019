"""Find every point where the gradient is zero, and say what it is (section 6.1.3)."""

from dataclasses import dataclass

import numpy as np

from course_lib._errors import wrong_kind, wrong_value
from course_lib._validation import (
    Bounds,
    as_bounds,
    as_list,
    as_loss,
    as_number,
    at_least,
    not_negative,
)
from course_lib._values import ByValue
from course_lib.grids import parameter_grid

DEGENERATE = 1e-6
"""An eigenvalue below this share of the largest curvature in the box counts as zero."""


@dataclass(frozen=True)
class CriticalPoint(ByValue):
    """A point of zero gradient: phi (P,), its loss, its kind, the Hessian's eigenvalues (P,)."""

    phi: np.ndarray
    loss: float
    kind: str
    eigenvalues: np.ndarray

    @property
    def index(self) -> int | None:
        """+1 or -1: the sign of the Hessian's determinant; None where it is degenerate."""
        return None if self.kind == "degenerate" else int(np.prod(np.sign(self.eigenvalues)))


def classify(eigenvalues, zero: float = 0.0) -> str:
    """Name a critical point by the signs of its Hessian's eigenvalues.

    An eigenvalue within `zero` of zero makes the point "degenerate": the Hessian cannot tell.

    >>> [classify(e) for e in ([1, 2], [-1, -2], [-1, 2], [0, 1])]
    ['minimum', 'maximum', 'saddle', 'degenerate']
    """
    eigenvalues = as_list("eigenvalues", eigenvalues)
    not_negative("zero", as_number("zero", zero))
    if (np.abs(eigenvalues) <= zero).any():
        return "degenerate"
    if (eigenvalues > 0).all():
        return "minimum"
    return "maximum" if (eigenvalues < 0).all() else "saddle"


def find_critical_points(loss, bounds: Bounds, grid_points: int = 41) -> list[CriticalPoint]:
    """All critical points of a loss of one or two parameters inside a box, lowest loss first.

    Newton's method on the gradient runs from every point of a grid at once: it is drawn to any
    point of zero gradient, be it minimum, maximum or saddle. The count is then held against
    `border_index`, which needs only the border of the box. While the two disagree the grid is
    made finer, up to eight times; if they still disagree, that is an error, not a short list.
    The check cannot see a pair of opposite index missed together (a minimum and a saddle): the
    grid must be fine enough that every valley holds a start. With a degenerate point in the box
    there is no check at all.

    loss : callable with `gradient` and `hessian`
    bounds : one (low, high) pair for each of the 1 or 2 parameters
    grid_points : how many starts along each axis, at least 2

    Raises RuntimeError if the points found cannot be all there are.

    >>> from course_lib.surfaces import Saddle
    >>> [point] = find_critical_points(Saddle(), [(-1, 1), (-1, 1)])
    >>> point.kind, point.index
    ('saddle', -1)
    """
    as_loss("loss", loss, "hessian")
    bounds = _as_box(bounds)
    at_least("grid_points", grid_points, 2)
    expected = border_index(loss, bounds)
    for refinement in (1, 2, 4, 8):
        points = _search(loss, bounds, refinement * (grid_points - 1) + 1)
        if any(point.kind == "degenerate" for point in points) or index_sum(points) == expected:
            return points
    raise RuntimeError(
        f"found {len(points)} critical points with index sum {index_sum(points)}, "
        f"but the border of the box says {expected}: some are missing; try a smaller box"
    )


def index_sum(points) -> int:
    """Minima and maxima count +1, saddles -1 (in one dimension: minima +1, maxima -1)."""
    listed = isinstance(points, (list, tuple))
    if not listed or not all(isinstance(point, CriticalPoint) for point in points):
        raise wrong_kind("points", points, "a list of CriticalPoint")
    return sum(point.index for point in points)


def border_index(loss, bounds: Bounds) -> int:
    """How often the gradient turns around as one walks once around the box (Poincaré-Hopf).

    In one dimension: half the difference of the slope's signs at the two ends. Either equals
    the sum of the indices of all critical points inside, found or not.

    >>> from course_lib.surfaces import Quadratic
    >>> border_index(Quadratic([1.0, 2.0]), [(-1, 1), (-1, 1)])
    1
    """
    as_loss("loss", loss)
    box = _as_box(bounds)
    index = _sign_change(loss, box) if len(box) == 1 else _winding_number(loss, box)
    if index is None:
        raise wrong_value("bounds", box.tolist(), "no critical point on its border")
    return index


def _sign_change(loss, bounds):
    left, right = np.sign(loss.gradient(bounds.T))[:, 0]
    return int((right - left) / 2) if left and right else None


def _winding_number(loss, bounds):
    walk = np.linspace(0, 4, 4000, endpoint=False)
    for _ in range(40):
        gradient = loss.gradient(_on_border(bounds, walk))
        angle = np.arctan2(gradient[:, 1], gradient[:, 0])
        turns = (np.diff(angle, append=angle[:1]) + np.pi) % (2 * np.pi) - np.pi
        # A turn of a right angle or more could hide a whole revolution: look half-way there too.
        unclear = (np.abs(turns) >= np.pi / 2) | ~gradient.any(axis=-1)
        if not unclear.any():
            return round(turns.sum() / (2 * np.pi))
        halfway = walk + np.diff(walk, append=4.0) / 2
        walk = np.sort(np.append(walk, halfway[unclear]))
    return None


def _on_border(bounds, walk):
    """The points of a box's border, counter-clockwise: one side for each unit of `walk`."""
    (left, right), (bottom, top) = bounds
    corners = np.array([[left, bottom], [right, bottom], [right, top], [left, top]])
    side = walk.astype(int)
    along = (walk - side)[:, None]
    return (1 - along) * corners[side] + along * corners[(side + 1) % 4]


def _as_box(bounds):
    bounds = as_bounds(bounds)
    if len(bounds) > 2:
        raise ValueError(f"bounds has {len(bounds)} pairs, expected 1 or 2")
    return bounds


def _search(loss, bounds, grid_points):
    low, high = bounds.T
    starts = parameter_grid(bounds, grid_points).reshape(-1, len(bounds))
    curvature_scale = np.abs(np.linalg.eigvalsh(loss.hessian(starts))).max()
    gradient_scale = np.abs(loss.gradient(starts)).max()
    phi = _newton(loss, starts, largest_step=(high - low) / 4)
    gradient = loss.gradient(phi)
    inside = ((low <= phi) & (phi <= high)).all(axis=-1)
    flat = np.abs(gradient).max(axis=-1) <= 1e-9 * gradient_scale
    found = []
    for candidate in _distinct(phi[inside & flat], closeness=1e-4 * (high - low)):
        eigenvalues = np.linalg.eigvalsh(loss.hessian(candidate))
        kind = classify(eigenvalues, zero=DEGENERATE * curvature_scale)
        found.append(CriticalPoint(candidate, float(loss(candidate)), kind, eigenvalues))
    return sorted(found, key=lambda point: point.loss)


def _newton(loss, starts, largest_step, iterations=60):
    """Solve gradient = 0 from each start: φ - H⁻¹ g, the step kept inside `largest_step`."""
    phi, moving = starts.copy(), np.arange(len(starts))
    for _ in range(iterations):
        gradient, hessian = loss.gradient(phi[moving]), loss.hessian(phi[moving])
        # The pseudo-inverse leaves a flat direction alone instead of dividing by zero.
        step = (np.linalg.pinv(hessian, hermitian=True) @ gradient[..., None])[..., 0]
        phi[moving] -= np.clip(step, -largest_step, largest_step)
        moving = moving[(np.abs(step) > 1e-13 * largest_step).any(axis=-1)]
        if not moving.size:
            break
    return phi


def _distinct(points, closeness):
    """One point from each cluster of points that agree within `closeness` in every coordinate."""
    distinct = []
    while len(points):
        distinct.append(points[0])
        points = points[(np.abs(points - points[0]) > closeness).any(axis=-1)]
    return distinct
