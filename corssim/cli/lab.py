"""`corssim lab`: a page on loopback that shows a prediction beside what the visitor's own browser does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from .environment import Environment, ExitStatus

if TYPE_CHECKING:
    import argparse

_NEEDED = ("starlette", "uvicorn", "trustme", "websockets")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `lab`."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="scenario files or folders that can be opened in it")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="the port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--open", action="store_true", help="open it in this machine's browser")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Serve until Ctrl-C. Raises `UsageError` for a port that is taken."""
    from importlib.util import find_spec

    for module in _NEEDED:
        if find_spec(module) is None:
            raise UsageError(f"{module} is not installed: pip install 'corssim[lab]'")
    import secrets
    import socket

    import uvicorn

    from ..lab.app import lab
    from ..scenario import find_scenarios, load_scenario

    paths = find_scenarios(arguments.paths) if arguments.paths else []
    lessons = [(str(path), load_scenario(path).title, path.read_text("utf-8")) for path in paths]
    if not 0 <= arguments.port < 1 << 16:
        raise UsageError(f"--port: {arguments.port} is no port")
    try:
        listener = socket.create_server(("127.0.0.1", arguments.port))
    except OSError as error:
        raise UsageError(f"--port: {arguments.port} cannot be listened on: {error.strerror}") from error
    token = secrets.token_urlsafe(16)
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = lab(origin=origin, token=token, lessons=lessons)
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
