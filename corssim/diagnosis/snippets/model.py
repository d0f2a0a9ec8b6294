"""What a server has to change, checked so that nothing in it can break out of a configuration file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from corssim.errors import UsageError
from corssim.serialized_origin import check_serialized_origin

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# Stricter than what a URL parser lets through: it takes quotes and semicolons for parts of a host.
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.\-]*://(?:[a-z0-9_.\-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
SAFELISTED_METHODS: Final = ("GET", "HEAD", "POST")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerChange:
    """What a server should allow a page: the page's origin, and what its requests need.

    `methods`, `headers` and `expose` are names (tokens), `max_age` seconds or None to leave it out. Raises UsageError
    for what is no serialised origin or no token, and for `*` beside credentials.
    """

    allow_origin: str
    allow_credentials: bool = False
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age: int | None = None

    def __post_init__(self) -> None:
        problem = check_serialized_origin(self.allow_origin)
        if problem is not None:
            raise UsageError(f"allow_origin: {problem.message}")
        if not _ORIGIN.fullmatch(self.allow_origin):
            raise UsageError(
                f"allow_origin: {self.allow_origin!r} has characters that no host name has; "
                "write one origin, like https://app.example"
            )
        for field, names in (("methods", self.methods), ("headers", self.headers), ("expose", self.expose)):
            for name in names:
                if not _TOKEN.fullmatch(name):
                    what = "method" if field == "methods" else "header name"
                    raise UsageError(f"{field}: {name!r} is no {what}; write names alone, one by one")
                if name == "*" and self.allow_credentials:
                    raise UsageError(f"{field}: with credentials `*` is a name like any other; list the names")
        if self.max_age is not None and self.max_age < 0:
            raise UsageError(f"max_age: {self.max_age} is negative; 0 keeps preflights from being cached")

    @property
    def all_methods(self) -> tuple[str, ...]:
        """The safelisted methods and those asked for, each once: server software wants to hear of all. Or `*` alone."""
        if "*" in self.methods:
            return ("*",)
        return tuple(dict.fromkeys((*SAFELISTED_METHODS, *self.methods)))


@dataclass(frozen=True, slots=True)
class Snippet:
    """A change as the configuration of one program. `language` is for highlighting, `note` says what to mind."""

    software: str
    title: str
    language: str
    text: str
    note: str
