"""What each way to start loads. Time cannot be held by a test; what it goes into can (`tests/benchmarks` measures it).

Libraries are pinned by name, out of those that take a tenth of a bare interpreter's time or more; our own modules by
package. What a path has no use for is imported where it is used.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DEAR = {
    *("ada_url", "anyio", "argparse", "ast", "asyncio", "base64", "certifi", "concurrent", "dataclasses", "datetime"),
    *("decimal", "difflib", "email", "h11", "hashlib", "html", "http", "httpcore", "httpx", "httpx2", "idna"),
    *("importlib.resources", "inspect", "ipaddress", "json", "logging", "msgspec", "multiprocessing", "pathlib"),
    *(
        "publicsuffixlist",
        "random",
        "re",
        "regex",
        "rfc3986",
        "rich",
        "rich.console",
        "secrets",
        "shtab",
        "shutil",
        "socket",
        "ssl",
    ),
    *("string", "subprocess", "tempfile", "threading", "tokenize", "tomllib", "tomli_w", "tree_sitter"),
    *("trustme", "typing", "urllib.parse", "urllib.request", "uvicorn", "yaml", "zipfile"),
}
SHELL = {"argparse", "re", "typing"}
ENGINE = {
    "corssim.browser",
    "corssim.browser.requests",
    "corssim.fetch",
    "corssim.fetch.browsers",
    "corssim.fetch.rules",
}
STATE = {"corssim.browser.cookies", "corssim.browser.transports"}


def loaded(code: str, *, before: str = "") -> tuple[set[str], set[str]]:
    """The dear libraries and our packages that a process of its own has after running the code."""
    told = (
        "told = sorted(name for name, module in sys.modules.items() if name not in known and "
        "(not name.startswith('corssim') or hasattr(module, '__path__'))); "
        "sys.stderr.write('\\nLOADED ' + ' '.join(told))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys\n{before}\nknown = set(sys.modules)\n{code}\n{told}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    names = ran.stderr.rpartition("LOADED ")[2].split()
    return DEAR.intersection(names), {name for name in names if name.partition(".")[0] == "corssim"}


def command(*arguments: str) -> str:
    return f"from corssim.cli.main import main; main({list(arguments)!r})"


def on_a_terminal(*arguments: str) -> str:
    return (
        "import io; from corssim.cli.main import main; from corssim.cli.environment import Environment; "
        "stdout = type('Terminal', (io.StringIO,), {'isatty': lambda self: True})(); "
        f"main({list(arguments)!r}, Environment(stdout=stdout, variables={{}}))"
    )


DRY_RUN = (
    "check",
    "https://api.example/x?a=b",
    "-X",
    "PUT",
    "-H",
    "X-A: 1",
    "--page",
    "https://app.example/",
    "--dry-run",
)


@pytest.mark.parametrize(
    ("code", "libraries", "packages"),
    [
        (command("--version"), SHELL - {"typing"}, {"corssim", "corssim.cli"}),
        (command(*DRY_RUN), SHELL | {"ada_url"}, ENGINE | {"corssim", "corssim.cli", "corssim.report"}),
        (
            on_a_terminal(*DRY_RUN),
            SHELL | {"ada_url", "random", "rich"},
            ENGINE | {"corssim", "corssim.cli", "corssim.report"},
        ),
        (
            command("explain", "preflight"),
            SHELL,
            {"corssim", "corssim.cli", "corssim.diagnosis", "corssim.diagnosis.explanations", "corssim.fetch"}
            | {"corssim.report"},
        ),
        (
            command("explain", "allow-origin-missing"),
            SHELL,
            {"corssim", "corssim.cli", "corssim.diagnosis", "corssim.diagnosis.explanations", "corssim.fetch"}
            | {"corssim.report"},
        ),
        ("import corssim; corssim.Browser", {"ada_url", "re", "typing"}, ENGINE | STATE | {"corssim"}),
        (
            "import corssim; corssim.Browser(mounts={'https://a.example': corssim.MockServer()})",
            {"ada_url", "re", "typing"},
            ENGINE | STATE | {"corssim", "corssim.server"},
        ),
    ],
    ids=[
        "--version",
        "a dry run",
        "a dry run in colour",
        "explain a topic",
        "explain a reason",
        "the name Browser",
        "a Browser over a mock",
    ],
)
def test_what_a_start_loads(code: str, libraries: set[str], packages: set[str]) -> None:
    assert loaded(code) == (libraries, packages)


_NOT_ENTERED = (
    "corssim.browser.default_page",
    "corssim.browser.document_resources",
    "corssim.browser.element_responses",
    "corssim.browser.http_cache",
    "corssim.browser.loaded_resources",
    "corssim.browser.memory_cache",
    "corssim.browser.session",
    "corssim.cli.of_browsers",
    "corssim.fetch.after_redirects",
    "corssim.fetch.authentication_entry",
    "corssim.fetch.authentication_events",
    "corssim.fetch.content_security_policy",
    "corssim.fetch.connection_allowlist",
    "corssim.fetch.cookie_events",
    "corssim.fetch.cookies",
    "corssim.fetch.events",
    "corssim.fetch.http_authentication",
    "corssim.fetch.http_cache_conditions",
    "corssim.fetch.http_cache_directives",
    "corssim.fetch.https_first",
    "corssim.fetch.insecure_forms",
    "corssim.fetch.integrity_policy",
    "corssim.fetch.keepalive",
    "corssim.fetch.kept_resources",
    "corssim.fetch.location",
    "corssim.fetch.opaque_response_blocking",
    "corssim.fetch.page_events",
    "corssim.fetch.permissions_policy",
    "corssim.fetch.port_blocking",
    "corssim.fetch.ports",
    "corssim.fetch.redirects",
    "corssim.fetch.scheme_responses",
    "corssim.fetch.settings",
    "corssim.fetch.storage_access",
    "corssim.fetch.timing",
    "corssim.fetch.upgrade_events",
    "corssim.report.comparison",
    "corssim.report.exchange_steps",
    "corssim.report.rare_steps",
    "corssim.report.script_steps",
    "corssim.report.terminal",
    "corssim.report.timeline",
)


def test_a_plain_dry_run_enters_no_room_that_cannot_apply() -> None:
    code = (
        f"{command(*DRY_RUN)}; entered = [name for name in {_NOT_ENTERED!r} if name in sys.modules]; assert not entered"
    )
    loaded(code)


def test_the_command_looks_for_no_translations_of_its_flags() -> None:
    code = "import sys; sys.argv[1:] = ['check', 'https://api.example/x', '--dry-run']; import atexit; "
    code += "atexit.register(lambda: sys.stderr.write(f\"LOCALE {'locale' in sys.modules}\")); "
    code += "from corssim.cli.process import command; command()"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stderr.endswith("LOCALE False")


def test_the_pytest_plugin_loads_nothing_until_it_is_used() -> None:
    libraries, packages = loaded("import corssim.testing.plugin", before="import pytest")
    assert libraries == set()
    assert packages == {"corssim", "corssim.testing"}


@pytest.fixture
def url() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_what_a_live_check_loads(url: str) -> None:
    """The system's sockets; no client around them, no files of settings, no public suffixes."""
    libraries, packages = loaded(command("check", url))
    assert {"socket", "ada_url"} <= libraries
    assert not libraries & {
        "anyio",
        "certifi",
        "email",
        "h11",
        "http",
        "httpcore",
        "httpx",
        "importlib.resources",
        "inspect",
        "logging",
        "msgspec",
        "publicsuffixlist",
        "regex",
        "rfc3986",
        "rich",
        "tomllib",
    }
    assert {"corssim.browser.transports", "corssim.console", "corssim.diagnosis.fixes"} <= packages
    assert not packages & {"corssim.deviations", "corssim.scenario", "corssim.server", "corssim.testing"}
