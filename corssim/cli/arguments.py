"""The parser, and the kinds of argument that several commands take. A mistake is one line."""

from __future__ import annotations

import argparse

from ..errors import UsageError

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn, TextIO

_HELP_COLUMNS = 80
_DAY = 86_400
_UNKNOWN = "unrecognized arguments: "

_ALSO_TYPED = {
    "--origin": "--page",
    "--page": "--origin",
    "--from": "--page",
    "--method": "--request",
    "--verb": "--request",
    "--body": "--data-raw",
    "--with-credentials": "--credentials include",
    "--withCredentials": "--credentials include",
    "-I": "--request HEAD",
    "--head": "--request HEAD",
    "--engine": "--browser",
    "--profile": "--browser",
}
"""Flags that other programs have, or that one would look for, and those that are meant."""

PROFILE_NAMES = ("standard", "chromium", "firefox", "webkit")
"""What `--browser` takes besides `all` and the historic `ie11`."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` in place of printing and exiting, and prints help where told."""

    out: TextIO | None = None
    _checks_flags: argparse.HelpFormatter | None = None

    def _get_formatter(self) -> argparse.HelpFormatter:
        # Asked for with every flag that is added, whose metavar it checks; for help, one that holds nothing yet.
        if self._checks_flags is None:
            # Help is as wide as reports are; else the terminal would be asked for its width.
            self._checks_flags = self.formatter_class(prog=self.prog, width=_HELP_COLUMNS)  # type: ignore[call-arg]
        return self._checks_flags

    def format_usage(self) -> str:
        self._checks_flags = None
        return super().format_usage()

    def format_help(self) -> str:
        self._checks_flags = None
        return super().format_help()

    def error(self, message: str) -> NoReturn:
        near = self._nearest(message)
        if message.startswith(_UNKNOWN):
            # What was given to a flag that there is not may be a secret.
            words = message.removeprefix(_UNKNOWN).split()
            flags = [word.partition("=")[0] for word in words if _like_a_flag(word)]
            message = _UNKNOWN + " ".join(flags if _like_a_flag(words[0]) else words)
        raise UsageError(f"{message}{near} (see {self.prog} --help)")

    def _nearest(self, message: str) -> str:
        """ "; did you mean --x?" for a flag, a command or a value that there is not."""
        from difflib import get_close_matches

        if not message.startswith(_UNKNOWN):
            _, is_choice, choice = message.partition("invalid choice: ")
            if not is_choice:
                return ""
            typed, _, choices = choice.partition(" (choose from ")
            known = [each.strip("' )") for each in choices.split(",")]
            near = get_close_matches(typed.strip("'").lower(), known, n=1, cutoff=0.6)
            return f"; did you mean {near[0]}?" if near else ""
        typed = message.removeprefix(_UNKNOWN).split()[0].partition("=")[0]
        flags = self._flags()
        if typed.startswith(("https://", "http://")):
            return f"; did you mean --page {typed}?" if "--page" in flags else ""
        meant = _ALSO_TYPED.get(typed, "")
        if meant and meant.split()[0] in (*flags, *self._option_string_actions):
            return f"; did you mean {meant}?"
        bare = typed.lstrip("-\u2010\u2011\u2012\u2013\u2014\u2212/")  # dashes that word processors set
        if _like_a_flag(typed) and f"--{bare}" in flags:
            return f"; did you mean --{bare}?"
        near = get_close_matches(f"--{bare}", flags, n=1, cutoff=0.6) if typed.startswith("--") else []
        return f"; did you mean {near[0]}?" if near else ""

    def _flags(self) -> list[str]:
        """The long flags of this parser and of those of its commands that were loaded."""
        flags = [flag for flag in self._option_string_actions if flag.startswith("--")]
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                for command in action.choices.values():
                    flags += [flag for flag in command._option_string_actions if flag.startswith("--")]
        return list(dict.fromkeys(flags))

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(message, Parser.out or file)


def _like_a_flag(word: str) -> bool:
    return word[:1] in "-\u2010\u2011\u2012\u2013\u2014\u2212" or (word[:1] == "/" and word[1:].isalpha())


def browsers(names: Sequence[str] | None) -> list[str]:
    """The profiles that `--browser` flags ask for, in order, each once; `all` stands for all that are alive.

    Names may be joined by commas; case does not matter, and chrome, edge and safari are known.
    """
    from ..fetch.browsers import profile_named

    asked: list[str] = []
    for name in (each for given in names or ["standard"] for each in given.split(",")):
        asked += PROFILE_NAMES if name.strip().lower() == "all" else [_recorded_name(name)]
    for name in asked:
        try:
            profile_named(name)
        except UsageError as error:
            raise UsageError(f"--browser: {error} and all") from None
    return list(dict.fromkeys(asked))


def _recorded_name(name: str) -> str:
    if name in PROFILE_NAMES:
        return name
    from ..browser.also_called import recorded_name

    return recorded_name(name)


LANGUAGES = ("en", "ko")
"""The languages that the course and the explanations exist in."""


def add_language(parser: argparse.ArgumentParser) -> None:
    """The flag `--lang`."""
    parser.add_argument("--lang", choices=LANGUAGES, help="the language of texts; default: by LC_ALL or LANG, else en")


def add_software(parser: argparse.ArgumentParser) -> None:
    """The flag `--for`."""
    parser.add_argument(
        "--for",
        dest="software",
        metavar="SOFTWARE",
        help="write the fix as the configuration of this software: nginx, apache, express, fastapi, spring, s3, vite "
        "… (? lists them; without it, that of the answers' Server and the like, where they tell)",
    )


def software_of(arguments: argparse.Namespace) -> str | None:
    """The software that was asked for, by the name that its configuration is kept under. Raises UsageError."""
    if arguments.software is None:
        return None
    from ..diagnosis.snippets import SOFTWARE, software_named

    if arguments.software in ("?", "list", "help"):
        raise UsageError(f"--for takes {', '.join(SOFTWARE)}")
    return software_named(arguments.software)


def language_of(arguments: argparse.Namespace, variables: Mapping[str, str]) -> str:
    """The language that was asked for, or that of the locale as POSIX looks it up; English for all others."""
    if arguments.lang:
        return str(arguments.lang)
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := variables.get(name))), "")
    language = locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return language if language in LANGUAGES else "en"


def stand_ins(names: Sequence[str] | None) -> list[str]:
    """A sentence for each browser that was asked for and that another, recorded one answers for."""
    if not names:
        return []
    from ..browser.also_called import ALSO_CALLED
    from ..fetch.browsers import profile_named

    asked = dict.fromkeys(each.strip().lower() for given in names or () for each in given.split(","))
    return [
        f"{name}: {profile_named(stand_in.by).name} {profile_named(stand_in.by).version} stands for it. {stand_in.mind}"
        for name in asked
        if (stand_in := ALSO_CALLED.get(name)) is not None
    ]


def header(text: str) -> tuple[str, str]:
    """A header as curl takes it: `Name: value`, or `Name;` for an empty one."""
    name, colon, value = text.partition(":")
    if not colon and text.endswith(";"):
        return text[:-1], ""
    if not colon or not name.strip():
        words = text.split()
        shown = f"{words[0]} …" if len(words) > 1 else text  # what follows may be a secret
        raise UsageError(f"{shown!r} is no header; write it as 'Name: value'")
    return name.strip(), value.strip()


def positive_seconds(text: str) -> float:
    """A number of seconds above 0, up to a day: more than that no clock of the network takes."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _DAY:
        raise UsageError(f"{text!r} is no number of seconds above 0 and up to {_DAY}")
    return seconds


def size(text: str) -> int:
    """A number of bytes; K, M and G are powers of 1024."""
    units = {"k": 1024, "m": 1024**2, "g": 1024**3}
    number, unit = (text[:-1], units[text[-1].lower()]) if text[-1:].lower() in units else (text, 1)
    if not number.isdecimal() or int(number) == 0:
        raise UsageError(f"{text!r} is no number of bytes; write it as 1000, 64K or 10M")
    return int(number) * unit
