"""Who is in a class, what is due when, and whose each file of a download is."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from course_tools.grading.classroom import ClassError, Classroom, LatePolicy
from course_tools.grading.collect import collect
from course_tools.grading.submissions import NOTHING, handed_in, submission_of
from tests.course_tools.grading.a_class import SET, WRONG, answered, as_bytes
from tests.course_tools.grading.handed_in import untouched

ROSTER = 'student,Student,ID,extension\nada,"Lovelace, Ada",4711,\nzoe,"Müller, Zoë",4712,1.5\n'


@pytest.fixture
def room(tmp_path):
    """A class of two, in which nothing has been collected."""
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "roster.csv").write_text(ROSTER, "utf-8")
    return Classroom(folder)


def files_of(room, student):
    place = room.submitted(student, SET)
    return sorted(path.relative_to(place).as_posix() for path in place.rglob("*"))


def put(folder, name, data=b"{}"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


# --- The roster and the dates ---------------------------------------------------------------------


def test_a_roster_has_names_extensions_and_whatever_else_a_platform_wants(room):
    assert [*room.roster] == ["ada", "zoe"]
    assert room.roster["zoe"].extension == timedelta(days=1.5)
    assert room.roster["ada"].columns["ID"] == "4711"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name\nada\n", "expected one `student`"),
        ("student\nada\nada\n", "line 3: student is 'ada', which is there twice"),
        ("student\n../ada\n", "line 2: student is '../ada', which cannot be the name"),
        ('student\n""\n', "line 2: student is '', which cannot"),
        ("student,extension\nada,two\n", "extension is 'two', expected a number of days"),
    ],
)
def test_a_roster_that_cannot_be_says_where(room, text, why):
    (room.folder / "roster.csv").write_text(text)
    with pytest.raises(ClassError, match=why):
        room.roster  # noqa: B018


def test_without_a_roster_the_class_is_whoever_has_handed_in(tmp_path):
    put(tmp_path, f"submitted/bob/{SET}/03_exercises.ipynb")
    assert [*Classroom(tmp_path).roster] == ["bob"]


@pytest.mark.parametrize(
    ("hours", "share"), [(0, 0), (1, 0), (1.01, 0.1), (24, 0.1), (24.01, 0.2), (1000, 0.5)]
)
def test_lateness_costs_by_the_day_begun(hours, share):
    policy = LatePolicy(free_hours=1, lost_per_day=0.1, most=0.5)
    assert policy.share_lost(3600 * hours) == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("due = ", "class.toml"),
        (f'[due]\n"{SET}" = 2026-03-01T23:59:00', "a moment with its zone"),
        (f'[due]\n"{SET}" = "Sunday"', "a moment with its zone"),
        ("[late]\nlost_per_week = 1", "lost_per_week"),
    ],
)
def test_settings_that_cannot_be_say_why(room, text, why):
    (room.folder / "class.toml").write_text(text)
    with pytest.raises(ClassError, match=why):
        room.due(SET), room.late


def test_the_secret_is_made_once_and_for_its_owner(room):
    secret = room.secret
    assert Classroom(room.folder).secret == secret and len(secret) == 64
    assert os.name == "nt" or (room.folder / "secret.txt").stat().st_mode & 0o077 == 0


# --- Collecting -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "student"),
    [
        (f"ada/{SET}/03_exercises.ipynb", "ada"),
        ("ada/03_exercises.ipynb", "ada"),
        ("lovelaceada_4711_998877_03_exercises.ipynb", "ada"),
        ("mullerzoe_LATE_4712_998878_03_exercises-1.ipynb", "zoe"),
        ("Zoë Müller_12_assignsubmission_file/03_exercises.ipynb", None),
        ("Müller, Zoë_12_assignsubmission_file/03_exercises.ipynb", "zoe"),
        ("ada.ipynb", "ada"),
        ("somebody_03_exercises.ipynb", None),
        ("4711_4712_03_exercises.ipynb", None),
    ],
)
def test_whose_a_file_is(room, tmp_path, line_search, name, student):
    put(tmp_path / "downloads", name)
    found = collect(tmp_path / "downloads", line_search, room)
    assert [*found.by_student] == ([student] if student else [])
    assert [*found.nobodys] == ([] if student else [name])
    if student:
        assert files_of(room, student) == [name.split("/")[-1]]


def test_what_is_nobody_s_says_who_it_might_be(room, tmp_path, line_search):
    put(tmp_path / "downloads", "4711_4712.ipynb")
    put(tmp_path / "downloads", "eve.ipynb")
    found = collect(tmp_path / "downloads", line_search, room)
    assert found.nobodys == {
        "4711_4712.ipynb": "may be ada or zoe", "eve.ipynb": "names nobody of the roster"
    }  # fmt: skip


def test_folders_keep_their_files_and_other_sets_stay_out(room, tmp_path, line_search):
    for name in ("03_exercises.ipynb", "data/x.csv", ".ipynb_checkpoints/old.ipynb"):
        put(tmp_path / "downloads", f"ada/{SET}/{name}")
    put(tmp_path / "downloads", "ada/06_momentum/06_exercises.ipynb")
    collect(tmp_path / "downloads", line_search, room)
    assert files_of(room, "ada") == ["03_exercises.ipynb", "data", "data/x.csv"]


def test_what_was_collected_before_is_kept(room, tmp_path, line_search):
    downloads = tmp_path / "downloads"
    put(downloads, "ada.ipynb", b"first")
    for _ in range(2):
        collect(downloads, line_search, room)
    assert not (room.folder / "earlier").exists()
    put(downloads, "ada.ipynb", b"second")
    collect(downloads, line_search, room)
    assert (room.submitted("ada", SET) / "ada.ipynb").read_bytes() == b"second"
    assert (room.folder / f"earlier/ada/{SET}-1/ada.ipynb").read_bytes() == b"first"


def test_a_file_s_own_time_counts_only_if_asked_for(room, tmp_path, line_search):
    path = put(tmp_path / "downloads", "ada.ipynb")
    os.utime(path, (1_772_400_000, 1_772_400_000))
    collect(tmp_path / "downloads", line_search, room)
    assert handed_in(room.submitted("ada", SET)) is None
    collect(tmp_path / "downloads", line_search, room, times_of_files=True)
    moment = datetime.fromtimestamp(1_772_400_000, UTC)
    assert handed_in(room.submitted("ada", SET)) == moment


# --- Which file is the notebook -------------------------------------------------------------------

RIGHT, HALF = as_bytes(answered()), as_bytes(answered(pb_G1_limit=WRONG))
UNTOUCHED = as_bytes(untouched(SET))


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({"03_exercises.ipynb": RIGHT}, "03_exercises.ipynb"),
        ({"03_exercises (final).ipynb": RIGHT}, "03_exercises (final).ipynb"),
        ({"03_exercises.ipynb.txt": RIGHT}, "03_exercises.ipynb.txt"),
        ({"sub/folder/mine.IPYNB": RIGHT}, "mine.IPYNB"),
        ({"03_exercises.ipynb": UNTOUCHED, "mine.ipynb": RIGHT}, "mine.ipynb"),
        ({"03_exercises.ipynb": RIGHT, "Untitled.ipynb": b"{}"}, "03_exercises.ipynb"),
        ({"03_exercises.ipynb": RIGHT, "03_exercises-Copy1.ipynb": HALF}, "03_exercises.ipynb"),
        ({"a.ipynb": RIGHT, "b.ipynb": RIGHT}, "a.ipynb"),
        ({"03_exercises.ipynb": UNTOUCHED}, "03_exercises.ipynb"),
    ],
)
def test_the_notebook_with_the_answers_is_chosen(room, line_search, files, chosen):
    for name, data in files.items():
        put(room.submitted("ada", SET), name, data)
    submission = submission_of("ada", line_search, room)
    assert (submission.file, submission.why) == (chosen, "")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, NOTHING),
        ({".ipynb_checkpoints/03_exercises.ipynb": RIGHT}, NOTHING),
        ({"a.ipynb": RIGHT, "b.ipynb": HALF}, "different answers: a.ipynb, b.ipynb"),
        ({"a.pdf": b"%PDF", "b.ipynb": b""}, "b.ipynb: the file is empty"),
    ],
)
def test_where_no_single_notebook_is_left_a_person_looks(room, line_search, files, why):
    for name, data in files.items():
        put(room.submitted("ada", SET), name, data)
    submission = submission_of("ada", line_search, room)
    assert submission.rebuilt is None and why in submission.why


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights on Windows")
@pytest.mark.parametrize(
    "target", ["mine/real.txt", "../../zoe", "/etc/passwd", "03_exercises.ipynb"]
)
def test_a_link_is_followed_inside_the_submission_only(room, line_search, target):
    folder = room.submitted("ada", SET)
    put(folder, "mine/real.txt", RIGHT)
    put(room.submitted("zoe", SET), "03_exercises.ipynb", RIGHT)
    (folder / "03_exercises.ipynb").symlink_to(target)
    submission = submission_of("ada", line_search, room)
    assert bool(submission.rebuilt) == (target == "mine/real.txt")
    assert submission.rebuilt or "link" in submission.why or "links" in submission.why


@pytest.mark.parametrize("error", [OSError("gone"), KeyError("cells"), MemoryError()])
def test_whatever_goes_wrong_with_one_submission_is_a_reason(room, line_search, monkeypatch, error):
    def fails(*_):
        raise error

    put(room.submitted("ada", SET), "03_exercises.ipynb", RIGHT)
    monkeypatch.setattr("course_tools.grading.submissions.repair", fails)
    assert type(error).__name__ in submission_of("ada", line_search, room).why


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights on Windows")
def test_a_pipe_is_not_waited_for(room, line_search):
    folder = room.submitted("ada", SET)
    folder.mkdir(parents=True)
    os.mkfifo(folder / "03_exercises.ipynb")
    assert "is no file" in submission_of("ada", line_search, room).why


@pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights on Windows")
def test_collecting_copies_links_as_links(room, tmp_path, line_search):
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "ada.ipynb").symlink_to("/etc/passwd")
    collect(tmp_path / "downloads", line_search, room)
    assert (room.submitted("ada", SET) / "ada.ipynb").is_symlink()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01 10:00:00 UTC", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00:00.5+01:00\n", datetime(2026, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("yesterday", None),
    ],
)
def test_a_timestamp_is_read_as_nbgrader_writes_it(tmp_path, text, moment):
    put(tmp_path, "timestamp.txt", text.encode())
    assert handed_in(tmp_path) == moment
