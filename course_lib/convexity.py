"""Is a loss convex? Two tests of its Hessian (chapter 6 notes, problem 6.2)."""

from typing import Any

import numpy as np

from course_lib._errors import wrong_shape
from course_lib._validation import as_float_array


def positive_by_eigenvalues(hessian) -> Any:
    """True where every eigenvalue is above zero: the surface curves up in all directions.

    hessian : symmetric matrices (*ensemble, P, P); the answers have shape (*ensemble,)

    >>> bool(positive_by_eigenvalues([[2.0, 1.0], [1.0, 2.0]]))
    True
    """
    return (np.linalg.eigvalsh(_square(hessian)) > 0).all(axis=-1)


def positive_by_trace_and_determinant(hessian) -> Any:
    """The same for two parameters, without eigenvalues.

    The trace is the sum of the two eigenvalues and the determinant their product: both are
    positive exactly when both eigenvalues are.

    hessian : symmetric matrices (*ensemble, 2, 2)

    >>> bool(positive_by_trace_and_determinant([[1.0, 2.0], [2.0, 1.0]]))
    False
    """
    hessian = _square(hessian)
    if hessian.shape[-1] != 2:
        raise wrong_shape("hessian", hessian, "(..., 2, 2)")
    trace = hessian[..., 0, 0] + hessian[..., 1, 1]
    determinant = hessian[..., 0, 0] * hessian[..., 1, 1] - hessian[..., 0, 1] ** 2
    return (trace > 0) & (determinant > 0)


def _square(hessian):
    hessian = as_float_array("hessian", hessian)
    if hessian.ndim < 2 or hessian.shape[-1] != hessian.shape[-2]:
        raise wrong_shape("hessian", hessian, "(..., P, P)")
    symmetric = np.isclose(hessian, np.swapaxes(hessian, -1, -2)).all(axis=(-1, -2))
    if not symmetric.all():
        first = hessian[~symmetric][0].tolist()
        raise ValueError(f"hessian has the matrix {first}, expected finite, symmetric ones")
    return hessian
