"""docs/graded.md tells what was measured, and Containerfile installs what docs/grading.md says."""

from tests.course_tools.grading import container, hostile, measured
from tests.course_tools.grading.test_commands import COMMANDS, PAGE


def test_the_page_is_what_was_measured():
    assert measured.PAGE.read_text("utf-8") == measured.page(measured.read())


def test_the_class_that_was_graded_has_200_and_every_attack():
    found = measured.read()["class"]
    assert sum(tried for _, tried in found["kinds"].values()) == 200
    assert found["kinds"]["hostile"][1] == len(hostile.ATTACKS)


def test_the_container_installs_what_the_page_does_and_runs_as_nobody_special():
    steps = container.steps()
    runs = " ".join(words for instruction, words in steps if instruction == "RUN")
    [install] = [line for line in COMMANDS if line.startswith("pip install")]
    assert install.removeprefix("pip install") in runs and "bubblewrap" in runs
    assert dict(steps)["USER"] == "1000:1000" and dict(steps)["ENTRYPOINT"] == '["course", "grade"]'
    assert "docker build --file Containerfile" in PAGE
    assert f'--volume "$PWD:{dict(steps)["WORKDIR"]}"' in PAGE
