"""What Caddy 2 answers to a request: its directives in their order, their matchers, headers at once and in the end.

https://caddyserver.com/docs/caddyfile/directives#directive-order , https://caddyserver.com/docs/caddyfile/directives/header
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ....records import field, record
from ....url import parse_url
from ..replies import NotTold, Reply, of_all, supposing
from .asked import Asked
from .caddyfile import Directive, sites_for
from .matchers import matcher_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ....fetch.wire import WireRequest

    Matchers = dict[str, Directive]

_ORDER: Final = (
    *("map", "vars", "root", "header", "redir", "rewrite", "uri", "try_files", "basic_auth", "basicauth"),
    *("forward_auth", "handle", "route", "abort", "error", "respond", "reverse_proxy", "php_fastcgi", "file_server"),
    "browse",
)
_PROGRAMS: Final = ("reverse_proxy", "php_fastcgi")
_LOGINS: Final = ("basic_auth", "basicauth", "forward_auth")
_GROUPED: Final = ("handle", "rewrite", "root")
_STATUS: Final = lazy_pattern(r"[1-5]\d\d")


@record()
class _Operations:
    """What one header directive does, in the order in which Caddy does it: adds, sets, takes away."""

    adds: list[tuple[str, str]] = field(default_factory=list)
    sets: list[tuple[str, str]] = field(default_factory=list)
    takes: list[str] = field(default_factory=list)
    needs_none: list[str] = field(default_factory=list)
    is_deferred: bool = False


@record(eq=False)
class _State:
    """Where a request has come to: headers of CORS so far, what is put off to the end, the answer."""

    asked: Asked
    headers: list[tuple[str, str]] = field(default_factory=list)
    deferred: list[_Operations] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    status: int | None = None
    by_program: bool = False
    is_answered: bool = False

    def apply(self, operations: _Operations, *, hides: bool) -> None:
        """Do what a directive says; where it `hides`, with what the program behind has sent too."""
        for name in operations.needs_none:
            if get(self.headers, name) is not None:
                return
            if self.by_program and name.lower() not in self.hidden:
                raise NotTold(f"header ?{name}")
        self.headers += operations.adds
        replaced = [name.lower() for name in (*(name for name, _ in operations.sets), *operations.takes)]
        self.headers = [pair for pair in self.headers if pair[0].lower() not in replaced]
        taken = [name.lower() for name in operations.takes]
        self.headers += [pair for pair in operations.sets if pair[0].lower() not in taken]
        if hides:
            self.hidden |= set(replaced)


def replies_of(top: Directive) -> Callable[[WireRequest], Reply]:
    """What a Caddyfile answers."""

    def answered(request: WireRequest) -> Reply:
        parts = parse_url(request.url)
        host, path = ("", "/") if parts is None else (parts.host or "", parts.path or "/")

        def of(site: Directive) -> Reply:
            return supposing(lambda supposed: _followed(site, Asked(request, path, host, supposed)))

        return of_all({of(site) for site in sites_for(top, request.url)}, "site")

    return answered


def _followed(site: Directive, asked: Asked) -> Reply:
    state = _State(asked)
    _run(site.inner, {}, state, is_sorted=True)
    if not state.is_answered:
        state.status = 200
    if state.status is None or state.status < 400:
        for operations in reversed(state.deferred):
            state.apply(operations, hides=True)
    return Reply(
        status=state.status,
        headers=tuple(state.headers),
        by_program=state.by_program,
        hidden=frozenset(state.hidden),
    )


def _run(lines: Sequence[Directive], named: Matchers, state: _State, *, is_sorted: bool) -> None:
    """The directives of a block, until one of them answers."""
    named = {**named, **{each.name: each for each in lines if each.name.startswith("@")}}
    steps = [each for each in lines if _grouped(each.name) in _ORDER]
    if is_sorted:
        steps = _in_order(steps, named)
    done: set[str] = set()
    for line in steps:
        group = _grouped(line.name)
        if (group in _GROUPED and group in done) or not state.asked.is_matched(matcher_of(line), named):
            continue
        done.add(group)
        _step(line, named, state)
        if state.is_answered:
            return


def _in_order(lines: Sequence[Directive], named: Matchers) -> list[Directive]:
    """By directive; of one directive, longer paths before shorter ones, and what has a matcher before what has none.

    Caddy sorts by insertion: a path and another matcher stay as they are written, and keep others apart.
    """
    found: list[tuple[tuple[int, str, bool], Directive]] = []
    for line in lines:
        matcher = matcher_of(line)
        path = matcher if matcher.startswith("/") else _only_path(named.get(matcher))
        place = _ORDER.index(_grouped(line.name)), path, matcher not in ("", "*")
        at = len(found)
        while at and _is_before(place, found[at - 1][0]):
            at -= 1
        found.insert(at, (place, line))
    return [line for _, line in found]


def _is_before(one: tuple[int, str, bool], other: tuple[int, str, bool]) -> bool:
    if one[0] != other[0]:
        return one[0] < other[0]
    if one[1] and other[1]:
        lengths = [(-len(path.rstrip("*")), path.endswith("*")) for path in (one[1], other[1])]
        return lengths[0] < lengths[1]
    return one[2] and not other[2]


def _only_path(line: Directive | None) -> str:
    """The path of a matcher that names one; "" where it names none or several."""
    rows = [] if line is None else [line.words[1:], *(each.words for each in line.inner)]
    paths = [path for words in rows if words[:1] == ["path"] for path in words[1:]]
    return paths[0] if len(paths) == 1 else ""


def _grouped(name: str) -> str:
    return "handle" if name == "handle_path" else name


def _first_path(line: Directive | None) -> str:
    rows = [] if line is None else [line.words[1:], *(each.words for each in line.inner)]
    return next((words[1] for words in rows if words[:1] == ["path"] and len(words) > 1), "")


def _step(line: Directive, named: Matchers, state: _State) -> None:
    name, words = line.name, line.words[1 + bool(matcher_of(line)) :]
    if name == "header":
        for operations in _operations(words, line.inner, state.asked):
            if operations.is_deferred or operations.needs_none:
                state.deferred.append(operations)
            else:
                state.apply(operations, hides=False)
    elif name == "map":
        state.asked.add_map(words, line.inner)
    elif name == "redir":
        if state.asked.method != "OPTIONS":
            raise NotTold(" ".join(line.words)[:60])
        _answer(state, 302)
    elif name == "rewrite" and words and "{" not in words[-1]:
        state.asked.path = words[-1].partition("?")[0]
    elif name == "uri" and words[:1] == ["strip_prefix"] and len(words) > 1:
        state.asked.strip(words[1])
    elif name in _LOGINS and state.asked.method == "OPTIONS":
        _answer(state, 401)
    elif name in ("handle", "handle_path", "route"):
        path, matcher = state.asked.path, matcher_of(line)
        if name == "handle_path":
            state.asked.strip(matcher.rstrip("*").rstrip("/"))
        _run(line.inner, named, state, is_sorted=name != "route")
        state.asked.path = path
    elif name == "abort":
        raise NotTold("abort")
    elif name in ("error", "respond"):
        codes = [word for word in words if _STATUS.fullmatch(word)]
        codes += [each.words[1] for each in line.inner if each.name == "status" and len(each.words) > 1]
        _answer(state, int(codes[-1]) if codes else 500 if name == "error" else 200)
        if name == "error":
            state.deferred.clear()
    elif name in _PROGRAMS:
        state.by_program = True
        _answer(state, None)
        for each in line.named("header_down"):
            for operations in _operations(each.words[1:], [], state.asked):
                _of_upstream(operations, state)
    elif name in ("file_server", "browse"):
        _answer(state, 200 if state.asked.method in ("GET", "HEAD") else 405)
        if state.status == 405:
            state.deferred.clear()


def _answer(state: _State, status: int | None) -> None:
    state.status, state.is_answered = status, True


def _of_upstream(operations: _Operations, state: _State) -> None:
    """What `header_down` makes of the program's own headers, which come to those that are there."""
    if operations.needs_none:
        raise NotTold(f"header_down ?{operations.needs_none[0]}")
    state.hidden |= {name.lower() for name in (*(name for name, _ in operations.sets), *operations.takes)}
    state.headers += [*operations.adds, *operations.sets]


def _operations(words: Sequence[str], block: Iterable[Directive], asked: Asked) -> list[_Operations]:
    """A header directive as Caddy splits it: what needs a header to be missing, and the rest."""
    plain, default = _Operations(), _Operations()
    for row in (words, *(each.words for each in block)):
        if not row:
            continue
        if row[0] == "defer":
            plain.is_deferred = True
            continue
        sign = row[0][0] if row[0][0] in "+-?>" else ""
        name = row[0].removeprefix(sign).removesuffix(":")
        if sign in ("-", ">"):
            plain.is_deferred = True
        if not name.lower().startswith("access-control-"):
            if sign == "?":
                default.needs_none.append(name)
            continue
        if sign == "-":
            plain.takes.append(name)
            continue
        if len(row) > 2:
            raise NotTold(" ".join(("header", *row))[:60])
        value = asked.value_of_header(name, row[1] if len(row) > 1 else "")
        if value is None:
            continue
        if sign == "?":
            default.needs_none.append(name)
            default.sets.append((name, value))
        elif sign == "+":
            plain.adds.append((name, value))
        else:
            plain.sets.append((name, value))
    if default.needs_none and not default.sets:
        default.needs_none.clear()
    return [each for each in (plain, default) if each.adds or each.sets or each.takes]
