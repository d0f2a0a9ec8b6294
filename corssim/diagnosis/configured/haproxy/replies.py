"""What HAProxy answers to a request: rules of its sections in their order, answers of its own and the program's.

https://docs.haproxy.org/3.0/configuration.html#4.3
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ....records import field, record
from ....url import parse_url
from ..model import groups_of
from ..replies import Branch, NotTold, Reply, of_all, supposing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....fetch.wire import WireRequest

_SECTIONS: Final = ("frontend", "listen", "backend", "defaults", "global")
_OF_RESPONSES: Final = ("http-response", "http-after-response")
_EXPRESSION: Final = lazy_pattern(r"%\[([^\]]*)\]|%([A-Za-z]\w*)")
_TERM: Final = lazy_pattern(r"!?\s*\{[^{}]*\}|[^\s{}]+")
_FETCH: Final = lazy_pattern(r"(?P<name>[\w.]+)(?:\((?P<argument>[^)]*)\))?(?P<converters>(?:,[\w.]+(?:\([^)]*\))?)*)")
_FLAG: Final = lazy_pattern(r"-(?:m\s+\w+|\w)\b")
_KINDS: Final = {"beg": "beg", "end": "end", "reg": "reg", "sub": "sub", "dom": "sub", "dir": "sub", "str": "str"}
_MOST_TERMS: Final = 50


@record()
class _Section:
    """A section: its kind, its name, its lines in words."""

    kind: str
    name: str
    lines: list[list[str]] = field(default_factory=list)


def sections_of(lines: Sequence[list[str]]) -> list[_Section]:
    """The sections; lines before the first one stand in one without a kind."""
    found = [_Section("", "")]
    for words in lines:
        if words[0] in _SECTIONS:
            found.append(_Section(words[0], words[1] if len(words) > 1 else ""))
        else:
            found[-1].lines.append(words)
    return found


def replies_of(lines: Sequence[list[str]]) -> Callable[[WireRequest], Reply]:
    """What a configuration answers."""
    sections = sections_of(lines)
    fronts = [each for each in sections if each.kind in ("frontend", "listen")]
    fronts = [each for each in fronts if not _leads_on(each)] or fronts
    backends = {each.name: each for each in sections if each.kind in ("backend", "listen")}
    rest = [each for each in sections if each.kind in ("", "backend")]

    def answered(request: WireRequest) -> Reply:
        def of(front: _Section) -> Reply:
            return supposing(lambda supposed: _Followed(request, supposed).reply(front, backends))

        whole = fronts or [_Section("", "", [line for each in rest for line in each.lines])]
        return of_all({of(each) for each in whole}, "frontend")

    return answered


def _leads_on(section: _Section) -> bool:
    names = {words[0] for words in section.lines}
    return any(words[:2] == ["http-request", "redirect"] and "if" not in words for words in section.lines) or (
        "stats" in names and not names & {"default_backend", "use_backend", "server"}
    )


class _Followed:
    """One request on its way through a frontend and its backend."""

    def __init__(self, request: WireRequest, supposed: list[bool]) -> None:
        parts = parse_url(request.url)
        self._request, self._supposed = request, supposed
        self._path = "/" if parts is None else parts.path or "/"
        self._host = "" if parts is None else parts.host or ""
        self._acls: dict[str, list[str]] = {}
        self._captured: list[str] = []
        self._variables: dict[str, str | None] = {}
        self._is_response = False
        self._headers: list[tuple[str, str]] = []
        self._hidden: set[str] = set()

    def reply(self, front: _Section, backends: dict[str, _Section]) -> Reply:
        """The answer. Raises `NotTold` and `Branch`."""
        answer = self._of_request(front)
        back = None if answer is not None or front.kind == "listen" else self._backend(front, backends)
        if back is not None:
            answer = self._of_request(back)
        self._is_response = True
        chain = [front] if back is None else [back, front]
        if answer is None:
            self._of_response(chain, "http-response", by_program=True)
        else:
            self._headers = list(answer.headers)
        self._of_response(chain, "http-after-response", by_program=answer is None)
        return Reply(
            status=None if answer is None else answer.status,
            headers=tuple(self._headers),
            by_program=answer is None,
            hidden=frozenset(self._hidden),
        )

    def _backend(self, front: _Section, backends: dict[str, _Section]) -> _Section | None:
        name = ""
        for words in front.lines:
            if words[0] == "use_backend" and len(words) > 1 and self._holds(words[2:]):
                name = words[1]
                break
        if not name:
            name = next((words[1] for words in front.lines if words[0] == "default_backend" and len(words) > 1), "")
        if "%[" in name:
            raise NotTold(f"use_backend {name}")
        return backends.get(name)

    def _of_request(self, section: _Section) -> Reply | None:
        self._acls = {}
        for words in section.lines:
            if words[0] == "acl" and len(words) > 2:
                self._acls.setdefault(words[1], []).append(" ".join(words[2:]))
        for words in section.lines:
            if words[:3] == ["capture", "request", "header"] and len(words) > 3:
                self._captured.append(self._header(words[3]))
            if words[0] == "http-request" and len(words) > 1 and (found := self._rule(words)) is not None:
                return found
        return None

    def _rule(self, words: list[str]) -> Reply | None:
        action, at = words[1], next((n for n, word in enumerate(words) if word in ("if", "unless")), len(words))
        told, condition = words[:at], words[at:]
        name = re.split(r"[.(]", action)[0]
        if name not in ("return", "deny", "redirect", "set-var", "capture", "auth", "tarpit", "reject", "set-path"):
            return None
        if not self._holds(condition):
            return None
        if name == "set-var":
            variable = action[action.find("(") + 1 :].rstrip(")")
            try:
                self._variables[variable] = self._sample(" ".join(told[2:]))
            except NotTold:
                self._variables[variable] = None
        elif name == "capture":
            self._captured.append(self._sample(told[2] if len(told) > 2 else ""))
        elif name == "return":
            pairs = [(told[n + 1], told[n + 2]) for n, word in enumerate(told[:-2]) if word == "hdr"]
            headers = [(key, value) for key, text in pairs if (value := self._value(key, text)) is not None]
            return Reply(status=_number(told, "status", 200), headers=tuple(headers))
        elif name in ("deny", "tarpit", "reject"):
            return Reply(status=_number(told, "deny_status", 403))
        elif name == "auth" and self._request.method == "OPTIONS":
            return Reply(status=401)
        elif name == "redirect":
            if self._request.method != "OPTIONS":
                raise NotTold(" ".join(words)[:60])
            return Reply(status=302)
        return None

    def _of_response(self, chain: Sequence[_Section], kind: str, *, by_program: bool) -> None:
        for section in chain:
            self._acls = {}
            for words in section.lines:
                if words[0] == "acl" and len(words) > 2:
                    self._acls.setdefault(words[1], []).append(" ".join(words[2:]))
            for words in section.lines:
                if words[0] == kind and len(words) > 2:
                    self._change(words, by_program=by_program)

    def _change(self, words: list[str], *, by_program: bool) -> None:
        action, name = words[1], words[2]
        if not name.lower().startswith("access-control-") or not self._holds(words[3 + (action != "del-header") :]):
            return
        if action in ("set-header", "del-header"):
            self._headers = [pair for pair in self._headers if pair[0].lower() != name.lower()]
            self._hidden.add(name.lower())
        if action in ("set-header", "add-header") and len(words) > 3:
            value = self._value(name, words[3])
            if value is not None:
                self._headers.append((name, value))
        if action in ("replace-header", "replace-value"):
            raise NotTold(" ".join(words)[:60])

    def _value(self, name: str, text: str) -> str | None:
        """A header's value; None for one that decides nothing and is not told."""
        decides = name.lower() in ("access-control-allow-origin", "access-control-allow-credentials") or (
            self._request.method == "OPTIONS"
        )
        try:
            return _EXPRESSION.sub(self._expanded, text)
        except NotTold:
            if decides:
                raise
            return None

    def _expanded(self, found: re.Match[str]) -> str:
        if found[1] is None:
            raise NotTold(found[0])
        return self._sample(found[1])

    def _header(self, name: str) -> str:
        if name.lower() in ("user-agent", "referer", "cookie", "accept"):
            raise NotTold(f"req.hdr({name})")
        return self._host if name.lower() == "host" else get(self._request.headers, name) or ""

    def _sample(self, text: str) -> str:
        """The value of a fetch with its converters. Raises `NotTold`."""
        parts = _FETCH.fullmatch(text.strip())
        if parts is None:
            raise NotTold(text[:60])
        value = self._fetched(parts["name"], parts["argument"] or "")
        for converter in filter(None, parts["converters"].split(",")):
            if converter not in ("lower", "upper"):
                raise NotTold(text[:60])
            value = value.lower() if converter == "lower" else value.upper()
        return value

    def _fetched(self, name: str, argument: str) -> str:
        if name == "method":
            return self._request.method
        if name == "str":
            return argument.strip("'\"")
        if name == "capture.req.hdr" and argument.isdecimal():
            return self._captured[int(argument)] if int(argument) < len(self._captured) else ""
        if name == "var":
            value = self._variables.get(argument.partition(",")[0], "")
            if value is None:
                raise NotTold(f"var({argument})")
            return value
        if name == "capture.req.uri":
            return self._path
        if self._is_response:
            if name.startswith(("req.", "hdr", "path", "url", "base")):
                raise NotTold(f"{name}({argument}), which no rule of answers sees,")
            raise NotTold(f"{name}({argument})")
        if name in ("req.hdr", "req.fhdr", "hdr", "fhdr"):
            return self._header(argument.partition(",")[0])
        if name in ("path", "url", "base"):
            return self._path
        raise NotTold(f"{name}({argument})" if argument else name)

    def _holds(self, words: Sequence[str]) -> bool:
        """Whether what stands behind `if` or `unless` holds."""
        if not words or words[0] not in ("if", "unless"):
            return True
        terms = _TERM.findall(" ".join(words[1:]))
        if len(terms) > _MOST_TERMS:
            raise NotTold(" ".join(words)[:60])
        groups: list[list[str]] = [[]]
        for term in terms:
            if term in ("or", "||"):
                groups.append([])
            else:
                groups[-1].append(term)
        held = any(all(self._term(term) for term in group) for group in groups)
        return held == (words[0] == "if")

    def _term(self, term: str) -> bool:
        turned, term = term.startswith("!"), term.lstrip("! ")
        if term.startswith("{"):
            value = self._test(term.strip("{} "))
        elif term in self._acls:
            value = any(self._test(text) for text in self._acls[term])
        elif term.startswith("METH_"):
            value = self._request.method == term.removeprefix("METH_")
        elif term in ("TRUE", "FALSE"):
            value = term == "TRUE"
        else:
            value = self._supposing(f"the condition {term}")
        return value != turned

    def _supposing(self, what: str) -> bool:
        if self._supposed:
            return self._supposed.pop(0)
        raise Branch(what[:60])

    def _test(self, text: str) -> bool:
        fetch, _, rest = text.partition(" ")
        flags = []
        while (flag := _FLAG.match(rest.lstrip())) is not None:
            flags.append(flag[0].split())
            rest = rest.lstrip()[flag.end() :]
        values = rest.split()
        kind = next((flag[1] for flag in flags if flag[0] == "-m" and len(flag) > 1), "")
        name = fetch.partition("(")[0]
        if not kind and "_" in name and name.rpartition("_")[2] in _KINDS:
            kind = name.rpartition("_")[2]
            fetch = fetch.replace(f"_{kind}", "", 1)
        try:
            given = self._sample(fetch)
        except NotTold:
            if self._is_response and name.startswith(("req.", "hdr", "path", "url", "base")):
                return False  # no rule of answers sees the request
            return self._supposing(text)
        if kind == "found":
            return bool(given)
        if ["-f"] in flags or kind not in ("", *_KINDS):
            return self._supposing(text)
        ignores_case = ["-i"] in flags
        return any(_is_matched(given, value, _KINDS.get(kind, "str"), ignores_case=ignores_case) for value in values)


def _is_matched(text: str, value: str, kind: str, *, ignores_case: bool) -> bool:
    if kind == "reg":
        return groups_of(value, text, ignores_case=ignores_case) is not None
    text, value = (text.lower(), value.lower()) if ignores_case else (text, value)
    if kind == "beg":
        return text.startswith(value)
    if kind == "end":
        return text.endswith(value)
    return value in text if kind == "sub" else text == value


def _number(words: Sequence[str], name: str, default: int) -> int:
    given = words[words.index(name) + 1] if name in words[:-1] else ""
    return int(given) if re.fullmatch(r"[1-5][0-9][0-9]", given) else default
