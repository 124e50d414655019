"""Which trials to give up while they run: a rule is asked after each epoch that a trial reports.

hopeless(losses, others) -> bool     its own validation losses, and those of the other trials
"""

import statistics
from dataclasses import dataclass

from course_lib._settings import Count, Settings


@dataclass(frozen=True)
class MedianRule(Settings):
    """Give up a trial whose lowest loss so far lies above the median of the others' by then.

    The others are the trials of the same search that have been trained for as many epochs, whether
    they have ended or not. (After Golovin et al., 2017, *Google Vizier*, whose rule compares with
    the others' running averages.)

    grace : so many epochs are granted to each trial
    rivals : so many others there must be

    >>> rule = MedianRule(grace=1, rivals=2)
    >>> rule.hopeless([0.9, 0.8], others=[[0.5, 0.4, 0.2], [0.7, 0.9], [0.1]])
    True
    >>> rule.hopeless([0.9], others=[[0.5, 0.4, 0.2], [0.7, 0.9], [0.1]])  # granted
    False
    """

    grace: Count = 1
    rivals: Count = 3

    def hopeless(self, losses, others) -> bool:
        """Whether to stop: `losses` are a trial's own, one an epoch; `others` are lists of them."""
        epoch = len(losses)
        by_then = [min(each[:epoch]) for each in others if len(each) >= epoch]
        if epoch <= self.grace or len(by_then) < self.rivals:
            return False
        return min(losses) > statistics.median(by_then)
