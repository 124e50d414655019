"""Answers to the tasks of notebook 14."""

import numpy as np

from lessons.measuring.intervals import wilson_interval

VERDICTS = {"a": "holds", "b": "holds with a condition", "c": "does not hold"}


def _by_hand(count, n):
    p, w = count / n, 1.96**2 / n
    half = (p * (1 - p) * w + w * w / 4) ** 0.5
    return [(p + w / 2 - half) / (1 + w), (p + w / 2 + half) / (1 + w)]


def _as_roots(count, n):
    """The two solutions of the quadratic equation (1 + w) q² - (2p + w) q + p² = 0."""
    p, w = count / n, 1.96**2 / n
    return np.sort(np.roots([1 + w, -(2 * p + w), p**2]).real)


def _plain(count, n):
    p = count / n
    half = 1.96 * np.sqrt(p * (1 - p) / n)
    return p - half, p + half


def _plain_within(count, n):
    low, high = _plain(count, n)
    return max(low, 0), min(high, 1)


def _undivided(count, n):
    p, w = count / n, 1.96**2 / n
    half = np.sqrt(p * (1 - p) * w + w**2 / 4)
    return p + w / 2 - half, p + w / 2 + half


def _gap_by_hand(one, other):
    n = len(one)
    more = [b - a for a, b in zip(one, other)]
    mean = sum(more) / n
    half = 2.36 * (sum((m - mean) ** 2 for m in more) / (n - 1) / n) ** 0.5
    return [mean - half, mean + half]


def _gap_by_numpy(one, other, spread=lambda more: np.std(more, ddof=1)):
    more = other - one
    return more.mean() + np.array([-1, 1]) * 2.36 * spread(more) / 8**0.5


def _gap_of_means(one, other):
    half = 2.36 * np.hypot(one.std(ddof=1), other.std(ddof=1)) / np.sqrt(8)
    return other.mean() - one.mean() - half, other.mean() - one.mean() + half


RIGHT = {
    "gap": [_gap_by_hand, _gap_by_numpy],
    "wilson": [wilson_interval, _by_hand, _as_roots],
    "enough_runs": [62, 62.0, np.int64(64), 68],
    "findings": [VERDICTS, {key: f" {said.upper()} " for key, said in VERDICTS.items()}],
    "turning_point": [44, 44.0, np.int64(44)],
}

WRONG = {
    "gap": [
        (_gap_of_means, "seed by seed"),
        (lambda one, other: _gap_by_numpy(one, other, np.std), "by 7"),
        (lambda one, other: _gap_by_numpy(other, one), "other way round"),
        (lambda one, other: _gap_by_numpy(one, other, lambda m: 8**0.5 * m.std(ddof=1)), "√8"),
    ],
    "wilson": [
        (_plain, "the plain interval"),
        (_plain_within, "the plain interval"),
        (_undivided, "divided by 1 + w"),
        (lambda count, n: wilson_interval(count, n)[::-1], "low first"),
        (lambda count, n: wilson_interval(count, n, 1), "1.96"),
    ],
    "enough_runs": [
        (30, "says nothing"), (35, "plain"), (50, "still in it"), (61, "still in it"),
        (100, "a tenth fewer"), (0, "whole one"), (62.5, "whole one"), (-3, "from 1"),
    ],
    "findings": [
        ({**VERDICTS, "a": "holds with a condition"}, "no setting"),
        ({**VERDICTS, "b": "holds"}, "without noise"),
        ({**VERDICTS, "b": "does not hold"}, "with noise"),
        ({**VERDICTS, "c": "holds"}, "below one half"),
    ],
    "turning_point": [
        (43, "just too few"), (45, "not the fewest"), (43.7087, "whole"), (10, "a third"),
        (300, "How few"), (22, "nine tenths"),
    ],
}  # fmt: skip
