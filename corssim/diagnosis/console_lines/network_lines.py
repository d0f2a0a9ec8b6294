"""The lines in which Chromium names what the network did, or what status came: `GET URL net::ERR_FAILED 200 (OK)`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from corssim.diagnosis.console_lines import table

from ...records import NamedTuple

if TYPE_CHECKING:
    from corssim.diagnosis.console_lines.table import NetError

_REQUEST = r"(?P<method>[A-Z]{3,8}) (?P<url>(?:https?|file|wss?|blob|data|chrome-extension)://?[^\s\"]{1,4096})"
_STATUS = r"(?P<status>\d{3})(?: ?\([^()\n]{0,128}\)|(?=\s*$|\n|\s{2}))"
_NAME = r"net::(?P<name>ERR_[A-Z0-9_]{2,80}(?:\.[A-Za-z]{2,80})?)(?!\w)"


@cache
def lines() -> re.Pattern[str]:
    """A request and what became of it, or the network's error alone."""
    bare = "|".join(re.escape(name) for name in sorted(table.net_errors(), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w:])(?:{_REQUEST} (?=net::|\d{{3}}\b)|(?:Failed to load resource: )?(?=net::ERR_|ERR_))"
        rf"(?:(?:{_NAME}|(?P<bare>{bare})(?!\w))(?: {_STATUS})?|{_STATUS.replace('status', 'alone')})"
        r"(?: (?:at|for|loading) ['\"]?(?P<at>https?://[^\s'\"]{1,4096}))?"
    )


class NetworkLine(NamedTuple):
    """What such a line says; `error` is None for a status alone and for an error that the table lacks."""

    name: str
    error: NetError | None
    method: str
    url: str
    status: str


def network_line(match: re.Match[str]) -> NetworkLine:
    """Read a match of `lines`."""
    name = match["name"] or match["bare"] or ""
    error = table.net_errors().get(name) if name else None
    if error is None and name.startswith(("ERR_CERT_", "ERR_SSL_")):
        error = table.net_errors()["ERR_CERT_INVALID"]
    status = match["status"] or match["alone"] or ""
    return NetworkLine(name, error, match["method"] or "", match["url"] or match["at"] or "", status)
