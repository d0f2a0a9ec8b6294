"""What is changed: answers of servers, a server's policy, where pages are, what they send, and browsers' settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from ..browser.surroundings import checked_permissions
from ..errors import CorssimError, UsageError
from ..fetch.browsers import profile_named
from ..fetch.settings import BrowserSettings, LocalNetworkAccess, ThirdPartyCookies
from ..named_file import not_waiting
from ..origin import url_origin
from ..scenario.model import PolicyTable  # noqa: TC001  (msgspec reads the annotations)
from ..scenario.servers import cors_policy
from ..toml_text import toml_of
from ..url import parse_url, require_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..server.cors_policy import CorsPolicy

_LARGEST = 1_000_000  # bytes of a change file
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_OF_A_VALUE = re.compile(r"[\0\r\n]|[^\x00-\xff]")


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class AnswersTable(_Table, frozen=True, kw_only=True):
    """Headers of answers: those that `set` names stand in place of the server's own ("" or `remove`: there is none).

    `url` is a pattern: a URL in which `*` stands for anything. `{origin}` in a value stands for who asks. `preflights`:
    True or False where only the answers to preflights, or only the others, are meant. `status` is another status.
    """

    url: str
    set: dict[str, str] = {}
    remove: list[str] = []
    preflights: bool | None = None
    status: int | None = msgspec.field(default=None)


class ServerTable(_Table, frozen=True, kw_only=True):
    """A server whose CORS headers are those of a policy from now on."""

    origin: str
    policy: PolicyTable


class RequestsTable(_Table, frozen=True, kw_only=True):
    """Headers that the page's script adds to what it fetches from URLs of a pattern (absent: from everywhere)."""

    add: dict[str, str]
    url: str = "*"


class PagesTable(_Table, frozen=True, kw_only=True):
    """Pages that move to another origin; without `move` all do."""

    to: str
    move: str = "*"


class ChangeTable(_Table, frozen=True, kw_only=True):
    """A change file. Every part is optional."""

    title: str = ""
    answers: list[AnswersTable] = []
    server: list[ServerTable] = []
    requests: list[RequestsTable] = []
    pages: list[PagesTable] = []
    browser: str | None = None
    third_party_cookies: ThirdPartyCookies | None = None
    local_network_access: LocalNetworkAccess | None = None
    https_first: bool | None = None
    permissions: dict[str, str] = {}


@dataclass(frozen=True)
class Change:
    """What is other than when the traffic was recorded. Made by `read_change` or `Change.of`; it can be pickled."""

    table: ChangeTable = field(default_factory=ChangeTable)

    @classmethod
    def of(cls, description: dict[str, Any]) -> Change:
        """From what a change file holds. Raises `UsageError`: which key, and what it can be."""
        try:
            change = cls(msgspec.convert(description, ChangeTable))
        except msgspec.ValidationError as error:
            raise UsageError(f"no change can be made of this: {error}") from error
        change._check()
        return change

    def _check(self) -> None:
        for answers in self.table.answers:
            for name, value in (*answers.set.items(), *((name, "") for name in answers.remove)):
                _check_header(f"answers of {answers.url}", name, value)
            if answers.status is not None and not 200 <= answers.status <= 599:
                raise UsageError(f"answers of {answers.url}: the status {answers.status} is none; give 200 to 599")
        for requests in self.table.requests:
            for name, value in requests.add.items():
                _check_header(f"requests to {requests.url}", name, value)
        for pages in self.table.pages:
            require_url(pages.to)
        if self.table.browser is not None:
            profile_named(self.table.browser)
        checked_permissions(self.table.permissions)
        _ = self.policies, self.settings

    @property
    def touches_all(self) -> bool:
        """Whether more is changed than what some servers answer and are asked."""
        table = self.table
        return bool(
            table.pages
            or table.browser
            or table.permissions
            or table.third_party_cookies is not None
            or table.local_network_access is not None
            or table.https_first is not None
        )

    @property
    def is_of_networks(self) -> bool:
        """Whether it says what may reach into a local network."""
        return self.table.local_network_access is not None or bool(self.table.permissions)

    def touches(self, url: str) -> bool:
        """Report whether a request to this URL, or its answer, can be another one."""
        return self.touches_all or self._touched(url)

    @cached_property
    def policies(self) -> dict[str, CorsPolicy]:
        """The policies by the serialised origins of their servers. Raises `UsageError`."""
        policies = {}
        for server in self.table.server:
            url = require_url(server.origin)
            try:
                policies[url_origin(url).serialized] = cors_policy(server.policy)
            except CorssimError as error:
                raise UsageError(f"the policy of {server.origin}: {error}") from error
        return policies

    @cached_property
    def settings(self) -> BrowserSettings:
        """What users have set in their browsers."""
        table = self.table
        return BrowserSettings(table.third_party_cookies, table.local_network_access, table.https_first)

    @cached_property
    def answers(self) -> list[tuple[Callable[[str], object], AnswersTable]]:
        """The rewritings with what says whether they are for a URL."""
        return [(_pattern(each.url), each) for each in self.table.answers]

    @cached_property
    def added(self) -> list[tuple[Callable[[str], object], tuple[tuple[str, str], ...]]]:
        """The headers that pages add, with what says whether they do so for a URL."""
        return [(_pattern(each.url), tuple(each.add.items())) for each in self.table.requests]

    def added_to(self, url: str) -> tuple[tuple[str, str], ...]:
        """The headers that a page's script adds to a request for this URL."""
        return tuple(pair for matches, pairs in self.added if matches(url) for pair in pairs)

    def page(self, url: str) -> str:
        """Where a page is then."""
        for matches, to in self._moves:
            if matches(url) or matches(url.rstrip("/")):
                return to
        return url

    @cached_property
    def _moves(self) -> list[tuple[Callable[[str], object], str]]:
        return [(_pattern(each.move), require_url(each.to).href) for each in self.table.pages]

    def policy_for(self, url: str) -> CorsPolicy | None:
        """The policy of the server that a URL names, None where it keeps its own."""
        if not self.policies:
            return None
        parsed = parse_url(url)
        return None if parsed is None else self.policies.get(url_origin(parsed).serialized)

    def _touched(self, url: str) -> bool:
        return (
            any(matches(url) for matches, _ in self.answers)
            or any(matches(url) for matches, _ in self.added)
            or self.policy_for(url) is not None
        )

    def __getstate__(self) -> dict[str, Any]:
        return {"table": self.table}


def read_change(path: str) -> Change:
    """A change from a TOML or JSON file. Raises `UsageError`: what, where, what to do."""
    try:
        with open(path, "rb", opener=not_waiting) as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise UsageError(f"--change: {path} is too long: {_LARGEST} bytes at most")
        is_json = content.lstrip()[:1] == b"{"
        data = msgspec.json.decode(content) if is_json else toml_of(content.decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"--change: {path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        line = " ".join(str(error).split())
        raise UsageError(f"--change: {path} is neither TOML nor JSON: {line}") from error
    try:
        change = Change.of(data)
    except CorssimError as error:
        raise UsageError(f"--change: {path}: {error}") from error
    if change == Change(ChangeTable(title=change.table.title)):
        raise UsageError(f"--change: {path} changes nothing; give [[answers]], [[server]], [[requests]] or [[pages]]")
    return change


def _check_header(where: str, name: str, value: str) -> None:
    if not _HEADER_NAME.fullmatch(name):
        raise UsageError(f"{where}: {name!r:.60} is no name of a header")
    if _NOT_OF_A_VALUE.search(value):
        raise UsageError(f"{where}: {name} cannot have the value {value!r:.60}: line breaks are none of it")


def _pattern(pattern: str) -> Callable[[str], object]:
    """What says whether a URL is one of a pattern; a fragment never counts."""
    if pattern == "*":
        return lambda _: True
    if "*" not in pattern:
        parsed = parse_url(pattern)
        whole = pattern if parsed is None else parsed.href
        return lambda url: url.partition("#")[0] == whole
    parts = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.compile(parts + r"(?:#.*)?", re.DOTALL).fullmatch
