"""Each demo, drawn now, looks like the picture that its notebook keeps."""

import pytest

from lessons import demos

from .twins import apart, bare, inside, saved

# Over all demos the farthest block was measured 27 apart with the pinned and the newest versions
# (Matplotlib 3.11), a letter that stands elsewhere, and 35 with the lowest (3.9), an edge of a map.
# A dot of a path that is missing is about 100 apart, a thin line about 40.
TOLERANCE = 36


@pytest.mark.parametrize("demo", demos.ALL)
def test_the_saved_twin_is_what_the_demo_draws(demo):
    kept = saved(demo)
    now = bare(demos.ALL[demo], like=kept)
    then = inside(kept.pixels, kept.panels, now.letters)
    differences = [
        apart(one, other, slack=1)
        for one, other in zip(then, inside(now.pixels, kept.panels, now.letters))
    ]
    assert differences, "it has panels"
    assert max(differences) <= TOLERANCE, "if it should differ, save its notebook by `course run`"
