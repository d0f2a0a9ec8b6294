"""`corssim`: the commands, and what becomes of their mistakes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from .. import __version__
from ..errors import CorssimError
from . import check, explain, origin, run
from .arguments import Parser
from .environment import Environment, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (check, run, origin, explain)
_SHELLS = ("bash", "zsh", "tcsh")
_ABOUT = "The browser's half of CORS: will this fetch be blocked, why, and what would mend it."
_EXIT_STATUS = (
    "exit status: 0 readable (all scenarios pass), 1 not readable (a scenario fails), 2 usage, "
    "3 the network failed, 130 Ctrl-C"
)


def build_parser() -> Parser:
    """The whole command line."""
    parser = Parser(prog="corssim", description=_ABOUT, epilog=_EXIT_STATUS)
    parser.add_argument("--version", action="version", version=f"corssim {__version__}")
    parser.add_argument("--print-completion", choices=_SHELLS, metavar="SHELL", help="print completion for a shell")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", parser_class=Parser)
    for command in _COMMANDS:
        name = command.__name__.rpartition(".")[2]
        about = command.ABOUT
        added = commands.add_parser(name, help=about, description=about, epilog=_EXIT_STATUS)
        command.add_arguments(added)
        added.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None, environment: Environment | None = None) -> int:
    """Run one command; give its exit status."""
    around = environment or Environment()
    Parser.out = None
    try:
        return _main(sys.argv[1:] if argv is None else argv, around)
    except CorssimError as error:
        around.error(f"error: {error}")
        return ExitStatus.USAGE
    except KeyboardInterrupt:
        around.error("interrupted")
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        # Whoever read this has seen enough. Nothing more may be written at exit either.
        _silence(around)
        return ExitStatus.OK


def _main(argv: Sequence[str], environment: Environment) -> int:
    parser = build_parser()
    if environment.stdout is not sys.stdout:
        Parser.out = environment.stdout
    try:
        arguments = parser.parse_args(argv)
    except SystemExit as done:
        return int(done.code or 0)
    finally:
        Parser.out = None
    if arguments.print_completion:
        import shtab

        environment.write(shtab.complete(parser, arguments.print_completion))
        return ExitStatus.OK
    if arguments.command is None:
        environment.stdout.write(parser.format_help())
        return ExitStatus.USAGE
    status: int = arguments.run(arguments, environment)
    environment.stdout.flush()
    return status


def _silence(environment: Environment) -> None:
    if environment.stdout is sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
