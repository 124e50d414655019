"""Submissions as students hand them in, made from the sets themselves, and ways to damage them.

A notebook is a dict, as in its JSON. Each damage takes one and returns bytes or another notebook;
none of them changes what the submission is worth.
"""

import copy
import json

from course_tools.notebooks import read
from lessons.course_map import ROOT


def notebook(folder, name):
    """The notebook of a set in solutions/ or exercises/, as a dict."""
    return json.loads((ROOT / folder / name / f"{name[:2]}_exercises.ipynb").read_text("utf-8"))


def is_answer(cell):
    return cell["metadata"].get("nbgrader", {}).get("solution", False)


def grade_id(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def solved(name, answers=None):
    """What a student hands in who has everything right, but for some answers, by cell id."""
    sources = {
        cell.id: cell.source
        for cell in read(ROOT / "solutions" / name / f"{name[:2]}_exercises.ipynb").cells
    }
    sources |= answers or {}
    submission = notebook("exercises", name)
    for cell in submission["cells"]:
        if is_answer(cell):
            cell["source"] = sources[cell["id"]]
    return submission


def untouched(name):
    """What a student hands in who has done nothing."""
    return notebook("exercises", name)


def as_bytes(submission):
    """A notebook as Jupyter writes it."""
    return json.dumps(submission, indent=1, ensure_ascii=False).encode()


def index_of(submission, cell_id):
    return next(i for i, cell in enumerate(submission["cells"]) if cell["id"] == cell_id)


def cell_of(submission, cell_id):
    return submission["cells"][index_of(submission, cell_id)]


def text_of(cell):
    return "".join(cell["source"])


def own_code(source, number=0):
    """A cell that a student added."""
    return {
        "cell_type": "code", "id": f"own-{number}", "metadata": {}, "source": source,
        "outputs": [], "execution_count": None,
    }  # fmt: skip


def own_text(source):
    return {"cell_type": "markdown", "id": "own-text", "metadata": {}, "source": source}


# --- Damage to cells: a notebook in, a notebook out -----------------------------------------------


def damage(function):
    """A damage works on a copy."""

    def damaged(submission, *arguments):
        submission = copy.deepcopy(submission)
        function(submission, *arguments)
        return submission

    damaged.__name__ = function.__name__
    return damaged


@damage
def every_cell_copied(submission):
    submission["cells"] = [
        one
        for cell in submission["cells"]
        for one in (cell, copy.deepcopy(cell) | {"id": cell["id"][:50] + "-copy"})
    ]


@damage
def template_copied_behind(submission):
    """An answer stands where it belongs, and below it the untouched template once more."""
    cells = []
    handed_out = {c["id"]: c for c in untouched_like(submission)}
    for cell in submission["cells"]:
        cells.append(cell)
        if cell["id"] in handed_out and is_answer(cell):
            cells.append(copy.deepcopy(handed_out[cell["id"]]) | {"id": cell["id"] + "-2"})
    submission["cells"] = cells


def untouched_like(submission):
    """The cells of the set that a submission answers."""
    names = sorted(path.parent.name for path in ROOT.glob("exercises/*/*.ipynb"))
    ids = [cell["id"] for cell in submission["cells"]]
    sets = [untouched(name)["cells"] for name in names]
    return max(sets, key=lambda cells: len({c["id"] for c in cells} & set(ids)))


@damage
def checks_deleted(submission):
    submission["cells"] = [c for c in submission["cells"] if not grade_id(c).endswith("-check")]


@damage
def checks_edited(submission):
    for cell in submission["cells"]:
        if grade_id(cell).endswith("-check"):
            cell["source"] = "assert True"


@damage
def statements_deleted(submission):
    submission["cells"] = [
        c for c in submission["cells"] if c["cell_type"] == "code" or is_answer(c)
    ]


@damage
def imports_deleted(submission):
    submission["cells"] = [cell for cell in submission["cells"] if cell["id"] != "imports"]


@damage
def imports_edited(submission):
    for cell in submission["cells"]:
        if cell["id"] == "imports":
            cell["source"] = "import math\n" + text_of(cell) + "\nimport itertools"


@damage
def metadata_stripped(submission):
    for cell in submission["cells"]:
        cell["metadata"] = {}


@damage
def ids_and_metadata_stripped(submission):
    for number, cell in enumerate(submission["cells"]):
        cell["metadata"], cell["id"] = {}, f"cell-{number}"


@damage
def grade_ids_renamed(submission):
    for number, cell in enumerate(submission["cells"]):
        cell["id"] = f"cell-{number}"
        if grade_id(cell):
            cell["metadata"]["nbgrader"]["grade_id"] += "-old"


@damage
def answers_retyped(submission):
    """Code became text and text became code, at the press of a key."""
    for cell in submission["cells"]:
        if is_answer(cell):
            cell["cell_type"] = {"code": "markdown", "markdown": "code"}[cell["cell_type"]]


@damage
def answers_split(submission):
    """Each cell of an answer parted at its first blank line; both halves keep the metadata."""
    cells = []
    for cell in submission["cells"]:
        head, blank, tail = text_of(cell).partition("\n\n\n")
        if is_answer(cell) and blank:
            second = copy.deepcopy(cell) | {"source": tail, "id": cell["id"] + "-b"}
            cells += [cell | {"source": head}, second]
        else:
            cells.append(cell)
    submission["cells"] = cells


@damage
def answers_merged_upwards(submission):
    """Each answer merged with the cell above it, which keeps its own type and metadata."""
    cells = []
    for cell in submission["cells"]:
        if is_answer(cell) and cells:
            cells[-1] = cells[-1] | {"source": text_of(cells[-1]) + "\n\n" + text_of(cell)}
        else:
            cells.append(cell)
    submission["cells"] = cells


@damage
def answers_merged_with_checks(submission):
    cells = []
    for cell in submission["cells"]:
        if grade_id(cell).endswith("-check") and is_answer(cells[-1]):
            cells[-1] = cells[-1] | {"source": text_of(cells[-1]) + "\n\n" + text_of(cell)}
        else:
            cells.append(cell)
    submission["cells"] = cells


@damage
def answers_in_new_cells(submission):
    """Below each template, which was left as it is, and without any metadata."""
    handed_out = {cell["id"]: cell for cell in untouched_like(submission)}
    cells = []
    for number, cell in enumerate(submission["cells"]):
        if cell["id"] in handed_out and is_answer(cell):
            text = text_of(cell)
            new = own_code(text, number) if cell["cell_type"] == "code" else own_text(text)
            cells += [handed_out[cell["id"]], new]
        else:
            cells.append(cell)
    submission["cells"] = cells


@damage
def checks_moved_to_the_top(submission):
    checks = [c for c in submission["cells"] if grade_id(c).endswith("-check")]
    submission["cells"] = checks + [c for c in submission["cells"] if c not in checks]


@damage
def scratch_error(submission):
    submission["cells"].insert(4, own_code("1 / 0  # scratch"))


@damage
def sources_as_lists_of_lines(submission):
    for cell in submission["cells"]:
        cell["source"] = text_of(cell).splitlines(keepends=True)


@damage
def other_kernel(submission):
    submission["metadata"] = {"kernelspec": {"name": "conda-env-ml-py", "display_name": "ml"}}


@damage
def a_newer_minor_version(submission):
    submission["nbformat_minor"] = 99


@damage
def format_4_0(submission):
    submission["nbformat_minor"] = 0
    for cell in submission["cells"]:
        del cell["id"]


@damage
def format_3(submission):
    """Before 2015: cells on work sheets, code in `input`, and no ids."""
    for cell in submission["cells"]:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    submission["worksheets"] = [{"cells": submission.pop("cells"), "metadata": {}}]
    submission |= {"nbformat": 3, "nbformat_minor": 0}


CELLS = [
    every_cell_copied, template_copied_behind, checks_deleted, checks_edited, statements_deleted,
    imports_deleted, imports_edited, metadata_stripped, ids_and_metadata_stripped,
    grade_ids_renamed, answers_retyped, answers_split, answers_merged_upwards,
    answers_merged_with_checks, answers_in_new_cells, checks_moved_to_the_top, scratch_error,
    sources_as_lists_of_lines, other_kernel, a_newer_minor_version, format_4_0, format_3,
]  # fmt: skip


# --- Damage to the file: a notebook in, bytes out ---------------------------------------------


def utf_8_with_a_mark(submission):
    return b"\xef\xbb\xbf" + as_bytes(submission)


def utf_16(submission):
    return as_bytes(submission).decode().encode("utf-16")


def utf_16_without_a_mark(submission):
    return as_bytes(submission).decode().encode("utf-16-le")


def windows_letters(submission):
    """Characters that cp1252 has not were lost where it was saved."""
    return as_bytes(submission).decode().encode("cp1252", "replace")


def windows_lines(submission):
    return as_bytes(submission).replace(b"\n", b"\r\n")


def old_mac_lines(submission):
    return as_bytes(submission).replace(b"\n", b"\r")


def text_around(submission):
    return b"\n\n" + as_bytes(submission) + b"\n{}\n"


def merge_of_outputs(submission):
    """Both sides ran the notebook; what they wrote is the same."""
    text = as_bytes(submission).decode()
    number = '   "execution_count": null,\n'
    ours, theirs = number.replace("null", "3"), number.replace("null", "4")
    conflict = f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other\n"
    return text.replace(number, conflict).encode()


FILES = [
    utf_8_with_a_mark, utf_16, utf_16_without_a_mark, windows_letters, windows_lines,
    old_mac_lines, text_around, merge_of_outputs,
]  # fmt: skip
