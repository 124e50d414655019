"""The rules that every committed notebook keeps, beyond running without error."""

import ast
import re
from itertools import chain

from course_tools.notebooks import WIDGET_VIEW, announces_error

LONGEST_CELL = 25
MOST_DIGITS = 6  # the last digits of a float depend on the machine's linear algebra
FLOAT = re.compile(r"(?<![\w.])\d+\.\d+(?:[eE][+-]?\d+)?")
TAG = re.compile(r"<[^>]*>")
MARKDOWN_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(")
HTML_IMAGE = re.compile(r"<img\b[^>]*>")
ALT = re.compile(r"""\balt=["'][^"']+["']""")


def problems_with(notebook):
    """What is wrong with a notebook, as a list of sentences that name the cell."""
    problems = list(_identity(notebook))
    imported = _demo_names(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            found = _images(cell)
        elif cell.cell_type == "code" and cell.source.strip():
            found = chain(_execution(cell), _length(cell), _digits(cell), _widgets(cell, imported))
        else:
            found = ()
        problems += [f"cell {number}: {problem}" for problem in found]
    return problems


def _identity(notebook):
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids:
        yield "a cell has no id"
    for repeated in sorted({i for i in ids if i is not None and ids.count(i) > 1}):
        yield f"two cells have the id {repeated!r}"


def _images(cell):
    for image in MARKDOWN_IMAGE.finditer(cell.source):
        if not image["alt"].strip():
            yield "an image has no alternative text"
    for image in HTML_IMAGE.findall(cell.source):
        if not ALT.search(image):
            yield "an <img> has no alt text"


def _execution(cell):
    """Executed, its errors exactly the announced ones, and open to nbval's comparison."""
    if cell.execution_count is None:
        yield "was never executed, so nothing would compare its output"
    raises = any(output.output_type == "error" for output in cell.outputs)
    announced = announces_error(cell)
    if announced and not raises:
        yield "is tagged raises-exception and raised nothing"
    if raises and not announced:
        yield "holds an error that no raises-exception tag announces"
    markers = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("nbval-")]
    if markers or "NBVAL_" in cell.source:
        yield "hides its output from the comparison"


def _length(cell):
    lines = len(cell.source.splitlines())
    if lines > LONGEST_CELL:
        yield f"has {lines} lines, at most {LONGEST_CELL} are allowed"


def _digits(cell):
    for text in _texts(cell):
        for number in FLOAT.findall(text):
            if significant_digits(number) > MOST_DIGITS:
                yield f"prints {number}, at most {MOST_DIGITS} significant digits are allowed"


def significant_digits(number):
    """How many significant digits a printed float has.

    >>> significant_digits("0.00120"), significant_digits("12.5e-07")
    (3, 3)
    """
    mantissa = re.split("[eE]", number)[0]
    return len(mantissa.replace(".", "").lstrip("0"))


def _texts(cell):
    """The text a reader sees in a cell's outputs; markup is not text."""
    for output in cell.outputs:
        yield output.get("text", "")
        for kind, content in output.get("data", {}).items():
            if kind == "text/html":
                yield TAG.sub(" ", content)
            elif kind in ("text/plain", "text/markdown"):
                yield content


def _widgets(cell, demos):
    """Live panels come from lessons.demos, and leave a picture behind them."""
    shown = [output.data for output in cell.outputs if "data" in output]
    if any(WIDGET_VIEW in data for data in shown):
        yield "holds a widget's random id: save it with `course run`"
    if _shown_name(cell.source) in demos:
        if not any({"image/png", "text/plain"} <= set(data) for data in shown):
            yield "shows a demo that left no picture"


def _demo_names(notebook):
    """The names the notebook imports from lessons.demos, or for the module itself."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    nodes = [node for source in cells for node in ast.walk(_tree(source))]
    return {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if "lessons.demos" in (node.module, f"{node.module}.{alias.name}")
    }


def _shown_name(source):
    """The name at the root of a cell's last expression: demos in demos.basins(seed=1)."""
    body = _tree(source).body
    node = body[-1] if body else None
    while isinstance(node, (ast.Expr, ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _tree(source):
    """The syntax tree of a cell; a cell with IPython magic or a deliberate error has none."""
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse("")
