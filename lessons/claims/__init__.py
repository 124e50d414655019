"""What the sources claim, measured: call a claim, and read its figures and its verdict.

Each experiment has a stated size and a seed, which draws whatever is random in it: data, starts,
batches. A chapter's claims are in the module named like its notebook, found and listed nowhere.

>>> ALL["cl-7"]().verdict
'holds'
"""

from lessons.declared import declared
from lessons.measuring.claim import Claim

ALL = {claim.id: claim for claim in declared(__name__, Claim)}
"""Every claim by its ledger id."""

globals().update({claim.measure.__name__: claim for claim in ALL.values()})
