"""What does not end is stopped, told so, and nothing else is disturbed."""

import signal
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from course_tools.grading.proxies import Function
from lessons.marking.outcomes import GoalPart
from lessons.marking.parts import FunctionPart
from lessons.marking.patience import TooLong, in_time, keeps_time
from lessons.marking.verdict import Status
from lessons.problems import pb_F13_3

ALARMS = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="a system without alarms")


def endless():
    n = 0
    while True:
        n += 1


def endless_and_deaf():
    while True:
        try:
            work()
        except:  # noqa: E722
            pass


def work():
    for _ in range(100_000):
        pass


def sleeping():
    time.sleep(60)


def sleeping_and_deaf():
    while True:
        try:
            time.sleep(60)
        except:  # noqa: E722
            pass


@ALARMS
@pytest.mark.parametrize("function", [endless, endless_and_deaf, sleeping, sleeping_and_deaf])
def test_what_does_not_end_is_stopped_and_the_alarm_put_away(function):
    before, started = signal.getsignal(signal.SIGALRM), time.perf_counter()
    tracing = sys.gettrace()
    with pytest.raises(TooLong):
        in_time(function, 0.05)
    assert time.perf_counter() - started < 10
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0) and sys.gettrace() is tracing


def test_what_ends_in_time_returns_or_raises_what_it_likes():
    assert in_time(lambda: 3, 5) == in_time(lambda: 3, None) == 3
    with pytest.raises(ZeroDivisionError):
        in_time(lambda: 1 / 0, 5)


def test_in_another_thread_it_is_stopped_between_two_steps():
    caught = []

    def run():
        try:
            in_time(endless, 0.05)
        except TooLong as error:
            caught.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(20)
    assert caught


def test_where_there_are_neither_alarms_nor_threads_it_is_called_without_a_limit(monkeypatch):
    def none(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    monkeypatch.delattr(signal, "setitimer", raising=False)
    assert in_time(lambda: 3, 0.05) == 3


def test_a_verdict_is_reached_in_another_thread():
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(pb_F13_3.verdict(lowest=-0.25)))
    thread.start()
    thread.join()
    assert verdicts[0].status is Status.CORRECT


@ALARMS
def test_an_alarm_of_somebody_else_rings_when_it_was_to_ring():
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.perf_counter()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        started = time.perf_counter()
        with pytest.raises(TooLong):
            in_time(sleeping, 0.05)
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left < 0.26 and not rung
        in_time(lambda: time.sleep(0.5), 60)  # one that rings sooner stays
        assert len(rung) == 1 and 0.29 < rung[0] - started < 0.49
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@ALARMS
@pytest.mark.parametrize("inner, outer", [(0.05, 30), (30, 0.05)])
def test_of_two_limits_the_sooner_one_counts(inner, outer):
    started = time.perf_counter()
    with pytest.raises(TooLong, match=r"longer than 0\.05"):
        in_time(lambda: in_time(endless, inner), outer)
    assert time.perf_counter() - started < 10
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


# --- In a verdict ---------------------------------------------------------------------------------


def counted_up(r, e):
    m = 1
    while r + (1 - r) / m > r * (1 + e):
        m += 1
    return m


@ALARMS
def test_the_verdict_on_an_endless_loop_says_with_which_inputs():
    part = replace(pb_F13_3.parts[1], seconds=0.05)
    verdict = part.judge(counted_up, np.random.default_rng(6))
    assert (verdict.status, verdict.points) == (Status.NOT_YET, 0)
    assert verdict.message == (
        "With correlation = 0, excess = 0.1, your code does not end (stopped after 0.05 s): "
        "does every loop stop?"
    )


def test_a_function_has_seconds_and_one_that_trains_a_network_a_minute():
    given = {"name": "f", "right": abs, "inputs": lambda rng: []}
    assert FunctionPart(**given).seconds == 10
    assert GoalPart(**given, reached=None).seconds == 60


def test_the_right_answer_is_given_all_the_time_it_takes():
    def slow(x):
        time.sleep(0.1)
        return x

    part = FunctionPart(name="f", right=slow, inputs=lambda rng: [{"x": 1.0}], seconds=0.05)
    assert part.judge(lambda x: x, np.random.default_rng(0)).status is Status.CORRECT


@ALARMS
def test_the_students_own_interrupt_goes_through_and_says_with_which_inputs():
    def interrupted(correlation, excess):
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as raised:
        pb_F13_3.verdict(members=interrupted)
    assert raised.value.__notes__ == ["Interrupted with correlation = 0.3, excess = 0.25."]
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_what_grading_has_run_elsewhere_is_stopped_there():
    class Slow:
        def call(self, number, arguments):
            time.sleep(0.2)
            return 7.0

    function = Function(Slow(), 0, "f", None)
    assert keeps_time(function) and not keeps_time(abs)
    part = FunctionPart(
        name="f", right=lambda x: 7.0, inputs=lambda rng: [{"x": 1.0}], seconds=0.05
    )
    assert part.judge(function, np.random.default_rng(0)).status is Status.CORRECT
