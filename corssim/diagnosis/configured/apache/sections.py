"""The sections of an Apache configuration, and the lines of them that count for a URL."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ....records import field, record
from ....url import parse_url
from ..model import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = lazy_pattern(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\S+")
_OPENS: Final = lazy_pattern(r"<\s*([A-Za-z]+)\b\s*(.*?)>?$")
_DEEPEST: Final = 50
PLACES: Final = ("directory", "directorymatch", "files", "filesmatch", "location", "locationmatch", "virtualhost")
"""Sections that count for some URLs alone."""
_BY_METHOD: Final = ("limit", "limitexcept", "if", "elseif", "else")


def _titled(found: re.Match[str]) -> str:
    return found[1] + found[2].title()


@record()
class Section:
    """A section: its name in lower case, what stands behind it, and its lines and sections in their order."""

    name: str
    arguments: list[str]
    content: list[Section | list[str]] = field(default_factory=list)

    @property
    def told(self) -> str:
        """What it is called, as it is written; the whole file is no section."""
        if not self.name:
            return "every answer"
        name = re.sub(r"^(virtual|files|location|directory|proxy)(host|match)$", _titled, self.name)
        return f"<{' '.join((name[:1].upper() + name[1:], *self.arguments))}>"

    @property
    def sections(self) -> list[Section]:
        return [each for each in self.content if isinstance(each, Section)]

    @property
    def lines(self) -> list[list[str]]:
        return [each for each in self.content if not isinstance(each, Section)]

    def values(self, directive: str) -> list[list[str]]:
        """What stands behind each line of a directive, in this section itself."""
        return [line[1:] for line in self.lines if line[0].lower() == directive]


@record(frozen=True)
class Line:
    """A line that counts, and the sections by method or condition that it stands in: name and arguments of each."""

    words: list[str]
    inside: tuple[tuple[str, str], ...] = ()


def parsed(text: str) -> Section:
    """The file as a section: its lines, and the sections in it."""
    stack = [Section("", [])]
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        opened = _OPENS.match(line)
        if line.startswith("</"):
            if len(stack) > 1:
                stack.pop()
        elif opened is not None:
            section = Section(opened[1].lower(), words_of(opened[2].rstrip(">")))
            stack[-1].content.append(section)
            if len(stack) < _DEEPEST:
                stack.append(section)
        elif words := words_of(line):
            stack[-1].content.append(words)
    return stack[0]


def words_of(text: str) -> list[str]:
    """The words of a line, without their quotes."""
    words = (found[0] for found in _WORD.finditer(text))
    return [word[1:-1] if len(word) > 1 and word[0] in "'\"" and word[-1] == word[0] else word for word in words]


def all_lines(section: Section, inside: tuple[tuple[str, str], ...] = ()) -> Iterator[Line]:
    """Every line of a section and of those in it."""
    before: list[str] = []
    for each in section.content:
        if isinstance(each, Section):
            yield from all_lines(each, (*inside, *_told(each, before)))
        else:
            yield Line(each, inside)


def _told(section: Section, before: list[str]) -> tuple[tuple[str, str], ...]:
    """What a section is told by. `before` are the conditions of this chain; `else` is what none of them is."""
    argument = " ".join(section.arguments)
    others = "".join(f"!({each}) && " for each in before)
    if section.name == "if":
        before[:] = [argument]
        return (("if", argument),)
    if section.name == "elseif":
        before.append(argument)
        return (("if", f"{others}({argument})"),)
    if section.name == "else":
        return (("if", others.removesuffix(" && ")),)
    return ((section.name, argument),) if section.name in _BY_METHOD or _may_not_count(section) else ()


def by_place(section: Section, around: tuple[Line, ...] = ()) -> Iterator[tuple[str, list[Line]]]:
    """The lines of each place, with those of the places around it, by its name; those of no place first."""
    content = _without_wrappers(section)
    own = (*around, *(each for each in content if isinstance(each, Line)))
    yield section.told, list(own)
    for each in content:
        if isinstance(each, Section):
            yield from by_place(each, own)


def _may_not_count(section: Section) -> bool:
    """Whether only the running server knows if a section counts."""
    is_turned = section.name == "ifmodule" and section.arguments[:1] != [] and section.arguments[0].startswith("!")
    return section.name in ("ifdefine", "ifversion") or is_turned


def all_sections(section: Section) -> Iterator[Section]:
    """Every section inside, in the order of the text."""
    for each in section.sections:
        yield each
        yield from all_sections(each)


def lines_for(top: Section, url: str) -> list[Line] | None:
    """The lines that count for a URL, in the order in which Apache goes by them; None where the file does not tell."""
    places = places_for(top, url)
    return None if places is None else [line for _, group in places for line in group]


def places_for(top: Section, url: str) -> list[tuple[str, list[Line]]] | None:
    """The lines that count for a URL, with the kind of place that they stand in, in the order in which Apache goes by
    them.

    None where the file does not tell: it has no sections, or not one server for the URL's host.

    https://httpd.apache.org/docs/2.4/sections.html#merging
    """
    parts = parse_url(url)
    if parts is None or not any(each.name in PLACES for each in all_sections(top)):
        return None
    servers = [each for each in all_sections(top) if each.name == "virtualhost"]
    server = _server_for(servers, parts.host or "", parts.scheme, parts.port)
    if servers and server is None:
        return None
    scopes = [top] if server is None else [top, server]
    path = parts.path or "/"
    return list(_groups(scopes, path))


def _server_for(servers: list[Section], host: str, scheme: str, port: int | None) -> Section | None:
    number = str(port or (443 if scheme == "https" else 80))
    of_port = [each for each in servers if any(address.endswith((f":{number}", ":*")) for address in each.arguments)]
    candidates = of_port or servers
    named = [each for each in candidates if any(fnmatchcase(host, name.lower()) for name in _names(each))]
    if named:
        return named[0]
    return candidates[0] if len(candidates) == 1 else None


def _names(server: Section) -> list[str]:
    rows = [*server.values("servername"), *server.values("serveralias")]
    return [name.partition("://")[2] or name.partition(":")[0] for row in rows for name in row]


def _groups(scopes: list[Section], path: str) -> Iterator[tuple[str, list[Line]]]:
    """The server's own lines; its directories, shorter ones first; files; locations as they are written."""
    content = [each for scope in scopes for each in _without_wrappers(scope)]
    own = [each for each in content if isinstance(each, Line)]
    sections = [each for each in content if isinstance(each, Section)]
    at = [list(all_lines(each)) for each in sections if each.name.startswith("location") and _is_at(each, path)]
    yield "server", own
    if not is_proxied([*own, *(line for lines in at for line in lines)], path):
        directories = [each for each in sections if each.name.startswith("directory") and _holds(each, own, path)]
        directories.sort(key=lambda each: (_is_expression(each), len("".join(each.arguments[-1:]))))
        inner = [each for directory in directories for each in _without_wrappers(directory)]
        yield "directory", [each for each in inner if isinstance(each, Line)]
        files = [each for each in (*inner, *sections) if isinstance(each, Section) and each.name.startswith("files")]
        yield from (("files", list(all_lines(each))) for each in files if _is_file(each, path))
    yield from (("location", lines) for lines in at)


def _without_wrappers(section: Section) -> list[Line | Section]:
    """Lines and places of a section; what stands in <IfModule>, <Limit> and their like stands in the section."""
    found: list[Line | Section] = []
    before: list[str] = []
    for each in section.content:
        if not isinstance(each, Section):
            found.append(Line(each))
        elif each.name in PLACES:
            found.append(each)
        elif each.name in _BY_METHOD or _may_not_count(each):
            found += all_lines(each, _told(each, before))
        else:
            found += _without_wrappers(each)
    return found


def is_proxied(lines: list[Line], path: str) -> bool:
    """Whether a program behind answers a path: no directory and no file of this server then counts."""
    for line in lines:
        name, arguments = line.words[0].lower(), line.words[1:]
        if name == "proxypass" and len(arguments) == 1:
            return True  # in a <Location>
        if len(arguments) > 1 and (
            (name == "proxypass" and path.startswith(arguments[0]))
            or (name == "proxypassmatch" and matches(arguments[0], path))
        ):
            return arguments[1] != "!"
    return False


def _is_expression(section: Section) -> bool:
    return section.name.endswith("match") or section.arguments[:1] == ["~"]


def _holds(section: Section, own: list[Line], path: str) -> bool:
    """Whether a directory holds the file of a path; where nothing tells what folder is served, each may."""
    roots = {line.words[0].lower(): line.words[1:] for line in own}
    aliases = [line.words[1:3] for line in own if line.words[0].lower() == "alias" and len(line.words) > 2]
    of_alias = next(((source, folder) for source, folder in aliases if path.startswith(source)), None)
    if of_alias is not None:
        file = of_alias[1].rstrip("/") + "/" + path[len(of_alias[0]) :].lstrip("/")
    elif roots.get("documentroot"):
        file = roots["documentroot"][0].rstrip("/") + path
    else:
        return True
    argument = section.arguments[-1] if section.arguments else ""
    if _is_expression(section):
        return matches(argument, file)
    folder = argument.rstrip("/")
    return fnmatchcase(file, f"{folder}/*") or file == folder


def _is_file(section: Section, path: str) -> bool:
    """`<Files>` go by the last part of the path."""
    argument = section.arguments[-1] if section.arguments else ""
    name = path.rpartition("/")[2] or "index.html"
    return matches(argument, name) if _is_expression(section) else fnmatchcase(name, argument)


def _is_at(section: Section, path: str) -> bool:
    """`<Location>` goes by whole parts of the path."""
    argument = section.arguments[-1] if section.arguments else ""
    if _is_expression(section):
        return matches(argument, path)
    if any(sign in argument for sign in "*?["):
        depth = argument.count("/")
        return fnmatchcase("/".join(path.split("/")[: depth + 1]), argument)
    return path == argument or (
        path.startswith(argument.rstrip("/") + "/") and (not argument.endswith("/") or path.startswith(argument))
    )
