"""Notebooks found, executed in a fresh kernel, and put into the form that is committed."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from course_lib.course_map import ROOT

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def notebook_paths(root=ROOT):
    """The notebooks of the course in teaching order, then the solutions."""
    return [*sorted(root.glob("notebooks/*.ipynb")), *sorted(root.glob("solutions/[!.]*/*.ipynb"))]


def read(path):
    """The notebook as it stands in its file; nbformat.read would quietly mend repeated cell ids."""
    return nbformat.reader.reads(path.read_text(encoding="utf-8"))


def notebooks_named(name, root=ROOT):
    """The notebooks that a name means, an empty list where it means none.

    A name is a path, of a notebook or of a folder of some, or how the name of a chapter, of a set
    or of its notebook begins: "04" is notebook 04 and its exercises.
    """
    place = Path(name).resolve()
    return [
        path
        for path in notebook_paths(root)
        if path.is_relative_to(place)
        or any(part.startswith(name) for part in path.relative_to(root).parts[1:])
    ]


def execute(path, allow_errors=False):
    """The notebook at path, executed in a fresh kernel in its own folder; the file is left alone.

    Raises nbclient's CellExecutionError at the first failing cell, unless allow_errors.
    """
    notebook = read(path)
    execute_cells(notebook, path.parent, allow_errors)
    return notebook


def execute_cells(notebook, folder, allow_errors=False):
    """Execute a notebook in a fresh kernel in `folder`; outputs and times go into its cells.

    Raises CellExecutionError as `execute` does. CellTimeoutError and DeadKernelError are raised
    even if allow_errors: then the cells from there on have not run.
    """
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name=KERNEL["name"],
        allow_errors=allow_errors,
        coalesce_streams=True,
        record_timing=True,
        store_widget_state=False,
        # Or every kernel warns that loopback is plain text, and fills the history of its user.
        extra_arguments=["--log-level=ERROR", "--HistoryManager.hist_file=:memory:"],
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()


def normalise(notebook):
    """The same notebook without what differs from run to run or from machine to machine.

    A live widget's model id is random and means nothing without its kernel, so the saved output
    keeps the picture and the text that stand beside it.
    """
    notebook.metadata.clear()
    notebook.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
    return notebook


def run_in_place(path):
    """Execute the notebook at path and save it, normalised; a failing notebook is not saved."""
    nbformat.write(normalise(execute(path)), path)
