"""The ledger's rows, held to their word, and its coverage printed."""

import ast
import importlib
import re
from functools import cache

from lessons.course_map import ROOT, read_ledger

PREFIXES = {
    "equation": "eq",
    "figure": "fig",
    "problem": "pb",
    "algorithm": "alg",
    "claim": "cl",
    "idea": "id",
}
ANCHOR = re.compile(rf"({'|'.join(PREFIXES.values())})-\S+")
ALWAYS = {"id", "kind", "what", "source", "chapter", "status"}
WHEN_LIVE = {"code", "notebook", "test"}
SHOWS = "Demo", "Claim", "Problem", "Task"
"""What an idea may be shown by: the names of these classes."""
HEADING = re.compile(r"^(#+)\s+(?:\d+\.\s+)?(.*?)\s*$")


def problems_with(row, chapters=None, root=ROOT):
    """What is wrong with one row, as a list of sentences; an empty list for a sound row.

    chapters are the ledger's own by default; root is where the row's paths start.
    """
    chapters = read_ledger()["chapter"] if chapters is None else chapters
    problems = list(_form_problems(row, chapters))
    if not problems and row["status"] == "live":
        problems += _code_problems(row)
        problems += _notebook_problems(row, chapters, root)
        problems += _idea_problems(row, root) if row["kind"] == "idea" else []
        problems += _test_problems(row, root)
    return [f"{row.get('id', 'a row without id')}: {problem}" for problem in problems]


def problems_with_chapter(chapter, root=ROOT):
    """What is wrong with one chapter: it is live exactly when its notebook exists."""
    exists = (root / chapter["notebook"]).exists()
    if exists != (chapter["status"] == "live"):
        found = "exists" if exists else "is missing"
        number, status, notebook = chapter["number"], chapter["status"], chapter["notebook"]
        return [f"chapter {number}: {status}, but {notebook} {found}"]
    return []


@cache
def anchors(path):
    """The ledger ids that the cells of a notebook carry as tags."""
    from course_tools.notebooks import read  # printing the coverage takes nothing but the ledger

    cells = read(path).cells
    tags = {tag for cell in cells for tag in cell.metadata.get("tags", [])}
    return {tag for tag in tags if ANCHOR.fullmatch(tag)}


def coverage():
    """Live and planned rows by kind, the share that is live, and every planned row, as text."""
    rows = read_ledger()["row"]
    lines = [f"{'kind':12}{'live':>6}{'planned':>9}{'all':>6}"]
    by_kind = {kind: [row for row in rows if row["kind"] == kind] for kind in PREFIXES}
    for kind, of_kind in {**by_kind, "all": rows}.items():
        live = sum(row["status"] == "live" for row in of_kind)
        lines.append(f"{kind:12}{live:6}{len(of_kind) - live:9}{len(of_kind):6}")
    planned = [row for row in rows if row["status"] == "planned"]
    lines += ["", f"{100 * (len(rows) - len(planned)) // len(rows)} % of the rows are live."]
    lines += ["", "planned:"] if planned else []
    width = max(len(row["id"]) for row in rows)
    lines += [f"  {row['id']:{width}}  {row['what']}" for row in planned]
    return "\n".join(lines)


def _form_problems(row, chapters):
    status, kind = row.get("status"), row.get("kind")
    if status not in ("live", "planned"):
        yield f"status = {status!r}, expected 'live' or 'planned'"
    if kind not in PREFIXES:
        yield f"kind = {kind!r}, expected one of {', '.join(PREFIXES)}"
    elif not str(row.get("id")).startswith(PREFIXES[kind] + "-"):
        yield f"a row of kind {kind!r} has an id that starts with '{PREFIXES[kind]}-'"
    if row.get("chapter") not in [chapter["number"] for chapter in chapters]:
        yield f"chapter = {row.get('chapter')!r}, which the ledger does not have"
    of_kind = {"section"} if kind == "idea" else set()
    expected = ALWAYS | WHEN_LIVE | of_kind if status == "live" else ALWAYS
    for key in sorted(expected - row.keys()):
        yield f"key {key!r} is missing"
    for key in sorted(row.keys() - expected):
        yield f"key {key!r} does not belong in a {status} row"
    for key in sorted(expected & row.keys()):
        if row[key] in ("", []):
            yield f"key {key!r} is empty"


def _code_problems(row):
    for reference in row["code"]:
        try:
            _resolved(reference)
        except (ImportError, AttributeError, ValueError) as error:
            yield f"code {reference!r} does not resolve: {error}"


def _resolved(reference):
    module, _, attributes = reference.partition(":")
    target = importlib.import_module(module)
    for attribute in attributes.split("."):
        target = getattr(target, attribute)
    return target


def _notebook_problems(row, chapters, root):
    path = root / row["notebook"]
    chapter = next(c for c in chapters if c["number"] == row["chapter"])
    own = [chapter[key] for key in ("notebook", "reference") if key in chapter]
    if row["kind"] == "problem":
        if not row["notebook"].startswith("exercises/"):
            yield f"notebook {row['notebook']!r} of a problem is not under exercises/"
    elif row["notebook"] not in own:
        yield f"notebook {row['notebook']!r} is not of its chapter, {' or '.join(own)}"
    if not path.exists():
        yield f"notebook {row['notebook']!r} does not exist"
    elif row["id"] not in anchors(path):
        yield f"no cell of {row['notebook']!r} has the tag {row['id']!r}"


def _idea_problems(row, root):
    """An idea is shown by what a student uses, in the section that it names."""
    try:
        kinds = {type(_resolved(reference)).__name__ for reference in row["code"]}
    except (ImportError, AttributeError, ValueError):
        kinds = set(SHOWS)  # said already
    if not kinds & set(SHOWS):
        yield f"code {row['code']!r} names no demo, claim, problem or task"
    path = root / row["notebook"]
    if path.exists() and row["id"] not in _tags_by_section(path).get(row["section"], ()):
        yield f"no cell under the heading {row['section']!r} has the tag {row['id']!r}"


@cache
def _tags_by_section(path):
    """The tags of the cells below each heading of the second level, by its text without number."""
    from course_tools.notebooks import read

    sections, section = {}, ""
    for cell in read(path).cells:
        headings = [line for line in cell.source.splitlines() if line.startswith("## ")]
        if cell.cell_type == "markdown" and headings:
            section = HEADING.match(headings[-1])[2]
        sections.setdefault(section, set()).update(cell.metadata.get("tags", []))
    return sections


def _test_problems(row, root):
    for reference in row["test"]:
        path, _, name = reference.partition("::")
        if not (root / path).is_file():
            yield f"test file {path!r} does not exist"
        elif name not in _test_names(root / path):
            yield f"{path!r} has no test {name!r}"


@cache
def _test_names(path):
    """The tests of a file: functions test_*, and Class::test_* for those in classes."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    methods = {f"{node.name}::{name}" for node in classes for name in _functions(node.body)}
    return _functions(body) | methods


def _functions(body):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {n.name for n in body if isinstance(n, kinds) and n.name.startswith("test_")}
