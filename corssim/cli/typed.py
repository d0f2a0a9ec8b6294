"""URLs as people type them: understood where one thing alone can be meant, refused with the whole URL where not."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from ..errors import UsageError
from ..origin import WEBVIEW_SCHEMES, begins_with_a_host, host_is_loopback, is_public_suffix
from ..patterns import lazy_pattern
from ..url import host_is_ipv4, parse_url

if TYPE_CHECKING:
    from ..url import URL

_SCHEME: Final = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_DRIVE: Final = lazy_pattern(r"[A-Za-z]:[\\/]")
_HOST_WITH_PORT: Final = lazy_pattern(
    r"(?P<host>[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})(?:[/?#].*)?", re.DOTALL
)
_HOST: Final = lazy_pattern(r"(?P<host>[A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?:[/?#].*)?", re.DOTALL)
_WHOLE: Final = ("https://", "http://")
_HALF_A_SCHEME: Final = lazy_pattern(r"(?i)(?P<scheme>https?)(?:/{1,2}|:(?=[^/\\\d]))(?P<rest>[^/].*)", re.DOTALL)
_PORT: Final = lazy_pattern(r":?(?P<port>\d{2,5})(?P<path>/.*)?", re.DOTALL)
_SCHEMES_OF_PAGES: Final = frozenset({"about", "blob", "data", "file"})  # which no `//` has to follow
_PRIVATE_NAMES: Final = frozenset({"example", "test", "invalid", "local", "localhost", "internal", "lan", "home"})


def typed_page(text: str) -> str:
    """The URL of a page: whole, of a machine's own server (`localhost:3000`), or a file's path."""
    text = unwrapped(text)
    if text.startswith(_WHOLE):
        return text
    if not text.strip():
        raise UsageError("--page is empty; give the page's URL, as the address bar shows it")
    if path := _as_file(text):
        return path
    if (url := _of_this_machine(text)) is not None:
        return url
    if _names_a_host(text):
        raise UsageError(f"--page: {text!r} is not a URL: it has no scheme; write https://{text} or http://{text}")
    refuse_a_slip(text, "--page: ")
    if text == "null":
        raise UsageError("--page: no page is at 'null'; --sandboxed makes a page's origin null, and a file's is null")
    scheme, colon, rest = text.partition(":")
    if colon and not rest.startswith("//") and scheme.lower() not in _SCHEMES_OF_PAGES and _SCHEME.match(text):
        known = parse_url(text)
        if known is not None and not known.is_special:
            raise UsageError(f"--page: no page is at {text!r}; give the URL that the address bar shows")
    return text


def typed_url(text: str, page: str | None) -> str:
    """What a page asks for: a URL that is whole, of a machine's own server, or relative to `page`."""
    text = unwrapped(text)
    if text.startswith(_WHOLE):
        _refuse_a_space(text.strip())
        return text
    if _DRIVE.match(text):
        return _as_file(text)
    if (url := _of_this_machine(text)) is not None:
        return url
    if _names_a_host(text):
        path = f", or ./{text} for that path of the page" if page is not None else ""
        raise UsageError(f"{text!r} is not a URL: it has no scheme; write https://{text} or http://{text}{path}")
    refuse_a_slip(text)
    return text


_WRAPPING: Final = "<\"'`“”„‘’«»"
_WRAPPED: Final = lazy_pattern(r"\s*(?:<([^<>\s]+)>|[\"'`“”„‘’«»]+([^\"'`“”„‘’«»\s]+)[\"'`“”„‘’«»]+)\s*")


def typed_origin(text: str) -> str:
    """What is asked about by its origin: a URL that is whole, or of a machine's own server."""
    text = unwrapped(text)
    if (url := _of_this_machine(text)) is not None:
        return url
    refuse_a_slip(text)
    return text


def unwrapped(text: str) -> str:
    """A URL without the quotes or angle brackets that it was copied with."""
    if text.lstrip()[:1] not in _WRAPPING:
        return text
    found = _WRAPPED.fullmatch(text)
    return text if found is None else found[1] or found[2]


def _refuse_a_space(text: str) -> None:
    """Refuse white space inside a URL: it slipped in, or more than a URL was pasted."""
    before, *behind = text.split()
    if not behind:
        return
    if re.search(r"[/?#]", before[before.index("//") + 2 :]) is not None:
        raise UsageError(f"{text!r} has a space in it; write %20 where a URL has one, or paste the whole call")
    together = "".join((before, *behind))
    meant = f"; did you mean {together}?" if parse_url(together) is not None else ""
    raise UsageError(f"{text!r} is not a URL: there is a space in its host{meant}")


def refuse_a_slip(text: str, where: str = "") -> None:
    """Refuse what the URL parser takes for a scheme of its own, or a path, and nobody means so.

    A host with a port that is none (`localhost:x`), a slip of the pen (`htps://`), a colon left out (`https//`).
    """
    if (half := _HALF_A_SCHEME.fullmatch(text)) is not None:
        raise UsageError(f"{where}{text!r} is not a URL; did you mean {half['scheme']}://{half['rest']}?")
    if (alone := _PORT.fullmatch(text)) is not None and 0 < int(alone["port"]) <= 65535:
        here = f"http://localhost:{alone['port']}{alone['path'] or '/'}"
        raise UsageError(f"{where}{text!r} is not a URL: it has no host; did you mean {here}?")
    if _SCHEME.match(text) is None:
        return
    scheme, _, rest = text.partition(":")
    name = scheme.lower()
    if begins_with_a_host(text):
        port = re.split(r"[/?#]", rest, maxsplit=1)[0]
        raise UsageError(f"{where}{text!r} is not a URL: {port!r} is no port; write http://{scheme}:PORT")
    if rest.startswith("//") and name not in WEBVIEW_SCHEMES and name not in ("http", "https"):
        from difflib import get_close_matches

        if meant := get_close_matches(name, ("https", "http"), n=1, cutoff=0.75):
            raise UsageError(f"{where}{text!r} is not a URL of the web; did you mean {meant[0]}:{rest}?")


_ATTRIBUTES: Final = frozenset(
    {"domain", "expires", "httponly", "max-age", "partitioned", "path", "priority", "samesite", "secure"}
)


def typed_cookies(text: str) -> list[str]:
    """Cookies as Set-Cookie has one (`a=1; Path=/`), or as the Cookie header and curl have several (`a=1; b=2`)."""
    first, *others = [part.strip() for part in text.split(";")]
    if all(part.partition("=")[0].strip().lower() in _ATTRIBUTES for part in others if part):
        return [text]
    return [first, *(part for part in others if part)]


def _as_file(text: str) -> str:
    """The file: URL of a path, "" for what is none."""
    if _DRIVE.match(text):
        return "file:///" + text.replace("\\", "/")
    if text.startswith(("./", "../", "~/")) or (text.startswith("/") and not text.startswith("//")):
        from pathlib import Path  # here, because it takes a while to import

        # Not Path's: it takes "./~a" for somebody's home, and raises where there is none.
        return Path(os.path.abspath(os.path.expanduser(text))).as_uri()
    return ""


def _of_this_machine(text: str) -> str | None:
    """An http URL for a host and port, or a name or an address that means this machine, typed without a scheme."""
    found = _HOST_WITH_PORT.fullmatch(text) or _HOST.fullmatch(text)
    if found is None or _PORT.fullmatch(text) is not None:
        return None
    host = found["host"]
    if not (host_is_loopback(host.lower()) or host_is_ipv4(host)):
        return None
    parsed: URL | None = parse_url(f"http://{text}")
    return None if parsed is None else f"http://{text}"


def _names_a_host(text: str) -> bool:
    """Whether a text without a scheme begins with the name of a host, and not with that of a file."""
    with_port = _HOST_WITH_PORT.fullmatch(text)
    if with_port is not None:
        return True
    found = _HOST.fullmatch(text)
    if found is None or _SCHEME.match(text):
        return False
    labels = found["host"].strip(".").lower().split(".")
    return len(labels) > 1 and all(labels) and (labels[-1] in _PRIVATE_NAMES or is_public_suffix(labels[-1]))
