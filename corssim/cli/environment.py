"""What a command has around it: streams, a terminal or none, environment variables. Tests pass their own."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TextIO

    from ..report.lines import Line

_PLAIN_COLUMNS = 80
_NARROWEST, _WIDEST = 40, 100  # columns
_NO_TERMINALS = ("dumb", "unknown")
_ASCII = str.maketrans({"→": "->", "✓": "+", "✗": "x", "…": "...", "—": "-", "’": "'", "“": '"', "”": '"'})


class ExitStatus:
    """What a command's exit status says."""

    OK = 0
    """The fetch is readable; all scenarios pass."""
    NOT_READABLE = 1
    """The fetch is not readable; a scenario fails."""
    USAGE = 2
    """The command line, or a file that it names, cannot be understood; the output cannot be written."""
    NETWORK_FAILED = 3
    """The network failed, and CORS had no say."""
    COULD_NOT_TELL = 4
    """An audit that saw too little to judge; a browser that gave no answer."""
    INTERRUPTED = 130
    """Ctrl-C."""


class UnwritableOutput(Exception):
    """Nothing more can be written: a full disk, most often. No mistake of a command, which therefore meets none."""


class _Output:
    """A stream that raises UnwritableOutput where it cannot be written; that its reader has gone is BrokenPipeError."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        try:
            return self.stream.write(text)
        except OSError as error:
            raise _why_unwritable(error) from error

    def flush(self) -> None:
        try:
            self.stream.flush()
        except OSError as error:
            raise _why_unwritable(error) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _why_unwritable(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    return UnwritableOutput(f"the output cannot be written: {error.strerror or error}")


class Environment:
    """Where a command reads and writes: this process's streams unless others are given.

    Colour only on a terminal, and not under NO_COLOR.
    """

    def __init__(
        self,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.stdin = stdin or sys.stdin or _nowhere("r")
        self._output = _Output(stdout or sys.stdout or _nowhere("w"))
        self.stdout: TextIO = self._output  # type: ignore[assignment]
        self.stderr = stderr or sys.stderr or _nowhere("w")
        self.variables: Mapping[str, str] = os.environ if variables is None else variables

    @property
    def colour(self) -> bool:
        """https://no-color.org/"""
        return (
            self.stdout.isatty()
            and not self.variables.get("NO_COLOR")
            and self.variables.get("TERM") not in _NO_TERMINALS
        )

    @property
    def columns(self) -> int:
        """How wide a report may be: what COLUMNS says, where someone exported it, or the terminal; 80 without one."""
        told = self.variables.get("COLUMNS", "")
        if told.isascii() and told.isdecimal():
            return max(_NARROWEST, min(int(told[:9]) or _PLAIN_COLUMNS, _WIDEST))
        if not self.stdout.isatty():
            return _PLAIN_COLUMNS
        try:
            columns = os.get_terminal_size(self.stdout.fileno()).columns
        except (OSError, ValueError):
            return _PLAIN_COLUMNS
        return max(_NARROWEST, min(columns or _PLAIN_COLUMNS, _WIDEST))

    def write_lines(self, lines: Iterable[Line]) -> None:
        """Write a report, in colour where there is a terminal for it."""
        if self.colour:
            _write_coloured(lines, self.stdout)
            return
        for line in lines:
            self.write(line.plain())

    def write(self, text: str = "") -> None:
        """Write a line that holds nothing but our own words."""
        self.stdout.write(_encodable(text, self.stdout) + "\n")

    def write_json(self, document: Mapping[str, object]) -> None:
        """Write one JSON document."""
        import json

        self.write(json.dumps(document, indent=2))

    def error(self, message: str) -> None:
        """Tell a mistake or a progress, on standard error, in one line."""
        from ..report.safe_text import safe

        try:
            self.stderr.write(_encodable(f"corssim: {safe(message, 2000)}", self.stderr) + "\n")
            self.stderr.flush()
        except OSError:  # nobody is there to be told; the exit status tells it still
            _give_up(self.stderr)

    def give_up_output(self) -> None:
        """Let what is written from now on, and what waits to be, go nowhere."""
        _give_up(self._output.stream)


def _nowhere(mode: str) -> TextIO:
    """What stands in for a stream of a process that was started without."""
    stream: TextIO = open(os.devnull, mode)  # type: ignore[assignment]  # noqa: SIM115
    return stream


def _give_up(stream: TextIO) -> None:
    if stream in (sys.stdout, sys.stderr):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _encodable(text: str, stream: TextIO) -> str:
    """The text as the stream's encoding can have it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.translate(_ASCII)
    return text


def _write_coloured(lines: Iterable[Line], stream: TextIO) -> None:
    if os.name == "nt":
        _write_on_a_windows_console(lines, stream)
        return
    # The styles alone: a console of rich, which would write the very same, takes four times as long to load.
    from rich.style import Style

    for line in lines:
        spans = [(_encodable(span.text, stream), span.style) for span in line.spans]
        while spans and not spans[-1][0].rstrip():
            spans.pop()
        if spans:
            spans[-1] = (spans[-1][0].rstrip(), spans[-1][1])
        stream.write("".join(Style.parse(style).render(text) for text, style in spans) + "\n")


def _write_on_a_windows_console(lines: Iterable[Line], stream: TextIO) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, emoji=False)
    for line in lines:
        # Text, never markup: what a server wrote in brackets stays in brackets.
        text = Text.assemble(*((_encodable(span.text, stream), span.style) for span in line.spans))
        text.rstrip()
        console.print(text, soft_wrap=True)
