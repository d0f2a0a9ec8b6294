"""`pytest --scenarios`: files as tests."""

from __future__ import annotations

import pytest

GOOD = 'title = "Good"\npage = "https://app.example/"\n[[step]]\nfetch = "https://api.example/"\n{}\n'
BLOCKED, READABLE = 'expect.verdict = "blocked"', 'expect.verdict = "readable"'


@pytest.fixture
def course(pytester: pytest.Pytester) -> pytest.Pytester:
    folder = pytester.mkdir("course")
    (folder / "1-a.toml").write_text(GOOD.format(BLOCKED))
    (folder / "1-a.ko.md").write_text("# x")
    pytester.makepyfile(test_other="def test_other(): pass")
    return pytester


def test_each_file_is_an_item(course: pytest.Pytester) -> None:
    (course.path / "course" / "2-b.toml").write_text(GOOD.format(READABLE))
    ran = course.runpytest_subprocess("--scenarios", "course", "-v")
    ran.assert_outcomes(passed=1, failed=1)
    ran.stdout.fnmatch_lines(["*1-a.toml::standard PASSED*", "*2-b.toml::standard FAILED*"])
    ran.stdout.fnmatch_lines(["*expected*got*", "*verdict*readable*blocked (allow-origin-missing)*"])
    assert "Traceback" not in ran.stdout.str()


def test_tests_that_are_named_run_beside_them(course: pytest.Pytester) -> None:
    course.runpytest_subprocess("--scenarios", "course", "test_other.py").assert_outcomes(passed=2)


def test_one_file_may_be_named(course: pytest.Pytester) -> None:
    course.runpytest_subprocess("--scenarios", "course/1-a.toml").assert_outcomes(passed=1)


def test_each_browser_that_is_asked_for_runs_each(course: pytest.Pytester) -> None:
    ran = course.runpytest_subprocess("--scenarios", "course", "--cors-profile", "chromium,webkit", "-v")
    ran.assert_outcomes(passed=2)
    ran.stdout.fnmatch_lines(["*1-a.toml::chromium PASSED*", "*1-a.toml::webkit PASSED*"])


def test_a_mistake_in_a_file_is_an_error_of_one_line(course: pytest.Pytester) -> None:
    (course.path / "course" / "2-b.toml").write_text(GOOD.format("expect.verdct = 1"))
    ran = course.runpytest_subprocess("--scenarios", "course")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*2-b.toml:5: step[[]1[]].expect.verdct: unknown key; did you mean verdict?*"])
    assert "Traceback" not in ran.stdout.str()


def test_a_folder_that_is_not_there_is_a_usage_error(course: pytest.Pytester) -> None:
    ran = course.runpytest_subprocess("--scenarios", "none")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    ran.stderr.fnmatch_lines(["*--scenarios: none: no such file or folder*"])


def test_without_the_flag_nothing_is_collected(course: pytest.Pytester) -> None:
    course.runpytest_subprocess().assert_outcomes(passed=1)
