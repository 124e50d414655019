"""What the sources claim, measured: call a claim, and read its figures and its verdict.

Each experiment has a stated size and a seed, which draws whatever is random in it: data, starts,
batches. A chapter's claims are in the module named like its notebook, found and listed nowhere.
`course measure` writes down what came out with several seeds; `recorded` reads it.

>>> ALL["cl-7"]().verdict
'holds'
>>> recorded("cl-7").verdict
'holds'
>>> recorded("cl-7").again(seed=3).verdict
'holds'
"""

from dataclasses import replace
from pathlib import Path

from lessons.claims.corrections import SEE
from lessons.declared import declared
from lessons.measuring import record
from lessons.measuring.claim import Claim, Measurement
from lessons.measuring.table import Table

ALL = {claim.id: claim for claim in declared(__name__, Claim)}
"""Every claim by its ledger id."""

globals().update({claim.measure.__name__: claim for claim in ALL.values()})

RECORDS = Path(__file__).with_name("measured.json")
"""What `course measure` wrote down of each."""


def recorded(id: str, seed: int | None = None) -> Measurement:
    """What came out when a claim was measured last: with this seed, or with the first.

    Where the claim is wrong or half right, why it is names who explains it.

    id : such as "cl-4"

    Raises KeyError for a claim that was not measured, ValueError for a seed that was not.
    """
    measurement = record.recorded(ALL[id], record.read(RECORDS)[id], seed)
    if id not in SEE:
        return measurement
    return replace(measurement, why=f"{measurement.why} (see {SEE[id]})")


def table(*ids: str) -> Table:
    """What came out when some claims were measured last, each with its first seed."""
    return Table(tuple(map(recorded, ids)))
