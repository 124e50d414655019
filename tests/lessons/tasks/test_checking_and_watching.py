"""Answers to the tasks of notebook 11."""

import numpy as np

from course_lib.gradient_check import gradient_check
from course_lib.initialization import glorot_uniform
from course_lib.losses import L2Penalty
from course_lib.surfaces import Quadratic
from lessons.experiments.checking_and_watching import READER
from lessons.experiments.reading import reading
from lessons.tasks import checking_and_watching as tasks


def share_of_gap(f, phi, h):
    def gap(step):
        ahead, behind = (f(phi + step) - f(phi)) / step, (f(phi) - f(phi - step)) / step
        return ahead - behind

    return gap(h / 10) / gap(h)


def share_in_one_line(f, phi, h):
    small = h / 10
    return (
        10 * (f(phi + small) + f(phi - small) - 2 * f(phi)) / (f(phi + h) + f(phi - h) - 2 * f(phi))
    )


def gaps_of_rises(f, phi, h):
    return (f(phi + h / 10) + f(phi - h / 10) - 2 * f(phi)) / (f(phi + h) + f(phi - h) - 2 * f(phi))


LOSS, START = reading(READER, n=200), glorot_uniform(READER, 0)
RATE = 1e-3 * np.linalg.norm(START) / np.linalg.norm(LOSS.gradient(START))
FOUND_BY = {"a": "chance", "b": "gradient", "c": "none", "d": "twenty", "e": "penalty"}

RIGHT = {
    "best_h": [1e-7, 2 * np.sqrt(1e-16 * 100 / 4), np.float32(1e-7)],
    "gap_shrinks": [share_of_gap, share_in_one_line],
    "hidden": [396, 396.0, (0.02 / 1e-4 - 2) / 0.5],
    "which_check": [FOUND_BY, {key: f" {check.upper()}" for key, check in FOUND_BY.items()}],
    "rising": [
        lambda losses: np.mean(np.diff(losses) > 0),
        lambda losses: sum(b > a for a, b in zip(losses, losses[1:])) / (len(losses) - 1),
    ],
    "stopped": [[4, 7], np.array([4.0, 7.0]), (4, 7)],
    "thousandth": [RATE, 1.03 * RATE, float(f"{RATE:.2g}")],
    "dead": [
        lambda h: (h == 0).all(axis=0).sum(),
        lambda h: sum(not column.any() for column in h.T),
        lambda h: np.sum(h.max(axis=0) == 0),
    ],
}

WRONG = {
    "best_h": [
        (1e-8, "√ε alone"), (5e-8, "halved"), (7.07e-8, "factors of 2"), (4e-9, "Upside down"),
        (1e-14, "root"), (3e-7, "too large"),
    ],
    "gap_shrinks": [
        (gaps_of_rises, "compare rises"), (lambda f, phi, h: 1 / share_of_gap(f, phi, h), "Upside"),
        (lambda f, phi, h: 0.1, "the share is 1"),
    ],
    "hidden": [
        (400, "leave out"), (198, "by half"), (200, "How much of it"), (792, "cancels"),
        (500, "too large"),
    ],
    "which_check": [
        (FOUND_BY | {"a": "none"}, "What is it here"), (FOUND_BY | {"c": "twenty"}, "tosses"),
        (FOUND_BY | {"e": "gradient"}, "alike"), (FOUND_BY | {"d": "rate"}, "none of the options"),
    ],
    "rising": [
        (lambda losses: np.sum(np.diff(losses) > 0), "how many"),
        (lambda losses: np.sum(np.diff(losses) > 0) / len(losses), "four steps"),
        (lambda losses: np.mean(np.diff(losses) >= 0), "as it is"),
    ],
    "stopped": [
        ([8, 9], "never gets there"), ([4, 6], "in a row"), ([7, 7], "goes back"),
        ([2, 5], "0.90"), ([5, 8], "from 0"), ([4, 8], "too large"),
    ],
    "thousandth": [
        (1e-3, "ratio that is wanted"), (10 * RATE, "is 0.01 of"), (-1, "above zero"),
        (0, "above zero"),
    ],
    "dead": [
        (lambda h: (h == 0).sum(), "count zeros"), (lambda h: (h == 0).any(axis=0).sum(), "alive"),
        (lambda h: (h == 0).all(axis=1).sum(), "A unit is a column"),
    ],
}  # fmt: skip


def test_a_penalty_hides_one_per_cent_from_396_on():
    """The check itself, on a loss whose slope is 2 where φ is 0.5."""

    class OnePercentOff(Quadratic):
        def gradient(self, phi):
            return 0.99 * super().gradient(phi)

    [part] = tasks.hidden.parts
    for strength, verdict in (
        (part.right - 4, "suspicious"),
        (part.right + 4, "fine only at a kink"),
    ):
        loss = L2Penalty(OnePercentOff([4.0]), strength)
        assert gradient_check(loss, loss.gradient, [0.5]).verdicts == (verdict,)
