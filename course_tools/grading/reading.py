"""The cells in a file that a student handed in, whatever became of the file on its way.

Lenient where the meaning is plain: any encoding that says what it is, any version of the notebook
format, text around the JSON, both sides of a merge. Nothing in a file is trusted but its cells.
"""

import codecs
import json
import re
from dataclasses import dataclass
from typing import NamedTuple

LARGEST = 100_000_000
"""Bytes of a notebook that is still read; outputs are most of a large one."""
ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONFLICT = re.compile(
    r"^<<<<<<<[^\n]*\n(?P<ours>.*?)(?:^\|\|\|\|\|\|\|[^\n]*\n.*?)?^=======[^\n]*\n"
    r"(?P<theirs>.*?)^>>>>>>>[^\n]*\n?",
    re.DOTALL | re.MULTILINE,
)
"""A conflict as Git leaves it, with or without what both sides began with."""


class NeedsAttention(ValueError):
    """A submission that no rule can read as the student meant it; the message says why."""


@dataclass(frozen=True)
class Found:
    """A cell of a submission.

    kind : "code" or "text"
    grade_id, cell_id : "" where there is none
    """

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""


class Sides(NamedTuple):
    """The two texts between which a merge was left undecided; equal where there was none."""

    ours: str
    theirs: str


def read_cells(data):
    """The versions of a notebook that some bytes hold: lists of Found, two after a broken merge.

    Raises
    ------
    NeedsAttention
        If the bytes are no notebook.
    """
    if len(data) > LARGEST:
        raise NeedsAttention(f"the file has {len(data) // 10**6} MB; at most 100 are read")
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    versions = [cells_in(side) for side in dict.fromkeys(sides(text))]
    return versions[:1] if versions[0] == versions[-1] else versions


def decoded(data):
    """Bytes as text: by their mark, else by where their zeros are, else UTF-8, else Windows."""
    for mark, encoding in ENCODINGS:
        if data.startswith(mark):
            return _decode(data, encoding)
    if b"\0" in data[:4]:
        return _decode(data, "utf-16-be" if data[:1] == b"\0" else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(data, "cp1252")


def _decode(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise NeedsAttention("the file is no text in UTF-8, UTF-16, UTF-32 or cp1252") from None


def sides(text):
    """Both sides of every conflict in a text, taken together."""
    return Sides(CONFLICT.sub(r"\g<ours>", text), CONFLICT.sub(r"\g<theirs>", text))


def cells_in(text):
    """The cells of a notebook's JSON, of any version of the format."""
    try:
        notebook, _ = json.JSONDecoder().raw_decode(text[text.index("{") :])
    except (ValueError, RecursionError) as error:
        raise NeedsAttention(_no_notebook(text, error)) from None
    cells = notebook.get("cells")
    if cells is None and isinstance(notebook.get("worksheets"), list):  # before version 4
        sheets = [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells", [])]
    if not isinstance(cells, list):
        raise NeedsAttention("the file is JSON, but no notebook: it has no cells")
    return [_found(cell) for cell in cells if isinstance(cell, dict)]


def _no_notebook(text, error):
    start = text.lstrip()[:200]
    if not start:
        return "the file is empty"
    if start.startswith("<"):
        return "the file is a web page or XML, no notebook"
    left = len(text.rstrip()) - text.index("{") - getattr(error, "pos", 0) if "{" in text else 0
    if start.startswith("{") and (left < len("false") or "Unterminated" in str(error)):
        return "the file breaks off before its end"
    return f"the file is no notebook; it begins with {start.splitlines()[0][:40]!r}"


def _found(cell):
    kind = "code" if cell.get("cell_type") == "code" else "text"
    source = cell.get("source", cell.get("input", ""))  # `input` before version 4
    mark = _dict(_dict(cell.get("metadata")).get("nbgrader"))
    return Found(kind, _text(source), _name(mark.get("grade_id")), _name(cell.get("id")))


def _dict(value):
    return value if isinstance(value, dict) else {}


def _name(value):
    return value if isinstance(value, str) else ""


def _text(source):
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    # Half a character in JSON would stop whatever writes it down.
    return (
        source.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n")
    )
