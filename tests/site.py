"""One build of the site for the tests that look at it, and what must not be found in it."""

import html
import json
import os
import re
import time
from datetime import date
from functools import cache
from types import SimpleNamespace

from course_tools import site
from course_tools.notebooks import read
from course_tools.site import sources
from lessons import demos, problems
from lessons.course_map import ROOT

REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
NOT_TEXT = re.compile(r"<[^>]*>|\"image/png\": \"[^\"]*\"")
WORD = re.compile(r"\w+")
FEWEST = 4  # words: shorter lines, such as `return phi`, stand in any text


REPOSITORY = "https://github.com/somebody/somewhere"
NAMES = sources.page_names(ROOT)
TODAY = sorted(demos.ALL)[date.today().toordinal() % 45 :: 45]
"""Two or three demos, others each day."""
DRAWN = {"cliff", "first_fit", "logistic_curve", "remedies", *TODAY}
"""Those that the tests draw beforehand: every kind of control, a point that a hand in the picture
moves in both directions, soon drawn; and those of the day."""


def built_once(tmp_path_factory):
    """The site, built by the first worker that asks; the others wait for it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    output, work, done = folder / "site", folder / "site-work", folder / "site-built.json"
    try:
        (folder / "site-lock").mkdir()
    except FileExistsError:
        while not done.exists():
            time.sleep(0.2)
    else:
        warnings = ["the build did not end"]
        try:
            warnings = site.build(ROOT, output, work, REPOSITORY, DRAWN)
        finally:
            done.write_text(json.dumps(warnings))
    return SimpleNamespace(output=output, work=work, warnings=json.loads(done.read_text()))


@cache
def secrets():
    """What no page may say, each as its words: the lines of all answers and hidden tests, and what
    graded problems say to an answer, but for what students are given elsewhere."""
    told = {message for problem in problems.ALL.values() for message in _messages(problem)}
    for cell in _cells("solutions"):
        hidden = [inside for _, inside in REGION.findall(cell.source)]
        if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution"):
            hidden.append(cell.source)  # an answer that is marked by hand
        told |= {line for text in hidden for line in text.splitlines()}
    known = {said for said in map(words, told) if len(said) >= FEWEST}
    return known - found_in(
        "\n".join(cell.source for cell in _cells("notebooks", "exercises")), known
    )


def _cells(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.ipynb")):
            yield from read(path).cells


def _messages(problem):
    """The sentences of a problem for right and wrong answers."""
    for part in problem.parts:
        for known in getattr(part, "misconceptions", ()):
            yield known.message
        for choice in [getattr(part, "choice", None), *getattr(part, "choices", {}).values()]:
            yield from choice.reasons.values() if choice else ()
        yield getattr(part, "why", "")


def words(text):
    """The words of a text, whatever stands between them. In JSON, a line ends with two signs."""
    return tuple(WORD.findall(text.replace("\\n", " ")))


def found_in(text, known):
    """Those of the known sequences of words that stand in a text."""
    said, begins = words(text), {}
    for sequence in known:
        begins.setdefault(sequence[:FEWEST], []).append(sequence)
    return {
        sequence
        for at, start in enumerate(zip(*(said[shift:] for shift in range(FEWEST))))
        for sequence in begins.get(start, ())
        if said[at : at + len(sequence)] == sequence
    }


def leaks(folder):
    """By file, the secrets that stand in it. Tags cut the code in a page up."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".html", ".js", ".ipynb", ".json", ".txt", ".md", ".inv", ".py"}:
            text = html.unescape(NOT_TEXT.sub("", path.read_text("utf-8", errors="replace")))
            if inside := found_in(text, secrets()):
                found[path.relative_to(folder).as_posix()] = inside
    return found
