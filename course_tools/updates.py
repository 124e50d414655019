"""The course brought up to date, and chapters brought back, for those who know no Git.

Nothing of the student's is lost. Of a file that both sides changed the course's is put in place and
the student's is kept under `kept/`; the answers in it move on into the new exercises and chapters.
"""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import nbformat

from course_tools.notebooks import NoNotebook, read

NO_CLONE = (
    "Nothing was changed: this folder is no clone of the course. If you downloaded it as a ZIP, "
    "download the new one, unpack it beside this folder, and copy over the notebooks in exercises/ "
    "that you worked on."
)
SET_UP = {"constraints.txt", "pyproject.toml", "requirements.txt", "environment.yml"}


class NoUpdate(RuntimeError):
    """Why nothing was changed, in words for a student."""


def update(root):
    """Go to the newest version of the course; what was done, line by line."""
    require_clone(root)
    git(root, "fetch", "--quiet")
    if git(root, "ls-files", "--unmerged"):
        raise NoUpdate("Nothing was changed: Git is amid a merge. `git merge --abort` ends it.")
    if git(root, "rev-list", "@{upstream}..HEAD"):
        raise NoUpdate("Nothing was changed: there are commits of your own. Use Git: `git pull`.")
    new = listed(git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD", "@{upstream}"))
    if not new:
        return ["The course is up to date."]
    mine = sorted(changed(root) & new)
    answers, kept = answers_in(mine, root), keep(mine, root)
    for name in mine:
        Path(root, name).unlink()
    try:
        git(root, "reset", "--quiet")
        git(root, "merge", "--quiet", "--ff-only", "@{upstream}")
    except NoUpdate:
        for name in mine:
            shutil.copy(kept / name, root / name)
        raise
    filled = fill(answers, sorted(new), root)
    return [*told(new, mine, kept, root), *told_answers(answers, filled)]


def restore(names, root):
    """Put chapters, or any files of the course, back as they came; what was done, line by line."""
    require_clone(root)
    known = listed(git(root, "ls-files", "-z"))
    chosen = sorted({path for name in names for path in tracked(name, known, root)})
    mine = sorted(changed(root).intersection(chosen))
    kept = keep(mine, root)
    git(root, "checkout", "--quiet", "HEAD", "--", *chosen)
    return [
        f"{name} is as it came" + (f"; yours is {kept_name(kept, name, root)}" * (name in mine))
        for name in chosen
    ]


def require_clone(root):
    """Raise NoUpdate unless Git can say what is the student's here."""
    if shutil.which("git") is None or not (root / ".git").exists():
        raise NoUpdate(NO_CLONE)


def git(root, *arguments):
    """What a Git command prints; NoUpdate, in Git's words, where it fails."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, encoding="utf-8",
        env=os.environ | {"GIT_TERMINAL_PROMPT": "0"},
    )  # fmt: skip
    if done.returncode:
        raise NoUpdate(f"Nothing was changed. Git says:\n{done.stderr.strip()}")
    return done.stdout


def listed(output):
    """The names in what Git prints under -z, as a set."""
    return set(output.split("\0")) - {""}


def changed(root):
    """The names of the files here that are not as they came, or never came."""
    edited = listed(git(root, "diff", "--name-only", "--no-renames", "-z", "HEAD"))
    own = listed(git(root, "ls-files", "--others", "-z"))
    return {name for name in edited | own if (root / name).is_file()}


def tracked(name, known, root):
    """The known files that a name on the command line means."""
    place = Path(name).resolve()
    found = [path for path in known if (root / path).is_relative_to(place)]
    found = found or [path for path in known if path.startswith(f"notebooks/{name}")]
    if not found:
        chapters = sorted(Path(path).stem for path in known if path.startswith("notebooks/"))
        raise NoUpdate(f"no chapter is {name!r}; there are {', '.join(chapters)}")
    return found


def keep(names, root):
    """Copy files to a folder of their own under kept/, and return that folder."""
    folder = root / "kept" / f"{datetime.now():%Y-%m-%d_%H-%M-%S-%f}"
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, folder / name)
    return folder


def answers_in(names, root):
    """The cells of some notebooks that the student filled in: their key -> source."""
    answers = {}
    for name in filter(is_notebook, names):
        try:
            own = answer_cells(read(root / name), name)
        except NoNotebook:
            continue
        stubs = stubs_of(name, root)
        answers |= {id: c.source for id, c in own.items() if c.source != stubs.get(id)}
    return answers


def stubs_of(name, root):
    """What the cells to fill in held when they came: their key -> source."""
    if not git(root, "ls-tree", "HEAD", name):
        return {}
    came = nbformat.reader.reads(git(root, "show", f"HEAD:{name}"))
    return {id: cell.source for id, cell in answer_cells(came, name).items()}


def fill(answers, names, root):
    """Put answers into the notebooks among some files; the keys of those that found their place."""
    filled = set()
    for name in filter(is_notebook, names):
        path = root / name
        if path.exists():
            notebook = read(path)
            places = answer_cells(notebook, name)
            found = answers.keys() & places.keys()
            for id in found:
                # What the course saved below a task speaks of no answer.
                places[id].update(source=answers[id], outputs=[], execution_count=None)
            if found:
                nbformat.write(notebook, path)
            filled |= found
    return filled


def is_notebook(name):
    return name.startswith(("exercises/", "notebooks/")) and name.endswith(".ipynb")


def answer_cells(notebook, name):
    """The cells that are the student's to fill in: nbgrader's id, or chapter and task -> cell."""
    found = {}
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("solution"):
            found[mark["grade_id"]] = cell
        elif "task" in cell.metadata.get("tags", []):
            found[f"{cell.id} of {Path(name).stem[3:].replace('_', ' ')}"] = cell
    return found


def told(new, mine, kept, root):
    yield f"The course is up to date now: {len(new)} of its files are new, changed or gone."
    if mine:
        yield "You had changed some of these, too. Yours are kept:"
        yield from (f"  {kept_name(kept, name, root)}" for name in mine)
    if new & SET_UP:
        yield "If you set it up with pip or conda, run `pip install -r requirements.txt` again."


def told_answers(answers, filled):
    if filled:
        yield f"Your answers stand in the new notebooks: {', '.join(sorted(filled))}."
    if lost := answers.keys() - filled:
        yield f"The course no longer asks for {', '.join(sorted(lost))}: see what was kept."


def kept_name(kept, name, root):
    return (kept / name).relative_to(root).as_posix()
