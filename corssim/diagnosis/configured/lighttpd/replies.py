"""What lighttpd answers to a request. Of the blocks that count for it, the last that sets a directive decides it.

https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_setenv ; in what order and what `+=` adds to, a server showed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....url import parse_url
from ..model import searched
from ..replies import Branch, NotTold, Reply, supposing
from .blocks import pairs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....fetch.wire import WireRequest
    from ..replies import Replies
    from .blocks import Block, Condition, Value

ADD: Final = "setenv.add-response-header"
SET: Final = "setenv.set-response-header"
_BACKENDS: Final = ("proxy.server", "fastcgi.server", "scgi.server", "uwsgi.server", "ajp13.server", "cgi.assign")
_ANSWER_OTHERWISE: Final = ("auth.require", "url.access-deny", "url.redirect", "url.rewrite", "magnet.")
_FILES: Final = ("GET", "HEAD", "POST", "OPTIONS")


def replies_of(blocks: Sequence[Block]) -> Replies:
    """What a configuration answers, its blocks in the order of the text."""

    def answered(request: WireRequest) -> Reply:
        return supposing(lambda supposed: _Followed(request, supposed, blocks).reply())

    return answered


class _Followed:
    """One request, and the blocks that count for it."""

    def __init__(self, request: WireRequest, supposed: list[bool], blocks: Sequence[Block]) -> None:
        self._request, self._supposed = request, supposed
        self._holds: dict[int, bool] = {}
        self._known: dict[Condition, bool] = {}
        parts = parse_url(request.url)
        self._parts = {
            "http url": "/" if parts is None else parts.path or "/",
            "http querystring": "" if parts is None else parts.query or "",
            "http host": "" if parts is None else (parts.host or "") + ("" if parts.port is None else f":{parts.port}"),
            "http scheme": "" if parts is None else parts.scheme,
            "http request-method": request.method,
        }
        self._settings: dict[str, Value] = {}
        for block in blocks:
            if self._counts(block):
                self._settings |= block.settings

    def reply(self) -> Reply:
        """The answer. Raises `NotTold` and `Branch`."""
        otherwise = next((name for name in self._settings if name.startswith(_ANSWER_OTHERWISE)), None)
        if otherwise is not None:
            raise NotTold(otherwise)
        given: dict[str, list[tuple[str, str]]] = {}
        for name, value in pairs_of(self._settings, ADD) or ():
            given.setdefault(name.lower(), []).append((name, value))
        is_set = pairs_of(self._settings, SET) or ()
        for name, value in is_set:
            given[name.lower()] = [(name, value)] if value else []
        by_program = any(name in self._settings for name in _BACKENDS)
        return Reply(
            status=None if by_program else self._of_files(),
            headers=tuple(pair for pairs in given.values() for pair in pairs),
            by_program=by_program,
            hidden=frozenset(name.lower() for name, _ in is_set),
        )

    def _of_files(self) -> int | None:
        """A part of a configuration does not say what stands there; files are answered by four methods."""
        if "server.document-root" not in self._settings:
            return None
        return 200 if self._request.method in _FILES else 501

    def _counts(self, block: Block) -> bool:
        known = self._holds.get(id(block))
        if known is None:
            known = (
                (block.parent is None or self._counts(block.parent))
                and not any(self._counts(each) for each in block.before)
                and (block.condition is None or self._is_met(block.condition))
            )
            self._holds[id(block)] = known
        return known

    def _is_met(self, condition: Condition) -> bool:
        of, operator, value = condition
        text = self._parts.get(of)
        if text is None and of.startswith("request_header "):
            text = get(self._request.headers, of.partition(" ")[2]) or ""
        if text is None:
            return self._supposed_of(condition)
        if of == "http host" and ":" not in value:
            text = text.partition(":")[0]  # the port counts where one is compared with
        match operator:
            case "==" | "!=":
                return (text == value) is (operator == "==")
            case "=^":
                return text.startswith(value)
            case "=$":
                return text.endswith(value)
            case _:
                return (searched(value, text) is not None) is (operator == "=~")

    def _supposed_of(self, condition: Condition) -> bool:
        if condition not in self._known:
            if not self._supposed:
                raise Branch(" ".join(condition)[:60])
            self._known[condition] = self._supposed.pop(0)
        return self._known[condition]
