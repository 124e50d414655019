"""The ``course`` command: students update the course with it, instructors build and check it."""

import argparse
import os
import re
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from lessons.course_map import ROOT

# A command imports what it needs when it is run: what is missing then can be said in words.
MISSING = """course {command} needs {module}, which is not installed. Install all that it needs with
  pip install "fitting-models[{extra}]\""""

NO_COURSE = """course {command} works on the files of the course, and there is no {missing}.
Where only its packages are installed, clone or unpack the course, go into its folder, and there
  pip install -e ".[{extra}]\""""


class NoCourse(RuntimeError):
    """A file or folder of the course is missing, as where its packages came from a wheel."""


def main(argv=None):
    """Run one subcommand and return its exit status."""
    parser = argparse.ArgumentParser(prog="course", description=__doc__)
    parser.add_argument(
        "--version", action="version", version=f"course {version('fitting-models')}"
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(function, extra="instructor"):
        """A command, and the extra of pyproject.toml that holds what it needs."""
        command = commands.add_parser(function.__name__, help=function.__doc__)
        command.set_defaults(function=function, extra=extra)
        return command

    add(update, "lab")
    add(restore, "lab").add_argument("names", nargs="+", metavar="notebook", help=CHAPTERS)
    for command in (add(exercises), add(chapters)):
        command.add_argument("--check", action="store_true", help="write nothing, compare")
    add(minutes)
    add(coverage)
    building = add(site, "site")
    building.add_argument("--output", type=Path, required=True, metavar="DIR")
    building.add_argument(
        "--repository", type=github_address, metavar="URL",
        help="https://github.com/OWNER/NAME; by default what CITATION.cff names",
    )  # fmt: skip
    brought = add(lite, "lite")
    brought.add_argument("--output", type=Path, required=True, metavar="DIR")
    brought.add_argument(
        "--pyodide", type=Path, required=True, metavar="FOLDER",
        help="an unpacked Pyodide, such as the npm package pyodide",
    )  # fmt: skip
    measuring = add(measure)
    measuring.add_argument(
        "ids", nargs="*", metavar="claim", help="cl-4, say; what is stale by default"
    )
    measuring.add_argument(
        "--check", action="store_true", help="measure nothing, say what is stale"
    )
    measuring.add_argument("--workers", type=int, default=os.cpu_count(), help="%(default)s")
    racing = add(race)
    racing.add_argument("--seeds", type=int, default=8, help="%(default)s")
    racing.add_argument("--workers", type=int, default=os.cpu_count(), help="%(default)s")
    reporting = add(report)
    reporting.add_argument("--output", type=new_file, default="report.md", help="%(default)s")
    for command in (reporting, add(run)):
        command.add_argument(
            "names", nargs="*", metavar="notebook",
            help="paths, or how names begin, such as 04; every notebook by default",
        )  # fmt: skip
    grading_steps(add(grade))
    arguments = vars(parser.parse_args(argv))
    function, extra = arguments.pop("function"), arguments.pop("extra")
    try:
        return function(**arguments)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    except ModuleNotFoundError as error:
        print(MISSING.format(command=function.__name__, module=error.name, extra=extra))
        return 1
    except NoCourse as missing:
        print(NO_COURSE.format(command=function.__name__, missing=missing, extra=extra))
        return 1
    except KeyboardInterrupt:
        print("stopped")
        return 130


CHAPTERS = "how the name of a chapter begins, such as 04, or the path of any file of the course"


def course_folder(*signs):
    """The root of the course, which holds one of the signs at least; NoCourse where it does not."""
    if not any((ROOT / sign).exists() for sign in signs):
        raise NoCourse(ROOT / signs[0])
    return ROOT


def update():
    """get the newest version of the course; whatever of yours stands in its way is kept"""
    root = course_folder("notebooks", ".git")
    from course_tools import updates

    return told(updates.update, root)


def restore(names):
    """get chapters back as they came; yours are kept"""
    root = course_folder("notebooks", ".git")
    from course_tools import updates

    return told(updates.restore, names, root)


def told(function, *arguments):
    """Print what a function says it did, or why it did nothing; the exit status."""
    from course_tools.updates import NoUpdate

    try:
        print(*function(*arguments), sep="\n")
    except NoUpdate as error:
        print(error)
        return 1
    return 0


def exercises(check):
    """generate exercises/ from solutions/, or check that it is up to date"""
    root = course_folder("solutions")
    from course_tools.exercises import build_exercises, check_exercises

    folders = root / "solutions", root / "exercises"
    if check:
        differences = check_exercises(*folders)
        print(*differences or ["exercises/ is up to date"], sep="\n")
        return int(bool(differences))
    print(*build_exercises(*folders), sep="\n")
    return 0


def chapters(check):
    """write predictions, tasks and minutes into the chapters, or check that they are up to date"""
    root = course_folder("notebooks")
    from course_tools import chapters, plans

    paths = chapters.paths(root)
    if check:
        found = [*chain.from_iterable(map(chapters.differences, paths)), *plans.differences(root)]
        print(*found or ["the chapters are up to date"], sep="\n")
        return int(bool(found))
    for path in paths:
        chapters.write(path)
    plans.write(root)
    return 0


def minutes():
    """print what each chapter holds, and the minutes that it takes"""
    root = course_folder("notebooks")
    from course_tools import chapters, minutes

    counts = {path.stem: chapters.counted(path) for path in chapters.paths(root)}
    print(minutes.table(counts))
    return 0


def coverage():
    """print what the ledger holds: live and planned by kind, the share that is live, what is not"""
    from course_tools import ledger

    print(ledger.coverage())
    return 0


def site(output, repository):
    """build the web site of the course from its saved notebooks; no cell is executed"""
    root = course_folder("notebooks")
    from course_tools import site as building

    repository = repository or building.named_repository(root)
    warnings = building.build(root, output, root / "build/site", repository)
    print(*warnings, f"The site: {output / 'index.html'}", sep="\n")
    return int(bool(warnings))


def lite(output, pyodide):
    """build the course as JupyterLite: JupyterLab on a kernel in the browser"""
    root = course_folder("notebooks")
    from course_tools import lite as building

    try:
        building.build(root, output, root / "build/lite", pyodide)
    except ValueError as error:
        print(error)
        return 1
    start = "lab/index.html?path=notebooks/00_start_here.ipynb"
    print(f"JupyterLite: {output / start}")
    return 0


def github_address(text):
    """The address of a repository on GitHub, as it stands on the command line."""
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not https://github.com/OWNER/NAME")
    return text


def measure(ids, check, workers):
    """measure claims with several seeds and write down what came out, here and in docs/claims.md"""
    root = course_folder("docs")
    from course_tools import measure as measuring
    from lessons import claims
    from lessons.measuring.record import verdicts

    place = root / measuring.PAGE
    stale, records = measuring.stale(), claims.RECORDS.name
    if unknown := {*ids} - claims.ALL.keys():
        raise argparse.ArgumentTypeError(f"no claim is {', '.join(sorted(unknown))}")
    if check:
        old = not place.exists() or place.read_text("utf-8") != measuring.page()
        told = [f"{id}: not measured since its code has changed" for id in stale]
        print(*told or [f"{records} is up to date"], *[f"{measuring.PAGE} is not"] * old, sep="\n")
        return int(bool(told) or old)
    ids, failed = ids or stale, False
    for number, (id, result) in enumerate(measuring.measure(ids, workers), 1):
        broken = isinstance(result, Exception)
        said = [str(result)] if broken else sorted({*verdicts(result)})
        failed |= broken or len(said) > 1
        print(f"{number} of {len(ids)}: {id}: {', or '.join(said)}", flush=True)
    place.write_text(measuring.page(), encoding="utf-8")
    return int(failed)


def race(seeds, workers):
    """run the fair race of notebook 14, or what is left of it, and write down what came out"""
    root = course_folder("docs")
    from course_tools import measure as measuring
    from course_tools import race as racing

    for seed in racing.run(seeds, workers):
        print(f"seed {seed} of {seeds} is written down", flush=True)
    (root / measuring.PAGE).write_text(measuring.page(), encoding="utf-8")
    return 0


def report(names, output):
    """execute notebooks and solutions in a copy; write what failed, points, times, slow demos"""
    paths = chosen(names)
    from course_tools.report import examine_all, page, summary

    entries = []
    for entry in examine_all(paths, ROOT):
        print(entry, flush=True)
        entries.append(entry)
    output.write_text(page(entries), encoding="utf-8")
    print("", *summary(entries), "", f"The whole report: {output}", sep="\n")
    return int(any(entry.failures for entry in entries))


def chosen(names):
    """The notebooks of some names together, each once; all for no names."""
    if names:
        return list(dict.fromkeys(chain.from_iterable(map(some, names))))
    root = course_folder("notebooks")
    from course_tools.notebooks import notebook_paths

    return notebook_paths(root)


def some(name):
    """The notebooks that a name on the command line means, at least one."""
    from course_tools.notebooks import notebook_paths, notebooks_named

    if found := notebooks_named(name, ROOT):
        return found
    root = ROOT if name.endswith(".ipynb") else course_folder("notebooks")
    stems = ", ".join(dict.fromkeys(path.stem for path in notebook_paths(root)))
    raise argparse.ArgumentTypeError(
        f"no notebook is {name!r}" + f"; there are {stems}" * bool(stems)
    )


def grading_steps(command):
    """The steps of `course grade`, each with its arguments."""
    steps = command.add_subparsers(required=True, dest="step", metavar="step")

    def add(name, help):
        step = steps.add_parser(name, help=help)
        step.add_argument("set", help="how the name of a set begins, such as 03")
        step.add_argument(
            "--class", dest="folder", type=Path, default="class", help="folder; %(default)s"
        )
        return step

    collecting = add("collect", "copy what was handed in to the folder of the class")
    collecting.add_argument("downloads", type=Path, help="a folder for, or a file of, each student")
    collecting.add_argument(
        "--file-times", action="store_true", help="a file's own time is when it was handed in"
    )
    for judging in (
        add("run", "repair and judge what was handed in; all of it ends in the gradebook"),
        add("regrade", "judge all of it again; marks by hand stay"),
    ):
        judging.add_argument(
            "--without-sandbox",
            action="store_true",
            help="run what students wrote with your own rights, where no sandbox can be started",
        )
        judging.add_argument(
            "--processes", type=int, help="how many judge at once; one for each processor"
        )
    marking = add("mark", "mark written answers on a page of this machine")
    marking.add_argument("--port", type=int, default=0, help="any that is free by default")
    add("feedback", "write a page for each student")
    exporting = add("export", "write points, or frequent mistakes, to a file")
    exporting.add_argument(
        "--format", choices=["csv", "parts", "canvas", "moodle", "mistakes"], default="csv"
    )
    exporting.add_argument("--output", type=new_file, help="in the folder of the class by default")


def grade(step, folder, set, **arguments):
    """grade a class: collect, run, mark, feedback, export, regrade"""
    course_folder("solutions")
    from course_tools.grading import commands

    return commands.take(step, folder, set, **arguments)


def new_file(name):
    """The path of a file on the command line that can be written."""
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{name!r} is not a file in a folder that exists")
    return path


def run(names):
    """execute notebooks in place and save them in the form that is committed"""
    paths = chosen(names)
    from course_tools.notebooks import run_in_place

    failed = False
    for path in paths:
        try:
            run_in_place(path)
            print(f"{path}: saved", flush=True)
        except Exception as error:  # whatever is wrong with one, the others are run
            failed = True
            print(f"{path}: not saved\n{error}", flush=True)
    return int(failed)
