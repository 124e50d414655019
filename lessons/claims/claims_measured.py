"""The claims that notebook 14 itself measures."""

import numpy as np

from course_lib.critical_points import classify
from course_lib.surfaces import Polynomial
from lessons.measuring.claim import CONDITION, FAILS, HOLDS, Finding, claim, share_of

ROUNDING = 1e-9
"""A second derivative this near to zero is zero, but for rounding."""


@claim(
    "cl-19",
    "x³ has a saddle point at 0",
    source="Optimisation algorithms, part 1",
)
def a_cubic_has_a_saddle(power=3, draws=200, reach=0.01, seed=0):
    """The curve a (x - c)^{power}, with a and c drawn {draws} times (seed {seed}). At c its slope
    is zero. Is it lower on one side of c and higher on the other, {reach} away? And what does the
    sign of its second derivative at c say?

    The claim holds if the second derivative finds a saddle, which has eigenvalues of both signs. It
    holds with a condition if c is neither a minimum nor a maximum, and the test is silent.
    """
    rng = np.random.default_rng(seed)
    crossed, silent, found = [], [], []
    for scale, place in zip(rng.uniform(0.2, 5, draws), rng.uniform(-1, 1, draws)):
        curve = Polynomial(scale * np.poly([place] * power)[::-1])
        here, below, above = (float(curve([x])) for x in (place, place - reach, place + reach))
        crossed.append((below - here) * (above - here) < 0)
        kind = classify(curve.hessian([place])[0], zero=ROUNDING)
        silent.append(kind == "degenerate")
        found.append(kind == "saddle")
    figures = (
        share_of("lower on one side and higher on the other", crossed),
        share_of("second derivative zero: the test says nothing", silent),
        share_of("second derivative finds a saddle", found),
    )
    if all(found):
        return Finding(figures, HOLDS, "its Hessian has eigenvalues of both signs")
    if all(crossed):
        why = (
            "it is neither a minimum nor a maximum, and in that sense a saddle; but its only "
            "eigenvalue is zero, as it is for x⁴, which has a minimum there: a degenerate point"
        )
        return Finding(figures, CONDITION, why)
    return Finding(figures, FAILS, "the point is an extremum")
