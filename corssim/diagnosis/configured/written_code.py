"""Headers that a program sets itself, in any language."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .around.blocks import blocks_around
from .around.scripts import around_function
from .example_texts import example_of_expression
from .express import expression_of_path
from .header_files import places_of
from .model import REFLECTED, Configured, Grant
from .paths import Place, by_path, example_of
from .scan import balanced, strings_in, without_comments
from .written_branches import OF_REQUEST, with_an_origin
from .written_flow import flow_of
from .written_headers import grant_of_headers, written_headers

if TYPE_CHECKING:
    from .written_flow import Flow

_MOST_BRANCHES: Final = 200


def read_code(text: str) -> Configured | None:
    """Headers that code sets itself, in any language; None where it sets none."""
    code = _OPTIONS.sub('"OPTIONS"', with_an_origin(without_comments(text)))
    code = _JOINED.sub(r"\g<name>\g<quote>, ", code)
    pairs = written_headers(code)
    if not any(name.lower().endswith("allow-origin") for name, _ in pairs):
        return None
    # A list of methods that names it answers nothing, in a function that is not known to run for every method.
    is_helper = _FUNCTION.search(code) is not None and _RUNS_FOR_ALL.search(code) is None
    answers = "OPTIONS" in (_LISTED.sub("", code) if is_helper else code)
    by_paths = places_of(code)
    flow = None if by_paths else flow_of(without_comments(text))
    if flow is not None:
        return _of_flow(without_comments(text), flow, answers=answers)
    configured = Configured(
        kind="headers that are written out",
        software=_software(text),
        grants=tuple(_by_what_is_asked(code, grant) for grant in _by_method(code, pairs))
        if not by_paths
        else tuple(dict.fromkeys(grant for _, place in by_paths for grant in place.grants)),
        preflight_status=204 if answers else 200,
        fixed_origin=True,
        guesses_preflights=_OF_PROGRAMS.search(code) is not None if by_paths else not answers,
        not_understood=(*_conditions(code), *_calls_of_others(code), *_routes_by_method(code), *_not_used(code)),
        notes=() if answers else (_ANSWERS_NONE,),
    )
    return by_path(configured, [place for _, place in by_paths], _example(*by_paths[0])) if by_paths else configured


def _example(written: str, place: Place) -> str:
    """A path of a place that is written with stars, or as a glob."""
    return example_of(written) if written[0] == "/" else example_of_expression(place.pattern) or ""


def _software(text: str) -> str:
    if "<?php" in text or re.search(r"\bheader\s*\(\s*[\"']Access", text):
        return "php"
    is_java = "setHeader(" in text and ";" in text and "response." in text and "require(" not in text
    return "spring" if is_java else ""


# Paths of a host's files that programs answer, or another server.
_OF_PROGRAMS: Final = lazy_pattern(r"[\"']/\(?api\b|\bdestination[\"']?\s*:\s*[\"'`]https?://")
_ANSWERS_NONE: Final = (
    "Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx."
)


def _of_flow(code: str, flow: Flow, *, answers: bool) -> Configured:
    """What one function sends, as it is used in its program."""
    answers = answers or flow.answers
    unused = _unused(code, flow.begins)
    doubts, path = around_function(code, flow.begins) if flow.begins else ([], "")
    configured = Configured(
        kind="headers that are written out",
        software=_software(code),
        grants=flow.grants,
        preflight_status=flow.status,
        guesses_preflights=not answers,
        not_understood=(*flow.doubts, *doubts, *_calls_of_others(code), *_routes_by_method(code), *unused),
        notes=() if answers else (_ANSWERS_NONE,),
    )
    if not path:
        return configured
    return by_path(configured, [Place(expression_of_path(path, "use"), flow.grants)])


def _unused(code: str, begins: int) -> tuple[str, ...]:
    """The function of a program's own around a place, where nothing of the program names it again."""
    named = next((name for block, name in blocks_around(code, begins) if block and name), "")
    code = re.sub(r"(?<![\w$])_\s*=\s*\w+", "", code)  # which uses nothing
    is_unused = bool(named) and len(re.findall(rf"(?<![\w$]){re.escape(named)}(?![\w$])", code)) == 1
    serves = _SERVES.search(code) is not None or _OF_PHP.search(code) is not None
    return (f"{named}, which nothing uses",) if is_unused and serves else ()


_OPTIONS: Final = lazy_pattern(
    r"\b(?:\w+\.)?Method(?:s?\.)?Options\b|\bHttpMethods?\.O(?:PTIONS|ptions)\b|\bMethod::OPTIONS\b|[\"']options[\"']"
)
"""The method as languages have it, which stands as one text afterwards."""
_JOINED: Final = lazy_pattern(
    r"(?i)(?P<name>\bAccess-Control-[A-Za-z-]{1,40}):[^\S\n]*(?P<quote>['\"])[^\S\n]*\.[^\S\n]*"
)
"""PHP's `'Name: ' . $value`, which is a name and a value afterwards."""
_LISTED: Final = lazy_pattern(r"(?i)Access-Control-Allow-Methods[^\n;]{0,300}")
_RUNS_FOR_ALL: Final = lazy_pattern(
    r"<\?php|\bheader\s*\(\s*[\"']|\bdoFilter\w*\b|\.use\s*\(|\bnext\s*\(|\.Next\s*\(|\.ServeHTTP\s*\(|\bhandler\s*\("
    r"|\bafter_request\b|\bcreateServer\s*\("
)
"""Scripts, filters and layers, which are asked for OPTIONS too, and what is behind them answers it."""
_FUNCTION: Final = lazy_pattern(
    r"\b(?:func|function|def|fun|fn|sub)\s|=>|\b(?:public|private|protected|internal|static)\s[^;={}\n]{0,200}\("
)
_FOR_OPTIONS: Final = lazy_pattern(r"\bif\b[^{};]{0,200}OPTIONS[^{};]{0,200}\{")
_INDENTED_OPTIONS: Final = lazy_pattern(r"(?m)^(?P<indent>[^\S\n]*)if\b[^\n{]*OPTIONS[^\n{]*:?[^\S\n]*\n")
_ELSE: Final = lazy_pattern(r"\s*\}\s*else\b[^{};]{0,100}\{")
_ENDS: Final = lazy_pattern(r"\b(?:return|exit|die|sendStatus|end)\b")
_BARE_ANSWER: Final = lazy_pattern(r"\breturn\s+new\s+(?:Next)?Response\s*\((?![^;]{0,200}headers)")
_ON_AN_ANSWER: Final = lazy_pattern(r"\b\w+\.headers\.(?:set|append)\s*\(")


def _by_method(code: str, pairs: list[tuple[str, str]]) -> tuple[Grant, ...]:
    """The headers by what they are sent on, where a block answers OPTIONS and ends there: what stands in front of it
    is on every answer, what stands behind it on those to requests."""
    block = _FOR_OPTIONS.search(code)
    inside = "" if block is None else balanced(code, block.end() - 1)
    if block is None and (block := _INDENTED_OPTIONS.search(code)) is not None:
        below = re.match(rf"(?:{block['indent']}[^\S\n]+[^\n]*(?:\n|$)|[^\S\n]*\n)*", code[block.end() :])
        inside = "" if below is None else below[0]
    if block is None or "!=" in block[0]:
        return (grant_of_headers("every answer", dict.fromkeys(pairs)),)
    before, behind = written_headers(code[: block.start()]), code[block.end() + len(inside) :]
    after = written_headers(behind)
    if after and _FUNCTION.search(behind[: behind.index("ccess-") if "ccess-" in behind else 0]) is not None:
        # Those of a function that is called somewhere: in what order, the text does not tell.
        return (replace(grant_of_headers("every answer", dict.fromkeys(pairs)), origins=(), unknown=("a function",)),)
    if _BARE_ANSWER.search(inside) is not None and _ON_AN_ANSWER.search(code, 0, block.start()) is not None:
        before_options: list[tuple[str, str]] = []  # they are on another answer than the one that is returned
    else:
        before_options = before
    other = _ELSE.match(behind)
    passed = "" if other is None else balanced(behind, other.end() - 1)
    goes_on = [] if _ENDS.search(inside) is not None else written_headers(behind[len(passed) :])
    of_options = [*before_options, *written_headers(inside), *goes_on]
    if set(of_options) == {*before, *after}:
        return (grant_of_headers("every answer", dict.fromkeys(pairs)),)
    # A header with one value that comes twice is of answers that differ otherwise, or set again.
    grants = [grant_of_headers("the answer to OPTIONS", dict.fromkeys(of_options), on="preflights")]
    if before or after:
        grants.append(grant_of_headers("other answers", dict.fromkeys((*before, *after)), on="requests"))
    return tuple(grants)


_ASKS_FOR_ORIGIN: Final = lazy_pattern(
    r"(?i)\b(?:includes|indexOf|in_array|contains|containsKey|some|has|any|test|match(?:es)?|preg_match|endsWith|"
    r"startsWith|HasSuffix|HasPrefix|end_with\?|include\?|in)\b\s*\(?[^\n]{0,80}origin|origin[^\n]{0,80}\b(?:includes|"
    r"indexOf|in|matches|match|endsWith|startsWith|endswith|startswith|test|contains)\b|(?:white|allow)_?list|"
    r"allowed_?origins|origin\w*\s*={2,3}|={2,3}\s*\w*origin"
)


# A list that has the origin or not: JavaScript, PHP, Python, Go.
_ON_A_LIST: Final = lazy_pattern(
    r"(?<![\w$])(\$?[A-Za-z_][\w$]*+)\s*\.\s*(?:includes|indexOf|contains|include\?)\s*\(\s*\w*[oO]rigin\w*\s*\)"
    r"|\bin_array\s*\(\s*\$\w*[oO]rigin\w*\s*,\s*(\$[A-Za-z_]\w*)|\bif\s+\w*origin\w*\s+in\s+([A-Za-z_]\w*)\s*:"
    r"|\bslices\.Contains\(\s*(\w+)\s*,\s*\w*[oO]rigin\w*\s*\)"
)
_ASKS_MORE: Final = lazy_pattern(
    r"\.(?:endsWith|startsWith|test|match|some|endswith|startswith)\b|\bHas(?:Suf|Pre)fix\b|preg_match|\|\||(?<!<)\?|\bregex\b"
)


def _of_a_list(code: str) -> tuple[str, ...]:
    """The origins of the one list that the code holds the origin against; () where it asks more, or none is there."""
    asked = [next(filter(None, each)) for each in _ON_A_LIST.findall(code)]
    header = re.search(r"(?i)Access-Control-Allow-Origin", code)
    near = code[: header.end()] if header is not None else code
    if len(set(asked)) != 1 or _ASKS_MORE.search(_DEFAULTS.sub("", near)) is not None:
        return ()
    name = re.escape(asked[0])
    assigned = list(
        islice(
            re.finditer(
                rf"(?<![\w$]){name}(?:\s*:[^=\n]{{1,40}})?\s*:?=(?!=)\s*(?:array\s*|\[\]string\s*)?(?=[\[({{])", code
            ),
            2,
        )
    )
    grows = re.search(rf"(?<![\w$]){name}\s*(?:\[\s*\]\s*=|\.(?:push|append|add)\b|\+=)", code)
    if len(assigned) != 1 or grows is not None:
        return ()
    inner = balanced(code, assigned[0].end())
    computed = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|[\s,]", "", inner)
    return () if computed else tuple(strings_in(inner))


# What stands for an Origin that is not there.
_DEFAULTS: Final = lazy_pattern(r"\?\?\s*(?:''|\"\"|null)|\|\|\s*(?:''|\"\")|isset\([^()]*\)\s*\?[^;\n]*")


_ASKED: Final = lazy_pattern(r"\b(?:if|unless|elif|elsif|case)\b(?P<condition>[^\n{]{0,300})")


def _trusts_anybody(code: str) -> bool:
    """Whether no condition asks whose the Origin is."""
    conditions = (each["condition"] for each in islice(_ASKED.finditer(code), _MOST_BRANCHES))
    return all(map(_asks_whether_it_is_there, (each for each in conditions if "origin" in each.lower())))


_READ_BY: Final = frozenset({"isset", "empty", "get", "Get", "header", "Header", "getHeader", "if"})


def _asks_whether_it_is_there(condition: str) -> bool:
    """Whether a condition asks for the Origin, and not whose it is."""
    if "OPTIONS" in condition or set(re.findall(r"(\w+)\s*\(", condition)) - _READ_BY:
        return "OPTIONS" in condition
    bare = re.sub(r"[\s()!]|\b(?:isset|empty)\b", "", condition).rstrip(":")
    bare = re.sub(r"(?:={1,3}|isnot)(?:null|None|nil|undefined|''|\"\")?$", "", bare)
    return re.fullmatch(r"[\w.>$\[\]'\"-]+", bare) is not None


def _by_what_is_asked(code: str, grant: Grant) -> Grant:
    """A grant whose origin hangs on what the code asks: then the origins are not known."""
    values = tuple(dict.fromkeys(grant.origins))
    listed = _of_a_list(code)
    if listed and REFLECTED in values and all(each == REFLECTED or "://" in each for each in values):
        return replace(grant, origins=listed, joined_origins=False, is_fixed=False)
    if len(values) > 1:
        return replace(grant, origins=(), joined_origins=False, unknown=(*grant.unknown, "the code"))
    if values in ((REFLECTED,), ("*",)) and not _trusts_anybody(code):
        return replace(grant, origins=(), unknown=(*grant.unknown, "a condition of the code"))
    if values == (REFLECTED,) and (_ASKS_FOR_ORIGIN.search(code) or not OF_REQUEST.search(code)):
        return replace(grant, origins=(), unknown=(*grant.unknown, "a condition of the code"))
    return grant


_CORS_CALL: Final = lazy_pattern(r"(?<![\w.])(?=\w*[cC](?:ors|ORS))(\w++)\s*\(")


def _calls_of_others(code: str) -> tuple[str, ...]:
    """A function with CORS in its name that the text does not have."""
    for name in dict.fromkeys(islice((call[1] for call in _CORS_CALL.finditer(code)), _MOST_BRANCHES)):
        made = rf"\b(?:function|func|def|fn|fun|void|sub|static)\s+(?:\([^()]*\)\s*)?{name}\b|\b{name}\s*[:=]"
        if re.search(made, code) is None and re.search(rf"(?m)^\s*(?:\w+\s+)+{name}\s*\(", code) is None:
            return (f"{name}(), which is not in it,",)
    return ()


_NAMED: Final = lazy_pattern(
    r"\b(?:(?:const|let|var)\s+(\w+)\s*(?::[^=;\n]{1,80})?=\s*(?:async\s+)?(?:function\b\s*)?|function\s+(\w+)\s*)"
    r"\([^()]{0,200}\)[^{};]{0,40}\{"
)
_SERVES: Final = lazy_pattern(r"\.\s*use\s*\(|\.\s*listen\s*\(|\bcreateServer\s*\(|\bListenAndServe\w*\(|\.Run\(")
_OF_PHP: Final = lazy_pattern(r"<\?php[^\0]*\b(?:echo|json_encode|print)\b")


_OF_PYTHON: Final = lazy_pattern(
    r"(?m)(?P<decorated>^@[^\n]*\n)?^def\s+(?P<name>\w+)\s*\(.*\n(?P<body>(?:[^\S\n]+.*\n|\n)*)"
)
_SERVES_IN_PYTHON: Final = lazy_pattern(r"\b(?:Flask|FastAPI|Bottle|Quart)\s*\(")


def _not_used(code: str) -> tuple[str, ...]:
    """A function that sets the header, and that a program which is there does not name again."""
    if _SERVES_IN_PYTHON.search(code) is not None:
        for each in islice(_OF_PYTHON.finditer(code + "\n"), _MOST_BRANCHES):
            is_named = len(re.findall(rf"\b{each['name']}\b", code)) > 1
            if not is_named and not each["decorated"] and "access-control-allow-origin" in each["body"].lower():
                return (f"{each['name']}, which nothing uses",)
    for made in islice(_NAMED.finditer(code), _MOST_BRANCHES):
        name = made[1] or made[2]
        block = balanced(code, made.end() - 1)
        outside = code[: made.start()] + code[made.end() + len(block) :]
        if (
            re.search(r"(?i)access-control-allow-origin", block) is not None
            and (_SERVES.search(outside) is not None or _OF_PHP.search(outside) is not None)
            and re.search(rf"\b{re.escape(name)}\b", outside) is None
        ):
            return (f"{name}, which nothing uses",)
    return ()


_BY_METHOD: Final = lazy_pattern(r"\.Methods\s*\(([^()\n]{0,200})\)")


def _routes_by_method(code: str) -> tuple[str, ...]:
    """Routes of gorilla/mux that name their methods: its layers run for no other."""
    named = [each for each in islice(_BY_METHOD.findall(code), _MOST_BRANCHES) if "OPTIONS" not in each]
    return (f".Methods({named[0]}), without OPTIONS",) if named and re.search(r"\.\s*Use\s*\(", code) else ()


_BRANCH: Final = lazy_pattern(
    r"(?m)^(?P<indent>[^\S\n]*)(?:el|else\s+)?(?:if|elif|unless|case|when)\b(?P<condition>[^\n{]*)(?P<opens>\{?)"
)


_LEAVES: Final = lazy_pattern(r"\b(?:return|exit|die|throw|abort|raise|end)\b")


def _conditions(code: str) -> tuple[str, ...]:
    """Conditions that do not ask for the method or the origin, with a header in their block, or an end before any."""
    first = re.search(r"(?i)Access-Control-Allow-", code)
    for branch in islice(_BRANCH.finditer(code), _MOST_BRANCHES):
        is_told = re.search(r"(?i)OPTIONS|preflight|origin", branch["condition"]) is not None
        if is_told and "!=" not in branch["condition"] and "case" not in branch[0]:
            continue
        if branch["opens"]:
            block = balanced(code, branch.end() - 1)
        else:
            inside = re.match(rf"[^\n]*\n(?:{branch['indent']}[^\S\n]+[^\n]*(?:\n|$)|\s*\n)*", code[branch.end() :])
            block = "" if inside is None else inside[0]
        told, others = set(written_headers(block)), set(written_headers(code.replace(block, "", 1)))
        if told and told <= others and _LEAVES.search(block) is not None:
            continue  # it answers otherwise, with the same headers
        is_early = first is not None and branch.end() < first.start()
        if re.search(r"Access-Control-Allow-", block) is not None or (
            is_early and not is_told and _LEAVES.search(block) is not None
        ):
            return (f"the condition {' '.join(branch['condition'].split())[:50]}",)
    return ()
