"""Answers to the tasks of notebook 13."""

from collections import Counter

import numpy as np


def vote_by_counting(named):
    winners = []
    for column in named.T:
        count = Counter(sorted(column.tolist()))
        winners.append(max(count, key=count.get))
    return winners


def vote_by_comparing(named):
    return (named[..., None] == np.arange(10)).sum(axis=0).argmax(axis=-1)


ADVICE = {"a": "diversify", "b": "add", "c": "stop", "d": "drop"}

RIGHT = {
    "majority": [vote_by_counting, vote_by_comparing],
    "loss_of_mean": [0.22, 0.27 - 0.05, np.mean([0.3, 0.26, 0.25, 0.27]) - 0.05],
    "five_voters": [0.94208, 0.942, 10 * 0.8**3 * 0.2**2 + 5 * 0.8**4 * 0.2 + 0.8**5],
    "advice": [ADVICE, {key: f" {advice.upper()}" for key, advice in ADVICE.items()}],
    "same_cost": [8, 8.0, 20000 // 2368],
    "running_mean": [
        lambda mean, count, phi: (count * mean + phi) / (count + 1),
        lambda mean, count, phi: count / (count + 1) * mean + phi / (count + 1),
    ],
    "beta": [0.96, 0.97, np.float64(0.965)],
}

WRONG = {
    "majority": [
        (lambda named: np.median(named, axis=0), "That is the median"),
        (lambda named: np.rint(named.mean(axis=0)), "lies no 5"),
        (lambda named: [vote_by_counting(named)[0]] * named.shape[1], "the vote"),
    ],
    "loss_of_mean": [
        (0.27, "gains on it"), (0.32, "You add"), (0.05, "too small"), (0.25, "best member"),
    ],
    "five_voters": [
        (0.8, "So it is for one"), (0.2048, "exactly three"), (0.0579, "the vote is wrong"),
        (0.33, "too small"),
    ],
    "advice": [
        (ADVICE | {"a": "add"}, "the same"), (ADVICE | {"c": "add"}, "as much as the"),
        (ADVICE | {"d": "stop"}, "should not need"), (ADVICE | {"b": "more"}, "none of the"),
    ],
    "same_cost": [(8.45, "Networks come whole"), (9, "more than there is"), (5, "too small")],
    "running_mean": [
        (lambda mean, count, phi: 0.5 * (mean + phi), "as much as all before"),
        (lambda mean, count, phi: mean + phi / 7, "the new mean"),
        (lambda mean, count, phi: (mean * count + phi) / count, "How many are in it now"),
    ],
    "beta": [
        (0.9, "more steps"), (0.5, "A longer memory"), (0.995, "A shorter memory"),
        (1.0, "no β"), (-0.5, "no β"), (0, "the last step itself"),
    ],
}  # fmt: skip
