"""A scenario's hosts as names and ports of this machine that any browser finds, and back again for who reads.

`https://api.shop.example` becomes `http://api.shop-example-RUN.localhost:PORT`: what was same origin or same site
stays so, and each run has names of its own, so that nothing is cached from the one before. For a browser that does not
find such names there are two sites, `localhost` and `127.0.0.1`, and a port for each origin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import UsageError
from ..origin import host_is_loopback, registrable_domain
from ..scenario.model import PageTable, RuleTable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ..scenario import Scenario

_URL = re.compile(r"(https?|wss?)://([^/\s\"'@*<>]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._\-]+)(?::(\d{1,5}))?")
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_PLAIN = {"https": "http", "wss": "ws"}
_PLAIN_SITES = ("localhost", "127.0.0.1")
_IS_ADDRESS = re.compile(r"\[.*|[\d.]+")


class Names:
    """The names of one run. `port_of` gives the lab's port for a port of the scenario.

    With `are_plain`, for a browser that does not find names under .localhost, each host has ports of its own.
    """

    def __init__(self, run: str, port_of: Callable[[Hashable], int], *, are_plain: bool = False) -> None:
        self._run, self._port_of, self._are_plain = run, port_of, are_plain
        self._sites: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        self._origins: dict[str, str] = {}

    def scenario(self, scenario: Scenario) -> Scenario:
        """The same scenario among the lab's origins, without expectations.

        Raises `UsageError` for hosts that it cannot have.
        """
        self._learn(msgspec.to_builtins((scenario.page, scenario.rules, scenario.steps)))
        return msgspec.structs.replace(
            scenario,
            page=self._table(scenario.page, PageTable),
            rules=tuple(self._table(rule, RuleTable) for rule in scenario.rules),
            steps=tuple(self._table(step, type(step)) for step in scenario.steps),
        )

    def back(self, text: str) -> str:
        """A text of the lab in the scenario's own names."""
        for here, there in sorted(self._origins.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(here, there)
        if not self._are_plain:  # else several hosts have one name
            for host, here in sorted(self._hosts.items(), key=lambda pair: -len(pair[1])):
                text = text.replace(here, host)
        return text

    def _learn(self, given: Any) -> None:
        for text in _texts(given):
            for _, _, host, _ in _URL.findall(text):
                name = host.lower()
                if host_is_loopback(name):
                    if self._are_plain:
                        raise UsageError(
                            f"this browser finds no names under .localhost, and {host} is needed for others"
                        )
                    continue
                if _IS_ADDRESS.fullmatch(name):
                    raise UsageError(f"nothing of this machine can answer for {host}: `corssim verify` can")
                site = registrable_domain(name) or name
                if self._are_plain:
                    self._hosts[name] = self._plain(site)
                    continue
                below = name.removesuffix(site)
                self._hosts[name] = f"{below}{site.replace('.', '-')}-{self._run}.localhost"
                self._hosts.setdefault(site, f"{site.replace('.', '-')}-{self._run}.localhost")

    def _plain(self, site: str) -> str:
        if site not in self._sites:
            if len(self._sites) == len(_PLAIN_SITES):
                raise UsageError(
                    "this browser finds nothing under .localhost, and the scenario has more than two sites: "
                    "`corssim verify` can run it"
                )
            self._sites[site] = _PLAIN_SITES[len(self._sites)]
        return self._sites[site]

    def _table(self, table: Any, kind: Any) -> Any:
        plain = msgspec.to_builtins(table)
        plain.pop("expect", None)
        return msgspec.convert(_each(plain, self._text), kind)

    def _text(self, text: str) -> str:
        whole = _URL.sub(self._origin, text)
        for host in sorted(self._hosts, key=len, reverse=True):
            whole = re.sub(rf"(?<![\w.\-]){re.escape(host)}(?![\w\-]|\.\w)", self._hosts[host], whole)
        return whole

    def _origin(self, found: re.Match[str]) -> str:
        scheme, user, host, port = found.groups()
        number = int(port) if port else _DEFAULT_PORTS[scheme]
        own = self._port_of((host.lower(), number) if self._are_plain else number)
        here = f"{_PLAIN.get(scheme, scheme)}://{self._hosts.get(host.lower(), host)}:{own}"
        there = f"{scheme}://{host}" + (f":{port}" if port else "")
        self._origins.setdefault(here, there)
        return here.replace("://", f"://{user}", 1) if user else here


def _texts(given: Any) -> list[str]:
    if isinstance(given, str):
        return [given]
    inside = given.values() if isinstance(given, dict) else given if isinstance(given, list | tuple) else ()
    return [text for each in inside for text in _texts(each)]


def _each(given: Any, change: Callable[[str], str]) -> Any:
    if isinstance(given, str):
        return change(given)
    if isinstance(given, dict):
        return {name: _each(value, change) for name, value in given.items()}
    return [_each(value, change) for value in given] if isinstance(given, list) else given
