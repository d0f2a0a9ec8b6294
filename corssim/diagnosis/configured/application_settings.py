"""Settings of an application in YAML, properties, an environment or web.xml, read as the program takes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .header_rows import expression_of
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant
from .paths import Place, by_path, example_of
from .programs import OF_NO_PROGRAM, Program, program_of
from .scan import listed, unquoted, value_of, without_comments
from .spring.cors_configuration import expression_of_origin
from .spring.paths import expression_of_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .model import Part

SETTINGS_SIGN: Final = (
    r"(?i)(?:\b|_)allow(?:ed)?[-_.]?origins?(?:[-_]?patterns?)?\b|\bquarkus\.http\.cors|\bmicronaut\b|CrossOriginFilter"
)
_OF_THE_PROGRAM: Final = lazy_pattern(r"[$#%@]\{|\{\{|%env|\$\(|^\$")
# The path that Spring Cloud Gateway's corsConfigurations are for.
_MAPPED: Final = lazy_pattern(r"\[(/[^\[\]\s]*+)\](?=[\"'\\]*\s*+[:.])")
_PARAMETER: Final = lazy_pattern(
    r"<param-name>\s*([\w.-]+)\s*</param-name>\s*<param-value>\s*([^<]*?)\s*</param-value>"
    r"|\.setInitParameter\s*\(\s*(?:CrossOriginFilter\.)?\"?([\w.]+)\"?\s*,\s*(\"[^\"\n]*\"|[^\"\n]*?)\)"
)
_IS_CODE: Final = lazy_pattern(
    r"(?m)^\s*(?:const|let|var|new|import|export|public|func|def|class)\b|[;{]\s*$|=>|\bnew\s+\w+\.?\w*\("
)
# Settings of one profile alone; which is on, the running program knows.
_PROFILE: Final = lazy_pattern(
    r"(?m)^%[\w,-]+\.quarkus\.http\.cors|^[\"']?%[\w-]+[\"']?:|\bon-profile\b|^\s+profiles:\s*\w+\s*$"
)
_ORIGINS_KEY: Final = lazy_pattern(r"(?i)allow(?:ed)?[-_]?origins?[\"']?\s*[:=]")
# `key[0]=a` and `key[1]=b` are a list.
_INDEXED: Final = lazy_pattern(
    r"(?m)^[^\S\n]*([\w.-]+)\[\d+\][^\S\n]*[=:][^\n]*\n?(?:[^\S\n]*\1\[\d+\][^\S\n]*[=:][^\n]*\n?)*"
)
_ITEM: Final = lazy_pattern(r"\[\d+\][^\S\n]*[=:][^\S\n]*([^\n]*)")
_WRITTEN: Final = lazy_pattern(r"(?i)Access-Control-Allow-Origin")
# `echo "key: value" >> file`, and `- "KEY=value"` of an environment.
_QUOTED_LINE: Final = lazy_pattern(
    r"(?m)^[^\S\n]*(?:(?:RUN\s+|&&\s*)?echo\s+|-[^\S\n]+)(?P<quote>[\"'])(?P<line>[\w.-]+(?:=|:\s)[^\n]*)(?P=quote)"
    r"[^\S\n]*(?:>>?[^\n]*)?$"
)
_MOST_PLACES: Final = 100


def read_settings(text: str) -> Configured | None:
    """What a program's settings allow; None where none of CORS is there.

    Of a program that is not known, what is written is taken as it is, and what is left out is not known.
    """
    text = _QUOTED_LINE.sub(r"\g<line>", without_comments(text))
    program = program_of(text)
    if program is OF_NO_PROGRAM and _IS_CODE.search(text) is not None and _WRITTEN.search(text) is not None:
        return None  # code that sets the header itself, with a name of that kind in it
    if (profile := _PROFILE.search(text)) is not None:
        return Configured(kind=program.kind, software=program.software, grants=(), not_understood=(profile[0].strip(),))
    told = _PARAMETER.findall(text)
    if told:
        text = "\n".join(f"{one or other}: {value or more}" for one, value, other, more in told)
    mapped = list(_MAPPED.finditer(text))[:_MOST_PLACES]
    parts: dict[str, str] = {}
    for each, end in zip(mapped, [*(each.start() for each in mapped[1:]), len(text)], strict=False):
        parts[each[1]] = parts.get(each[1], "") + text[each.end() : end] + "\n"
    if not parts:
        return _of(program, text)
    found = [(path, configured) for path, part in parts.items() if (configured := _of(program, part)) is not None]
    if not found:
        return None
    everywhere = replace(found[0][1], grants=tuple(grant for _, each in found for grant in each.grants))
    places = [Place(expression_of_path(path), each.grants) for path, each in found]
    return by_path(everywhere, places, example_of(found[0][0]))


def _of(program: Program, text: str) -> Configured | None:
    text = _INDEXED.sub(lambda found: f"{found[1]}=" + ",".join(_ITEM.findall(found[0])) + "\n", text)
    origins = _listed(text, program.origins)
    patterns = _listed(text, program.patterns) or ()
    expressions = _listed(text, program.regexes) or ()
    enabled = _scalar(text, program.enabled)
    if origins is None and not patterns and not expressions and (enabled is None or not program.enabled):
        return None
    configured = Configured(kind=program.kind, software=program.software, grants=())
    if len(_ORIGINS_KEY.findall(text)) > 1:
        return replace(configured, not_understood=("more than one list of origins",))
    if program.enabled and (enabled or str(program.enabled_by_default)).lower() not in ("true", "yes", "on", "1"):
        known = enabled is None or enabled.lower() in ("false", "no", "off", "0")
        return replace(configured, preflight_status=None, not_understood=() if known else (f"{enabled}",))
    if program is OF_NO_PROGRAM and _IS_CODE.search(text) is not None:
        return replace(configured, not_understood=("a setting of a program that is not known",))
    unknown = tuple(each for each in (*(origins or ()), *patterns, *expressions) if _OF_THE_PROGRAM.search(each))
    computed: list[tuple[Part, str]] = []
    if origins is None and not patterns and not expressions:
        origins = program.no_origins if isinstance(program.no_origins, tuple) else ()
        unknown = (*unknown, program.no_origins) if isinstance(program.no_origins, str) else unknown
    credentials = _flag(text, program, computed)
    named = tuple(each for each in origins or () if each not in unknown)
    if "*" in named and credentials:
        if program.star == "fails":
            return configured
        if program.star == "differs":
            computed.append(("credentials", "the program, of `*` with credentials,"))
    if program.slashes:
        expressions = (*expressions, *(each[1:-1] for each in named if len(each) > 1 and each[0] == each[-1] == "/"))
        named = tuple(each for each in named if each[:1] != "/")
    starred = tuple(each for each in named if program.stars and "*" in each and each != "*")
    reflects = "*" in named and program.star == "reflected"
    methods = _names(text, program.methods, program.no_methods, "methods", computed)
    headers = _names(text, program.headers, program.no_headers, "headers", computed)
    grant = Grant(
        where="the settings",
        origins=tuple(REFLECTED if each == "*" and reflects else each for each in named if each not in starred),
        patterns=(
            *(_of_a_pattern(each) for each in patterns if each not in unknown),
            *(f"^(?:{each})$" for each in expressions if each not in unknown),
            *map(expression_of, starred),
        ),
        credentials=credentials,
        methods=METHODS_OF_ALL if "*" in methods else tuple(each.upper() for each in methods),
        headers=headers or None,
        any_header="*" in headers,
        expose=_listed(text, program.expose),
        max_age=_seconds(text),
        unknown=unknown,
        computed=tuple(computed),
        compares_methods=program.compares_methods,
        compares_requests=program.compares_requests,
    )
    return replace(configured, grants=(grant,), preflight_status=200)


def _seconds(text: str) -> str | None:
    """How long a preflight is kept, where that is a number without a unit, and no other thing's age."""
    age = _scalar(text, ("max-age",)) if len(_AGE.findall(text)) == 1 else None
    return age if age is not None and age.isdecimal() else None


_AGE: Final = lazy_pattern(r"(?i)max[-_]?age|cookie")


def _of_a_pattern(pattern: str) -> str:
    return "^" if pattern == "*" else expression_of_origin(pattern)


def _listed(text: str, keys: Sequence[str]) -> tuple[str, ...] | None:
    value = _value(text, keys)
    return None if value is None or value.lower() in ("null", "~", "") else listed(value)


def _value(text: str, keys: Sequence[str]) -> str | None:
    """The value of a key, which may be the end of a longer one, as in properties and environments."""
    for key in keys:
        if (value := value_of(text, key)) is not None:
            return value
        letters = r"[-_]?".join(re.escape(letter) for letter in key.replace("-", "").replace("_", ""))
        whole = re.search(rf"(?im)(?<![\w.-])[\w.-]{{0,80}}[_.]{letters}[^\S\n]*[=:][^\S\n]*([^\n]*)", text)
        if whole is not None:
            return whole[1].strip()
    return None


def _scalar(text: str, keys: Sequence[str]) -> str | None:
    value = _value(text, keys)
    return None if value is None else unquoted(value) or None


def _flag(text: str, program: Program, computed: list[tuple[Part, str]]) -> bool:
    value = _scalar(text, program.credentials)
    given = program.no_credentials if value is None else value
    if isinstance(given, bool):
        return given
    if given.lower() not in ("true", "yes", "on", "1", "false", "no", "off", "0"):
        computed.append(("credentials", given[:60]))
    return given.lower() in ("true", "yes", "on", "1")


def _names(
    text: str, keys: Sequence[str], default: tuple[str, ...] | str, part: Part, computed: list[tuple[Part, str]]
) -> tuple[str, ...]:
    names = _listed(text, keys)
    if names:
        return names
    if isinstance(default, str):
        computed.append((part, default))
        return ()
    return default
