"""What a server has to change, checked so that nothing in it can break out of a configuration file."""

from __future__ import annotations

from typing import Final, Literal

from corssim.errors import UsageError
from corssim.serialized_origin import check_serialized_origin

from ...patterns import lazy_pattern
from ...records import record, replace

_TOKEN: Final = lazy_pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# Stricter than what a URL parser lets through: it takes quotes and semicolons for parts of a host.
_ORIGIN: Final = lazy_pattern(r"[a-z][a-z0-9+.\-]*://(?:[a-z0-9_.\-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_PATH: Final = lazy_pattern(r"/[A-Za-z0-9._~/\-]*")
_PATTERN: Final = lazy_pattern(r"[^'\"`\n\r\x00-\x1f\x7f]+")
SAFELISTED_METHODS: Final = ("GET", "HEAD", "POST")
USUAL_METHODS: Final = (*SAFELISTED_METHODS, "PUT", "PATCH", "DELETE")
"""What stands for any method where software has no word for it."""
PublicOrigins = tuple[str, ...] | Literal["*"]


@record(frozen=True, kw_only=True)
class ServerChange:
    """What a server should allow: what it allows already, and what the page's requests need.

    `allow_origins` are serialised origins; with `allow_credentials` they may also send the user's cookies.
    `public_origins` may read what is answered without: `"*"`, or origins beside those. `origin_patterns` are
    expressions of origins that a framework's own settings had. `methods`, `headers` and `expose` are names (tokens),
    `max_age` seconds or None to leave it out. With `any_header` a framework allows what is asked for, with credentials
    too; `mirrors` says how sure it is that a server answers preflights with the headers that they ask for: "may" where
    its list is just that, "does" where its Vary says so too. `replaces` are the CORS headers that answers have today,
    `server` and `path` the origin and the path that were asked, `page` the origin for which this is written; it
    `joins` those with credentials where what is there has one list. `reflects`: today whoever asks is allowed with
    credentials, which no snippet writes. Raises UsageError for what is no serialised
    origin or no token, and for `*` alone beside credentials.
    """

    allow_origins: tuple[str, ...] = ()
    allow_credentials: bool = False
    public_origins: PublicOrigins = ()
    origin_patterns: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age: int | None = None
    any_header: bool = False
    mirrors: Literal["", "may", "does"] = ""
    replaces: tuple[str, ...] = ()
    server: str = ""
    path: str = ""
    page: str = ""
    joins: bool = False
    reflects: bool = False

    def __post_init__(self) -> None:
        for origin in (*self.allow_origins, *(() if self.public_origins == "*" else self.public_origins)):
            _check_origin(origin)
        if not (self.allow_origins or self.public_origins or self.origin_patterns):
            raise UsageError("allow_origins: give an origin, like https://app.example")
        for pattern in self.origin_patterns:
            if not _PATTERN.fullmatch(pattern):
                raise UsageError("origin_patterns: a pattern has no quotes and no control characters")
        for field, names in (("methods", self.methods), ("headers", self.headers), ("expose", self.expose)):
            for name in names:
                if not _TOKEN.fullmatch(name):
                    what = "method" if field == "methods" else "header name"
                    raise UsageError(f"{field}: {name!r} is no {what}; write names alone, one by one")
            if names == ("*",) and self.allow_credentials and not self.public_origins:
                raise UsageError(f"{field}: with credentials `*` is a name like any other; list the names")
        if self.max_age is not None and self.max_age < 0:
            raise UsageError(f"max_age: {self.max_age} is negative; 0 keeps preflights from being cached")
        if self.path and not _PATH.fullmatch(self.path):
            object.__setattr__(self, "path", "")

    @property
    def any_origin(self) -> bool:
        """Every page may read what is answered without credentials."""
        return self.public_origins == "*"

    @property
    def named_origins(self) -> tuple[str, ...]:
        """Every origin by name, each once."""
        return tuple(dict.fromkeys((*self.allow_origins, *(() if self.any_origin else self.public_origins))))

    @property
    def is_for_anybody(self) -> bool:
        """Nothing but `*`: no origin is treated otherwise than another."""
        return self.any_origin and not self.allow_credentials

    @property
    def parts_origins(self) -> bool:
        """Some origins may send credentials and others may not: the answer depends on who asks."""
        return self.allow_credentials and bool(self.public_origins)

    @property
    def displaced(self) -> tuple[str, ...]:
        """The headers of a program behind that must not come beside new ones."""
        if not self.replaces:
            return ()
        new = ["Access-Control-Allow-Origin"]
        new += ["Access-Control-Allow-Credentials"] if self.allow_credentials else []
        new += ["Access-Control-Expose-Headers"] if self.expose else []
        return tuple(dict.fromkeys((*self.replaces, *new)))

    def with_credentials_alone(self) -> ServerChange:
        """The part for those who may send credentials: what their requests name, without `*`."""
        return replace(
            self,
            public_origins=(),
            origin_patterns=(),
            methods=without_star(self.methods),
            headers=without_star(self.headers),
            expose=without_star(self.expose),
        )

    def public_alone(self) -> ServerChange:
        """The part for those who may not."""
        origins = () if self.any_origin else tuple(self.public_origins)
        return replace(
            self, allow_origins=origins, allow_credentials=False, public_origins="*" if self.any_origin else ()
        )

    def rules(self) -> list[ServerChange]:
        """The parts as rules, of which the first that matches counts: the page's alone where others stay."""
        if self.replaces and self.page in self.named_origins:
            part = self.with_credentials_alone() if self.page in self.allow_origins else self.public_alone()
            return [replace(part, allow_origins=(self.page,), public_origins=())]
        return [self.with_credentials_alone(), self.public_alone()] if self.parts_origins else [self]

    @property
    def all_methods(self) -> tuple[str, ...]:
        """The safelisted methods and those asked for, each once: server software wants to hear of all. Or `*` alone."""
        if "*" in self.methods and not self.allow_credentials:
            return ("*",)
        return tuple(dict.fromkeys((*SAFELISTED_METHODS, *self.methods)))

    @property
    def all_headers(self) -> tuple[str, ...]:
        """The request headers by name; `*` alone where that covers them all."""
        covered = (
            "*" in self.headers and not self.allow_credentials and "authorization" not in map(str.lower, self.headers)
        )
        return ("*",) if covered else self.headers


def _check_origin(origin: str) -> None:
    problem = check_serialized_origin(origin)
    if problem is not None:
        raise UsageError(f"allow_origins: {problem.message}")
    if not _ORIGIN.fullmatch(origin):
        raise UsageError(
            f"allow_origins: {origin!r} has characters that no host name has; write one origin, like "
            "https://app.example"
        )


def without_star(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names alone: what software that takes `*` for "whatever is asked for" may be given beside credentials."""
    return tuple(name for name in names if name != "*")


def header_names(change: ServerChange) -> tuple[str, ...]:
    """The request headers for software that sends its list as it is: beside credentials `*` is no wildcard."""
    return without_star(change.headers) if change.allow_credentials else change.headers


def listed_headers(change: ServerChange) -> tuple[str, ...]:
    """The request headers for software that allows whatever is asked for where its list has `*`."""
    if change.any_header:
        return ("*",)
    return header_names(change)


def mirrors(change: ServerChange) -> bool:
    """Whether the server allows whatever header is asked for, which software says that has no list of them then."""
    return change.any_header or change.mirrors == "does"


@record(frozen=True)
class Snippet:
    """A change as the configuration of one program. `language` is for highlighting, `note` says what to mind."""

    software: str
    title: str
    language: str
    text: str
    note: str


def one_list(change: ServerChange, name: str) -> tuple[ServerChange, str]:
    """What software with one list and one switch can be told of a change, and what to mind where that is not all.

    The page that it is written for is on the list, with credentials too where others have them.
    """
    if not change.parts_origins:
        return change, ""
    shown = change.with_credentials_alone()
    told = f"{name} cannot allow some origins with credentials and others without. "
    joins = bool(change.page) and change.page not in shown.allow_origins
    if joins:
        shown = replace(shown, allow_origins=(*shown.allow_origins, change.page))
        told += (
            f"On the one list {change.page} may send the user's cookies too, as those that are there may: where it is "
            "not to have them, let the web server in front answer (--for nginx). "
        )
    left_out = [] if change.any_origin else [each for each in change.public_origins if each not in shown.allow_origins]
    if change.any_origin or left_out:
        others = "the others" if change.any_origin else ", ".join(left_out)
        told += (
            f"This allows those with credentials alone, which is narrower than today for {others}. Name each of them "
            "that has to read this, or let the web server in front answer (--for nginx). "
        )
    return shown, told


def in_capitals(change: ServerChange, name: str) -> str:
    """What to mind where software writes every method in capital letters: a method is compared as it is."""
    lower = [method for method in change.methods if method != method.upper()]
    return f" {name} writes methods in capital letters: it cannot allow {', '.join(lower)}." if lower else ""


def no_age_of_zero(change: ServerChange, name: str) -> str:
    """What to mind where software takes an age of 0 for none: browsers then keep a preflight for 5 seconds."""
    if change.max_age != 0:
        return ""
    return f" {name} sends no Access-Control-Max-Age of 0: a browser then keeps a preflight for 5 seconds."
