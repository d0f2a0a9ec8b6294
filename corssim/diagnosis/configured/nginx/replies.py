"""What nginx answers to a request: its rewrite phase, the location that it ends in, that one's headers and handler.

https://nginx.org/en/docs/dev/development_guide.html#http_phases
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....records import record
from ....url import parse_url
from ..replies import Branch, NotTold, Reply, of_all, supposing
from .blocks import PASSES, Block, all_blocks, is_of_a_program, location_of, locations_in, servers_for
from .expressions import Request
from .unread import is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....fetch.wire import WireRequest

_STATIC: Final = frozenset({"root", "alias", "try_files", "autoindex"})
_MAPS: Final = (["map"], ["geo"])
_REWRITES: Final = ("set", "return", "rewrite", "break")
_MOST_TURNS: Final = 10
_WITHOUT_ALWAYS: Final = frozenset({200, 201, 204, 206, 301, 302, 303, 304, 307, 308})


@record()
class _Ended:
    """Where a request has come to: the blocks around it from the outermost, what it was answered on the way.

    One that `is_left` is not looked up again.
    """

    chain: list[Block]
    status: int | None = None
    is_left: bool = False


def replies_of(top: Block) -> Callable[[WireRequest], Reply]:
    """What the file answers."""
    blocks = [top, *all_blocks(top)]
    maps = {block.words[2].lstrip("$"): block for block in blocks if block.words[:1] in _MAPS and block.words[2:]}
    names = {row[1].lstrip("$") for block in blocks for row in block.directives if row[:1] == ["set"] and len(row) == 3}
    http = [block for block in top.blocks if block.words[:1] == ["http"]]

    def answered(request: WireRequest) -> Reply:
        parts = parse_url(request.url)
        host, path = ("", "/") if parts is None else (parts.host or "", parts.path or "/")
        servers = servers_for(top, host) or [top]

        def of(server: Block) -> Reply:
            around = Server([top, *http, server] if server is not top else [top])
            return supposing(lambda supposed: around.answer(Request(request, path, host, maps, names), supposed))

        return of_all({of(server) for server in servers}, "server")

    return answered


class Server:
    """One server's blocks, asked for requests."""

    def __init__(self, around: list[Block]) -> None:
        self._around = around

    def answer(self, request: Request, supposed: list[bool]) -> Reply:
        """Its answer. Raises `NotTold` and `Branch`."""
        ended = self._rewritten(self._around, request, supposed)
        turns = 0
        while True:
            reply, leads_to = self._handled(ended, request, supposed)
            turns += 1
            if leads_to is None or turns > _MOST_TURNS:
                return reply
            status, target = leads_to
            ended = self._within(target, request, supposed)
            # What stands there answers with the error's status, or with the one behind `=`, whatever its own is.
            if status is not None and (ended.status is None or ended.status < 300):
                reply = self._handled(ended, request, supposed)[0]
                return _with_headers(ended.chain, request, status, by_program=reply.by_program)

    def _within(self, target: str, request: Request, supposed: list[bool]) -> _Ended:
        """Where an internal redirect ends: at a named location, or at a path."""
        if target.startswith("@"):
            named = [each for each in locations_in(self._around[-1]) if each.words[1] == target]
            if not named:
                raise NotTold(target)
            return self._phase([*self._around, named[0]], request, supposed)
        request.path = request.expanded(target).partition("?")[0]
        return self._rewritten(self._around, request, supposed)

    def _rewritten(self, chain: list[Block], request: Request, supposed: list[bool]) -> _Ended:
        """The server's own conditions, then the location's."""
        ended = self._phase(chain, request, supposed)
        if ended.status is not None:
            return ended
        for _ in range(_MOST_TURNS):
            path = request.path
            found = list(chain)
            while (inner := location_of(found[-1], request.path)) is not None:
                found.append(inner)
                words = inner.words
                if len(words) > 2 and words[1] in ("~", "~*"):
                    request.finds(words[-1], request.path, ignores_case=words[1] == "~*")
            if len(found) == len(chain):
                return ended
            located = self._phase(found, request, supposed)
            if located.status is not None or request.path == path or located.is_left:
                return located
        return _LOST

    def _phase(self, chain: list[Block], request: Request, supposed: list[bool]) -> _Ended:
        """The directives of the rewrite module in a place, in their order; the last `if` that holds is the place."""
        ended = _Ended(chain)
        for item in chain[-1].items:
            if isinstance(item, Block):
                if item.words[:1] != ["if"] or not _holds(item, request, supposed):
                    continue
                ended.chain = [*chain, item]
                rows: list[list[str]] = item.directives
            else:
                rows = [item]
            for row in rows:
                if _runs(row, request, ended):
                    return ended
        return ended

    def _handled(
        self, ended: _Ended, request: Request, supposed: list[bool]
    ) -> tuple[Reply, tuple[int | None, str] | None]:
        """The answer of the place, or the status and the path or name that an error leads to."""
        chain = ended.chain
        status, by_program = ended.status, False
        if status is None:
            status = _kept_out(chain, request)
        if status is None:
            files = _inherited(chain[-1:], "try_files")
            target = files[-1][-1] if files and len(files[-1]) > 2 else ""
            is_file = "." in request.path.rpartition("/")[2] or request.path.endswith("/")
            by_program = any(map(is_of_a_program, chain[_from_place(chain) :]))
            leads_on = target[:1] in ("/", "@") and request.expanded(target).partition("?")[0] != request.path
            if leads_on and not any("$uri" in word for word in files[-1][1:-1]):
                if not supposed:  # which files there are, the text does not tell
                    raise Branch(" ".join(files[-1])[:60])
                is_file = supposed.pop(0)
            if leads_on and not is_file:
                return Reply(), (None, target)
            if not by_program:
                status = _of_files(chain, request)
        pages = {} if by_program or status is None else _error_pages(chain)
        if status is not None and status in pages:
            if not pages[status][1].startswith("@"):
                request.becomes_get()
            return Reply(), pages[status]
        reply = _with_headers(chain, request, status, by_program=by_program)
        return reply, None


_LOST: Final = _Ended([], 500)


def _from_place(chain: Sequence[Block]) -> int:
    """Where in a chain the location begins whose handler counts: an outer location's does not."""
    places = [number for number, block in enumerate(chain) if block.words[:1] != ["if"]]
    return places[-1]


def _holds(block: Block, request: Request, supposed: list[bool]) -> bool:
    try:
        return request.holds(block.words[1:])
    except NotTold:
        condition = " ".join(block.words)
        if is_plain(condition) and any(row[:1] in (["return"], ["rewrite"], ["deny"]) for row in block.directives):
            return False  # it leads other hosts, schemes and robots away
        if not any(
            row[:1] and row[0] in (*_REWRITES, "add_header", "more_set_headers", *PASSES) for row in block.directives
        ):
            return False
        if supposed:
            return supposed.pop(0)
        raise Branch(f"the condition {condition[:60]}") from None


def _runs(row: list[str], request: Request, ended: _Ended) -> bool:
    """One directive; whether it ends the phase."""
    name = row[0] if row else ""
    if name == "set" and len(row) == 3:
        try:
            value: str | None = request.expanded(row[2])
        except NotTold:
            value = None
        request.set[row[1].lstrip("$")] = value
    elif name == "return" and len(row) > 1:
        if not row[1].isdecimal() or row[1].startswith("3"):
            raise NotTold(" ".join(row)[:60])
        ended.status = int(row[1])
        return True
    elif name == "rewrite" and len(row) > 2 and request.finds(row[1], request.path):
        target = request.expanded(row[2])
        if row[-1] in ("redirect", "permanent") or "://" in target.partition("?")[0]:
            raise NotTold(" ".join(row)[:60])
        if row[-1] == "break":
            ended.is_left = True
            return True
        request.path = target.partition("?")[0]
        return row[-1] == "last"
    elif name == "break":
        ended.is_left = True
        return True
    return False


def _inherited(chain: Sequence[Block], name: str) -> list[list[str]]:
    """The rows of the innermost block that has any of a name."""
    for block in reversed(chain):
        rows = [row for row in block.directives if row[:1] == [name]]
        if rows:
            return rows
    return []


def _kept_out(chain: Sequence[Block], request: Request) -> int | None:
    """The status with which a request is refused before anything answers it."""
    method = request.method
    for block in (inner for each in chain for inner in each.blocks if inner.words[:1] == ["limit_except"]):
        listed = {word.upper() for word in block.words[1:]}
        if method in listed or (method == "HEAD" and "GET" in listed):
            continue
        names = {row[0] for row in block.directives if row}
        if "deny" in names and "allow" not in names:
            return 403
        if "auth_basic" in names and method == "OPTIONS":
            return 401
    logins = _inherited(chain, "auth_basic")
    if method == "OPTIONS" and logins and logins[-1][-1] != "off":
        return 401
    denied, allowed = _inherited(chain, "deny"), _inherited(chain, "allow")
    return 403 if ["deny", "all"] in denied and not allowed else None


def _of_files(chain: Sequence[Block], request: Request) -> int | None:
    """The status of what is no program's: files know three methods. None where the text shows no files."""
    is_of_files = any(row[:1] and row[0] in _STATIC for block in chain for row in block.directives)
    if not is_of_files:
        return None
    return 200 if request.method in ("GET", "HEAD") else 405


def _error_pages(chain: Sequence[Block]) -> dict[int, tuple[int | None, str]]:
    found: dict[int, tuple[int | None, str]] = {}
    for row in _inherited(chain, "error_page"):
        changed = next((word for word in row[1:-1] if word.startswith("=")), None)
        for word in row[1:-1]:
            if word.isdecimal() and (row[-1].startswith(("/", "@", "$"))):
                status = int(word) if changed is None else int(changed[1:]) if changed[1:].isdecimal() else None
                found.setdefault(int(word), (status, row[-1]))
    return found


def _with_headers(chain: Sequence[Block], request: Request, status: int | None, *, by_program: bool) -> Reply:
    headers: list[tuple[str, str]] = []
    for row in _inherited(chain, "add_header"):
        if len(row) < 3 or not row[1].lower().startswith("access-control-"):
            continue
        if row[-1] != "always" and status is not None and status not in _WITHOUT_ALWAYS:
            continue
        value = _value(row[1], row[2], request)
        if value:
            headers.append((row[1], value))
    hidden = {row[1].lower() for name in _HIDES for row in _inherited(chain, name) if len(row) > 1}
    for row in _inherited(chain, "more_set_headers"):
        for name, _, value in (each.partition(":") for each in row[1:]):
            name = name.strip()
            if name.lower().startswith("access-control-"):
                hidden.add(name.lower())
                headers = [pair for pair in headers if pair[0].lower() != name.lower()]
                if given := _value(name, value.strip(), request):
                    headers.append((name, given))
    for row in _inherited(chain, "more_clear_headers"):
        hidden |= {name.strip(": ").lower() for word in row[1:] for name in word.split()}
    return Reply(status=status, headers=tuple(headers), by_program=by_program, hidden=frozenset(hidden))


def _value(name: str, text: str, request: Request) -> str:
    """What a header's value comes to; "" for one that decides nothing and is not told."""
    decides = name.lower() in _OF_ALL or (request.method == "OPTIONS" and name.lower() in _OF_PREFLIGHTS)
    try:
        return request.expanded(text)
    except NotTold:
        if decides:
            raise
        return ""


_OF_ALL: Final = ("access-control-allow-origin", "access-control-allow-credentials")
_OF_PREFLIGHTS: Final = ("access-control-allow-methods", "access-control-allow-headers")
_HIDES: Final = (
    "proxy_hide_header",
    "fastcgi_hide_header",
    "uwsgi_hide_header",
    "scgi_hide_header",
    "grpc_hide_header",
)
