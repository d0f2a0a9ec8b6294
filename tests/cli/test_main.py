"""The command line as a whole: help, version, mistakes in one line, Ctrl-C, pipes that close, colour."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from corssim import __version__
from corssim.cli import main as main_module
from corssim.cli.environment import Environment, ExitStatus
from corssim.cli.main import COMMANDS, main
from corssim.report.lines import Line, Span

from .running import Terminal, corssim

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://api.example/items"


def test_the_version_is_told() -> None:
    assert corssim("--version").out == f"corssim {__version__}\n"


def test_help_names_every_command_and_the_exit_statuses() -> None:
    ran = corssim("--help")
    assert ran.status == 0
    assert all(f"    {name}" in ran.out for name in COMMANDS)
    assert "3 the network failed" in ran.out.replace("\n", " ")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_of_its_own(command: str) -> None:
    ran = corssim(command, "--help")
    assert ran.status == 0
    assert ran.out.startswith(f"usage: corssim {command} ")


def test_without_a_command_there_is_help_and_a_status_of_usage() -> None:
    ran = corssim()
    assert ran.status == ExitStatus.USAGE
    assert ran.out.startswith("usage: corssim")


MISTAKES = {
    "unknown command": (["frobnicate"], "invalid choice: 'frobnicate'"),
    "unknown flag": (["check", URL, "--frobnicate"], "unrecognized arguments: --frobnicate"),
    "no URL": (["check"], "give a URL, or a curl command"),
    "a URL without a scheme": (["check", "api.example", "--dry-run"], "'api.example' is not a URL"),
    "a page without a scheme": (["check", URL, "--page", "app.example", "--dry-run"], "'app.example' is not a URL"),
    "a method that is no token": (["check", URL, "-X", "P UT", "--dry-run"], "'P UT' is not a method"),
    "a forbidden method": (["check", URL, "-X", "TRACE", "--dry-run"], "script may not use the method TRACE"),
    "a header without a colon": (["check", URL, "-H", "X-A", "--dry-run"], "'X-A' is no header"),
    "a header with a line break": (["check", URL, "-H", "X-A: a\nb", "--dry-run"], "holds a line break"),
    "a header name that is none": (["check", URL, "-H", "X A: 1", "--dry-run"], "'X A' is not a header name"),
    "a GET with a body": (["check", URL, "-X", "GET", "-d", "a", "--dry-run"], "cannot have a body"),
    "an unknown browser": (["check", URL, "--browser", "netscape", "--dry-run"], "'netscape' is no browser"),
    "a timeout of nothing": (["check", URL, "--timeout", "0"], "'0' is no number of seconds above 0"),
    "a timeout past any clock": (
        ["check", URL, "--timeout", "9" * 30],
        "is no number of seconds above 0 and up to 86400",
    ),
    "a size that is none": (["check", URL, "--max-body", "big"], "'big' is no number of bytes"),
    "a proxy that is none": (["check", URL, "--proxy", "here"], "proxy: 'here' is no URL of a proxy"),
    "a body file that is not there": (["check", URL, "-d", "@/nowhere", "--dry-run"], "/nowhere cannot be read"),
    "a cookie that is none": (["check", URL, "--cookie", "abc", "--dry-run"], "what is given is no cookie"),
    "a cookie that browsers refuse": (
        ["check", URL, "--cookie", "__Host-a=1; Path=/x", "--dry-run"],
        "browsers refuse '__Host-a'",
    ),
    "a header for an image": (["check", URL, "--api", "img", "-H", "A: b", "--dry-run"], "-H goes with --api fetch"),
    "a redirect mode for XHR": (
        ["check", URL, "--api", "xhr", "--redirect", "error", "--dry-run"],
        "--redirect goes with --api fetch",
    ),
    "crossorigin for fetch": (
        ["check", URL, "--crossorigin", "anonymous", "--dry-run"],
        "--crossorigin goes with an element",
    ),
    "a scenario that is not there": (["run", "/nowhere.toml"], "/nowhere.toml: no such file or folder"),
    "an app that is not there": (["run", ".", "--app", "https://a.example=nowhere:app"], "nowhere:app cannot be"),
    "an app without a module": (["run", ".", "--app", "nowhere"], "is not ORIGIN=MODULE:APP"),
    "an origin of nonsense": (["origin", "nonsense"], "'nonsense' is not a URL"),
    "an unknown reason": (["explain", "allow-orgin-missing"], "did you mean allow-origin-missing"),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_gets_one_clear_line(arguments: list[str], message: str) -> None:
    ran = corssim(*arguments)
    assert (ran.status, ran.out) == (ExitStatus.USAGE, "")
    assert message in ran.err
    assert ran.err.startswith("corssim: error: ")
    assert ran.err.count("\n") == 1


SECRETS = {
    "a URL that does not parse": ["origin", "https://user:S3cret@bad host/?token=S3cret"],
    "a proxy of no kind": ["check", URL, "--proxy", "bad://u:S3cret@127.0.0.1:1"],
    "a header without a colon": ["check", URL, "-H", "Authorization Bearer S3cretS3cret"],
    "a flag that there is not": ["check", URL, "--tokn=S3cret"],
    "a cookie without a name": ["check", URL, "--cookie", "S3cret", "--dry-run"],
    "an audit's cookie without a name": ["audit", URL, "--cookie", "S3cret", "--yes"],
}


@pytest.mark.parametrize("arguments", SECRETS.values(), ids=SECRETS)
def test_a_mistake_does_not_repeat_a_secret(arguments: list[str]) -> None:
    ran = corssim(*arguments)
    assert ran.status == ExitStatus.USAGE
    assert ran.err.startswith("corssim: error: ")
    assert "S3cret" not in ran.err


def test_a_scenario_with_a_misspelt_key_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('title = "t"\npage = "https://app.example/"\n\n[[step]]\nfetch = "/"\nexpect.verdct = "readable"\n')
    ran = corssim("run", str(path))
    assert ran.status == ExitStatus.USAGE
    assert f"{path}:6: step[1].expect.verdct: unknown key; did you mean verdict?" in ran.err


def test_ctrl_c_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main_module, "_main", interrupted)
    ran = corssim("check", URL)
    assert (ran.status, ran.err) == (130, "corssim: interrupted\n")


def test_a_reader_that_has_gone_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(main_module, "_main", closed)
    assert corssim("explain").status == 0


def test_completion_is_printed_for_a_shell() -> None:
    out = corssim("--print-completion", "bash").out
    assert "corssim" in out
    assert "--dry-run" in out


def test_colour_is_for_terminals_and_not_under_no_color() -> None:
    assert "\x1b[" in corssim("check", URL, "--dry-run", terminal=True).out
    assert "\x1b[" not in corssim("check", URL, "--dry-run", terminal=True, variables={"NO_COLOR": "1"}).out
    assert "\x1b[" not in corssim("check", URL, "--dry-run", terminal=True, variables={"TERM": "dumb"}).out
    assert "\x1b[" not in corssim("check", URL, "--dry-run").out


@pytest.mark.parametrize(
    "spans",
    [
        (),
        (Span("plain"), Span(" bold", "bold"), Span(" dim ", "dim")),
        (Span("padded  ", "green"), Span("   ")),
        (Span("   "), Span("", "red")),
        (Span("red", "red"), Span("and red", "red"), Span("[bold]no markup[/bold]", "yellow")),
        (Span("→ ü 漢字", "bold red"),),
    ],
    ids=["nothing", "styles", "blanks at the end", "only blanks", "brackets", "other scripts"],
)
def test_colours_are_those_that_rich_writes(spans: tuple[Span, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console
    from rich.text import Text

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    written, expected = Terminal(), io.StringIO()
    Environment(stdout=written, variables={}).write_lines([Line(spans)])
    text = Text.assemble(*((span.text, span.style) for span in spans))
    text.rstrip()
    Console(file=expected, force_terminal=True, highlight=False).print(text, soft_wrap=True)
    assert written.getvalue() == expected.getvalue()


def test_brackets_are_no_markup_in_colour() -> None:
    ran = corssim("check", URL, "--dry-run", "-H", "X-A: [bold]x[/bold] :smile:", terminal=True)
    assert "[bold]x[/bold] :smile:" in ran.out


class Narrow(Terminal):
    """A stream that cannot encode everything."""

    encoding = "ascii"


def test_a_stream_that_knows_ascii_alone_gets_ascii() -> None:
    out = Narrow()
    status = main(
        ["check", "http://a.example/", "--page", "https://b.example/", "--dry-run"],
        Environment(stdout=out, variables={"NO_COLOR": "1"}),
    )
    assert status == 1
    assert out.getvalue().isascii()
    assert "x mixed-content" in out.getvalue()


def test_help_goes_to_the_streams_it_was_given(capsys: pytest.CaptureFixture[str]) -> None:
    out = io.StringIO()
    assert main(["check", "--help"], Environment(stdout=out)) == 0
    assert out.getvalue()
    assert capsys.readouterr().out == ""


def as_process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    code = "import sys; from corssim.cli.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_as_a_process_it_gives_its_exit_status() -> None:
    ran = as_process("check", URL, "--dry-run", "-X", "PUT")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("DRY RUN PUT https://api.example/items from https://app.example\n")
    assert as_process("check").returncode == 2


def test_a_dry_run_loads_neither_httpx_nor_rich_nor_the_suffix_list() -> None:
    code = (
        "import sys; from corssim.cli.main import main; "
        f"main(['check', {URL!r}, '--dry-run', '-X', 'PUT', '-H', 'X-A: 1']); "
        "print(sorted({'httpx', 'rich', 'msgspec', 'publicsuffixlist', 'rfc3986', 'asyncio', 'ssl', 'json', "
        "'dataclasses', 'inspect'} "
        "& set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.endswith("[]\n")


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_ctrl_c_while_it_waits_for_a_server() -> None:
    import socket

    code = "import sys; from corssim.cli.main import main; sys.exit(main())"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-c", code, "check", f"http://127.0.0.1:{port}/"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        connection, _ = server.accept()
        with connection:
            connection.recv(1)  # it has sent its request, and waits
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "corssim: interrupted\n")
