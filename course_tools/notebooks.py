"""Notebooks found, executed in a fresh kernel, and put into the form that is committed."""

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


def execute(path, allow_errors=False):
    """The notebook at path, executed in a fresh kernel in its own folder; the file is left alone.

    Raises nbclient's CellExecutionError at the first failing cell, unless allow_errors.
    """
    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name=KERNEL["name"],
        allow_errors=allow_errors,
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # or every kernel warns that loopback is plain text
        resources={"metadata": {"path": str(path.parent)}},
    )
    return client.execute()


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
