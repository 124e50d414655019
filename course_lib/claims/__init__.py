"""What the sources claim, measured (floor 5): call a claim, and read its figures and its verdict.

Each experiment has a stated size and a seed, which draws whatever is random in it: data, starts,
batches. A chapter's claims are in the module that is named like its pictures and demos.

>>> ALL["cl-7"]().verdict
'holds'
"""

from course_lib.claims import adaptive, line_search, loss_surfaces, momentum, stochastic
from course_lib.claims.claim import Claim

CHAPTERS = (line_search, loss_surfaces, stochastic, momentum, adaptive)
ALL = {
    value.id: value
    for chapter in CHAPTERS
    for value in vars(chapter).values()
    if isinstance(value, Claim)
}
"""Every claim by its ledger id."""
