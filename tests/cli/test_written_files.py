"""What `--html` writes over, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from corssim.cli.written_file import MADE_BY, write_file
from corssim.errors import UsageError
from corssim.report.html import html_report

from .running import corssim


def test_a_report_is_known_again() -> None:
    assert MADE_BY in html_report([], title="x")[-4096:]


@pytest.mark.parametrize("there", [None, "", f"<p>{MADE_BY}.</p>"], ids=["nothing", "an empty file", "a file of ours"])
def test_writes_over_what_is_nobodys(there: str | None, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    if there is not None:
        target.write_text(there)
    write_file("--html", str(target), "new")
    assert target.read_text() == "new"


def test_leaves_the_files_of_others_unless_forced(tmp_path: Path) -> None:
    target = tmp_path / "thesis.html"
    target.write_text("years of work")
    with pytest.raises(UsageError, match=r"--html: .*thesis\.html is there already.*--force"):
        write_file("--html", str(target), "new")
    assert target.read_text() == "years of work"
    write_file("--html", str(target), "new", force=True)
    assert target.read_text() == "new"


@pytest.mark.parametrize("force", [False, True])
def test_follows_no_link_out_of_the_folder(force: bool, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder := tmp_path / "here").mkdir()
    (folder / "report.html").symlink_to(elsewhere / "report.html")
    with pytest.raises(UsageError, match="is a link that leads out of its folder"):
        write_file("--html", str(folder / "report.html"), "new", force=force)
    assert not (elsewhere / "report.html").exists()


def test_follows_a_link_inside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "latest.html").symlink_to(tmp_path / "report.html")
    write_file("--html", str(tmp_path / "latest.html"), "new")
    assert (tmp_path / "report.html").read_text() == "new"


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.html").symlink_to(tmp_path / "b.html")
    (tmp_path / "b.html").symlink_to(tmp_path / "a.html")
    with pytest.raises(UsageError, match=r"a\.html cannot be written"):
        write_file("--html", str(tmp_path / "a.html"), "new")


def test_a_device_can_be_written() -> None:
    write_file("--html", "/dev/null", "new")
    assert Path("/dev/null").is_char_device()


def test_follows_no_linked_folder_out_of_the_one_that_is_named(tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (folder := tmp_path / "here").mkdir()
    (folder / "chapter").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="is a link that leads out of"):
        write_file("--html", str(folder / "chapter" / "a.html"), "new", within=str(folder))
    assert not list(elsewhere.iterdir())


def test_a_link_that_is_put_there_meanwhile_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, target = tmp_path / "thesis.html", tmp_path / "report.html"
    mine.write_text(MADE_BY)
    target.symlink_to(mine)
    monkeypatch.setattr(Path, "is_symlink", lambda path: False)  # it was none when it was looked at
    with pytest.raises(UsageError, match="cannot be written"):
        write_file("--html", str(target), "new", force=True)
    assert mine.read_text() == MADE_BY


@pytest.mark.parametrize("flags", [[], ["--force"]], ids=["", "forced"])
def test_save_leaves_the_files_of_others_and_links_alone(flags: list[str], tmp_path: Path) -> None:
    transcript = tmp_path / "t.txt"
    transcript.write_text("> GET / HTTP/1.1\n> Host: a.example\n> Origin: https://b.example\n>\n< HTTP/1.1 200 OK\n<\n")
    mine, link = tmp_path / "mine.toml", tmp_path / "sub" / "link.toml"
    mine.write_text("years of work")
    link.parent.mkdir()
    link.symlink_to(mine)
    saved = corssim("check", "--answers", str(transcript), "--save", str(mine), *flags)
    linked = corssim("check", "--answers", str(transcript), "--save", str(link), *flags)
    assert linked.status == 2
    assert "is a link that leads out of its folder" in linked.err
    assert (saved.status == 2) is (not flags)
    assert (mine.read_text() == "years of work") is (not flags)
