"""The ``course`` command, for instructors and continuous integration; students need none of it."""

import argparse
from itertools import chain
from pathlib import Path

from nbclient.exceptions import CellExecutionError

from course_lib.course_map import ROOT
from course_tools import ledger, notebooks


def main(argv=None):
    """Run one subcommand and return its exit status."""
    parser = argparse.ArgumentParser(prog="course", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(function):
        command = commands.add_parser(function.__name__, help=function.__doc__)
        command.set_defaults(function=function)
        return command

    add(exercises).add_argument("--check", action="store_true", help="write nothing, compare")
    add(coverage)
    reporting = add(report)
    reporting.add_argument(
        "names", nargs="*", type=some_notebooks, metavar="notebook",
        help="paths, or how names begin, such as 04; every notebook by default",
    )  # fmt: skip
    reporting.add_argument("--output", type=new_file, default="report.md", help="%(default)s")
    add(run).add_argument("paths", nargs="*", type=Path, help="every notebook by default")
    arguments = vars(parser.parse_args(argv))
    return arguments.pop("function")(**arguments)


def exercises(check):
    """generate exercises/ from solutions/, or check that it is up to date"""
    from course_tools.exercises import build_exercises, check_exercises

    folders = ROOT / "solutions", ROOT / "exercises"
    if check:
        differences = check_exercises(*folders)
        print(*differences or ["exercises/ is up to date"], sep="\n")
        return int(bool(differences))
    print(*build_exercises(*folders), sep="\n")
    return 0


def coverage():
    """print what the ledger holds: live and planned by kind, then every planned row"""
    print(ledger.coverage())
    return 0


def report(names, output):
    """execute notebooks and solutions in a copy; write what failed, points, times, slow demos"""
    from course_tools.report import examine_all, page, summary

    chosen = list(dict.fromkeys(chain(*names))) or notebooks.notebook_paths(ROOT)
    entries = []
    for entry in examine_all(chosen, ROOT):
        print(entry, flush=True)
        entries.append(entry)
    output.write_text(page(entries), encoding="utf-8")
    print("", *summary(entries), "", f"The whole report: {output}", sep="\n")
    return int(any(entry.failures for entry in entries))


def some_notebooks(name):
    """The notebooks that a name on the command line means, at least one."""
    if found := notebooks.notebooks_named(name, ROOT):
        return found
    stems = dict.fromkeys(path.stem for path in notebooks.notebook_paths(ROOT))
    raise argparse.ArgumentTypeError(f"no notebook is {name!r}; there are {', '.join(stems)}")


def new_file(name):
    """The path of a file on the command line that can be written."""
    path = Path(name)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{name!r} is not a file in a folder that exists")
    return path


def run(paths):
    """execute notebooks in place and save them in the form that is committed"""
    failed = False
    for path in paths or notebooks.notebook_paths():
        try:
            notebooks.run_in_place(path)
            print(f"{path}: saved")
        except CellExecutionError as error:
            failed = True
            print(f"{path}: not saved\n{error}")
    return int(failed)
