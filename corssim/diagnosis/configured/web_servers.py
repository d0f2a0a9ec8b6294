"""nginx, Apache and Caddy: headers by place, and what is around them that undoes them."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from ...records import field, record, replace
from .model import REFLECTED, Configured, Grant, Mistake
from .written_headers import grant_of_headers

_NGINX_TOKEN: Final = lazy_pattern(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[{};]|[^\s{};]+|#[^\n]*")
_DEEPEST = 50


@record()
class _Block:
    """A block of nginx: its directive's words, its directives and the blocks in it."""

    words: list[str]
    directives: list[list[str]] = field(default_factory=list)
    blocks: list[_Block] = field(default_factory=list)

    @property
    def name(self) -> str:
        return " ".join(self.words).replace(" )", ")") or "the file"


def read_nginx(text: str) -> Configured:
    """nginx and OpenResty: add_header, more_set_headers, map and if."""
    top = _parsed(text)
    origins_of, patterns_of = _maps(top)
    mistakes: list[Mistake] = []
    grants: list[Grant] = []
    statuses: list[int] = []
    _walk(top, "all", (), grants, mistakes, statuses, (origins_of, patterns_of, {}))
    proxied = re.search(r"^\s*(?:proxy|fastcgi|uwsgi|grpc)_pass\b", text, re.MULTILINE) is not None
    hides = "proxy_hide_header" in text.lower() or "more_clear_headers" in text.lower()
    if proxied and grants and not hides:
        mistakes.append(
            Mistake(
                "added-to-the-programs-own",
                "add_header adds to what the program behind sends: where that sends Access-Control-Allow-Origin too, "
                "the "
                "browser sees two values.",
                "proxy_hide_header Access-Control-Allow-Origin; or let one of the two send it.",
            )
        )
    if any(grant.on != "preflights" and grant.origins for grant in grants) and _is_without_always(text):
        mistakes.append(
            Mistake(
                "not-on-errors",
                "Without `always`, add_header leaves the header out of error answers: script then sees a CORS error in "
                "place of the 4xx or 5xx.",
                "Write always before the semicolon.",
            )
        )
    answers_preflights = any(grant.on == "preflights" for grant in grants) and bool(statuses)
    status = statuses[0] if answers_preflights else None if not _is_static(text) else 405
    return Configured(
        kind="nginx",
        software="nginx",
        grants=tuple(grants),
        mistakes=tuple(mistakes),
        preflight_status=status,
        adds_to_upstream=proxied and not hides,
    )


def _is_without_always(text: str) -> bool:
    lines = re.findall(r"(?m)^\s*add_header\s+['\"]?Access-Control-Allow-Origin[^;]*;", text)
    return any(not re.search(r"\balways\s*;$", line) for line in lines)


def _is_static(text: str) -> bool:
    return re.search(r"^\s*(?:root|alias|try_files)\b", text, re.MULTILINE) is not None and "_pass" not in text


def _parsed(text: str) -> _Block:
    stack = [_Block([])]
    words: list[str] = []
    for token in (found[0] for found in _NGINX_TOKEN.finditer(text)):
        if token.startswith("#"):
            continue
        if token == "{":
            block = _Block(words)
            stack[-1].blocks.append(block)
            if len(stack) < _DEEPEST:
                stack.append(block)
            words = []
        elif token == "}":
            if len(stack) > 1:
                stack.pop()
            words = []
        elif token == ";":
            stack[-1].directives.append(words)
            words = []
        else:
            words.append(token.strip("'\"") if token[0] in "'\"" else token)
    return stack[0]


_Variables = tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]


def _maps(top: _Block) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """The origins and the expressions for which a variable that `map $http_origin` makes is the origin itself."""
    origins: dict[str, tuple[str, ...]] = {}
    patterns: dict[str, tuple[str, ...]] = {}
    for block in _all_blocks(top):
        if block.words[:1] == ["map"] and len(block.words) == 3 and "http_origin" in block.words[1]:
            rows = [row for row in block.directives if len(row) == 2 and row[1] not in ("", '""')]
            named = [
                row[0] if "http_origin" in row[1] else row[1] for row in rows if "://" in row[0] and row[0][:1] != "~"
            ]
            origins[block.words[2]] = tuple(named + [row[1] for row in rows if row == ["default", "*"]])
            patterns[block.words[2]] = tuple(row[0].lstrip("~*") for row in rows if row[0].startswith("~"))
            if any(row[0] == "default" and "http_origin" in row[1] for row in rows):
                origins[block.words[2]] += (REFLECTED,)
    return origins, patterns


def _all_blocks(block: _Block) -> list[_Block]:
    return [inner for each in block.blocks for inner in (each, *_all_blocks(each))]


def _walk(
    block: _Block,
    on: str,
    only_for: tuple[str, ...],
    grants: list[Grant],
    mistakes: list[Mistake],
    statuses: list[int],
    variables: _Variables,
) -> None:
    origins_of, patterns_of, set_where = variables
    pairs = [(row[1], row[2]) for row in block.directives if row[:1] == ["add_header"] and len(row) > 2]
    for row in block.directives:
        if row[:1] == ["more_set_headers"]:
            pairs += [(name.strip(), value.strip()) for name, _, value in (each.partition(":") for each in row[1:])]
        if row[:1] == ["set"] and len(row) == 3 and only_for:
            set_where[row[1]] = only_for
        if row[:1] == ["return"] and len(row) > 1 and row[1].isdecimal() and on == "preflights":
            statuses.append(int(row[1]))
    pairs = [pair for pair in pairs if pair[0].lower().startswith("access-control-")]
    if pairs:
        grant = grant_of_headers(block.name, pairs, on=on)  # type: ignore[arg-type]
        variable = next(
            (value for name, value in pairs if name.lower().endswith("allow-origin") and value in origins_of), None
        )
        if variable is not None:
            grant = replace(
                grant, origins=origins_of[variable], patterns=patterns_of[variable], joined_origins=False, unknown=()
            )
        grants.append(replace(grant, only_for=only_for))
    if pairs and on == "all" and any(_answers_preflights(inner) for inner in block.blocks):
        # A block with an add_header of its own takes the place of the one around it.
        grants[-1] = replace(grants[-1], on="requests")
    for inner in block.blocks:
        if inner.words[:1] == ["map"]:
            continue
        condition = " ".join(inner.words)
        then, where = on, only_for
        if inner.words[:1] == ["if"]:
            if "request_method" in condition:
                then = "requests" if "!=" in condition or not re.search(r"OPTIONS", condition) else "preflights"
            elif (expression := re.search(r"\$http_origin\s*~\*?\s*(.+?)\)?$", condition)) is not None:
                where = (
                    expression[1].strip().strip("'\"").removesuffix(")")
                    if expression[1].count("(") < expression[1].count(")")
                    else expression[1].strip().strip("'\""),
                )
            else:
                used = next((each for name, each in set_where.items() if name in condition), None)
                where = used if used is not None else only_for
            own = [row for row in inner.directives if row[:1] == ["add_header"]]
            if own and pairs:
                lost = sorted({name for name, _ in pairs} - {row[1] for row in own})
                if lost:
                    mistakes.append(
                        Mistake(
                            "add-header-not-inherited",
                            f"{inner.name} has an add_header of its own, so it inherits none: {', '.join(lost)} "
                            "of the block around it are not sent there.",
                            "Repeat them in the inner block.",
                        )
                    )
        elif (
            any(row[:1] == ["add_header"] for row in inner.directives) is False
            and pairs
            and inner.words[:1] == ["location"]
        ):
            grants.append(replace(grants[-1], where=inner.name))
        _walk(inner, then, where, grants, mistakes, statuses, variables)


def _answers_preflights(block: _Block) -> bool:
    condition = " ".join(block.words)
    is_of_options = block.words[:1] == ["if"] and "request_method" in condition and "OPTIONS" in condition
    return is_of_options and "!=" not in condition and any(row[:1] == ["add_header"] for row in block.directives)


def read_apache(text: str) -> Configured:
    """Apache's Header directives, in a configuration or in .htaccess."""
    pairs: list[tuple[str, str]] = []
    mistakes: list[Mistake] = []
    patterns: dict[str, str] = {}
    only_for: tuple[str, ...] = ()
    always = True
    for line in text.splitlines():
        words = [
            word.strip("'\"") if word[0] in "'\"" else word for word in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", line)
        ]
        if not words or words[0].startswith("#"):
            continue
        if words[0].lower().startswith("setenvif") and len(words) > 3 and words[1].lower() == "origin":
            patterns[words[3].partition("=")[0]] = words[2]
        if words[0].lower() != "header":
            continue
        words = words[1:]
        condition = words[0].lower() if words else ""
        if condition in ("always", "onsuccess"):
            words = words[1:]
        if len(words) < 3 or not words[1].lower().startswith("access-control-") or words[0].lower() not in _SETS:
            continue
        if words[1].lower().endswith("allow-origin"):
            always = always and condition == "always"
            variable = next((word[4:].lstrip("!") for word in words[3:] if word.lower().startswith("env=")), "")
            if variable in patterns:
                only_for = (patterns[variable],)
        pairs.append(
            (
                words[1],
                re.sub(r"%\{(\w+)\}e", lambda found: "%{Origin}i" if found[1] in patterns else found[0], words[2]),
            )
        )
    if pairs and not always:
        mistakes.append(
            Mistake(
                "not-on-errors",
                "Without `always` the header is not on error answers: script then sees a CORS error in place of the "
                "4xx "
                "or 5xx.",
                "Header always set Access-Control-Allow-Origin …",
            )
        )
    wants_login = re.search(r"(?im)^\s*Require\s+(?:valid-user|user|group)\b", text) is not None
    spares = re.search(r"(?i)<LimitExcept\s+[^>]*OPTIONS|<Limit\s+(?![^>]*OPTIONS)", text) is not None
    if wants_login and not spares:
        mistakes.append(
            Mistake(
                "login-before-preflight",
                "A login is wanted for every method (Require …), OPTIONS too: a preflight never carries one and is "
                "answered 401 before any RewriteRule counts.",
                "<LimitExcept OPTIONS> around the Require line.",
            )
        )
    if re.search(r"(?m)^\s*RewriteRule\s.*\]\]\s*$", text):
        mistakes.append(Mistake("rewrite-flags", "The flags of a RewriteRule end in “]]”.", "One bracket closes them."))
    answers = re.search(r"(?i)RewriteRule\s+\S+\s+\S+\s+\[[^\]]*R=20\d", text) is not None
    status = 401 if wants_login and not spares else 204 if answers else None
    grants = (replace(grant_of_headers("every answer", pairs), only_for=only_for),) if pairs else ()
    return Configured(
        kind="Apache httpd",
        software="apache",
        grants=grants,
        mistakes=tuple(mistakes),
        fixed_origin=True,
        preflight_status=status if status is not None else 200,
        notes=()
        if status is not None
        else ("Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx.",),
    )


_SETS: Final = ("set", "add", "append", "merge", "setifempty")


def read_caddy(text: str) -> Configured:
    """Caddy's header directive, of version 2 and of those before it."""
    pairs: list[tuple[str, str]] = []
    removed = set()
    is_old = re.search(r"(?m)^\s*proxy\s", text) is not None
    on_preflights: list[tuple[str, str]] = []
    block = ""
    for line in text.splitlines():
        line = line.split(" #")[0].strip()
        if line.startswith("#"):
            continue
        words = [word.strip('"`') for word in re.findall(r"\"[^\"]*\"|`[^`]*`|\S+", line)]
        if words[:1] == ["header"]:
            rest = words[1:]
            matcher = rest[0] if rest and rest[0][:1] in "@/*" and len(rest) > 1 else ""
            rest = rest[1:] if matcher else rest
            if rest[-1:] == ["{"]:
                block = matcher or "*"
                continue
            words = rest
        elif words[:1] == ["}"]:
            block = ""
            continue
        elif not block:
            continue
        else:
            matcher = block
        name = words[0] if words else ""
        if name.startswith("-"):
            removed.add(name[1:].lower())
        elif name.lstrip("+>?").lower().startswith("access-control-") and len(words) > 1:
            into = on_preflights if re.search(r"preflight|options", matcher, re.IGNORECASE) else pairs
            into.append((name.lstrip("+>?"), words[1]))
    grants = [grant_of_headers("the site", pairs)] if pairs else []
    if on_preflights:
        grants.append(grant_of_headers("preflights", on_preflights, on="preflights"))
    proxied = re.search(r"(?m)^\s*(?:reverse_proxy|proxy|php_fastcgi)\b", text) is not None
    mistakes: list[Mistake] = []
    takes_away = re.search(r"header_down\s+-?Access-Control|defer\b|header\s+-Access-Control", text) is not None
    if proxied and pairs and not takes_away:
        mistakes.append(
            Mistake(
                "added-to-the-programs-own",
                "The header is set before the program behind answers, and its own comes to it: where that sends "
                "Access-Control-Allow-Origin too, the browser sees two values (“*, *”).",
                "header_down -Access-Control-Allow-Origin in reverse_proxy, or leave it to one of the two.",
            )
        )
    answers = re.search(r"(?m)^\s*respond\b.*\b20\d\b", text) is not None
    return Configured(
        kind="Caddy before version 2" if is_old else "Caddy",
        software="caddy",
        grants=tuple(grants),
        mistakes=tuple(mistakes),
        preflight_status=204 if answers else None if proxied else 200,
        fixed_origin=True,
        adds_to_upstream=bool(proxied and pairs and not takes_away),
    )
