"""The ``course`` command, for instructors and continuous integration; students need none of it."""

import argparse
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
    add(report)
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


def report():
    """execute every notebook and solution in a copy; time, size, failures, points"""
    from course_tools.report import Entry, report

    print(Entry.HEADER)
    failed = False
    for entry in report():
        print(entry, flush=True)
        failed = failed or bool(entry.failures)
    return int(failed)


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
