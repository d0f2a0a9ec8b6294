"""A Caddyfile as directives with what stands in their braces, snippets put in, and the site of a URL."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from ....patterns import lazy_pattern
from ....records import field, record
from ....url import parse_url

_WORD: Final = lazy_pattern(r"\"(?:[^\"\\]|\\.)*\"|`[^`]*`|[^\s\"`]\S*|[\"`]")
_ADDRESS: Final = lazy_pattern(
    r"(?:https?://)?(?:\*|[\w*-]+(?:\.[\w*-]+)+|localhost|\{\$?\w+(?:\.\w+)*\}|\[[0-9a-f:]+\])?(?::\d+)?(?:/\S*)?,?"
)
_DEEPEST: Final = 30
_MOST: Final = 20_000  # directives, snippets put in


@record()
class Directive:
    """A line: its words, and the lines in its braces."""

    words: list[str]
    inner: list[Directive] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.words[0]

    def named(self, *names: str) -> list[Directive]:
        """The lines in its braces that begin with one of these words."""
        return [each for each in self.inner if each.name in names]


def parsed(text: str) -> Directive:
    """The file as a directive without words, snippets put in where they are imported."""
    top = Directive([])
    stack = [top]
    for line in text.splitlines():
        line = line.strip()
        words = [] if line.startswith("#") else _words(line)
        if words == ["}"]:
            if len(stack) > 1:
                stack.pop()
            continue
        opens = words[-1:] == ["{"]
        words = words[:-1] if opens else words
        if words or opens:
            directive = Directive(words or [""])
            stack[-1].inner.append(directive)
            if opens and len(stack) < _DEEPEST:
                stack.append(directive)
    snippets = {each.name: each for each in top.inner if each.name.startswith("(")}
    left = [_MOST]
    top.inner = [each for each in top.inner if each.name not in snippets]
    top.inner = _expanded(top.inner, snippets, left)
    return top


def _words(line: str) -> list[str]:
    words = []
    for found in _WORD.finditer(line):
        word = found[0]
        if word.startswith("#"):
            break
        words.append(word[1:-1] if len(word) > 1 and word[0] in '"`' and word[-1] == word[0] else word)
    return words


def _expanded(
    lines: list[Directive], snippets: dict[str, Directive], left: list[int], depth: int = 0
) -> list[Directive]:
    found: list[Directive] = []
    for line in lines:
        left[0] -= 1
        if left[0] < 0:
            break
        snippet = snippets.get(f"({line.words[1]})") if line.name == "import" and len(line.words) > 1 else None
        if snippet is not None and depth < _DEEPEST:
            given = [_with_arguments(each, line.words[2:]) for each in snippet.inner]
            found += _expanded(given, snippets, left, depth + 1)
        else:
            found.append(Directive(line.words, _expanded(line.inner, snippets, left, depth)))
    return found


def _with_arguments(line: Directive, arguments: list[str]) -> Directive:
    words: list[str] = []
    for word in line.words:
        if word == "{args[:]}":
            words += arguments
            continue
        for number, argument in enumerate(arguments):
            word = word.replace(f"{{args[{number}]}}", argument).replace(f"{{args.{number}}}", argument)
        words.append(word)
    return Directive(words, [_with_arguments(each, arguments) for each in line.inner])


def sites_of(top: Directive) -> list[Directive]:
    """The sites of a file; none where it is a part of one, or holds one whose address stands on the first line."""
    return [each for each in top.inner if each.inner and _is_address(each)]


def is_part(top: Directive) -> bool:
    """Whether a file holds no site's address: it is a part of one."""
    return not any(map(_is_address, top.inner))


def _is_address(line: Directive) -> bool:
    return bool(line.name) and all(_ADDRESS.fullmatch(word) and word != "*" for word in line.words)


def sites_for(top: Directive, url: str) -> list[Directive]:
    """The sites that may answer a URL: that of its host, else all that do more than lead elsewhere."""
    sites = sites_of(top)
    parts = parse_url(url)
    if len(sites) < 2 or parts is None:
        return sites or [top]
    port = str(parts.port or (443 if parts.scheme == "https" else 80))
    named = [each for each in sites if any(_is_of(word, parts.host or "", port) for word in each.words)]
    by_name = [each for each in named if any((parts.host or "-") in word for word in each.words)]
    serving = [each for each in sites if any(line.name not in ("redir", "tls", "log", "encode") for line in each.inner)]
    return by_name[:1] or named or serving or sites


def _is_of(address: str, host: str, port: str) -> bool:
    address = address.rstrip(",").partition("://")[2] or address.rstrip(",")
    name, _, number = (
        address.partition("/")[0].rpartition(":") if ":" in address else (address.partition("/")[0], "", "")
    )
    if number and number != port:
        return False
    return not name or fnmatchcase(host, name)
