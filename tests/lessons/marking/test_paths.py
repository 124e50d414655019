"""Paths handed in: where they part from the right one, where they stop, and whether they do."""

import numpy as np

from lessons.marking.verdict import Status
from lessons.problems import pb_P2
from tests.lessons.answers import descent_while


def test_path_is_told_the_first_step_that_differs():
    def halved_after_three_steps(slope, start, rate, tolerance, max_steps):
        path = np.array(descent_while(slope, start, rate, tolerance, max_steps))
        path[3:] *= 0.5
        return path

    message = str(pb_P2.verdict(curve=halved_after_three_steps))
    assert "from the right one at step 3: from 2 it goes to 0.5; right is 1." in message
    message = str(pb_P2.verdict(surface=lambda *run: np.array(descent_while(*run)) + 0.25))
    assert "your path begins with [3.25, -3.75]; the right one with [3, -4]." in message


def test_path_that_stops_at_the_wrong_step_is_told_so():
    message = str(pb_P2.verdict(curve=lambda *run: descent_while(*run)[:-1]))
    assert "right up to step 3, 1, but it has 1 too few: 4 points" in message
    message = str(pb_P2.verdict(surface=lambda *run: descent_while(*run) + [run[1], run[1]]))
    assert "right up to step 1, [1.5, -2], but it has 2 too many" in message


def test_path_of_the_wrong_shape_is_told_what_a_row_is():
    message = str(pb_P2.verdict(surface=lambda *run: np.array(descent_while(*run)).T))
    assert "expected one row for each point, each row 2 numbers" in message


def test_endless_loop_is_stopped():
    def endless(slope, start, rate, tolerance, max_steps):
        while True:
            start = start - rate * slope(start)

    verdict = pb_P2.verdict(curve=endless, surface=endless)
    assert verdict.status is Status.NOT_YET
    assert str(verdict).count("does it stop?") == 2
