"""What stands in a chapter and has its home elsewhere: predictions, tasks and the minutes.

* The cell that asks a prediction is its `markdown`; the cell below shows its choices, and its saved
  output, like that of the cells that answer it, is collapsed in JupyterLab.
* The cell of a task is its solved cell in solutions/, without the answer.
* The minutes are counted, not guessed (`course_tools.minutes`).

`written` puts all of them in place, `differences` says where they differ.
"""

import re
from copy import deepcopy

import nbformat

from course_tools.exercises import YOUR_TURN
from course_tools.minutes import TIME, count, said
from course_tools.notebooks import read
from lessons import predictions, tasks
from lessons.course_map import ROOT

SOLUTION = re.compile(
    r"^(?P<indent> *)### BEGIN SOLUTION\n.*?^ *### END SOLUTION\n", re.DOTALL | re.MULTILINE
)


def paths(root=ROOT):
    """The paths of the chapters' notebooks, in teaching order."""
    return sorted(root.glob("notebooks/*.ipynb"))


def topic(path):
    """The name of a chapter without its number: that of its modules.

    >>> from pathlib import Path
    >>> topic(Path("notebooks/02_gradient_descent.ipynb"))
    'gradient_descent'
    """
    return path.stem[3:]


def solved_tasks(path):
    """The notebook in solutions/ that holds the answers of a chapter's tasks; it may not exist."""
    return path.parents[1] / "solutions" / YOUR_TURN / path.name


def unsolved(source):
    """A solved cell without its answer: a stub in a function, nothing where `...` stands above.

    >>> print(unsolved("x = ...\\n### BEGIN SOLUTION\\nx = 2\\n### END SOLUTION\\ncheck(x)"))
    x = ...
    check(x)
    """

    def stub(match):
        indent = match["indent"]
        return f"{indent}# YOUR CODE HERE\n{indent}raise NotImplementedError()\n" if indent else ""

    return SOLUTION.sub(stub, source)


def written(path):
    """The chapter at `path`, with what has its home elsewhere put in place."""
    notebook = deepcopy(read(path))
    cells = {cell.id: cell for cell in notebook.cells}
    for name, prediction in predictions.ALL.get(topic(path), {}).items():
        if name in cells:
            cells[f"{name}-question"].source = prediction.markdown
            mark(cells[name], "prediction", folded=True)
            for answer in filter(None, map(cells.get, prediction.answered_by)):
                mark(answer, "answer", folded=answer.cell_type == "code")
    if solved_tasks(path).exists():
        for solved in read(solved_tasks(path)).cells:
            if solved.id in tasks.ALL.get(topic(path), {}) and solved.id in cells:
                cells[solved.id].source = unsolved(solved.source)
                # A broken answer must not stop "run all".
                mark(cells[solved.id], "task", "raises-exception")
    for cell in notebook.cells:
        if "goals" in cell.metadata.get("tags", []) and tasks.ALL.get(topic(path)):
            cell.source = TIME.sub(said(count(notebook, answer_lines(path))), cell.source)
    return notebook


def counted(path):
    """The minutes' Count of a chapter."""
    return count(read(path), answer_lines(path))


def answer_lines(path):
    """How many lines the answer of each task of a chapter takes, by its name."""
    if not solved_tasks(path).exists():
        return {}
    return {
        cell.id: sum(match[0].count("\n") - 2 for match in SOLUTION.finditer(cell.source))
        for cell in read(solved_tasks(path)).cells
    }


def mark(cell, *tags, folded=False):
    """Give a cell tags, and let JupyterLab collapse its saved output until it is run."""
    cell.metadata["tags"] = list(dict.fromkeys([*cell.metadata.get("tags", []), *tags]))
    if folded:
        # JupyterLab reads the one and saves both: without both, saving would change the file.
        cell.metadata.update(collapsed=True, jupyter={"outputs_hidden": True})


def write(path):
    """Write the chapter at `path` anew; its outputs stay."""
    nbformat.write(written(path), path)


def differences(path):
    """Where a chapter differs from what `written` would make: a list of sentences."""
    pairs = zip(read(path).cells, written(path).cells, strict=True)
    return [
        f"{path.name}: cell {is_.id} is out of date"
        for is_, should in pairs
        if (is_.source, is_.metadata) != (should.source, should.metadata)
    ]
