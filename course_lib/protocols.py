"""What a loss, a model and an update rule must have, in types.

Whoever writes one need not name these: whatever has the methods is one. What stands before a slash
is passed by position, so that each may name it as it likes: a rule its state, say.
"""

from typing import Any, Protocol


class Loss(Protocol):
    """A loss L[φ], of parameters (*ensemble, P) alone; some rules ask for more, such as `hessian`.

    One that also has `batch(indices)` and `n_examples` can be seen in batches, and one that has
    `n_parameters` is asked for many points at once.
    """

    def __call__(self, phi: Any, /) -> Any:
        """The loss, shape (*ensemble,)."""

    def gradient(self, phi: Any, /) -> Any:
        """∂L/∂φ, shape (*ensemble, P)."""


class Model(Protocol):
    """A model f[x, φ] of inputs x; a loss also asks for `forward`, or for its derivatives."""

    @property
    def n_parameters(self) -> int:
        """P."""

    def __call__(self, x: Any, phi: Any, /) -> Any:
        """Predictions, shape (*ensemble, I)."""


class Rule(Protocol):
    """An update rule: two pure methods. `course_lib.optimizers` tells more of them."""

    def init(self, phi: Any, /) -> Any:
        """The state before the first step."""

    def step(self, phi: Any, state: Any, loss: Any, t: int, /) -> tuple[Any, Any]:
        """The parameters and the state after step t = 0, 1, …"""
