"""What an error says: the argument by its name, its value and what was expected."""

LONGEST = 80


def shown(value):
    """A value as an error shows it: in one line, cut where it is long."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a broken repr must not hide what is wrong with the argument
        text = f"of type {type(value).__name__}"
    return text if len(text) <= LONGEST else text[: LONGEST - 2] + " …"


def wrong_kind(name, value, expected):
    """The error for an argument of the wrong kind, to be raised."""
    return TypeError(f"{name} is {shown(value)}, expected {expected}")


def wrong_value(name, value, expected):
    """The error for an argument of the right kind and the wrong value, to be raised."""
    return ValueError(f"{name} is {shown(value)}, expected {expected}")


def wrong_shape(name, array, expected):
    """The error for an array of the wrong shape, to be raised."""
    return ValueError(f"{name} has shape {array.shape}, expected {expected}")
