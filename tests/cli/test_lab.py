"""`corssim lab --static`: what it writes, and how it fails where something is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import corssim

LESSON = Path(__file__).parents[2] / "scenarios" / "05-preflight" / "03-put-stopped.toml"
_OF_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    """A folder that looks like npm's package with a wheel beside it."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in (*_OF_PYODIDE, "msgspec-0.22.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"):
        (folder / name).write_bytes(b"x" * 100)
    return folder


def test_a_site_is_written_and_written_again(pyodide: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    for _ in range(2):
        ran = corssim("lab", "--static", str(site), "--pyodide", str(pyodide), str(LESSON))
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith(f"{site}: the lab and 1 to open in it, for any static host")
    [lesson] = json.loads((site / "course.json").read_text("utf-8"))["lessons"]
    assert lesson["text"] == LESSON.read_text("utf-8")
    told = json.loads((site / "python" / "files.json").read_text("utf-8"))
    assert sorted(told["packages"]) == ["corssim.zip", "msgspec-0.22.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"]
    assert "Content-Security-Policy" in (site / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("missing", "why"),
    [("pyodide.asm.wasm", "holds no pyodide.asm.wasm"), ("msgspec*", "holds no wheel of msgspec")],
    ids=["half a Pyodide", "no wheel"],
)
def test_what_is_missing_is_named(pyodide: Path, tmp_path: Path, missing: str, why: str) -> None:
    for path in pyodide.glob(missing):
        path.unlink()
    ran = corssim("lab", "--static", str(tmp_path / "site"), "--pyodide", str(pyodide))
    assert (ran.status, ran.out) == (2, "")
    assert why in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "site").exists()


def test_without_npm_it_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = corssim("lab", "--static", str(tmp_path / "site"))
    assert ran.status == 2
    assert "npm is not installed" in ran.err
    assert "--pyodide DIR" in ran.err


def test_what_npm_cannot_fetch_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    ran = corssim("lab", "--static", str(tmp_path / "site"))
    assert ran.status == 2
    assert "npm has no pyodide (npm error network)" in ran.err.splitlines()[-1]


def test_somebody_elses_folder_is_left_alone(pyodide: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "index.html").write_text("mine")
    ran = corssim("lab", "--static", str(tmp_path / "mine"), "--pyodide", str(pyodide))
    assert ran.status == 2
    assert "--force" in ran.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["index.html"]
    forced = corssim("lab", "--static", str(tmp_path / "mine"), "--pyodide", str(pyodide), "--force")
    assert forced.status == 0


def test_pyodide_without_static_is_a_mistake() -> None:
    ran = corssim("lab", "--pyodide", ".")
    assert (ran.status, ran.out) == (2, "")
    assert "--static DIR" in ran.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--https", "--static", "site"), "--static DIR has none"),
        (("--ca", "no-such-folder/ca.crt"), "no-such-folder"),
        (("--ca", str(LESSON)), ".key"),
    ],
    ids=["no servers", "no folder", "another file"],
)
def test_an_authority_that_cannot_be_is_told_in_one_line(
    arguments: tuple[str, ...], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = LESSON.read_text("utf-8")
    ran = corssim("lab", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert why in ran.err
    assert ran.err.count("\n") == 1
    assert LESSON.read_text("utf-8") == before
    assert list(tmp_path.iterdir()) == []
