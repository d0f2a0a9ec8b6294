"""How far long work has come."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .environment import Environment


@contextmanager
def progress(total: int, environment: Environment, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A bar on standard error, where that is a terminal."""
    if quiet or not environment.stderr.isatty() or not environment.colour:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    console = Console(file=environment.stderr, markup=False, highlight=False, emoji=False)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)

        def advance(title: str) -> None:
            from ..masking import mask_text
            from ..report.safe_text import safe

            bar.update(task, advance=1, description=safe(mask_text(title)))

        yield advance
