"""Browsers as their users have them: the cases recorded with everything on, and what surrounded them.

See tests/data/browser-truth/defaults/README.md.
"""

from __future__ import annotations

import json
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corssim import BrowserSettings
from corssim.records import replace

if TYPE_CHECKING:
    from .replay import Case, Record

DEFAULTS = Path(__file__).parents[1] / "data" / "browser-truth" / "defaults"
MORE = DEFAULTS.with_name("defaults-more")  # recorded for this suite, in the same format

EVERYTHING_OFF = BrowserSettings(third_party_cookies="allow", local_network_access="off", https_first=False)
"""What all cases but these were recorded with."""

_AS_RECORDED = {("webkit", False): BrowserSettings(third_party_cookies="no-new")}
"""By browser and "itp", where the recorded one was not set as it ships."""

_NAMED = {
    "loop.example": "127.0.0.1",
    "intranet.example": "10.1.2.3",
    "cgnat.example": "100.64.1.1",
    "linklocal.example": "169.254.1.1",
    "ula.example": "fd00::10",
    "bench.example": "198.18.0.10",
}


@cache
def default_cases() -> dict[str, Case]:
    paths = [path for part in (DEFAULTS, MORE) for path in sorted((part / "cases").glob("*.json"))]
    return {case["id"]: case for path in paths for case in json.loads(path.read_text())}


def given_records(browser: str) -> dict[str, Record]:
    """The records given, without those recorded for this suite."""
    return _records_in(DEFAULTS, browser)


@cache
def default_records(browser: str) -> dict[str, Record]:
    """What the browser did with each of them: those given, and those recorded for this suite."""
    return _records_in(DEFAULTS, browser) | _records_in(MORE, browser)


def _records_in(folder: Path, browser: str) -> dict[str, Record]:
    return {record["id"]: record for record in json.loads((folder / f"{browser}.json").read_text())["cases"]}


def settings_of(case: Case, browser: str) -> BrowserSettings | None:
    """The settings that a case was recorded with in a browser."""
    if not case.get("defaults"):
        return replace(EVERYTHING_OFF, languages=case["languages"]) if "languages" in case else EVERYTHING_OFF
    if "third_party_cookies" in case:
        return BrowserSettings(third_party_cookies=case["third_party_cookies"])
    return _AS_RECORDED.get((browser, case.get("itp", False)))


def address_of(host: str) -> str:
    """The address that a host had where the cases were recorded."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    if host.endswith((".local", ".lan")) or "." not in host:
        return "192.168.1.10"
    return _NAMED.get(host, "93.184.215.14")


def _decided_in(case: Case) -> dict[str, str] | None:
    """What the user has decided before, and what he does when he is asked about a form."""
    decisions = [step["user"] for step in case["steps"] if "user" in step]
    if not decisions:
        return case.get("permissions")
    return {"insecure-form": "granted" if decisions == ["goes-on"] else "denied"}


def surroundings_of(case: Case, browser: str) -> dict[str, Any]:
    """What a Browser is told besides its profile."""
    told: dict[str, Any] = {"settings": settings_of(case, browser)}
    if case.get("defaults"):
        told |= {"permissions": _decided_in(case), "addresses": address_of}
    return told
