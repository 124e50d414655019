"""The oracles: what the peers gave, kept in one file for each peer."""

from functools import cache
from pathlib import Path

import numpy as np

from . import peers
from .cases import DIFFERENT, EQUAL

VERSIONS = "versions"


def path(peer):
    """Where the oracles of a peer are kept."""
    return Path(__file__).with_name(f"{peer}.npz")


@cache
def load(peer):
    """The saved arrays of a peer, by its expressions, and its versions."""
    with np.load(path(peer)) as arrays:
        return dict(arrays)


def versions(peer):
    """The versions that the saved arrays came from, in words."""
    return str(load(peer)[VERSIONS])


def write(peer):
    """Run the peer on its cases, and keep what it gives."""
    arrays = {case.theirs: peers.run(case) for case in EQUAL + DIFFERENT if case.peer == peer}
    np.savez_compressed(path(peer), **arrays, **{VERSIONS: np.array(peers.versions(peer))})
