"""How numbers, arrays and the inputs of a function are written in a message."""

import numpy as np

SHOWN_WHOLE = 16
"""An array of more numbers than this is abridged: nobody works it out by hand."""


def show_inputs(inputs):
    return ", ".join(f"{name} = {show_value(value)}" for name, value in inputs.items())


def show_value(value, digits=6):
    """Numbers with up to six digits; of a long list the first few and the last; of a large matrix
    the shape alone."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, float, np.number)):
        return f"{value:.{digits}g}"
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.ndim == 0:
        return show_value(value[()], digits)
    if value.ndim > 1 and value.size > SHOWN_WHOLE:
        return form(value)
    entries = [show_value(entry, digits) for entry in value]
    if value.size > SHOWN_WHOLE:
        entries[5:-1] = ["…"]
    return f"[{', '.join(entries)}]"


def show_apart(one, other):
    """Two arrays, with as many digits as it takes to tell them apart."""
    for digits in (6, 9, 12, 17):
        shown = show_value(one, digits), show_value(other, digits)
        if shown[0] != shown[1]:
            break
    return shown


def form(array):
    return f"an array of shape {array.shape}" if array.ndim else "a single number"


def count(array):
    if array.ndim != 1:
        return form(array)
    return f"{array.size} number{'s' if array.size != 1 else ''} in a list"
