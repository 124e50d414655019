"""Notebooks found, executed in a fresh kernel, and put into the form that is committed."""

from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.validator import iter_validate

from lessons.course_map import ROOT

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
OPTIONS = [
    # Or every kernel warns that loopback is plain text, and fills the history of its user.
    *["--log-level=ERROR", "--HistoryManager.hist_file=:memory:"],
    # `quit` and `exit` end their cell, as `sys.exit` does. They would end the kernel.
    '--IPKernelApp.exec_lines=get_ipython().ask_exit = lambda: __import__("sys").exit("quit")',
]
"""What every kernel is started with."""
BUSY, DONE = "iopub.status.busy", "shell.execute_reply"
"""What nbclient calls the times at which a cell begins and has ended."""


class NoNotebook(ValueError):
    """What stands where a notebook should be is none; the message says why."""


class Stopped(RuntimeError):
    """A notebook whose execution came to no end; the message names the cell."""


def notebook_paths(root=ROOT):
    """The notebooks of the course in teaching order, then the solutions."""
    return [*sorted(root.glob("notebooks/*.ipynb")), *sorted(root.glob("solutions/[!.]*/*.ipynb"))]


def read(path):
    """The notebook as it stands in its file; nbformat.read would quietly mend repeated cell ids.

    Raises NoNotebook where Jupyter could not open it either.
    """
    try:
        notebook = nbformat.reader.reads(path.read_text(encoding="utf-8"))
        version, flaw = notebook.nbformat, next(iter_validate(notebook), None)
    except OSError as error:
        raise NoNotebook(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise NoNotebook("is no notebook: its text is not UTF-8") from None
    except Exception as error:  # nbformat raises anything on other JSON
        raise NoNotebook(f"is no notebook: {error}") from error
    if version != 4:
        raise NoNotebook(f"is no notebook of version 4, but of version {version}")
    if flaw:
        raise NoNotebook(f"is no notebook: {flaw}")
    return notebook


def notebooks_named(name, root=ROOT):
    """The notebooks that a name means, an empty list where it means none.

    A name is a path, of any notebook or of a folder of the course's, or how the name of a chapter,
    of a set or of its notebook begins: "04" is notebook 04 and its exercises.
    """
    place = Path(name).resolve()
    if place.suffix == ".ipynb" and place.is_file():
        return [place]
    return [
        path
        for path in notebook_paths(root)
        if path.is_relative_to(place)
        or any(part.startswith(name) for part in path.relative_to(root).parts[1:])
    ]


def execute(path, allow_errors=False):
    """The notebook at path, executed in a fresh kernel in its own folder; the file is left alone.

    Raises NoNotebook, and what `execute_cells` raises.
    """
    notebook = read(path)
    execute_cells(notebook, path.parent, allow_errors)
    return notebook


def execute_cells(notebook, folder, allow_errors=False):
    """Execute a notebook in a fresh kernel in `folder`; outputs and times go into its cells.

    Raises nbclient's CellExecutionError at the first failing cell, unless allow_errors; and Stopped
    where a kernel dies, answers no more or never starts: the cells from there on have not run, and
    hold nothing of an earlier run.
    """
    for cell in code_cells(notebook).values():
        cell.outputs = []
        cell.metadata.pop("execution", None)
    if not code_cells(notebook):
        return
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name=KERNEL["name"],
        allow_errors=allow_errors,
        coalesce_streams=True,
        record_timing=True,
        store_widget_state=False,
        extra_arguments=OPTIONS,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellExecutionError:
        raise
    except Exception as error:  # the kernel's, the connection's or the machine's
        if hasattr(client, "_async_cleanup_kernel_future"):  # nbclient took a Ctrl-C for its own
            raise KeyboardInterrupt from error
        unfinished = [n for n, cell in code_cells(notebook).items() if seconds_of(cell) is None]
        where = f"cell {unfinished[0]}" if unfinished else "after the last cell"
        raise Stopped(f"{where}: {type(error).__name__}: {first_line(error)}") from error


def code_cells(notebook):
    """The code cells that have something to run, by number; all cells count, from 1."""
    cells = enumerate(notebook.cells, start=1)
    return {n: cell for n, cell in cells if cell.cell_type == "code" and cell.source.strip()}


def announces_error(cell):
    """True for a chapter's cell that is meant to raise. In an exercise and in a chapter's task the
    same tag only lets "run all" pass over an answer that is wrong, missing or broken."""
    tags = cell.metadata.get("tags", [])
    return "raises-exception" in tags and "task" not in tags and "nbgrader" not in cell.metadata


def seconds_of(cell):
    """How long the kernel took for a cell, None where it did not come to the end of it."""
    times = cell.metadata.get("execution", {})
    if DONE not in times:
        return None
    start, end = (datetime.fromisoformat(times[event]) for event in (BUSY, DONE))
    return (end - start).total_seconds()


def first_line(text):
    """The first line of a source or an error's message, an empty string where it has none."""
    return next(iter(str(text).strip().splitlines()), "")


def normalise(notebook):
    """The same notebook without what differs from run to run or from machine to machine.

    A live widget's model id is random and means nothing without its kernel; the picture and the
    text that stand beside it stay.
    """
    notebook.metadata.clear()
    notebook.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("data") != {}]
    return notebook


def run_in_place(path):
    """Execute the notebook at path and save it, normalised; a failing notebook is not saved."""
    nbformat.write(normalise(execute(path)), path)
