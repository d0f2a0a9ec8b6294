"""What a reader makes of what someone has in hand: a page, a request, answers; and what it had to guess."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from ...browser.default_page import default_page
from ...errors import UsageError
from ...url import parse_url
from ..model import PageTable, Scenario
from ..origins import is_same_origin

if TYPE_CHECKING:
    from ..model import AnyStep, RuleTable

__all__ = [
    "Guess", "NotKnown", "Reading", "Sure", "UnreadableSource", "default_page_for", "define_flag", "is_same_origin",
]  # fmt: skip

Sure = Literal["likely", "guess"]


class UnreadableSource(UsageError):
    """Text that is none of what can be read, or that breaks off. One line: what, where, what to do."""


class Guess(NamedTuple):
    """Something that the source does not say: what, the value that stands in, how sure it is, and why."""

    what: str
    value: str
    sure: Sure
    why: str


class NotKnown(NamedTuple):
    """An expression of the source whose value is not in there: where it stands, and the flag that gives it."""

    name: str
    where: str
    flag: str


def define_flag(name: str) -> str:
    """The flag that gives a value to a name of the source, as a shell takes it."""
    if all(character.isalnum() or character in "_.-$" for character in name):
        return f"--define {name}=…"
    return f"--define '{name}=…'" if "'" not in name else f'--define "{name}=…"'


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One request as it was read, with the answers that were read beside it.

    `page` is None where nothing tells it, `step` None where the source holds answers alone. `further` are the other
    requests of the source. `cookies` are NAME=VALUE pairs that the browser has for the request's URL. `passed_over`
    names what means nothing to a browser, `missing` what would be needed to decide.
    """

    kind: str
    step: AnyStep | None = None
    page: PageTable | None = None
    url: str = ""
    method: str = "GET"
    mode: str = "cors"
    credentials: str = "same-origin"
    cookies: tuple[str, ...] = ()
    rules: tuple[RuleTable, ...] = ()
    further: tuple[Reading, ...] = ()
    guessed: tuple[Guess, ...] = ()
    passed_over: tuple[str, ...] = ()
    not_known: tuple[NotKnown, ...] = ()
    missing: tuple[str, ...] = ()

    def with_page(self, url: str) -> Reading:
        """The same from a page that someone else tells: nothing about it is guessed any more."""
        return replace(
            self,
            page=PageTable(url=url),
            guessed=tuple(guess for guess in self.guessed if guess.what != "page"),
            not_known=tuple(unknown for unknown in self.not_known if unknown.where != "page"),
        )

    def scenario(self, title: str = "") -> Scenario:
        """The reading as a scenario. The page must be known, and the request."""
        assert self.page is not None
        assert self.step is not None
        return Scenario(
            title=title or f"{self.method} {self.url}",
            page=self.page,
            lesson="",
            browser="standard",
            rules=self.rules,
            steps=(self.step,),
        )


def default_page_for(url: str) -> str:
    """The page that asks for a URL where none is told."""
    return default_page(parse_url(url))
