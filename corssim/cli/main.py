"""`corssim`: the commands, and what becomes of their mistakes. A command's module is loaded when it is asked for."""

from __future__ import annotations

import sys
from importlib import import_module

from .. import __version__
from ..errors import CorssimError, UsageError
from ..masking import mask_text
from .arguments import Parser
from .environment import Environment, ExitStatus, UnwritableOutput

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

COMMANDS = {
    "check": "make one fetch as a browser does, and tell what script would see and why",
    "har": "tell what browsers make of recorded exchanges (HAR files), beside what happened",
    "replay": "tell which recorded requests break when a policy, a page or a browser changes",
    "run": "run scenarios and tell which came out as they say",
    "verify": "run scenarios in a browser that is installed here, beside what is predicted",
    "lab": "open a page that shows a prediction beside what your own browser does",
    "new": "write a scenario to start from, with comments",
    "schema": "print the JSON Schema of scenario files, for editors",
    "origin": "tell the origin of a URL, or whether two URLs are same origin and same site",
    "explain": "explain a reason, a topic, or a line pasted from a browser's console",
    "audit": "ask a server of yours which CORS policy it shows, and name what is dangerous in it",
    "browsers": "tell where the recorded browsers leave the standard, all of it or one set of rules",
}
"""The commands, each with a module of its name."""

_SHELLS = ("bash", "zsh", "tcsh")
_ABOUT = "The browser's half of CORS: will this fetch be blocked, why, and what would mend it."
_EXIT_STATUS = (
    "exit status: 0 readable (all scenarios pass), 1 not readable (a scenario fails), 2 usage, "
    "3 the network failed, 4 an audit or a browser could not tell, 130 Ctrl-C"
)


def build_parser(only: str | None = None, *, alone: bool = False) -> Parser:
    """The command line; with `only`, the flags of that command alone ("": of none); with `alone` no other command."""
    parser = Parser(prog="corssim", description=_ABOUT, epilog=_EXIT_STATUS)
    parser.add_argument("--version", action="version", version=f"corssim {__version__}")
    parser.add_argument("--print-completion", choices=_SHELLS, metavar="SHELL", help="print completion for a shell")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", prog="corssim")
    for name, about in ({only: COMMANDS[only]} if only and alone else COMMANDS).items():
        command = commands.add_parser(name, help=about, description=_described(name), epilog=_EXIT_STATUS)
        if only is None or only == name:
            import_module(f".{name}", __package__).add_arguments(command)
    return parser


def _described(name: str) -> str:
    return f"{COMMANDS[name].capitalize()}."


def main(argv: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run one command; give its exit status."""
    around = environment or Environment()
    try:
        status = _told(sys.argv[1:] if argv is None else argv, around)
        around.stdout.flush()
    except BrokenPipeError:
        # Whoever read this has seen enough. Nothing more may be written at exit either.
        around.give_up_output()
        return ExitStatus.OK
    except UnwritableOutput as error:
        around.give_up_output()
        around.error(f"error: {error}")
        return ExitStatus.USAGE
    return status


def _told(argv: Sequence[str], environment: Environment) -> int:
    """Run one command, and tell its user's mistakes in a line."""
    try:
        return _main(argv, environment)
    except CorssimError as error:
        environment.error(f"error: {mask_text(str(error))}")
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        environment.error("interrupted")
        return ExitStatus.INTERRUPTED


def _refuse_no_command(first: str, argv: Sequence[str]) -> None:
    """Say how a check begins, or help is asked for, where the first word is no command."""
    if first in ("curl", "wget", "http", "xh") or (first == "check" and "curl" in argv[1:2]):
        raise UsageError("put the whole command in quotes: corssim check 'curl …', or give it to corssim check -")
    if "://" in first or first.startswith(("localhost:", "127.0.0.1")):
        raise UsageError(f"{first!r} is no command; did you mean corssim check {first}?")
    if first == "help":
        asked = argv[1] if len(argv) > 1 and argv[1] in COMMANDS else ""
        raise UsageError(f"'help' is no command; it is corssim {asked and asked + ' '}--help")


def _parsed(argv: Sequence[str]) -> argparse.Namespace:
    """What the command line says. A command's own parser reads its flags; what it does not know is for all to tell."""
    if argv and (argv[0] not in COMMANDS or "curl" in argv[1:2]):
        _refuse_no_command(argv[0], argv)
    if argv and argv[0] in COMMANDS:
        own = Parser(prog=f"corssim {argv[0]}", description=_described(argv[0]), epilog=_EXIT_STATUS)
        import_module(f".{argv[0]}", __package__).add_arguments(own)
        arguments, unknown = own.parse_known_args(argv[1:])
        if not unknown:
            arguments.command, arguments.print_completion = argv[0], None
            return arguments
    first = next((argument for argument in argv if not argument.startswith("-")), None)
    return build_parser(only=first or "", alone=argv[0] in COMMANDS if argv else False).parse_args(argv)


def _main(argv: Sequence[str], environment: Environment) -> int:
    Parser.out = environment.stdout
    try:
        arguments = _parsed(argv)
    except SystemExit as done:
        return int(done.code or 0)
    finally:
        Parser.out = None
    if arguments.print_completion:
        import shtab

        environment.write(shtab.complete(build_parser(), arguments.print_completion))
        return ExitStatus.OK
    if arguments.command is None:
        environment.stdout.write(build_parser(only="").format_help())
        return ExitStatus.USAGE
    status: int = import_module(f".{arguments.command}", __package__).run(arguments, environment)
    return status
