"""`corssim lab`: a page on loopback that shows a prediction beside what the visitor's own browser does.

With `--static` the same page as files for any host, where Python in the visitor's browser predicts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from .environment import Environment, ExitStatus

if TYPE_CHECKING:
    import argparse

    from ..lab.authority import Authority
    from ..lab.lesson import Lesson

_HOW_TO_TRUST = """\
{0} was made, its key beside it: a certificate authority for names under localhost alone. Trust it once:
  Chromium   chrome://certificate-manager, Custom, Installed by you, Trusted certificates: import {0}
  Firefox    Settings, Privacy & Security, View Certificates, Authorities: import {0}, for websites
  macOS      security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db {0}
"""
_NEEDED = ("starlette", "tomlkit", "uvicorn", "trustme", "websockets")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `lab`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="scenario files or folders that can be opened in it")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="the port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--open", action="store_true", help="open it in this machine's browser")
    parser.add_argument(
        "--https",
        action="store_true",
        help="run over https what is of https; the browser warns of each host, whose certificate is accepted by hand",
    )
    parser.add_argument(
        "--ca",
        metavar="FILE",
        help="--https by an authority for names under localhost alone, made if need be, that the browser can trust",
    )
    parser.add_argument(
        "--static",
        metavar="DIR",
        help="write it for any static host instead: predictions only, made by Pyodide in the visitor's browser",
    )
    parser.add_argument(
        "--pyodide",
        metavar="DIR",
        help="with --static: npm's pyodide, unpacked, and msgspec's wheel for it (default: npm and pip fetch them)",
    )
    parser.add_argument(
        "--force", action="store_true", help="with --static: write over files that corssim did not make"
    )


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Serve until Ctrl-C, or write the page. Raises `UsageError` for a port that is taken, a folder that cannot be."""
    from importlib.util import find_spec

    for module in _NEEDED:
        if find_spec(module) is None:
            raise UsageError(f"{module} is not installed: pip install 'corssim[lab]'")
    from ..lab.lesson import lessons_in

    if arguments.pyodide is not None and arguments.static is None:
        raise UsageError("--pyodide is for --static DIR")
    if arguments.static is not None and (arguments.https or arguments.ca):
        raise UsageError("--https is for the lab's servers, and --static DIR has none")
    lessons = lessons_in(arguments.paths)
    if arguments.static is not None:
        return _write(lessons, arguments, environment)
    return _serve(lessons, arguments, environment)


def _write(lessons: list[Lesson], arguments: argparse.Namespace, environment: Environment) -> int:
    import tempfile
    from pathlib import Path

    from ..lab.static import fetch_pyodide, write_site
    from .written_file import MADE_BY

    folder = Path(arguments.static)
    try:
        page = folder / "index.html"
        is_ours = page.is_file() and MADE_BY in page.read_text("utf-8", "replace")
        if not (arguments.force or is_ours) and folder.exists() and any(folder.iterdir()):
            raise UsageError(f"--static: {folder} holds files of somebody else: --force writes among them")
        with tempfile.TemporaryDirectory(prefix="corssim-pyodide-") as fetched:
            if arguments.pyodide is None:
                environment.stderr.write("npm and pip fetch Pyodide and msgspec…\n")
                environment.stderr.flush()
                fetch_pyodide(Path(fetched))
            size = write_site(folder, lessons, Path(arguments.pyodide or fetched))
    except OSError as error:
        raise UsageError(f"--static: {error.filename or folder}: {error.strerror}") from error
    environment.write(
        f"{folder}: the lab and {len(lessons)} to open in it, for any static host (not file:); "
        f"predicting loads {size / 1e6:.0f} MB, once"
    )
    return ExitStatus.OK


def _authority(arguments: argparse.Namespace, environment: Environment) -> Authority | None:
    """Who signs the certificates. Raises `UsageError`."""
    from pathlib import Path

    if arguments.ca is None and not arguments.https:
        return None
    from ..lab.authority import Authority

    if arguments.ca is None:
        return Authority.new()
    try:
        authority, is_new = Authority.kept_in(Path(arguments.ca))
    except OSError as error:
        raise UsageError(f"--ca: {error.filename or arguments.ca}: {error.strerror}") from error
    if is_new:
        environment.stderr.write(_HOW_TO_TRUST.format(arguments.ca))
        environment.stderr.flush()
    return authority


def _serve(lessons: list[Lesson], arguments: argparse.Namespace, environment: Environment) -> int:
    import secrets
    import socket

    import uvicorn

    from ..lab.app import lab

    if not 0 <= arguments.port < 1 << 16:
        raise UsageError(f"--port: {arguments.port} is no port")
    authority = _authority(arguments, environment)
    try:
        listener = socket.create_server(("127.0.0.1", arguments.port))
    except OSError as error:
        raise UsageError(f"--port: {arguments.port} cannot be listened on: {error.strerror}") from error
    token = secrets.token_urlsafe(16)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = lab(origin=origin, token=token, lessons=lessons, authority=authority)
    environment.write(f"{origin}/{token}/")
    environment.stdout.flush()
    if arguments.open:
        import webbrowser

        webbrowser.open(f"{origin}/{token}/")
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        loop="asyncio",
        ws="none",
        lifespan="off",
        limit_concurrency=64,
        timeout_keep_alive=30,
    )
    uvicorn.Server(config).run(sockets=[listener])
    return ExitStatus.OK
