"""What Sphinx reads: the files of the course as they are committed, put into the form of a page.

The pages lie in folders as the files do, so that their links to each other hold.
"""

import json
import os
import re
from html import escape
from itertools import chain
from pathlib import Path

import nbformat
from nbformat.v4 import new_markdown_cell, new_output

from course_tools.chapters import topic
from course_tools.notebooks import read
from course_tools.site import asking
from course_tools.site.extension import BRANCH
from course_tools.site.openings import opened
from lessons import predictions, tasks
from lessons.course_map import course_map

INDEX = Path(__file__).with_name("index.md")
README = "README.md"
LINK = re.compile(
    r"(?<!!)\[(?P<text>[^\]]*)\]\((?!\w+:|#)(?P<target>[^)\s#]+)(?P<anchor>#[^)]*)?\)"
)
DEMOS = "demos"
"""The folder of the site in which is what was drawn beforehand."""
STILL = "A still picture: this demo moves in the notebook alone."
PANEL_OR_TWIN = "one-of-two"
"""The class of what tells JupyterLab to show a panel or the picture in its place."""


def write(root, folder, repository=None, alive=()):
    """Write the sources of all pages to `folder`, and return their names, which start at `root`.

    alive : the names of the demos that were drawn beforehand; the others stay still

    A file that would not change is not touched: Sphinx reads again what is newer.
    """
    names = page_names(root)
    contents = {name: text_of(root, name, names, repository, alive) for name in names}
    contents["index.md"] = index(root, names)
    for path in sorted(root.glob("docs/images/*")):
        contents[path.relative_to(root).as_posix()] = path.read_bytes()
    for name, content in contents.items():
        content = content if isinstance(content, bytes) else content.encode()
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() or place.read_bytes() != content:
            place.write_bytes(content)
    for place in folder.rglob("*"):
        if place.is_file() and place.relative_to(folder).as_posix() not in contents:
            place.unlink()
    return names


def page_names(root):
    """The files of the course that become pages, in their order."""
    found = (root.glob(pattern) for pattern in ("notebooks/*", "exercises/*/*", "docs/*"))
    paths = [path for path in chain.from_iterable(map(sorted, found)) if path.is_file()]
    pages = [path for path in paths if path.suffix in {".ipynb", ".md"}]
    return [*(path.relative_to(root).as_posix() for path in pages), README]


def text_of(root, name, names, repository, alive=()):
    """The source of one page."""

    def link(match):
        target = os.path.normpath(Path(name).parent / match["target"])
        place = Path(target).as_posix()
        if place in names or not (root / place).exists():
            return match[0]
        address = f"({repository}/blob/{BRANCH}/{place}{match['anchor'] or ''})"
        return f"[{match['text']}]{address}" if repository else match["text"]

    if not name.endswith(".ipynb"):
        return LINK.sub(link, (root / name).read_text("utf-8"))
    notebook = read(root / name)
    if name.startswith("notebooks/"):
        cells = chapter(notebook.cells, topic(Path(name)), alive)
    else:
        cells = exercise(notebook.cells)
    notebook.cells = list(cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(link, cell.source)
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                output.data["text/markdown"] = LINK.sub(link, output.data["text/markdown"])
    return nbformat.writes(notebook)


def index(root, names):
    """The first page: what the course is, its map, and the order of the pages."""
    opening, _, _ = (root / README).read_text("utf-8").partition("**Get it**")
    map_ = course_map()._repr_markdown_().replace("](../", "](")
    map_ = re.sub(r"\]\((\d\d_)", r"](notebooks/\1", map_)
    listed = {
        kind: "\n".join(name for name in names if name.startswith(f"{kind}/"))
        for kind in ("notebooks", "exercises", "docs")
    }
    return INDEX.read_text("utf-8").format(opening=opening.strip(), map=map_, **listed)


def chapter(cells, name, alive):
    """The cells of a chapter's page: its questions answer, its demos live or are pictures."""
    questions = predictions.ALL.get(name, {})
    for cell in cells:
        asked = questions.get(cell.id.removesuffix("-question"))
        if asked and cell.id.endswith("-question"):
            cell.source = asking.prediction(asked)
        if cell.cell_type == "code":
            shown = opened(cell, name)
            without_kernel(cell)
            if shown:
                cell.outputs.insert(0, demo(shown, alive))
            if "prediction" in tags(cell) and not cell.outputs:
                continue  # there is nothing to see but the call
        yield cell
        if answers := asking.choices(tasks.ALL.get(name, {}).get(cell.id)):
            yield new_markdown_cell(answers, id=f"{cell.id}-choices")


def exercise(cells):
    """The cells of a set's page: what is asked, and where an answer goes; not the checks."""
    for cell in cells:
        graded = cell.metadata.get("nbgrader", {})
        if not (cell.cell_type == "code" and graded.get("grade")):
            yield cell


def demo(shown, alive):
    """What demos.js brings to life, in front of the still picture of an Opening."""
    name = shown.demo.name
    if name in alive:
        text = json.dumps({"settings": shown.settings, "tried": shown.tried}, ensure_ascii=False)
        place = f"../{DEMOS}/{name}"
        div = f'<div class="demo" data-drawn="{place}" data-opened="{escape(text)}"></div>'
    else:
        div = f'<p class="not-drawn">{STILL}</p>'
    return new_output("display_data", {"text/html": div})


def tags(cell):
    """The tags of a cell, which may be changed."""
    return cell.metadata.setdefault("tags", [])


def without_kernel(cell):
    """Leave of a code cell what can be read where nothing runs, folded as JupyterLab folds it."""
    cell.outputs = list(chain.from_iterable(map(still, cell.outputs)))
    if "task" in tags(cell):
        cell.outputs = []  # of no answer it says that there is none
    for output in cell.outputs:
        if alt := output.get("metadata", {}).get("image/png", {}).get("alt"):
            cell.metadata["mystnb"] = {"image": {"alt": alt}}
            tags(cell).append("hide-input")
    if "prediction" in tags(cell):
        cell.metadata["tags"] = ["prediction", "remove-input", "hide-output"]
    elif "answer" in tags(cell):
        tags(cell).append("hide-output")


def still(output):
    """The outputs to show for a saved one: a picture comes with its numbers in words below it."""
    data = output.get("data", {})
    if PANEL_OR_TWIN in data.get("text/html", ""):
        return []
    if "image/png" in data:
        _, _, numbers = data.pop("text/plain", "").partition("\n")
        if numbers:
            return [output, new_output("display_data", {"text/plain": numbers})]
    elif output.output_type == "display_data" and data.keys() == {"text/plain"}:
        return []  # it stands for a panel that has no picture
    return [output]
