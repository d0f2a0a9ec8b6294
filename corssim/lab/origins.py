"""A scenario's hosts as names and ports of this machine that any browser finds, and back again for who reads.

`https://api.shop.example` becomes `http://api.shop-example-RUN.localhost:PORT`: what was same origin or same site
stays so, and each run has names of its own, so that nothing is cached from the one before. With https the scheme
stays, and the ports 80 and 443 are one port that speaks both, so that what is upgraded leads somewhere. For a browser
that does not find such names there are two sites, `localhost` and `127.0.0.1`, and a port for each origin.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ..errors import UsageError
from ..fetch.port_blocking import is_bad_port
from ..origin import host_is_loopback, registrable_domain
from ..url import parse_url

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator

_HOST = r"\[[0-9A-Fa-f:.]*\]|(?:\*\.)?[^/\\\s\"'@*<>?#:,;()\[\]{}|^`]+"
_URL = re.compile(rf"(?<![\w+.\-])(https?|wss?)://([^/\s\"'@*<>?#]*@)?({_HOST})(?::(\d{{1,5}}))?(?!\d)", re.IGNORECASE)
_IS_A_NAMESPACE = re.compile(r"xmlns(?::[\w.\-]+)?\s*=\s*[\"']?\Z")  # a name of XML: nobody goes there
_LONGEST_BEFORE = 80  # characters that are looked at for one
_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_PLAIN = {"https": "http", "wss": "ws"}
_ALIKE = {"http": ("http", "ws"), "ws": ("http", "ws"), "https": ("https", "wss"), "wss": ("https", "wss")}
_PLAIN_SITES = ("localhost", "127.0.0.1")
_MOST_HOSTS = 100
_LONGEST_LABEL = 40  # characters, the run left out: a label has 63 at most


class PortOf(Protocol):
    """The lab's port for a port of the scenario; nobody listens at one that `is_closed`."""

    def __call__(self, key: Hashable, /, *, is_closed: bool = False) -> int: ...


class Here(NamedTuple):
    """An origin of the scenario, `there`, and what stands for it on this machine."""

    there: str
    here: str


class Names:
    """The names of one run. `closed` are the hosts that refuse connections.

    With `are_plain`, for a browser that does not find names under .localhost, each host has ports of its own.
    """

    def __init__(
        self,
        run: str,
        port_of: PortOf,
        *,
        are_plain: bool = False,
        are_secure: bool = False,
        closed: Collection[str] = (),
    ) -> None:
        self._run, self._port_of, self._closed = run, port_of, closed
        self._are_plain, self._are_secure = are_plain, are_secure
        self._sites: dict[str, str] = {}
        self._hosts: dict[str, str] = {}
        self._origins: dict[str, str] = {}
        self._met: dict[str, None] = {}
        self._back: re.Pattern[str] | None = None
        self._bare: dict[str, str] = {}

    def learn(self, given: Any) -> None:
        """Meet every host and port in the texts of this. Raises `UsageError` for a host that this machine cannot be."""
        for text in _texts(given):
            self.here(text)

    def here(self, text: str, *, also_bare: int | None = None) -> str:
        """A text with the URLs of this machine in it.

        With `also_bare` hosts that stand without a scheme are named, too, and get the port that is that one's; 0: none.
        """
        found = _URL.sub(self._origin, text)
        if also_bare is None or not self._hosts:
            return found

        def named(bare: re.Match[str]) -> str:
            host = self._hosts[bare[0].lower()]
            scheme = "http" if also_bare == _DEFAULT_PORTS["http"] else "https"
            return f"{host}:{self._port(scheme, bare[0].lower(), also_bare)}" if also_bare else host

        return re.sub(
            rf"(?<![\w\-/@])(?<![\w\-]\.)(?:{_any_of(self._hosts)})(?![\w\-:]|\.\w)", named, found, flags=re.IGNORECASE
        )

    def url(self, text: str, base: str) -> str:
        """A URL as it is written on a page of the scenario, `base`; it leads to this machine whatever it looks like."""
        own, on = parse_url(text, parse_url(base)), parse_url(self.here(base))
        written = self.here(text)
        if own is None or own.scheme not in _DEFAULT_PORTS:
            return written
        rest = own.href.partition("://")[2]
        authority = re.match(r"[^/?#]*", rest)
        assert authority is not None
        user, at, _ = authority[0].rpartition("@")
        origin = self._origin_of(own.scheme, own.host or "", own.effective_port or 0)
        canonical = origin.replace("://", f"://{user}{at}", 1) + rest[authority.end() :]
        parsed = parse_url(written, on)
        return written if parsed is not None and parsed.href == canonical else canonical

    def back(self, text: str) -> str:
        """A text of this machine in the scenario's own names."""
        if self._back is None:
            bare = {} if self._are_plain else {here: own for own, here in self._hosts.items()}  # else several are one
            with_ports, hosts = (
                _any_of(names) for names in ({here.partition("://")[2] for here in self._origins}, bare)
            )
            self._back = re.compile(rf"((?i:https?|wss?))://([^/\s\"'@<>]*@)?({with_ports})(?!\d)|({hosts})")
            self._bare = bare
        return self._back.sub(self._there, text)

    def _there(self, found: re.Match[str]) -> str:
        scheme, user, rest, host = found.groups()
        if host is not None:
            return self._bare[host]
        there = self._origins.get(f"{scheme}://{rest}")
        return found[0] if there is None else there.replace("://", f"://{user}", 1) if user else there

    def origins(self) -> Iterator[Here]:
        """The origins that were met: those of http and https, each once."""
        for here in self._met:
            yield Here(self._origins[here], here)

    def _origin(self, found: re.Match[str]) -> str:
        """What stands for this origin. One that is written in another way than its own stays so: texts are compared."""
        scheme, user, host, port = found.groups()
        before = found.string[max(0, found.start() - _LONGEST_BEFORE) : found.start()]
        stars = "*." if host.startswith("*.") else ""
        written = host.removeprefix("*.")
        own = parse_url(f"{scheme}://{written}/")
        number = int(port) if port else _DEFAULT_PORTS[scheme.lower()]
        if own is None or not own.host or number >= 1 << 16 or _IS_A_NAMESPACE.search(before):
            return found[0]
        here_scheme, _, rest = self._origin_of(scheme.lower(), own.host, number).partition("://")
        name, _, here_port = rest.rpartition(":")
        if not scheme.islower():
            here_scheme = here_scheme.upper()
        if written != own.host:
            name = name.upper()
        if port and (number == _DEFAULT_PORTS[scheme.lower()] or port != str(number)):
            here_port = f"0{here_port}"
        here, there = f"{here_scheme}://{stars}{name}:{here_port}", f"{scheme}://{host}" + (f":{port}" if port else "")
        self._keep(here, there)
        return here.replace("://", f"://{user}", 1) if user else here

    def _origin_of(self, scheme: str, host: str, number: int) -> str:
        name, port = self._host(host), self._port(scheme, host, number)
        is_default = number == _DEFAULT_PORTS[scheme]
        for other in _DEFAULT_PORTS if self._are_secure else _ALIKE[scheme]:
            of_other = "" if is_default or number == _DEFAULT_PORTS[other] else f":{number}"
            self._keep(f"{self._scheme(other)}://{name}:{port}", f"{other}://{host}{of_other}")
        self._met[f"{self._scheme(scheme).replace('ws', 'http')}://{name}:{port}"] = None
        return f"{self._scheme(scheme)}://{name}:{port}"

    def _keep(self, here: str, there: str) -> None:
        if here not in self._origins:
            self._origins[here], self._back = there, None

    def _scheme(self, scheme: str) -> str:
        return scheme if self._are_secure else _PLAIN.get(scheme, scheme)

    def _port(self, scheme: str, host: str, number: int) -> int:
        if is_bad_port(number, scheme):  # no browser goes there
            return number
        key: Hashable = "default" if self._are_secure and number == _DEFAULT_PORTS[scheme] else number
        is_closed = host in self._closed
        return self._port_of((host, key) if self._are_plain or is_closed else key, is_closed=is_closed)

    def _host(self, host: str) -> str:
        if host in self._hosts:
            return self._hosts[host]
        if host_is_loopback(host) and (host == "127.0.0.1" or not host.startswith(("127.", "["))):
            if self._are_plain:
                raise UsageError(f"this browser finds no names under .localhost, and {host} is needed for others")
            return host
        if len(self._hosts) >= _MOST_HOSTS:
            raise UsageError(f"a scenario has at most {_MOST_HOSTS} hosts here")
        own = parse_url(f"http://{host}/")
        if own is None or own.host_is_ip:
            raise UsageError(f"nothing of this machine can answer for {host}: `corssim verify` can")
        name, dot = host.removesuffix("."), host.endswith(".") * "."
        site = registrable_domain(name) or name
        if self._are_plain:
            made = self._plain_site(site)
        else:
            below = name.removesuffix(site)
            made = below and self._unused(".".join(map(_label, below.removesuffix(".").split("."))), self._site(site))
            self._hosts.setdefault(site, self._site(site))
        self._hosts[host] = (made or self._site(site)) + dot
        self._back = None
        return self._hosts[host]

    def _site(self, site: str) -> str:
        if site not in self._sites:
            self._sites[site] = self._unused(_label(site), "localhost", f"-{self._run}")
        return self._sites[site]

    def _unused(self, label: str, parent: str, end: str = "") -> str:
        """A name below `parent` that stands for nothing else."""
        used = {*self._hosts.values(), *self._sites.values()}
        numbers = ("", *(f"-{number}" for number in range(2, len(used) + 3)))
        return next(name for number in numbers if (name := f"{label}{number}{end}.{parent}") not in used)

    def _plain_site(self, site: str) -> str:
        if site not in self._sites:
            if len(self._sites) == len(_PLAIN_SITES):
                raise UsageError(
                    "this browser finds nothing under .localhost, and the scenario has more than two sites: "
                    "`corssim verify` can run it"
                )
            self._sites[site] = _PLAIN_SITES[len(self._sites)]
        return self._sites[site]


def _any_of(names: Collection[str]) -> str:
    """A pattern for any of these, the longest first; for none it never matches."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)"


def _label(name: str) -> str:
    """A name as a label that certificates may have, too: no underscore in it, and no xn-- that is none."""
    return re.sub(r"[^a-z0-9]+", "-", name)[:_LONGEST_LABEL].strip("-") or "x"


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        for each in given.values():
            yield from _texts(each)
    elif isinstance(given, list | tuple):
        for each in given:
            yield from _texts(each)


def each_text(given: Any, change: Callable[[str], str]) -> Any:
    """The same, as JSON holds it, with each text changed."""
    if isinstance(given, str):
        return change(given)
    if isinstance(given, dict):
        return {name: each_text(value, change) for name, value in given.items()}
    return [each_text(value, change) for value in given] if isinstance(given, list | tuple) else given
