"""How long a student's code may take before it is stopped.

Stand-ins of functions that run elsewhere, as grading has them, are stopped there: `keeps_time`
says so.
"""

import ctypes
import signal
import sys
import threading
import time


class TooLong(TimeoutError):
    """What was asked for took longer than it might."""


class _OutOfTime(KeyboardInterrupt):
    """Ctrl-C, pressed by the clock: no `except Exception` holds it up."""


AGAIN = 0.1
"""Seconds after which what is not stopped by the first alarm hears the next."""


def in_time(function, seconds):
    """What a function of nothing returns. Raises TooLong if it takes longer than `seconds`.

    In the main thread an alarm stops it, in the middle of a sleep, too. In another thread, and
    where a system has no alarms, it is stopped between two steps of Python: a sleep is waited for;
    and everywhere one long step of NumPy's. Where a bare `except:` catches what stops it, the next
    alarm stops the lines below it, too. An alarm that was set before is put back with what is left
    of its time; one that rings sooner stays instead of this one. `None` seconds are no limit.
    """
    if seconds is None:
        return function()
    if not _alarms():
        return _watched(function, seconds)
    left, again = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left <= seconds:
        return function()
    return _with_alarm(function, seconds, left, again)


def keeps_time(function):
    """Whether it is stopped elsewhere when it takes too long: its class says so."""
    return getattr(type(function), "keeps_time", False) is True


def _alarms():
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer")


def _with_alarm(function, seconds, left, again):
    armed, caught, begun = True, False, time.monotonic()
    here, tracing = sys._getframe(), sys.gettrace()

    def ring(_, frame):
        nonlocal caught
        if not armed:
            return
        if caught:  # by an `except:`, which is about to catch this one: its lines are not run
            sys.settrace(stop)
            while frame is not None and frame is not here:
                frame.f_trace, frame = stop, frame.f_back
        caught = True
        raise _OutOfTime

    def stop(frame, event, _):
        if armed and event == "line":
            raise _OutOfTime
        return stop

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
        value = function()
        armed = False
    except _OutOfTime:
        armed = False
        raise TooLong(f"it takes longer than {seconds:g} seconds") from None
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if sys.gettrace() is not tracing:
            sys.settrace(tracing)
        if left:  # what is overdue rings at once
            left = max(left - (time.monotonic() - begun), 1e-6)
            signal.setitimer(signal.ITIMER_REAL, left, again)
    return value


def _watched(function, seconds):
    here, done = ctypes.c_ulong(threading.get_ident()), threading.Event()

    def watch():
        while not done.wait(seconds):  # again, where it was caught
            ctypes.pythonapi.PyThreadState_SetAsyncExc(here, ctypes.py_object(_OutOfTime))

    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()
    except RuntimeError:  # no threads here: nobody stops it
        return function()
    try:
        try:
            return function()
        finally:
            done.set()
            watcher.join()
    except _OutOfTime:
        raise TooLong(f"it takes longer than {seconds:g} seconds") from None
