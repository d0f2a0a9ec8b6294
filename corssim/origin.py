"""Origins: tuple and opaque, their serialisation, and the relations between them (same origin, same site)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

from corssim.errors import InvalidURL
from corssim.url import DEFAULT_PORTS, URL, host_is_ipv4, parse_url, require_url

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

WEBVIEW_SCHEMES: Final = frozenset(
    {
        "app",  # Electron and GNOME apps
        "capacitor",
        "chrome-extension",
        "chrome-search",  # the new tab page
        "extension",  # Edge
        "ionic",
        "moz-extension",
        "ms-browser-extension",
        "safari-web-extension",
        "tauri",
        "vscode-file",
        "vscode-webview",
        "webkit-extension",
    }
)
"""Schemes whose pages get a tuple origin in the webviews and extensions that define them, though the URL
standard calls them opaque. Pass `url_origin` a larger set to add to these, an empty one for the standard."""

_TUPLE_SCHEMES: Final = frozenset({"ftp", "http", "https", "ws", "wss"})


class Origin:
    """An origin: a tuple of scheme, host and port, or opaque (`Origin.opaque()`), which equals only itself.

    `host` is serialised (ASCII, lower case, IPv6 in brackets); `port` is None when it is the default of the
    scheme. An opaque origin has an empty scheme and host; its `precursor` (the origin that it came out of, if
    known) is there for explanations and decides nothing. https://html.spec.whatwg.org/#concept-origin
    """

    __slots__ = ("host", "port", "precursor", "scheme", "serialized")

    scheme: str
    host: str
    port: int | None
    precursor: Origin | None
    serialized: str
    """The ASCII serialisation, "null" if opaque. https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin"""

    def __init__(self, scheme: str, host: str, port: int | None = None) -> None:
        """Normalise as the URL parser does (case, punycode, default port); `InvalidURL` if it can't."""
        text = f"{scheme}://{host}" if port is None else f"{scheme}://{host}:{port}"
        url = require_url(text)
        bare = url.path in ("", "/") and url.query is None and url.fragment is None
        if not url.host or not bare or url.includes_credentials or url.is_local or url.scheme == "file":
            raise InvalidURL(f"{text!r} is not a tuple origin: give a scheme, a host and a port, nothing else")
        self._fill(url.scheme, url.host, url.port, None)

    def _fill(self, scheme: str, host: str, port: int | None, precursor: Origin | None) -> Self:
        put = object.__setattr__
        put(self, "scheme", scheme)
        put(self, "host", host if scheme in DEFAULT_PORTS else host.lower())
        put(self, "port", port)
        put(self, "precursor", precursor)
        authority = self.host if port is None else f"{self.host}:{port}"
        put(self, "serialized", f"{scheme}://{authority}" if scheme else "null")
        return self

    @classmethod
    def opaque(cls, precursor: Origin | None = None) -> Origin:
        """A new opaque origin, different from every other."""
        return cls.__new__(cls)._fill("", "", None, precursor)

    @classmethod
    def parse(cls, text: str, *, tuple_schemes: frozenset[str] = WEBVIEW_SCHEMES) -> Origin:
        """The origin of the URL in `text`; `InvalidURL` if there is none to parse."""
        return url_origin(require_url(text), tuple_schemes=tuple_schemes)

    @property
    def is_opaque(self) -> bool:
        return not self.scheme

    @property
    def effective_port(self) -> int | None:
        """The port, the scheme's default filled in; None if there is neither."""
        return DEFAULT_PORTS.get(self.scheme) if self.port is None else self.port

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Origin):
            return NotImplemented
        return bool(self.scheme) and self.serialized == other.serialized

    def __hash__(self) -> int:
        return hash(self.serialized) if self.scheme else id(self)

    def __str__(self) -> str:
        return self.serialized

    def __repr__(self) -> str:
        if self.scheme:
            return f"Origin({self.serialized!r})"
        return "Origin.opaque()" if self.precursor is None else f"Origin.opaque({self.precursor!r})"

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError(f"origins are immutable: {name} can't be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"origins are immutable: {name} can't be deleted")

    def __copy__(self) -> Origin:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Origin:
        return self

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        """Pickle. An opaque origin arrives as a new one: it equals nothing that stayed behind."""
        if self.scheme:
            return _tuple_origin, (self.scheme, self.host, self.port)
        return Origin.opaque, (self.precursor,)


@lru_cache(maxsize=4096)
def _tuple_origin(scheme: str, host: str, port: int | None) -> Origin:
    """The tuple origin of parts that a URL has already normalised."""
    return Origin.__new__(Origin)._fill(scheme, host, port, None)


def url_origin(url: URL, *, tuple_schemes: frozenset[str] = WEBVIEW_SCHEMES) -> Origin:
    """The origin of a URL: its tuple, that of the URL inside a blob:, else a new opaque one. URLs of
    `tuple_schemes` have tuple origins beyond the standard's. https://url.spec.whatwg.org/#origin
    """
    kept: Origin | None = url._origin
    if kept is not None:
        return kept
    scheme = url.scheme
    if url.host and scheme in _TUPLE_SCHEMES:
        origin = _tuple_origin(scheme, url.host, url.port)
        object.__setattr__(url, "_origin", origin)
        return origin
    if url.host and scheme in tuple_schemes:
        return _tuple_origin(scheme, url.host, url.port)
    if scheme == "blob":
        inner = parse_url(url.path)
        if inner is not None and (inner.is_http or inner.scheme in tuple_schemes):
            return url_origin(inner, tuple_schemes=tuple_schemes)
    return Origin.opaque()


def same_origin(a: Origin | URL, b: Origin | URL) -> bool:
    """Are both the same opaque origin, or tuples equal in scheme, host and port? A URL stands for its origin.
    https://html.spec.whatwg.org/#same-origin
    """
    # A URL that was asked for its origin before has it.
    if type(a) is URL:
        a = a._origin or url_origin(a)
    if type(b) is URL:
        b = b._origin or url_origin(b)
    return a is b or (a.serialized == b.serialized and a.scheme != "")


def same_origin_without_ports(a: Origin | URL, b: Origin | URL) -> bool:
    """Same origin as Internet Explorer had it: the port does not count."""
    a, b = _origin_of(a), _origin_of(b)
    return a == b or (bool(a.scheme) and a.scheme == b.scheme and a.host == b.host)


def same_site(a: Origin | URL, b: Origin | URL) -> bool:
    """Are both schemelessly same site, with the same scheme? https://html.spec.whatwg.org/#same-site"""
    a = url_origin(a) if type(a) is URL else a
    b = url_origin(b) if type(b) is URL else b
    if a.scheme != b.scheme or not a.scheme:
        return a is b
    return a.host == b.host or _share_a_registrable_domain(a.host, b.host)


def schemelessly_same_site(a: Origin | URL, b: Origin | URL) -> bool:
    """Are both the same opaque origin, or do they share a registrable domain (a host, where there is none)?
    https://html.spec.whatwg.org/#schemelessly-same-site
    """
    return _same_host_or_domain(_origin_of(a), _origin_of(b))


def _same_host_or_domain(a: Origin, b: Origin) -> bool:
    if not a.scheme or not b.scheme:
        return a is b
    return a.host == b.host or _share_a_registrable_domain(a.host, b.host)


def _origin_of(subject: Origin | URL) -> Origin:
    return url_origin(subject) if type(subject) is URL else subject


@lru_cache(maxsize=4096)
def _share_a_registrable_domain(host: str, other: str) -> bool:
    # A registrable domain has two labels or more, so most pairs are told apart without the suffix list.
    if host.rstrip(".").rsplit(".", 2)[-2:] != other.rstrip(".").rsplit(".", 2)[-2:]:
        return False
    domain = registrable_domain(host)
    return domain is not None and domain == registrable_domain(other)


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str | None:
    """The public suffix of a serialised host and one label more; None for an IP address, a single label, a
    public suffix itself, a host with an empty label. An unlisted last label counts as a public suffix, so
    `app.example` is its own registrable domain; a trailing dot stays. https://url.spec.whatwg.org/#host-registrable-domain
    """
    if not host or host[0] == "[" or host_is_ipv4(host) or host.endswith(".."):
        return None
    trailing_dot = "." if host[-1] == "." else ""
    domain = _public_suffixes().privatesuffix(host.removesuffix(".").lower())
    return None if domain is None else domain + trailing_dot


def is_public_suffix(label: str) -> bool:
    """Report whether a single label is a listed top-level domain."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False).publicsuffix(label) == label


def listed_registrable_domain(host: str) -> str | None:
    """The registrable domain under a suffix that is on the list; None where an unlisted last label would be it."""
    return registrable_domain(host) if has_listed_suffix(host) else None


@lru_cache(maxsize=4096)
def has_listed_suffix(host: str) -> bool:
    """Is the serialised host a name whose public suffix is on the list, or on the list itself? (`.test` is not.)"""
    if not host or host[0] == "[" or host_is_ipv4(host):
        return False
    name = host.removesuffix(".").lower()
    return _public_suffixes().publicsuffix(name, accept_unknown=False) is not None


@lru_cache(maxsize=1)
def _public_suffixes() -> PublicSuffixList:
    """The list with its private section, read when first needed: that takes a while."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def is_potentially_trustworthy(subject: Origin | URL, *, tuple_schemes: frozenset[str] = WEBVIEW_SCHEMES) -> bool:
    """Is an origin potentially trustworthy, or a URL by its own rule (where about:blank, data:, file: count)?
    https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
    https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy
    """
    if isinstance(subject, Origin):
        return _origin_is_potentially_trustworthy(subject, tuple_schemes)
    if subject.scheme == "https":
        return True
    # The standard reaches file: through its origin; ours is opaque, so the URL is asked.
    if subject.scheme in ("data", "file"):
        return True
    if subject.scheme == "about" and subject.path in ("blank", "srcdoc"):
        return True
    origin = url_origin(subject, tuple_schemes=tuple_schemes)
    return _origin_is_potentially_trustworthy(origin, tuple_schemes)


def _origin_is_potentially_trustworthy(origin: Origin, tuple_schemes: frozenset[str]) -> bool:
    if origin.is_opaque:
        return False
    if origin.scheme == "https" or origin.scheme == "wss" or origin.scheme in tuple_schemes:
        return True
    return host_is_loopback(origin.host)


def begins_with_a_host(text: str) -> bool:
    """Report whether what the URL parser takes for a scheme is the name of a host, as in `localhost:3000`.

    With `//` behind it, it is a scheme: apps have some with dots.
    """
    scheme, colon, rest = text.strip().partition(":")
    return bool(colon) and not rest.startswith("//") and ("." in scheme or host_is_loopback(scheme.lower()))


def host_is_loopback(host: str) -> bool:
    """Does a serialised host name this machine: 127.0.0.0/8, ::1, localhost and the names under it?"""
    if host == "[::1]" or (host.startswith("127.") and host_is_ipv4(host)):
        return True
    name = host.removesuffix(".")
    return name == "localhost" or name.endswith(".localhost")


class Site(str):
    """A tuple origin's scheme and registrable domain; an opaque origin is a site of its own.

    Equality is "same site". The public suffix list is loaded only where two hosts could share a registrable domain,
    or for the text. It is a `str` for its hash alone: the keys of caches are asked for theirs all the time.
    https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
    """

    __slots__ = ("_origin",)

    _origin: Origin

    def __new__(cls, origin: Origin) -> Self:
        # Hosts of one site share their last two labels, whatever the public suffix list says.
        labels = [str(id(origin))] if origin.is_opaque else origin.host.rsplit(".", 2)[-2:]
        site = super().__new__(cls, " ".join((origin.scheme, *labels)))
        site._origin = origin
        return site

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Site) and same_site(self._origin, other._origin))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[type[Site], tuple[Origin]]:
        return Site, (self._origin,)

    def __repr__(self) -> str:
        return f"<Site {self}>"

    def __str__(self) -> str:
        if self._origin.is_opaque:
            return "null"
        return f"{self._origin.scheme}://{registrable_domain(self._origin.host) or self._origin.host}"
