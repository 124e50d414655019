"""Our rules held against torch and optax: the cases, what the peers give, the table of parity.

    python -m tests.oracles.make_oracles    where torch and optax are installed: writes the oracles
    python -m tests.oracles.table           anywhere: prints docs/parity.md and writes it

The oracles are what the peers gave, `torch.npz` and `optax.npz`, with their versions; the tests
need no more than these. `cases` lists what is compared, `ours` and `peers` run the two sides.
"""

import pytest


def live(peer):
    """The module of a peer, to run it here and now; the test is skipped where it is missing."""
    return pytest.importorskip(
        peer, reason=f"{peer} is not installed; `pip install {peer}`, and it is compared live, too"
    )
