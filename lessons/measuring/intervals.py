"""How sure a share or a mean counted among independent runs is."""

from typing import Any

import numpy as np

from course_lib._validation import as_counts, as_number, at_least, positive, wrong_value


def wilson_interval(count, n, z=1.96) -> tuple[Any, Any]:
    """The probabilities that `count` successes in n runs leave plausible: low and high.

    Those p for which the share count/n is at most z standard deviations √(p(1 - p)/n) away from p.
    With z = 1.96 such an interval holds the true probability about 95 times in 100. It stays
    within [0, 1], and is honest about no success at all.

    count : a whole number from 0 to n, or an array of them

    Reference: Wilson, 1927.

    >>> [round(float(end), 3) for end in wilson_interval(0, 100)]
    [0.0, 0.037]
    """
    at_least("n", n, 1)
    positive("z", as_number("z", z))
    count = as_counts("count", count)
    if np.any(count > n):
        raise wrong_value("count", count, f"at most {n}, the number of runs")
    return wilson_interval_of_share(count / n, n, z)


def wilson_interval_of_share(share, n, z=1.96) -> tuple[Any, Any]:
    """Wilson's interval of a share of n runs, whole count or not: to plan how many it takes."""
    weight = z**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = np.sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def t_quantile(freedom, z=1.96):
    """The t that Student's distribution exceeds as often as the normal one exceeds z.

    freedom : its degrees of freedom; from 3 on the result is right to one in a hundred

    Reference: Abramowitz and Stegun, 26.7.5, the first four terms.

    >>> [round(t_quantile(freedom), 2) for freedom in (3, 19, 1000)]
    [3.16, 2.09, 1.96]
    """
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
