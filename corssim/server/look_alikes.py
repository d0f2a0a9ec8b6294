"""Origins that a careless comparison takes for one that is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ..origin import host_is_loopback, registrable_domain
from ..url import host_is_ipv4, parse_url, require_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .inferred_policy import AllowedLookAlike

STRANGER = "https://corssim-stranger.test"
"""An origin that nobody lists: a server that allows it allows any."""


class LookAlikeKind(StrEnum):
    """By which mistake an origin would be taken for an allowed one, or whose it is that nobody can vouch for."""

    PREFIX = "prefix"
    SUFFIX = "suffix"
    SUBSTRING = "substring"
    DOT = "dot"
    SPECIAL_CHARACTER = "special-character"
    SUBDOMAIN = "subdomain"
    SIBLING = "sibling"
    PUBLIC_SUFFIX = "public-suffix"
    HTTP_DOWNGRADE = "http-downgrade"
    OTHER_PORT = "other-port"
    THIRD_PARTY = "third-party"
    LOCALHOST = "localhost"
    PRIVATE_ADDRESS = "private-address"


@dataclass(frozen=True, slots=True)
class LookAlike:
    """An origin that resembles an allowed one, and the kind of resemblance."""

    kind: LookAlikeKind
    origin: str


SPECIAL_CHARACTERS = "_-`~!$&'()*+,;=^|{}\"" + "%"
"""Characters that some browser, or some comparison, takes for a part of a host, or for its end."""

_K = LookAlikeKind


def look_alikes(origin: str) -> list[LookAlike]:
    """The look-alikes of a serialised http(s) origin, at most 40, those of the plainest mistakes first; of most kinds
    there are several. Raises InvalidURL for what is none.

    The mistakes are those of Chen et al., "We Still Don't Have Secure Cross-Domain Requests" (USENIX Security
    2018), and the characters those that the scanners made after it try.
    """
    url = require_url(origin)
    scheme, host = url.scheme, url.host or ""
    port = f":{url.port}" if url.port is not None else ""
    has_name = not (host_is_ipv4(host) or host.startswith("["))  # an address has no neighbours by name
    found = [LookAlike(_K.PREFIX, f"{scheme}://{host}.evil.test{port}")] if has_name else []
    found += [LookAlike(_K.OTHER_PORT, f"{scheme}://{host}:{8443 if url.port != 8443 else 9443}")]
    if scheme == "https":
        found.append(LookAlike(_K.HTTP_DOWNGRADE, f"http://{host}{port}"))
    if has_name:
        by_name = [*_by_name(host)]
        by_name += [(_K.SPECIAL_CHARACTER, f"{host}{character}.evil.test") for character in SPECIAL_CHARACTERS]
        found += [LookAlike(kind, f"{scheme}://{name}{port}") for kind, name in by_name]
    if url.port is not None and url.port < 6553:
        # Where a port ends the value, what begins with it is another port.
        found.append(LookAlike(_K.PREFIX, f"{scheme}://{host}:{url.port}0"))
    return found


def _by_name(host: str) -> Iterator[tuple[LookAlikeKind, str]]:
    domain = registrable_domain(host) or host
    for name in dict.fromkeys((domain, host)):
        yield _K.SUFFIX, f"evil{name}"
    # Looked for anywhere in the origin; and an origin, or its host, looked for in the value that is allowed.
    yield _K.SUBSTRING, f"evil{domain}.evil.test"
    for name in dict.fromkeys((host[:-1], domain[:-1], domain[1:])):
        if "." in name:
            yield _K.SUBSTRING, name
    yield _K.SUBDOMAIN, f"evil.{host}"
    # `.` in a regular expression is any character: the owner of app.example.com does not own appxexample.com.
    for place, character in enumerate(host):
        if character == ".":
            yield _K.DOT, f"{host[:place]}x{host[place + 1 :]}"
    parent, suffix = host.partition(".")[2], domain.partition(".")[2]
    if registrable_domain(parent):
        yield _K.SIBLING, f"evil.{parent}"
    if suffix:
        # Whoever registers a name under a public suffix would be allowed by a wildcard over it.
        yield _K.PUBLIC_SUFFIX, f"evil.{suffix}"


OUTSIDERS = (
    LookAlike(_K.THIRD_PARTY, "https://corssim-stranger.github.io"),
    LookAlike(_K.THIRD_PARTY, "https://codepen.io"),
    LookAlike(_K.THIRD_PARTY, "https://jsfiddle.net"),
    LookAlike(_K.THIRD_PARTY, "http://jsbin.com"),
    LookAlike(_K.THIRD_PARTY, "https://repl.it"),
    LookAlike(_K.THIRD_PARTY, "http://www.webdevout.net"),
    LookAlike(_K.LOCALHOST, "http://localhost:48231"),
    LookAlike(_K.LOCALHOST, "http://127.0.0.1:48231"),
    LookAlike(_K.LOCALHOST, "https://localhost:48231"),
    LookAlike(_K.PRIVATE_ADDRESS, "http://192.168.83.7"),
    LookAlike(_K.PRIVATE_ADDRESS, "http://192.168.83.7:3000"),
    LookAlike(_K.PRIVATE_ADDRESS, "http://10.83.4.7"),
    LookAlike(_K.PRIVATE_ADDRESS, "http://10.83.4.7:3000"),
    LookAlike(_K.PRIVATE_ADDRESS, "http://172.16.83.7:3000"),
)
"""Origins that resemble none, and are anybody's: where anybody publishes script, and what anybody's machine can be."""


BEHIND_LOCAL_NAMES = tuple(
    (f"{scheme}://{host}", LookAlike(_K.PREFIX, f"{scheme}://{host}.evil.test"))
    for scheme, host in (
        ("http", "localhost"),
        ("https", "localhost"),
        ("http", "127.0.0.1"),
        ("http", "192.168.83.7"),
        ("http", "10.83.4.7"),
        ("http", "172.16.83.7"),
    )
)
"""What begins as this machine or a private network does, and is anybody's: asked for where such a one is allowed."""


def plainest(found: Sequence[AllowedLookAlike]) -> list[AllowedLookAlike]:
    """What was allowed, without what another of the same shows already: one mistake is told once, by its plainest."""
    kinds = {each.kind for each in found}
    anywhere = any(each.kind is _K.SUBSTRING and each.origin.partition("://")[2].startswith("evil") for each in found)
    beside_the_point: set[LookAlikeKind] = set()
    if _K.PUBLIC_SUFFIX in kinds:
        beside_the_point |= {_K.SUFFIX, _K.SUBSTRING, _K.DOT, _K.THIRD_PARTY}
    elif anywhere:
        beside_the_point |= {_K.PREFIX, _K.SUFFIX, _K.SPECIAL_CHARACTER, _K.DOT}
    if _K.PREFIX in kinds:
        beside_the_point.add(_K.SPECIAL_CHARACTER)
    if _K.SUFFIX in kinds:
        beside_the_point.add(_K.DOT)
    return [each for each in found if each.kind not in beside_the_point and not _is_just_another(each, kinds)]


def _is_just_another(each: AllowedLookAlike, kinds: set[LookAlikeKind]) -> bool:
    """Whether it would be allowed without the mistake that it was made for."""
    host, of = _host(each.origin), _host(each.of)
    match each.kind:
        case LookAlikeKind.SUFFIX:  # evilapp.example.com is just another name beside app.example.com
            domain = registrable_domain(host)
            return _K.SIBLING in kinds and domain is not None and domain == registrable_domain(of)
        case LookAlikeKind.PREFIX:  # :30000 is just another port beside :3000
            return _K.OTHER_PORT in kinds and host == of
        case LookAlikeKind.OTHER_PORT:
            return _K.LOCALHOST in kinds and host_is_loopback(host)
    return False


def _host(origin: str) -> str:
    url = parse_url(origin)
    return "" if url is None else url.host or ""


def candidates(url: str) -> list[str]:
    """Origins that a server may well allow, for a URL of which nothing more is known: at most 4."""
    parsed = require_url(url)
    host = parsed.host or ""
    port = f":{parsed.port}" if parsed.port is not None else ""
    found = [f"{parsed.scheme}://{host}{port}"]
    domain = registrable_domain(host)
    if domain is not None:
        found += [f"{parsed.scheme}://{domain}", f"{parsed.scheme}://www.{domain}", f"{parsed.scheme}://app.{domain}"]
    else:
        found += ["https://app.example", "http://localhost:3000"]
    return list(dict.fromkeys(found))[:4]
