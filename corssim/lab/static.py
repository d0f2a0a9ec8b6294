"""The lab's page for any static host: predictions are made in the visitor's browser, by Pyodide beside the page."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..report.html_page import report_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.resources.abc import Traversable

    from .lesson import Lesson

_PYODIDE = "314"  # npm's version; the first number is that of its Python
_OF_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
_NOT_NEEDED = ("cli", "replay", "testing", "verify")
_LIBRARIES = ("publicsuffixlist", "tomlkit")  # those in Python alone
_DOWNLOAD_TAKES_AT_MOST = 300.0  # seconds
_HOW = "or name a folder with npm's pyodide and msgspec's wheel for it: --pyodide DIR"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; worker-src 'self'"
)


def write_site(folder: Path, lessons: Sequence[Lesson], pyodide: Path) -> int:
    """Write the page, the lessons and Python into a folder; the bytes that a visitor loads to predict.

    `pyodide` holds npm's package and wheels for it. Raises `UsageError` where something is missing there, OSError.
    """
    packages = {wheel.name: wheel.read_bytes() for wheel in sorted(pyodide.glob("*.whl"))}
    if not any(name.startswith("msgspec-") for name in packages):
        raise UsageError(f"{pyodide} holds no wheel of msgspec for Pyodide (msgspec-…-pyemscripten_…_wasm32.whl)")
    for name in _OF_PYODIDE:
        if not (pyodide / name).is_file():
            raise UsageError(f"{pyodide} holds no {name}: it is not npm's pyodide {_PYODIDE}")
    packages["corssim.zip"] = _sources()
    python = folder / "python"
    python.mkdir(parents=True, exist_ok=True)
    for name in _OF_PYODIDE:
        shutil.copyfile(pyodide / name, python / name)
    for name, content in packages.items():
        (python / name).write_bytes(content)
    loaded = [*packages, *(name for name in _OF_PYODIDE if not name.endswith("mjs"))]
    counted = sum((python / name).stat().st_size for name in loaded)  # the rest is imported, which nobody can watch
    (python / "files.json").write_text(json.dumps({"packages": list(packages), "bytes": counted}), "utf-8")
    page = files(__package__) / "page"
    _write(folder, "index.html", _with_policy((page / "index.html").read_text("utf-8")))
    _write(folder, "lab.css", report_style() + (page / "lab.css").read_text("utf-8"))
    for name in ("lab.js", "run.js", "comparison.js", "forms.js"):
        _write(folder, name, (page / name).read_text("utf-8"))
    for name in ("ask.js", "worker.js"):
        _write(folder, name, (page / "static" / name).read_text("utf-8"))
    _write(folder, "course.json", json.dumps({"lessons": [lesson._asdict() for lesson in lessons]}))
    return sum((python / name).stat().st_size for name in (*packages, *_OF_PYODIDE))


def fetch_pyodide(folder: Path) -> None:
    """Put npm's pyodide and the wheels that it needs into a folder. Raises `UsageError` where they cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        raise UsageError(f"--static needs Pyodide, and npm is not installed: install it, {_HOW}")
    with tempfile.TemporaryDirectory(prefix="corssim-pyodide-") as packed:
        pack = [npm, "pack", "--silent", "--fetch-retries=1", "--pack-destination", packed, f"pyodide@{_PYODIDE}"]
        _run(pack, "npm has no pyodide")
        for archive in Path(packed).glob("*.tgz"):
            with tarfile.open(archive) as opened:
                for name in _OF_PYODIDE:
                    member = opened.extractfile(f"package/{name}")
                    if member is not None:
                        (folder / name).write_bytes(member.read())
    about = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["info"]
    python = ".".join(about["python"].split(".")[:2])
    platform = f"pyemscripten_{about['abi_version']}_wasm32"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    wanted = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--platform",
        platform,
        "--python-version",
        python,
        "--dest",
        str(folder),
    ]
    _run([*pip, *wanted, "msgspec"], f"pip has no msgspec for {platform}")


def _run(command: Sequence[str], failed: str) -> None:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_DOWNLOAD_TAKES_AT_MOST, check=False)
    except subprocess.TimeoutExpired:
        raise UsageError(f"--static: {failed} within {_DOWNLOAD_TAKES_AT_MOST:.0f} s; try again, {_HOW}") from None
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise UsageError(f"--static: {failed} ({last}); try again, {_HOW}")


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, "utf-8", newline="\n")


def _with_policy(page: str) -> str:
    return page.replace(
        '<meta charset="utf-8">',
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        1,
    )


def _sources() -> bytes:
    """corssim without the rooms that a prediction never enters, and the libraries that it needs, zipped."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        package = files(__package__.rpartition(".")[0])
        for path, source in _tree(package, "corssim", without=_NOT_NEEDED):
            archive.writestr(zipfile.ZipInfo(path), source.read_bytes(), zipfile.ZIP_DEFLATED)
        for library in _LIBRARIES:
            for path, source in _tree(files(library), library, without=("test.py", "test_psl.txt")):
                archive.writestr(zipfile.ZipInfo(path), source.read_bytes(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _tree(folder: Traversable, at: str, without: Sequence[str] = ()) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name in without or entry.name in ("__pycache__", "page"):
            continue
        if entry.is_dir():
            yield from _tree(entry, f"{at}/{entry.name}")
        else:
            yield f"{at}/{entry.name}", entry
