"""Exercises from solutions: what nbgrader's `generate_assignment` does, without its database.

A set is a folder of solutions/; the notebook of the same name in exercises/ is its notebook without
the answers, the hidden tests and the outputs. exercises/ is never edited by hand. (The answers to
the chapters' own tasks lie in solutions/ as well; `course_tools.chapters` has them.)

nbgrader's stub raises wherever it stands. In a function it raises when that is called; where values
are asked for it would raise at once, so there it is taken out: `...` is stub enough.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

YOUR_TURN = "your_turn"
"""The folder of solutions/ that is no set: the answers to the tasks of each chapter."""
TOP_LEVEL_STUB = re.compile(r"\nraise NotImplementedError\(\)$", re.MULTILINE)


def build_exercises(solutions_dir, exercises_dir):
    """Write each set of solutions_dir to exercises_dir, and return the paths of its notebooks.

    Nothing is deleted; `check_exercises` names what has no solution.

    Raises
    ------
    ValueError
        If solutions_dir holds no sets.
    RuntimeError
        If a solution's markers or metadata are wrong.
    """
    exporter = _exporter()
    solutions_dir, exercises_dir = Path(solutions_dir), Path(exercises_dir)
    sources = [path for path in _files(solutions_dir) if path.parent.name != YOUR_TURN]
    if not sources:
        raise ValueError(f"solutions_dir is {str(solutions_dir)!r}, expected a folder of sets")
    versions = {
        path.relative_to(solutions_dir): _student_version(path, exporter) for path in sources
    }
    for path, content in versions.items():
        (exercises_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (exercises_dir / path).write_bytes(content)
    return [exercises_dir / path for path in versions if path.suffix == ".ipynb"]


def check_exercises(solutions_dir, exercises_dir):
    """Every way in which exercises_dir differs from what would be built: a list of sentences."""
    with TemporaryDirectory() as scratch:
        build_exercises(solutions_dir, scratch)
        expected, actual = _contents(scratch), _contents(exercises_dir)
    missing = [f"{path} is missing" for path in expected.keys() - actual.keys()]
    stray = [f"{path} has no solution" for path in actual.keys() - expected.keys()]
    shared = expected.keys() & actual.keys()
    changed = [f"{path} is out of date" for path in shared if expected[path] != actual[path]]
    return sorted(missing + stray + changed)


def _student_version(path, exporter):
    if path.suffix != ".ipynb":
        return path.read_bytes()
    text, _ = exporter.from_filename(str(path))
    return text.encode()


def _exporter():
    """nbconvert's notebook exporter with nbgrader's own preprocessors, in its own order."""
    from nbconvert.exporters import NotebookExporter
    from nbgrader import preprocessors
    from traitlets.config import Config

    def let_values_wait(notebook, resources):
        for cell in notebook.cells:
            cell.source = TOP_LEVEL_STUB.sub("", cell.source)
        return notebook, resources

    exporter = NotebookExporter(config=Config({"Exporter": {"default_preprocessors": []}}))
    for step in (
        preprocessors.LockCells,
        preprocessors.ClearSolutions,
        let_values_wait,
        preprocessors.ClearOutput,
        preprocessors.CheckCellMetadata,
        preprocessors.ClearHiddenTests,
        preprocessors.ClearMarkScheme,
        preprocessors.ComputeChecksums,
        preprocessors.CheckCellMetadata,
    ):
        exporter.register_preprocessor(step, enabled=True)
    return exporter


def _contents(folder):
    """What each file of a tree holds, by name, whatever ends its lines: Git may write them CRLF."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().replace(b"\r\n", b"\n")
        for path in _files(Path(folder))
    }


def _files(folder):
    """Every file of a tree, sorted, but for what Jupyter and Python leave behind."""
    litter = {".ipynb_checkpoints", "__pycache__"}
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not litter & set(path.parts)
    ]
