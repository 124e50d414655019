"""What an experiment ran, and whether it has changed: only what could change a result counts."""

import sys
import threading

import pytest

from lessons.measuring import fingerprint as module
from lessons.measuring.fingerprint import fingerprint, watched

SOURCE = '''"""A module that is measured."""
import math

FACTOR = 2  # twice


def used(x):
    """Used."""
    return FACTOR * helper(x) + sum(map(lambda y: y, [1]))


def helper(x):
    # halves
    return math.floor(x / 2)


def unused(x):
    return x


class Thing:
    scale = 3

    def method(self):
        return self.scale

    def other(self):
        return 0
'''


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """A function that writes the module `measured_code` anew and imports it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(source):
        (tmp_path / "measured_code.py").write_text(source, encoding="utf-8")
        sys.modules.pop("measured_code", None)
        sys.path_importer_cache.clear()
        module._pieces.cache_clear()
        import linecache

        linecache.clearcache()
        import measured_code

        return measured_code

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield write
    sys.modules.pop("measured_code", None)
    module._pieces.cache_clear()


RAN = {"measured_code": ["Thing.method", "helper", "used"]}


def test_what_ran_is_found_to_the_function_that_it_stands_in(measured):
    code = measured(SOURCE)
    value, ran = watched(lambda: (code.used(4), code.Thing().method()), ["measured_code"])
    assert value == (5, 3) and ran == RAN
    assert sys.gettrace() is None or "watch" not in repr(sys.gettrace())


def test_other_packages_do_not_count(measured):
    code = measured(SOURCE)
    assert watched(lambda: code.used(4), ["measured", "course_lib"])[1] == {}


def test_what_runs_in_another_thread_counts(measured):
    code = measured(SOURCE)

    def elsewhere():
        thread = threading.Thread(target=code.helper, args=(3,))
        thread.start()
        thread.join()

    assert watched(elsewhere, ["measured_code"])[1] == {"measured_code": ["helper"]}


@pytest.mark.parametrize(
    "old, new",
    [
        ("# halves", "# a half of it"),
        ('"""Used."""', '"""Another word on it."""'),
        ("import math\n", "import math\nimport os\n"),
        ("def helper(x):", "\n\n\ndef helper(x):"),
        ("    return x\n", "    return -x\n"),  # what did not run
        ("        return 0\n", "        return 1\n"),
        ('"""A module that is measured."""', ""),
    ],
)
def test_what_changes_no_result_changes_nothing(old, new, measured):
    measured(SOURCE)
    before = fingerprint(RAN)
    assert old in SOURCE
    measured(SOURCE.replace(old, new))
    assert fingerprint(RAN) == before


@pytest.mark.parametrize(
    "old, new",
    [
        ("FACTOR = 2", "FACTOR = 3"),
        ("x / 2", "x / 3"),
        ("y: y", "y: -y"),
        ("scale = 3", "scale = 4"),
        ("return self.scale", "return -self.scale"),
        ("def helper", "@math.floor\ndef helper"),
        ("def helper(x)", "def renamed(x)"),
    ],
)
def test_what_may_change_a_result_makes_it_stale(old, new, measured):
    measured(SOURCE)
    before = fingerprint(RAN)
    (changed := SOURCE.replace(old, new)) != SOURCE or pytest.fail("nothing was changed")
    module._pieces.cache_clear()
    if "@" in new:  # not to be imported: its text is looked at alone
        changed = changed.replace("@math.floor", "@staticmethod")
    measured(changed)
    assert fingerprint(RAN) != before


def test_a_module_that_is_gone_makes_it_stale(measured, monkeypatch):
    measured(SOURCE)
    before = fingerprint(RAN)
    module._pieces.cache_clear()
    monkeypatch.setitem(sys.modules, "measured_code", None)  # importing it fails
    assert fingerprint(RAN) != before
