"""What the update rules share: values of their hyperparameters, and pieces of their equations."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from inspect import signature
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from course_lib._errors import wrong_shape
from course_lib._settings import AnyShare, Asked, NotNegative, Rate, Settings, Share, value_at
from course_lib._validation import as_float_array, as_parameters, as_step, as_thing
from course_lib._values import ByValue
from course_lib.fast import finite
from course_lib.line_search import length


class CheckedRule(Settings, ByValue, ABC):
    """What every rule here is: a value, whose `init` and `step` check what they are handed.

    `descend` has checked it already, and calls them without these checks (`unguarded`).
    """

    def __init_subclass__(cls):
        super().__init_subclass__()
        for name, checking in (("init", _checking_init), ("step", _checking_step)):
            if method := vars(cls).get(name):
                setattr(cls, name, checking(method))
                vars(cls)[name].unguarded = method

    @abstractmethod
    def init(self, phi, /) -> Any:
        """The state before the first step."""

    @abstractmethod
    def step(self, phi, state, loss, t, /) -> tuple[np.ndarray, Any]:
        """The parameters and the state after step t."""


def _checking_init(init):
    @wraps(init)
    def checking(self, phi):
        return init(self, as_parameters(phi, None))

    return checking


def _checking_step(step):
    bind = signature(step).bind  # each rule has its own name for the state

    @wraps(step)
    def checking(self, *arguments, **named):
        if type(self).step is not checking:  # called by the step of a subclass, which has checked
            return step(self, *arguments, **named)
        if named or len(arguments) != 4:
            arguments = bind(self, *arguments, **named).args[1:]
        phi, state, loss, t = arguments
        as_thing("loss", loss, "a loss with `gradient`", "gradient")
        phi = as_parameters(phi, getattr(loss, "n_parameters", None))
        return step(self, phi, state, loss, as_step("t", t))

    return checking


@dataclass(frozen=True)
class MomentumRule(CheckedRule):
    """What every form of momentum has: a rate α, a share β, and one array that starts at zero."""

    learning_rate: Rate
    beta: AnyShare = 0.9

    def init(self, phi) -> np.ndarray:
        """The average m, the velocity v or the buffer b: zeros, shape (*ensemble, P)."""
        return np.zeros_like(phi)


@dataclass(frozen=True)
class MemorylessRule(CheckedRule):
    """What a rule is that remembers nothing from one step to the next."""

    def init(self, phi) -> Any:
        """None: there is nothing to remember."""
        return None


class Moments(NamedTuple):
    """Averages of the gradient, m, and of its square, v, each (*ensemble, P)."""

    m: np.ndarray
    v: np.ndarray


@dataclass(frozen=True)
class AdamRule(CheckedRule):
    """What Adam and its relatives have: a rate α, the shares β and γ of two averages, and ε."""

    learning_rate: Rate = 0.001
    beta: Share = 0.9
    gamma: Share = 0.999
    epsilon: NotNegative = 1e-8


def as_line_search(name, search):
    """Return `search` if it can be called as `search(loss, phi, direction)`."""
    return as_thing(name, search, "a line search such as Wolfe()", "__call__")


LineSearch: TypeAlias = Annotated[Callable, Asked("a line search", as_line_search)]


def rate_along(line_search, loss, phi, direction):
    """The rate that a line search finds for each member, ready to multiply phi."""
    told = "line_search(loss, phi, direction)"
    rate = as_float_array(told, line_search(loss, phi, direction))
    if rate.shape not in ((), phi.shape[:-1]):
        raise wrong_shape(told, rate, f"{phi.shape[:-1]}: one rate for each member")
    return rate.astype(phi.dtype)[..., None]


def values_at(t, phi, *hyperparameters):
    """Each hyperparameter at step t, ready to multiply phi."""
    return [value_at(hyperparameter, t, phi) for hyperparameter in hyperparameters]


def power(share, n):
    """share^n for a whole n, where a number gives the same last bit as an array does.

    Both are NumPy's powers of arrays: those of Python's floats may end in another bit.
    """
    if isinstance(share, np.ndarray) and share.ndim:
        return np.power(share, np.full_like(share, n))  # one n for all has a way of its own
    return _powers(float(share), n >> 8)[n & 255]


@lru_cache(64)
def _powers(share, block):
    """share^n for the 256 whole n of a block: a table is quicker than an array of one number."""
    n = np.arange(256 * block, 256 * (block + 1), dtype=np.float64)
    return np.power(np.full_like(n, share), n).tolist()


def unbiased(average, share, t):
    """An average that began at zero, over the sum of its weights 1 - share^(t+1) (equation 6.16).

    >>> unbiased(np.array([0.5]), share=0.75, t=0)  # of a single gradient, which was 2
    array([2.])
    """
    return average / value_at(1 - power(share, t + 1), t, average)


def root(v, epsilon, inside=False):
    """The divisor of an adaptive step: √v + ε, or √(v + ε) with ε inside the root.

    Where it would be 0, with ε = 0 and no slope yet, it is infinite: such a parameter does not
    move, 0/0 counts as 0. Where v itself is infinite, as a slope was too large to be squared, it is
    not a number: the parameter would stand still for good, and `descend` is to say so.

    >>> root(np.array([4.0, 0.0, np.inf]), epsilon=0.0)
    array([ 2., inf, nan])
    """
    divisor = np.sqrt(v + epsilon) if inside else np.sqrt(v) + epsilon
    if not isinstance(epsilon, np.ndarray) and epsilon > 0 and finite(divisor):  # nearly always
        return divisor
    divisor = np.where(divisor == np.inf, np.nan, divisor)
    return np.where(divisor == 0, np.inf, divisor)


def over(a, b):
    """a / b, and 0 where b is 0."""
    return np.divide(a, b, out=np.zeros_like(b), where=b != 0)


def first_rate(direction):
    """The rate at which a first step is no longer than 1, before anything is known: (*ensemble, 1).

    >>> first_rate(np.array([3.0, 4.0]))
    array([0.2])
    """
    return 1 / np.maximum(1, length(direction))
