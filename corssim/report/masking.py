"""Keeping secrets out of reports: values of credentials become `***`, the rest stays readable."""

from __future__ import annotations

import re

MASK = "***"

_USERINFO = re.compile(r"(?<=//)[^/?#\s@\"'<>]+@")
_COOKIE_PAIR = re.compile(r"([^=;,\s]+)=[^;]*")


def mask_header(name: str, value: str) -> str:
    """A header's value as a report may show it: the scheme of Authorization, the names of cookies, no secret."""
    match name.lower():
        case "authorization" | "proxy-authorization":
            scheme, space, _ = value.partition(" ")
            return f"{scheme} {MASK}" if space and scheme.isalpha() else MASK
        case "cookie":
            return _COOKIE_PAIR.sub(rf"\1={MASK}", value) if "=" in value else MASK
        case "set-cookie":
            pair, semicolon, attributes = value.partition(";")
            name_of_cookie, equals, _ = pair.partition("=")
            return (f"{name_of_cookie}={MASK}" if equals else MASK) + semicolon + attributes
        case _:
            return mask_urls(value)


def mask_urls(text: str) -> str:
    """A text with the user names and passwords of the URLs in it masked."""
    return _USERINFO.sub(f"{MASK}@", text) if "//" in text and "@" in text else text
