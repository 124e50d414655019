"""What was found, in words."""

import numpy as np


def words(text, *values):
    """A text for each member, filled in with its own values; a string where there is but one."""
    values = np.broadcast_arrays(*values)
    words = np.empty(values[0].shape, object)
    for member in np.ndindex(words.shape):
        words[member] = text.format(*(value[member] for value in values))
    return words[()]
