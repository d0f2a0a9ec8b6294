"""Kong's plugin cors, as its handler has it: declared, as a resource of Kubernetes, and as the Admin API is asked.

https://developer.konghq.com/plugins/cors/ , https://github.com/Kong/kong/blob/master/kong/plugins/cors/handler.lua
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...fetch.header_list import get
from ...patterns import lazy_pattern
from ...records import field, record
from ...url import parse_url
from .model import Configured, Grant, searched
from .replies import NotTold, Reply, of_all
from .trees import UnreadTree, child, names_in, text_of, trees_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...fetch.wire import WireRequest
    from .replies import Replies
    from .trees import Tree

KONG_SIGN: Final = (
    r"(?ms)\A(?=.*\bconfig\b).*?\bname:\s*[\"']?cors\b|\"name\"\s*:\s*\"cors\"|\bname=cors\b"
    r"|^\s*plugin:\s*[\"']?cors\b"
)
_METHODS: Final = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")
_GIVEN: Final = lazy_pattern(r"(?P<quote>[\"']?)\bconfig\.(?P<name>\w+?)(?:\[\d*\])?(?P<sign>:?=)")
_PLAIN: Final = lazy_pattern(r"[A-Za-z0-9.:/-]+")
_TO_BE_FILLED: Final = lazy_pattern(r"^<(?!\?)|\$\{|\{\{|^\$[A-Za-z_({]")
"""A place to be filled in, which no expression of origins is."""
_DEEPEST: Final = 60
_MOST: Final = 50


@record(frozen=True, kw_only=True)
class _Plugin:
    """The settings of one plugin, and the paths of the routes that it is for (none: for all)."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = _METHODS
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    credentials: bool = False
    max_age: str = ""
    goes_on: bool = False
    paths: tuple[str, ...] = ()


@record(eq=False)
class _Found:
    plugins: list[_Plugin] = field(default_factory=list)
    is_off: bool = False


def read_kong(text: str) -> Configured | None:
    """What the plugins of a text allow."""
    found = _Found()
    unread = ""
    try:
        for tree in trees_of(text):
            _walk(tree, (), found, 0)
    except UnreadTree as error:
        unread = str(error)
    if not found.plugins and not found.is_off:
        told = list(_given(text))
        if told:
            _add({name: list(values) for name, values in _lists(told).items()}, (), found)
        elif not unread:
            return None
    plugins = list(dict.fromkeys(found.plugins))[:_MOST]
    doubts = ["enabled: false"] if found.is_off and not plugins else [unread] if unread and not plugins else []
    return Configured(
        kind="Kong",
        software="kong",
        grants=tuple(map(_grant, plugins)),
        preflight_status=200 if plugins and not all(each.goes_on for each in plugins) else None,
        example_path=next((f"{path.rstrip('/')}/items" for each in plugins for path in each.paths), "/items"),
        not_understood=tuple(doubts),
        replies=_replies(plugins) if plugins else None,
    )


def _walk(tree: Tree, paths: tuple[str, ...], found: _Found, depth: int) -> None:
    """Plugins wherever they stand: globally, in a service, in a route, as resources."""
    if isinstance(tree, str) or depth > _DEEPEST:
        return
    if isinstance(tree, list):
        for each in tree:
            _walk(each, paths, found, depth + 1)
        return
    named = text_of(child(tree, "plugin")) or text_of(child(tree, "name"))
    if named == "cors" and isinstance(child(tree, "config"), dict | str) and "paths" not in tree:
        if text_of(child(tree, "enabled")) == "false" or text_of(child(tree, "disabled")) == "true":
            found.is_off = True
        else:
            _add(child(tree, "config"), paths, found)
        return
    own = child(tree, "paths")
    paths = names_in(own) if isinstance(own, list) else paths
    for value in tree.values():
        _walk(value, paths, found, depth + 1)


def _add(config: Tree, paths: tuple[str, ...], found: _Found) -> None:
    def names(*keys: str) -> tuple[str, ...]:
        return next((names_in(value) for key in keys if (value := _listed(child(config, key)))), ())

    found.plugins.append(
        _Plugin(
            origins=names("origins", "origin"),
            methods=names("methods") or _METHODS,
            headers=names("headers"),
            expose=names("exposed_headers"),
            credentials=_flag(config, "credentials"),
            max_age=next(iter(names("max_age")), ""),
            goes_on=_flag(config, "preflight_continue"),
            paths=paths,
        )
    )


def _listed(tree: Tree) -> Tree:
    return list(tree.values()) if isinstance(tree, dict) else tree


def _flag(config: Tree, key: str) -> bool:
    value = child(config, key)
    return (text_of(value[-1]) if isinstance(value, list) and value else text_of(value)).lower() in ("true", "yes", "1")


def _given(text: str) -> Iterator[tuple[str, str]]:
    """`config.NAME=…` as curl and HTTPie send it: up to the quote that closes it, or to the end of the word."""
    for given in _GIVEN.finditer(text):
        quote = given["quote"]
        line_end = text.find("\n", given.end())
        rest = text[given.end() : len(text) if line_end < 0 else line_end]
        if not quote and rest[:1] in ("'", '"') and rest:
            quote, rest = rest[0], rest[1:]
        value = rest.partition(quote)[0] if quote else re.split(r"[\s\\&]", rest, maxsplit=1)[0]
        yield given["name"], re.sub(r"[\[\]\"']", "", value) if given["sign"] == ":=" else value


def _lists(told: Sequence[tuple[str, str]]) -> dict[str, list[Tree]]:
    lists: dict[str, list[Tree]] = {}
    for name, value in told:
        lists.setdefault(name, []).extend(names_in(value))
    return lists


def _replies(plugins: Sequence[_Plugin]) -> Replies:
    """What Kong answers: the plugin of the longest path, or one that is for all."""

    def answered(request: WireRequest) -> Reply:
        parts = parse_url(request.url)
        path = "/" if parts is None else parts.path or "/"
        fitting = [(len(each), plugin) for plugin in plugins for each in plugin.paths or ("",) if path.startswith(each)]
        longest = max((length for length, _ in fitting), default=-1)
        meant = [plugin for length, plugin in fitting if length == longest]
        if not meant:
            return Reply(doubt="a route with no plugin cors")
        return of_all({_answer(each, request) for each in meant}, "plugin cors")

    return answered


def _answer(plugin: _Plugin, request: WireRequest) -> Reply:
    origin = get(request.headers, "Origin") or ""
    try:
        allowed = _allowed(plugin, origin)
    except NotTold as told:
        return Reply(doubt=str(told))
    headers = [] if allowed is None else [("Access-Control-Allow-Origin", allowed)]
    if plugin.credentials:
        if allowed == "*":
            headers = [("Access-Control-Allow-Origin", origin)]
        headers.append(("Access-Control-Allow-Credentials", "true"))
    if not request.is_preflight:
        if plugin.expose:
            headers.append(("Access-Control-Expose-Headers", ",".join(plugin.expose)))
        hidden = {"access-control-allow-origin", "access-control-allow-credentials"}
        return Reply(headers=tuple(headers), by_program=True, hidden=frozenset(hidden))
    if plugin.goes_on:
        return Reply(by_program=True)
    asked = get(request.headers, "Access-Control-Request-Headers")
    if plugin.headers:
        headers.append(("Access-Control-Allow-Headers", ",".join(plugin.headers)))
    elif asked is not None:
        headers.append(("Access-Control-Allow-Headers", asked))
    headers.append(("Access-Control-Allow-Methods", ",".join(plugin.methods)))
    if plugin.max_age:
        headers.append(("Access-Control-Max-Age", plugin.max_age))
    return Reply(status=200, headers=tuple(headers))


def _allowed(plugin: _Plugin, origin: str) -> str | None:
    """The origin that is sent: configure_origin. Raises `NotTold`."""
    if plugin.origins in ((), ("*",)):
        return "*"
    if len(plugin.origins) == 1 and _PLAIN.fullmatch(plugin.origins[0]) is not None:
        return plugin.origins[0]
    unknown = ""
    for each in plugin.origins:
        if each == "*":
            return "*"
        if _TO_BE_FILLED.search(each) is not None:
            unknown = unknown or each
        elif (each == origin) if not _is_pattern(each) else searched(_anchored(each), origin) is not None:
            return origin
    if unknown:
        raise NotTold(f"{unknown[:60]}, a place to be filled in,")
    return None


def _is_pattern(text: str) -> bool:
    return text != "*" and _PLAIN.fullmatch(text) is None


def _anchored(pattern: str) -> str:
    """An expression of Kong's: it is for all of an origin, or for all of its host where no colon is in it."""
    whole = f"(?:{pattern.removeprefix('^').removesuffix('$')})"
    return f"^{whole}$" if ":" in pattern else f"^[a-z][a-z0-9+.-]*://{whole}(?::[0-9]+)?$"


def _grant(plugin: _Plugin) -> Grant:
    origins = plugin.origins or ("*",)
    unknown = tuple(each for each in origins if _TO_BE_FILLED.search(each) is not None)
    known = [each for each in origins if each not in unknown]
    plain = [each for each in known if not _is_pattern(each)]
    return Grant(
        where=f"the plugin cors of {', '.join(plugin.paths)}" if plugin.paths else "the plugin cors",
        origins=tuple("{origin}" if each == "*" and plugin.credentials else each for each in plain),
        patterns=tuple(_anchored(each) for each in known if _is_pattern(each)),
        credentials=plugin.credentials,
        methods=plugin.methods,
        headers=plugin.headers or None,
        any_header=not plugin.headers,
        expose=plugin.expose or None,
        max_age=plugin.max_age or None,
        unknown=unknown,
    )
