"""What a student's code does to the notebook around it is undone, and costs nothing."""

import random
import socket
import sys
import warnings
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from unittest import mock

import numpy as np


@contextmanager
def isolated():
    """Around a whole judgement: streams, random states and the way out of the kernel.

    Yields a list that afterwards holds what a student should know of it, in sentences. Words in
    stderr would cost points in nbgrader; `quit()` in a notebook raises nothing, but the kernel
    ends with the cell.
    """
    remarks, printed, shell, leave = [], StringIO(), notebook_shell(), mock.Mock()
    state, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(printed))
        stack.enter_context(redirect_stderr(StringIO()))
        stack.enter_context(mock.patch.object(sys, "stdin", StringIO()))  # plain `quit` closes it
        if shell is not None:
            stack.enter_context(mock.patch.object(shell, "ask_exit", leave))
        try:
            yield remarks
        finally:
            random.setstate(state)
            np.random.set_state(legacy)  # noqa: NPY002
    if printed.getvalue():
        remarks.append("What your code prints is not shown here: call it in a cell of your own.")
    if leave.called:
        remarks.append("Your code asks the notebook to quit, which is passed over here.")


@contextmanager
def quiet():
    """Around one call: no warnings, and the settings that decide what is warned of put back."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextmanager
def offline():
    """Around one call: whoever asks for a connection is told that there is none."""

    def refuse(*arguments, **settings):
        raise OSError("there is no network here")

    with (
        mock.patch.object(socket.socket, "connect", refuse),
        mock.patch.object(socket, "getaddrinfo", refuse),
    ):
        yield


def notebook_shell():
    """IPython's shell, or None outside of it."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
