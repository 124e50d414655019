"""Is this gradient right? Compare it with finite differences (*Learning parameters*)."""

from dataclasses import dataclass

import numpy as np

from course_lib._errors import wrong_shape, wrong_value
from course_lib._validation import as_float_array, as_function, as_loss, as_parameters, as_positive

BANDS = ((1e-7, "good"), (1e-4, "fine only at a kink"), (1e-2, "suspicious"), (np.inf, "wrong"))
"""Upper limit of the relative error, and its verdict (*Learning parameters*)."""


def finite_difference_gradient(f, phi, h: float = 1e-5) -> np.ndarray:
    """Centred differences (f[φ + h eᵢ] - f[φ - h eᵢ]) / 2h, coordinate by coordinate: (P,).

    f : callable (P,) -> number; it is asked for one point at a time
    phi : shape (P,)
    h : half the distance between the two points, above zero

    >>> finite_difference_gradient(lambda phi: phi[0] ** 2, [3.0]).round(6)
    array([6.])
    """
    before, after = _neighbours(f, phi, h)
    return (after - before) / (2 * h)


def hessian_vector_product(loss, phi, v, h: float = 1e-5) -> np.ndarray:
    """How the gradient changes along v, H v, by centred differences of it: (*ensemble, P).

        H v ≈ |v| (∂L/∂φ [φ + h v/|v|] - ∂L/∂φ [φ - h v/|v|]) / 2h

    Two gradients, where the Hessian of P parameters would take P² numbers. At a kink there is no H.

    loss : callable with `gradient`
    phi, v : shape (*ensemble, P), of the same length P; for v = 0 the product is 0
    h : how far to look to either side of φ, above zero

    >>> from course_lib.surfaces import Quadratic
    >>> hessian_vector_product(Quadratic([1.0, 3.0]), [2.0, 0.0], v=[1.0, 1.0]).round(6)
    array([1., 3.])
    """
    as_loss("loss", loss)
    h = as_positive("h", h)
    phi, v = as_parameters(phi, None), as_parameters(v, None, "v")
    as_parameters(v, phi.shape[-1], "v")
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    step = h * np.divide(v, length, out=np.zeros_like(v), where=length > 0)
    return length * (loss.gradient(phi + step) - loss.gradient(phi - step)) / (2 * h)


def numerical_hessian(loss, phi, h: float = 1e-5) -> np.ndarray:
    """The Hessian by centred differences of the gradient, symmetric: (P, P).

    For a loss without `hessian`, such as that of a network.

    loss : callable with `gradient`, which is asked for 2P points at once
    phi : shape (P,)
    h : how far to look to either side of φ, above zero

    >>> from course_lib.surfaces import Quadratic
    >>> numerical_hessian(Quadratic([1.0, 3.0]), [2.0, 0.0]).round(6)
    array([[1., 0.],
           [0., 3.]])
    """
    phi = _one_point(phi)
    rows = hessian_vector_product(loss, phi, np.eye(len(phi)), h)
    return (rows + rows.T) / 2


def relative_error(analytic, numerical) -> np.ndarray:
    """|a - n| / max(|a|, |n|) for each coordinate, 0 where both are 0 (*Learning parameters*)."""
    analytic = as_float_array("analytic", analytic)
    numerical = as_float_array("numerical", numerical)
    if analytic.shape != numerical.shape:
        raise wrong_shape("numerical", numerical, f"{analytic.shape}, as analytic has")
    difference = np.abs(analytic - numerical)
    scale = np.maximum(np.abs(analytic), np.abs(numerical))
    return np.divide(difference, scale, out=np.zeros_like(difference), where=difference != 0)


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found: arrays of shape (P,), and a verdict for each coordinate."""

    analytic: np.ndarray
    numerical: np.ndarray
    relative_error: np.ndarray
    verdicts: tuple

    @property
    def passed(self) -> bool:
        """True if every coordinate is good, or sits at a kink where no verdict is possible."""
        return set(self.verdicts) <= {"good", "kink"}

    def __str__(self) -> str:
        rows = zip(self.analytic, self.numerical, self.relative_error, self.verdicts)
        lines = ["parameter     analytic    numerical  relative error  verdict"]
        for i, (analytic, numerical, error, verdict) in enumerate(rows):
            # Below 1e-9 the digits are rounding noise, and differ from machine to machine.
            shown = f"{error:.1e}" if error >= 1e-9 or error != error else "below 1e-9"
            lines.append(f"{i:9d} {analytic:12.5g} {numerical:12.5g} {shown:>15}  {verdict}")
        return "\n".join(lines)


def gradient_check(f, gradient, phi, h: float = 1e-5) -> GradientReport:
    """Hold a gradient against centred differences and judge the relative error by its band.

    A coordinate whose error is no larger than the rounding error of the difference itself is
    good. One where the loss has a kink within h is reported as "kink": there the two slopes
    differ, and any value between them is a fair answer.

    f : callable (P,) -> number
    gradient : callable (P,) -> (P,)
    phi : shape (P,)
    h : half the distance between the two points, above zero

    >>> from course_lib.surfaces import Cubic
    >>> gradient_check(Cubic(), Cubic().gradient, [2.0]).verdicts
    ('good',)
    >>> gradient_check(Cubic(), lambda phi: 1.001 * Cubic().gradient(phi), [2.0]).verdicts
    ('suspicious',)
    """
    as_function("gradient", gradient)
    phi = _one_point(phi)
    numerical = finite_difference_gradient(f, phi, h)
    analytic = as_float_array("gradient(phi)", gradient(phi.copy()))
    if analytic.shape != phi.shape:
        raise wrong_shape("gradient(phi)", analytic, phi.shape)
    errors = relative_error(analytic, numerical)

    rounding = 4 * np.finfo(float).eps * np.abs(_neighbours(f, phi, h)).max(axis=0) / h
    noise_only = np.abs(analytic - numerical) <= rounding
    at_kink = _kinks(f, phi, h, analytic, rounding) & (errors > 1e-4)
    verdicts = tuple(
        "good" if noise else "kink" if kink else _band(error)
        for noise, kink, error in zip(noise_only, at_kink, errors)
    )
    return GradientReport(analytic, numerical, errors, verdicts)


def _neighbours(f, phi, h):
    """The loss one step of h behind and ahead along each coordinate: two arrays (P,)."""
    as_function("f", f)
    h = as_positive("h", h)
    phi = _one_point(phi)
    steps = h * np.eye(len(phi))
    before, after = (as_float_array("f(phi)", [f(p) for p in phi + s]) for s in (-steps, steps))
    if before.shape != phi.shape:
        raise ValueError(f"f(phi) has shape {before.shape[1:]}, expected one number: ()")
    return before, after


def _one_point(phi):
    # In float32 the two neighbours would hardly differ.
    phi = as_float_array("phi", phi).astype(np.float64)
    if phi.ndim != 1 or not phi.size:
        raise wrong_shape("phi", phi, "one point: (P,)")
    if not np.isfinite(phi).all():
        raise wrong_value("phi", phi, "finite numbers")
    return phi


def _kinks(f, phi, h, analytic, rounding):
    """Where the slopes on the two sides disagree, with the analytic slope between them.

    On a smooth loss the two one-sided slopes differ by h·f''. So their gap shrinks in proportion
    when h does. At a kink it does not: it stays (kink at φ), or is gone (kink merely near φ).
    """
    slopes, nearer = np.array([_one_sided_slopes(f, phi, step) for step in (h, h / 10)])
    gap, smaller_gap = (ahead - behind for behind, ahead in (slopes, nearer))
    # With their signs: a kink near φ may turn the gap round, and leave it a tenth by chance.
    smooth = np.abs(smaller_gap - gap / 10) <= 0.02 * np.abs(gap) + 20 * rounding
    # Where the loss is curved as well, a slope over h is h·f''/2 off the one at φ itself.
    at_phi = nearer + (nearer - slopes) / 9
    candidates = np.concatenate([slopes, at_phi])
    between = candidates.min(axis=0) - 20 * rounding <= analytic
    between &= analytic <= candidates.max(axis=0) + 20 * rounding
    return between & ~smooth


def _one_sided_slopes(f, phi, h):
    before, after = _neighbours(f, phi, h)
    here = f(phi)
    return (here - before) / h, (after - here) / h


def _band(error):
    if not np.isfinite(error):
        return "wrong"
    return next(verdict for limit, verdict in BANDS if error <= limit)
