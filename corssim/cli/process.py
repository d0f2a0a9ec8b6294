"""`corssim` as a process of its own: the command, from its first import to its end."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def command() -> NoReturn:
    """Run the command line of this process, and end it with the command's exit status."""
    import _signal as signal  # type: ignore[import-not-found]  # what `signal` stands on, which takes longer to import

    # Until the command is there to end in order, for an interrupted import would be a traceback.
    is_told_of_interrupts = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_told_of_interrupts:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Looking for garbage while modules load is a tenth of a short command.
    gc.set_threshold(200_000, 10, 10)
    from .own_modules import find_own_modules_at_once

    find_own_modules_at_once()
    _leave_the_parsers_words_as_they_are()
    from .main import main

    if is_told_of_interrupts:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    status = main()
    if not _leaves_work_behind():
        _end_at_once(status)
    sys.exit(status)


def _leave_the_parsers_words_as_they_are() -> None:
    """Have argparse ask for no translation of its words: there is none, and to load what would look for one is a
    fortieth of a dry run."""
    if "gettext" in sys.modules or "argparse" in sys.modules:
        return
    untranslated: Any = type(sys)("gettext")
    untranslated.gettext = str
    untranslated.ngettext = lambda one, several, number: one if number == 1 else several
    sys.modules["gettext"] = untranslated
    try:
        import argparse  # noqa: F401
    finally:
        del sys.modules["gettext"]  # whoever else asks for it gets the library's


def _leaves_work_behind() -> bool:
    """Does something expect that the interpreter ends step by step? Other threads, debuggers and profilers do."""
    threading = sys.modules.get("threading")
    return bool(sys.gettrace() or sys.getprofile() or (threading is not None and threading.active_count() > 1))


def _end_at_once(status: int) -> None:
    """End the process after its output and its exit handlers, and leave all that it holds to the operating system.

    Python would take it apart, object by object: half as long as a bare interpreter takes in all. Returns if what an
    exit handler printed cannot be written: then the interpreter says so at its own end.
    """
    import atexit

    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:  # a process may be started without
                stream.flush()
    except (OSError, ValueError):
        return
    os._exit(status)
