"""URLs as browsers read them. `url_parser` parses; this module only names the parts of what it serialised."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, final

from corssim.errors import InvalidURL

from .patterns import lazy_pattern
from .records import field, record
from .url_parser import changed, parsed

DEFAULT_PORTS: dict[str, int | None] = {
    "ftp": 21,
    "file": None,
    "http": 80,
    "https": 443,
    "ws": 80,
    "wss": 443,
}
"""The special schemes and their default ports, https://url.spec.whatwg.org/#special-scheme"""

LOCAL_SCHEMES = frozenset({"about", "blob", "data"})
"""https://fetch.spec.whatwg.org/#local-scheme"""

_LONGEST_CACHED = 2048  # characters: a data: URL of megabytes must not stay in memory
_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SHOWN = 100  # characters of a faulty URL in an error message
_BAD_AUTHORITY = "its host or port is not valid"


@final
@record(frozen=True, eq=False)
class URL:
    """A parsed URL record (https://url.spec.whatwg.org/#concept-url). Made by `parse_url`; equal by `href`.

    `scheme` has no colon. `host` is serialised (ASCII, IPv6 in brackets), "" if empty, None without an
    authority. `port` is None when it is the scheme's default. `query` and `fragment` lack their `?` and `#`,
    and are None when absent. `host_is_ip`: the host is an IPv4 or IPv6 address (hosts of non-special schemes are
    opaque, never IPv4). `is_http`: the scheme is an HTTP(S) scheme, https://fetch.spec.whatwg.org/#http-scheme.
    """

    href: str
    scheme: str
    username: str
    password: str
    host: str | None
    port: int | None
    path: str
    query: str | None
    fragment: str | None
    host_is_ip: bool
    is_http: bool
    _origin: Any = field(default=None, init=False)  # kept by `url_origin`: every check of a fetch asks for it

    def __eq__(self, other: object) -> bool:
        return self.href == other.href if isinstance(other, URL) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.href)

    def __str__(self) -> str:
        return self.href

    def __repr__(self) -> str:
        """The href, its credentials masked."""
        if self.includes_credentials:
            return f"URL({self.without_credentials().href.replace('://', '://***@', 1)!r})"
        return f"URL({self.href!r})"

    @property
    def is_special(self) -> bool:
        """Is the scheme one of the six the URL standard parses specially?"""
        return self.scheme in DEFAULT_PORTS

    @property
    def is_local(self) -> bool:
        """Is the URL local (about, blob, data)? https://fetch.spec.whatwg.org/#is-local"""
        return self.scheme in LOCAL_SCHEMES

    @property
    def includes_credentials(self) -> bool:
        """Is there a user name or a password? https://url.spec.whatwg.org/#include-credentials"""
        return bool(self.username or self.password)

    @property
    def default_port(self) -> int | None:
        """The scheme's default port, None if it has none."""
        return DEFAULT_PORTS.get(self.scheme)

    @property
    def effective_port(self) -> int | None:
        """The port a connection would use: the URL's, else the scheme's default."""
        return DEFAULT_PORTS.get(self.scheme) if self.port is None else self.port

    def without_fragment(self) -> URL:
        """This URL with its fragment set to null."""
        return self if self.fragment is None else _record(self.href.partition("#")[0])

    def without_credentials(self) -> URL:
        """This URL with an empty user name and password."""
        if not self.includes_credentials:
            return self
        return _record(f"{self.scheme}://{self.href.partition('@')[2]}")

    def without_credentials_and_fragment(self) -> URL:
        """This URL as it may be told to others and goes over the network."""
        if self.fragment is None and not self.username and not self.password:
            return self
        return self.without_fragment().without_credentials()

    def with_user(self, username: str | None, password: str | None) -> URL:
        """This URL with another user name and password, each where it is given.

        https://url.spec.whatwg.org/#set-the-username, https://url.spec.whatwg.org/#set-the-password
        """
        given = {"username": username, "password": password}
        parts = {name: text for name, text in given.items() if text is not None}
        return _record(changed(self.href, parts))

    def with_scheme(self, scheme: str) -> URL:
        """This URL under another scheme, by the rules of the scheme setter: a port that is the new scheme's
        default goes, and a change that the setter refuses (such as https to data) changes nothing.
        https://url.spec.whatwg.org/#dom-url-protocol
        """
        return _record(changed(self.href, {"protocol": scheme}))


def host_is_ipv4(host: str) -> bool:
    """Is the serialised host of a special URL an IPv4 address? (Domains there never end in a number.)"""
    return host[host.rfind(".") + 1 :].isdecimal()


def parse_url(text: str, base: URL | None = None) -> URL | None:
    """Run the URL parser on any text; None is its failure. https://url.spec.whatwg.org/#concept-url-parser"""
    if len(text) > _LONGEST_CACHED or (base is not None and len(base.href) > _LONGEST_CACHED):
        return _parse(text, None if base is None else base.href)
    return _cached_parse(text, None if base is None else base.href)


def require_url(text: str, base: URL | None = None) -> URL:
    """`parse_url`, raising `InvalidURL` with a one-line reason instead of returning None."""
    if not isinstance(text, str):
        raise InvalidURL(f"{text!r:.100} is not a URL: give it as a str")
    url = parse_url(text, base)
    if url is None:
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        raise InvalidURL(f"{shown!r} is not a URL: {_reason(text, base)}")
    return url


def _parse(text: str, base: str | None) -> URL | None:
    try:
        href = parsed(text, base)
    except UnicodeEncodeError:
        return _parse(scalar_value_string(text), base)
    return None if href is None else _record(href)


def scalar_value_string(text: str) -> str:
    """The text with lone surrogates replaced, as what script passes is first made.
    https://infra.spec.whatwg.org/#javascript-string-convert
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_cached_parse = lru_cache(maxsize=4096)(_parse)


def _record(href: str) -> URL:
    """Name the parts of a serialised URL: the parser has percent-encoded every stray delimiter in it."""
    rest, number_sign, hash_part = href.partition("#")
    rest, question_mark, query_part = rest.partition("?")
    scheme, _, rest = rest.partition(":")
    username = password = ""
    host: str | None = None
    port: int | None = None
    if rest.startswith("//"):
        slash = rest.find("/", 2)
        authority, path = (rest[2:], "") if slash < 0 else (rest[2:slash], rest[slash:])
        if "@" in authority:
            userinfo, _, authority = authority.partition("@")
            username, _, password = userinfo.partition(":")
        host, colon, digits = authority.rpartition(":")
        if not colon or digits.endswith("]"):
            host = authority
        else:
            port = int(digits)
    else:
        # A path of two slashes without a host is serialised after "/.", which is no part of the path.
        path = rest[2:] if rest.startswith("/.//") else rest
    return URL(
        href=href,
        scheme=scheme,
        username=username,
        password=password,
        host=host,
        port=port,
        path=path,
        query=query_part if question_mark else None,
        fragment=hash_part if number_sign else None,
        host_is_ip=host not in (None, "") and (host[0] == "[" or (scheme in DEFAULT_PORTS and host_is_ipv4(host))),
        is_http=scheme == "https" or scheme == "http",
    )


def _reason(text: str, base: URL | None) -> str:
    """Say in a few words what is probably wrong with a text that did not parse."""
    stripped = text.strip("".join(map(chr, range(0x21))))
    if base is not None and not _SCHEME.match(stripped):
        return f"it is relative, and {base.scheme}: URLs resolve nothing" if not base.is_special else _BAD_AUTHORITY
    if not stripped:
        return "it is empty"
    if not _SCHEME.match(stripped):
        return "it has no scheme; write it out, like https://app.example/"
    authority = stripped.partition(":")[2].lstrip("/\\")
    if not authority:
        return "there is no host after the scheme"
    return _BAD_AUTHORITY
