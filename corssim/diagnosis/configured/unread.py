"""What of a text its reader has not understood and may change an answer: then the answer is not known.

Each reader names the settings that it knows. Another word of CORS's vocabulary where a setting stands, settings of a
second software, a condition around a setting, and a value that is no origin, method or name are not known.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from ...url import parse_url
from .around import doubts_around
from .around.at_path import AtPath
from .around.scripts import without_options_behind
from .express import OF_NO_SCRIPT
from .model import HOST_VARIABLES, REFLECTED, matches
from .scan import balanced, without_comments

if TYPE_CHECKING:
    from .model import Configured, Grant, Part

_LAYERS: Final[dict[str, str]] = {
    "nginx": r"(?m)(?:^|[;{}])[^\S\n]*(?:add_header|more_set_headers)\s+(?:-\w\s+)*[\"']?Access-Control-Allow-Origin",
    "Apache": r"(?im)^[^\S\n]*Header\s+(?:(?:always|onsuccess)\s+)?"
    r"(?:set|add|append|merge|setifempty)\s+[\"']?Access-Control-Allow-Origin",
    "an Ingress": r"ingress\.kubernetes\.io/(?:enable-cors|cors-)",
    "Traefik": r"(?i)accessControlAllowOriginList",
    "Go": r"\bcors\.(?:New|Handler|Default|AllowAll)\(|\w[mM]iddleware\.CORS|\bmiddleware\.CORS",
    "Rust": r"\bCors(?:Layer)?::(?:new|default|permissive|very_permissive)\(",
    "cors()": r"(?<!func )(?<!function )(?<!def )(?<!fn )(?<![\w.@/$])cors\s*\((?!\))"
    r"|(?:use|register)\s*\(\s*cors\s*\(|\.enableCors\s*\(",
    "Python": r"(?m)\bCORSMiddleware\s*,|(?<![\w.])CORS\(\s*\w|^CORS_(?:ALLOW|ORIGIN)\w*\s*=",
    "Ktor": r"\binstall\s*\(\s*CORS\s*\)",
    "Spring": r"@CrossOrigin\b|\.(?:set|add)AllowedOrigin|\.allowedOrigin(?:s|Patterns)\(",
    "ASP.NET": r"\.(?:WithOrigins|AllowAnyOrigin)\(",
    "code": r"(?i)\b(?:(?:set|add|append|put|insert)\w*+|headers?|writeHead)\s*\(\s*[\"']Access-Control-Allow-Origin"
    r"|\[\s*[\"']Access-Control-Allow-Origin[\"']\s*\]\s*=",
}
"""What each layer is told by that answers pages itself. Two of them in one text may both answer, or either."""

# Words of settings, wherever a name of one stands; who decides by them is told by the rest of the word.
_VOCABULARY: Final = lazy_pattern(
    r"(?i)allow(?:ed|s)?[-_]?(?:any|all)?[-_]?(?:request[-_]?)?(?:origin|method|header|credential|private)"
    r"|expos(?:e|ed)[-_]?(?:response[-_]?)?header|access-?control-?(?:allow|expose)"
)
_SETTING: Final = lazy_pattern(r"(?<![\w$-])[A-Za-z_$][\w$-]*+(?=[\"']?[^\S\n]*(?P<sign>[:(={]|=>))")
_TYPE: Final = lazy_pattern(r"[\"']?\s*:\s*(?:string|readonly|boolean|Array|\[?\]?string|List|String)\b")
_DECLARED: Final = lazy_pattern(
    r"(?:\b(?:function|def|func|fun|fn|void|bool|boolean|private|public|static|const|let|new)\s+|[.$])$"
)
_ORIGIN: Final = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s{}()$<>%\[\]|^\\]*(?:\[[0-9A-Fa-f:]+\](?::\d+)?/?)?")
_HOST: Final = lazy_pattern(
    r"[\w*-]+(?:\.[\w*-]+)+(?::\d+)?(?:/[^\s{}()$]*)?|localhost(?::\d+)?/?|[\w-]+:\d+/?|\d[\d.]*"
)
_COMPUTED: Final = lazy_pattern(
    r"[$%{}()<>\[\]|]|^!(?:Ref|Sub|GetAtt|If|Join|ImportValue)\b|^[a-z]\w*\.\w|^[A-Z]\w*\.[A-Z]"
)
_IF: Final = lazy_pattern(r"\b(?:else\s+)?(?:if|when|unless)\b(?P<condition>[^{};]{1,200})\{")
_USE: Final = r"(?:use\s*\(\s*\w*[cC]ors|enableCors\s*\(|UseCors\s*\(|register\s*\(\s*\w*[cC]ors)"
_USED: Final = lazy_pattern(rf"\b{_USE}")
_USED_UNDER: Final = lazy_pattern(
    rf"(?:\bif\s*\((?:[^()\n]|\([^()\n]*\)){{1,200}}\)|&&)\s*(?:await\s+)?(?:\w+\s*\.\s*){{1,4}}{_USE}"
)
"""A layer that is used under a condition without braces."""
_ELSE: Final = lazy_pattern(r"\s*else\b[^{};]{0,200}\{")
_OF_METHOD: Final = lazy_pattern(r"(?i)OPTIONS|preflight")
_LONGEST_ORIGIN: Final = 500
_MOST_CONDITIONS: Final = 200
_MOST_TOKENS: Final = 20_000


def settled(configured: Configured, doubts: tuple[str, ...]) -> Configured:
    """The settings with what is not understood of the text, and values that are none told apart, for each place."""
    places = configured.places
    of_paths = [each for each in doubts if isinstance(each, AtPath)]
    everywhere = tuple(each for each in doubts if not isinstance(each, AtPath))

    def at(url: str) -> Configured | None:
        found = configured if places is None else places(url)
        parsed = parse_url(url) if of_paths else None
        own = () if parsed is None else (each for each in of_paths if matches(each.path, parsed.path))
        return None if found is None else replace(_settled(found, (*everywhere, *own)), places=None)

    whole = _settled(configured, everywhere)
    return whole if places is None and not of_paths else replace(whole, places=at)


def _settled(configured: Configured, doubts: tuple[str, ...]) -> Configured:
    return replace(
        configured,
        grants=tuple(_of_values(grant) for grant in configured.grants),
        not_understood=tuple(dict.fromkeys((*configured.not_understood, *doubts))),
    )


def _of_values(grant: Grant) -> Grant:
    """A grant whose values that only the running program knows are told as such."""
    no_origins = () if grant.joined_origins else tuple(each for each in grant.origins if not _is_origin(each))
    computed = list(grant.computed)
    told: dict[Part, tuple[str, ...] | None] = {"methods": grant.methods, "headers": grant.headers}
    for part, values in told.items():
        odd = [each for each in values or () if _COMPUTED.search(each) is not None]
        computed += [(part, each[:60]) for each in odd]
    if not no_origins and computed == list(grant.computed):
        return grant
    return replace(
        grant,
        origins=tuple(each for each in grant.origins if each not in no_origins),
        unknown=tuple(dict.fromkeys((*grant.unknown, *(each.strip("()") for each in no_origins)))),
        computed=tuple(computed),
    )


def _is_origin(text: str) -> bool:
    """Whether a text is one that a server sends or compares as it is, an origin or a slip of one."""
    return len(text) <= _LONGEST_ORIGIN and (
        text in ("*", "null", "/", REFLECTED, "(*)", *HOST_VARIABLES)
        or _ORIGIN.fullmatch(text) is not None
        or _HOST.fullmatch(text) is not None
    )


def doubts_of(text: str, *, layer: str, knows: frozenset[str] | None, is_code: bool) -> tuple[str, ...]:
    """What stands in a text and is not understood. `layer` is that of the reader, `knows` the settings that it takes,
    in small letters without hyphens (None: it looks for others itself)."""
    text = without_comments(text)
    text = without_options_behind(text) if layer == "cors()" else text
    found = []
    for name, sign in _LAYERS.items():
        if name == "code" and layer in ("Python", "Spring", "ASP.NET"):
            continue  # what functions and filters send is followed
        if name == "cors()" and layer == "code" and OF_NO_SCRIPT.search(text) is not None:
            continue
        if (layer, name) == ("an Ingress", "nginx") and "ConfigMap" not in text:
            continue  # its snippets are followed
        if name != layer and (re.search(sign, text)) is not None:
            found.append(f"a setting of {name} beside those that were read")
    if knows is not None:
        found += _unknown_words(text, knows, is_code=is_code)
    if is_code:
        found += _conditions(text, _LAYERS.get(layer, ""))
        found += doubts_around(text, layer)
    return tuple(found)


def _unknown_words(text: str, knows: frozenset[str], *, is_code: bool) -> list[str]:
    found = []
    for token in islice(_SETTING.finditer(text), 200_000):
        word = token[0]
        if len(word) > 100 or _VOCABULARY.search(word) is None:
            continue
        if re.sub(r"[-_]", "", word).lower() in knows:
            continue
        if is_code and (
            token["sign"] == "="
            or _TYPE.match(text, token.end()) is not None
            or _DECLARED.search(text[max(0, token.start() - 20) : token.start()]) is not None
        ):
            continue  # a name of the text's own
        found.append(word)
        if len(found) > 2:
            break
    return found


def _conditions(text: str, sign: str) -> list[str]:
    """Conditions with a setting in their block or in the other one."""
    if not sign:
        return []
    layer = re.compile(sign)

    def has_setting(block: str) -> bool:
        tokens = islice(_SETTING.finditer(block), _MOST_TOKENS)
        return (
            layer.search(block) is not None
            or _USED.search(block) is not None
            or any(token["sign"] in ("(", ":") and _VOCABULARY.search(token[0]) is not None for token in tokens)
        )

    alone = _USED_UNDER.search(text)
    if alone is not None:
        return [f"the condition {' '.join(alone[0].split())[:50]}"]
    for branch in islice(_IF.finditer(text), _MOST_CONDITIONS):
        if _OF_METHOD.search(branch["condition"]) is not None:
            continue
        block = balanced(text, branch.end() - 1)
        other = _ELSE.match(text, branch.end() + len(block) + 1)
        if has_setting(block) or (other is not None and has_setting(balanced(text, other.end() - 1))):
            return [f"the condition {' '.join(branch['condition'].split())[:50]}"]
    return []
