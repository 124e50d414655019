"""`course update` and `course restore`, on clones of a small course: nothing is lost."""

import shutil
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_tools import cli
from course_tools.notebooks import read
from lessons.course_map import ROOT

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

CHAPTER, EXERCISE = "notebooks/02_a.ipynb", "exercises/02_a/02_exercises.ipynb"
STUBS = {"pb-1": "raise NotImplementedError", "pb-2": "raise NotImplementedError"}


def git(folder, *arguments):
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout


def write(path, cells):
    """A notebook of code cells: nbgrader's id -> source; an id without hyphen is no answer."""
    made = new_notebook()
    for id, source in cells.items():
        cell = new_code_cell(source, id=id)
        if "-" in id:
            cell.metadata.nbgrader = {"solution": True, "grade_id": id}
        made.cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, str(path))


def sources(path):
    return {cell.id: cell.source for cell in read(path).cells}


def run_through(path):
    """What running a chapter and saving it does."""
    notebook = read(path)
    for cell in notebook.cells:
        cell.outputs, cell.execution_count = [new_output("stream", text="run")], 1
    nbformat.write(notebook, str(path))


class Course:
    """The authors' repository, and a student's clone of it."""

    def __init__(self, folder, monkeypatch):
        self.authors, self.student = folder / "authors", folder / "a student's"
        write(self.authors / CHAPTER, {"first": "1 + 1"})
        write(self.authors / EXERCISE, STUBS | {"check": "check()"})
        (self.authors / "README.md").write_text("one\n")
        (self.authors / ".gitignore").write_text("/kept/\n")
        git(self.authors, "init", "--quiet")
        self.publish()
        git(folder, "clone", "--quiet", str(self.authors), str(self.student))
        monkeypatch.setattr(cli, "ROOT", self.student)
        monkeypatch.chdir(self.student)

    def publish(self):
        git(self.authors, "add", "--all")
        git(self.authors, "commit", "--quiet", "--message", "more")

    def kept(self):
        """The files under kept/, by the names that they had."""
        found = [p for p in self.student.glob("kept/**/*") if p.is_file()]
        return {path.relative_to(self.student).as_posix().split("/", 2)[2]: path for path in found}

    def is_clean(self):
        return git(self.student, "status", "--porcelain") == ""


@pytest.fixture
def course(tmp_path, monkeypatch):
    return Course(tmp_path, monkeypatch)


def test_a_chapter_that_was_run_does_not_stop_an_update_and_is_kept(course, capsys):
    run_through(course.student / CHAPTER)
    mine = (course.student / CHAPTER).read_bytes()
    write(course.authors / CHAPTER, {"first": "1 + 2"})
    write(course.authors / "notebooks/03_b.ipynb", {"first": "new"})
    course.publish()
    assert cli.main(["update"]) == 0
    assert sources(course.student / CHAPTER) == {"first": "1 + 2"}
    assert (course.student / "notebooks/03_b.ipynb").exists() and course.is_clean()
    [(name, kept)] = course.kept().items()
    assert name == CHAPTER and kept.read_bytes() == mine
    assert kept.relative_to(course.student).as_posix() in capsys.readouterr().out
    assert cli.main(["update"]) == 0
    assert "up to date" in capsys.readouterr().out and len(course.kept()) == 1


def test_what_the_update_does_not_touch_stays_as_the_student_has_it(course):
    answered = STUBS | {"pb-1": "x = 1", "check": "check()"}
    write(course.student / EXERCISE, answered)
    run_through(course.student / CHAPTER)
    (course.student / "notes.txt").write_text("mine")
    git(course.student, "add", EXERCISE)  # as some editors do
    before = (course.student / CHAPTER).read_bytes()
    (course.authors / "README.md").write_text("two\n")
    course.publish()
    assert cli.main(["update"]) == 0
    assert (course.student / "README.md").read_text() == "two\n"
    assert sources(course.student / EXERCISE) == answered
    assert (course.student / CHAPTER).read_bytes() == before
    assert (course.student / "notes.txt").read_text() == "mine" and not course.kept()


def test_answers_move_on_into_exercises_that_changed(course, capsys):
    """One problem reworded, one new; the student answered one, and left the other's old stub."""
    write(course.student / EXERCISE, STUBS | {"pb-1": "x = 1", "check": "check()", "own": "2"})
    mine = (course.student / EXERCISE).read_bytes()
    stubs = {"pb-1": "# better", "pb-2": "# a better stub", "pb-3": "# new", "check": "check(2)"}
    write(course.authors / EXERCISE, stubs)
    course.publish()
    assert cli.main(["update"]) == 0
    assert sources(course.student / EXERCISE) == stubs | {"pb-1": "x = 1"}
    assert course.kept()[EXERCISE].read_bytes() == mine
    assert "Your answers stand in the new notebooks: pb-1." in capsys.readouterr().out


def test_answers_move_on_where_an_exercise_has_another_name(course, capsys):
    write(course.student / EXERCISE, {"pb-1": "x = 1", "pb-2": "y = 2"})
    (course.authors / EXERCISE).unlink()
    write(course.authors / "exercises/02_b/02.ipynb", {"pb-1": "#", "check": "check(2)"})
    course.publish()
    assert cli.main(["update"]) == 0
    assert sources(course.student / "exercises/02_b/02.ipynb")["pb-1"] == "x = 1"
    assert not (course.student / EXERCISE).exists() and EXERCISE in course.kept()
    assert "no longer asks for pb-2" in capsys.readouterr().out


def test_answers_to_tasks_move_on_into_a_chapter_that_changed(course, capsys):
    def chapter(first, *tasks):
        notebook = new_notebook(cells=[new_code_cell(first, id="first")])
        for id in tasks:
            said = [new_output("stream", text="Not attempted")]
            cell = new_code_cell("x = ...", id=id, outputs=said, metadata={"tags": ["task"]})
            notebook.cells.append(cell)
        return notebook

    nbformat.write(chapter("1", "tenth", "gone", "left"), course.authors / CHAPTER)
    course.publish()
    assert cli.main(["update"]) == 0
    mine = read(course.student / CHAPTER)
    for cell in mine.cells[1:3]:
        cell.source = "x = 2"
    nbformat.write(mine, course.student / CHAPTER)
    nbformat.write(chapter("2", "tenth", "left"), course.authors / CHAPTER)
    course.publish()
    capsys.readouterr()
    assert cli.main(["update"]) == 0
    told = capsys.readouterr().out
    assert "new notebooks: tenth of a." in told and "no longer asks for gone of a:" in told
    after = {cell.id: cell for cell in read(course.student / CHAPTER).cells}
    assert after["first"].source == "2" and after["left"].source == "x = ..."
    assert after["tenth"].source == "x = 2" and after["tenth"].outputs == []


def test_a_file_of_the_students_own_in_the_place_of_a_new_one_is_kept(course):
    (course.student / "notebooks/03_b.ipynb").write_text("mine, and no notebook")
    (course.student / EXERCISE).write_text("<<<<<<< broken")
    write(course.authors / "notebooks/03_b.ipynb", {"first": "new"})
    write(course.authors / EXERCISE, {"pb-1": "#"})
    course.publish()
    assert cli.main(["update"]) == 0
    assert course.kept()["notebooks/03_b.ipynb"].read_text() == "mine, and no notebook"
    assert course.kept()[EXERCISE].read_text() == "<<<<<<< broken"
    assert course.is_clean()


def test_a_file_that_the_student_deleted_comes_back(course):
    (course.student / CHAPTER).unlink()
    write(course.authors / CHAPTER, {"first": "1 + 2"})
    course.publish()
    assert cli.main(["update"]) == 0
    assert sources(course.student / CHAPTER) == {"first": "1 + 2"}


def test_offline_nothing_changes(course, capsys):
    run_through(course.student / CHAPTER)
    before = (course.student / CHAPTER).read_bytes()
    course.authors.rename(course.authors.with_name("out of reach"))
    assert cli.main(["update"]) == 1
    assert capsys.readouterr().out.startswith("Nothing was changed. Git says:\nfatal:")
    assert (course.student / CHAPTER).read_bytes() == before and not course.kept()


def test_an_update_that_git_refuses_puts_everything_back(course, capsys):
    run_through(course.student / CHAPTER)
    before = (course.student / CHAPTER).read_bytes()
    (course.student / "new").mkdir()
    (course.student / "new" / "mine").write_text("in the way")
    write(course.authors / CHAPTER, {"first": "1 + 2"})
    (course.authors / "new").write_text("a file")
    course.publish()
    assert cli.main(["update"]) == 1
    assert "Nothing was changed" in capsys.readouterr().out
    assert (course.student / CHAPTER).read_bytes() == before
    assert (course.student / "new" / "mine").read_text() == "in the way"


def test_commits_of_ones_own_are_left_to_git(course, capsys):
    (course.student / "README.md").write_text("mine\n")
    git(course.student, "commit", "--quiet", "--all", "--message", "mine")
    assert cli.main(["update"]) == 1
    assert "there are commits of your own" in capsys.readouterr().out


@pytest.mark.parametrize("command", [["update"], ["restore", "02"]])
def test_a_downloaded_zip_is_told_what_to_do(command, course, capsys):
    """Even where it was unpacked inside a repository of something else."""
    shutil.rmtree(course.student / ".git")
    git(course.student.parent, "init", "--quiet")
    assert cli.main(command) == 1
    assert "download the new one, unpack it beside" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["02", "02_a", CHAPTER, "notebooks"])
def test_a_chapter_comes_back_as_it_was_and_the_students_is_kept(name, course, capsys):
    before = (course.student / CHAPTER).read_bytes()
    run_through(course.student / CHAPTER)
    mine = (course.student / CHAPTER).read_bytes()
    write(course.student / EXERCISE, answered := {"pb-1": "x = 1"})
    assert cli.main(["restore", name]) == 0
    assert (course.student / CHAPTER).read_bytes() == before
    assert course.kept()[CHAPTER].read_bytes() == mine
    assert sources(course.student / EXERCISE) == answered
    assert f"{CHAPTER} is as it came; yours is kept/" in capsys.readouterr().out


def test_a_lost_chapter_and_an_exercise_by_its_path_come_back(course):
    write(course.student / EXERCISE, {"pb-1": "x = 1"})
    (course.student / CHAPTER).unlink()
    assert cli.main(["restore", "02", EXERCISE]) == 0
    assert course.is_clean() and list(course.kept()) == [EXERCISE]


def test_a_chapter_that_there_is_not_is_named_before_anything_is_done(course, capsys):
    run_through(course.student / CHAPTER)
    assert cli.main(["restore", "02", "17"]) == 1
    assert "no chapter is '17'; there are 02_a" in capsys.readouterr().out
    assert not course.is_clean() and not course.kept()


def test_a_clone_on_windows_has_the_line_ends_that_were_committed(tmp_path):
    (tmp_path / "ours").mkdir()
    shutil.copy(ROOT / ".gitattributes", tmp_path / "ours")
    write(tmp_path / "ours" / CHAPTER, {"first": "1 + 1"})
    git(tmp_path / "ours", "init", "--quiet")
    git(tmp_path / "ours", "add", "--all")
    git(tmp_path / "ours", "commit", "--quiet", "--message", "one")
    git(tmp_path, "clone", "--quiet", "-c", "core.autocrlf=true", "ours", "theirs")
    assert b"\r" not in (tmp_path / "theirs" / CHAPTER).read_bytes()
