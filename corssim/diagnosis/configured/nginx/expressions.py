"""nginx's variables, maps and conditions for one request.

https://nginx.org/en/docs/http/ngx_http_map_module.html#map , https://nginx.org/en/docs/http/ngx_http_rewrite_module.html#if
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ..model import searched
from ..replies import NotTold, bounded

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

    from ....fetch.wire import WireRequest
    from .blocks import Block

_VARIABLE: Final = lazy_pattern(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*|\d))")
_NOT_OF_BROWSERS: Final = ("http_user_agent", "http_referer", "http_cookie", "http_host", "http_accept")
_DEEPEST: Final = 8  # variables that stand for others


class Request:
    """What a request is to nginx: its variables, those that are `set` on the way, the groups of the last match."""

    def __init__(self, wire: WireRequest, path: str, host: str, maps: dict[str, Block], names: Iterable[str]) -> None:
        self.method = wire.method
        self.path = path
        self._wire, self._maps = wire, maps
        query = wire.url.partition("?")[2].partition("#")[0]
        self._known = {
            "request_method": wire.method,
            "host": host,
            "http_host": host,
            "server_name": host,
            "hostname": host,
            "scheme": wire.url.partition(":")[0],
            "https": "on" if wire.url.startswith("https:") else "",
            "args": query,
            "query_string": query,
            "is_args": "?" if query else "",
            "request_uri": path + ("?" + query if query else ""),
        }
        self.set: dict[str, str | None] = dict.fromkeys(names, "")
        self._groups: Sequence[str] = ()

    def becomes_get(self) -> None:
        """What an error leads to is asked for with GET, unless it has a name.

        https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page
        """
        self.method = self._known["request_method"] = "GET"

    def expanded(self, text: str, depth: int = 0) -> str:
        """A text with its variables replaced. Raises `NotTold`."""
        return bounded(_VARIABLE.sub(lambda found: self._value(found[1] or found[2], depth), text))

    def _value(self, name: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise NotTold(f"${name}")
        if name.isdecimal():
            number = int(name)
            return self._groups[number] if number < len(self._groups) else ""
        if name in self.set:
            value = self.set[name]
            if value is None:
                raise NotTold(f"${name}")
            return value
        if name in self._maps:
            return self._mapped(self._maps[name], depth + 1)
        if name in ("uri", "document_uri"):
            return self.path
        if name in self._known:
            return self._known[name]
        if name.startswith("http_") and name not in _NOT_OF_BROWSERS:
            return get(self._wire.headers, name.removeprefix("http_").replace("_", "-")) or ""
        raise NotTold(f"${name}")

    def _mapped(self, block: Block, depth: int) -> str:
        """The value of the text, of the longest mask of hosts, of the first expression, the default."""
        source = self.expanded(block.words[1], depth)
        rows = [row for row in block.directives if len(row) == 2]
        if any(row[0] == "include" for row in rows) or block.words[0] != "map":
            raise NotTold(block.words[2])
        by_masks = ["hostnames"] in block.directives
        default, masked, longest = "", None, -1
        for key, value in rows:
            if key == "default":
                default = value
            elif key[:1] != "~" and key.removeprefix("\\").lower() == source.lower():
                return self.expanded(value, depth)
            elif by_masks and _is_masked(key, source) and len(key) > longest:
                masked, longest = value, len(key)
        if masked is not None:
            return self.expanded(masked, depth)
        for key, value in rows:
            if key[:1] == "~" and self.finds(key.removeprefix("~"), source):
                return self.expanded(value, depth)
        return self.expanded(default, depth)

    def finds(self, expression: str, text: str, *, ignores_case: bool = False) -> bool:
        """Whether an expression (`*` before it: in any case) matches; its groups are kept."""
        if expression.startswith("*"):
            expression, ignores_case = expression[1:], True
        found: re.Match[str] | None = searched(expression, text, ignores_case=ignores_case)
        if found is not None:
            self._groups = [found[0], *(group or "" for group in found.groups())]
            self.set |= {name: value or "" for name, value in found.groupdict().items()}
        return found is not None

    def holds(self, words: Sequence[str]) -> bool:
        """Whether `if (…)` holds. Raises `NotTold`."""
        given = [word for word in (words[0].removeprefix("("), *words[1:]) if word]
        if given and given[-1].endswith(")"):
            given[-1] = given[-1][:-1]
        given = [word for number, word in enumerate(given) if word or 0 < number < 3]
        if len(given) == 1:
            return self.expanded(given[0]) not in ("", "0")
        if len(given) == 2 and given[1] in ("=", "!="):
            given.append("")
        if len(given) != 3 or not given[0].startswith("$"):
            raise NotTold(" ".join(words))
        value, sign, other = self.expanded(given[0]), given[1], given[2]
        if sign in ("=", "!="):
            return (value == self.expanded(other)) == (sign == "=")
        if sign in ("~", "~*", "!~", "!~*"):
            return self.finds(other, value, ignores_case=sign.endswith("*")) != sign.startswith("!")
        raise NotTold(" ".join(words))


def _is_masked(mask: str, host: str) -> bool:
    mask, host = mask.lower(), host.lower()
    if mask.startswith("*."):
        return host.endswith(mask[1:])
    if mask.startswith("."):
        return host.endswith(mask) or host == mask[1:]
    return mask.endswith(".*") and host.startswith(mask[:-1])
