"""Keeping secrets out of what is shown: values whose names say that they are secret become `***`, the rest stays.

One table of names (`secret_names`) decides for headers, query parameters, fragments, cookies, JSON and forms alike.
All functions take linear time in what they are given, whatever a server wrote.
"""

from __future__ import annotations

import re
from functools import cache

from .secret_names import LONGEST_NAME, is_secret_name

TYPE_CHECKING = False  # what a command starts with has no other use for `typing`
if TYPE_CHECKING:
    from typing import Any

MASK = "***"

_SECRET_PREFIXES = ("x-amz-", "x-goog-")  # in URLs: what a signed URL is made of
_OPEN_CHALLENGE_PARAMETERS = frozenset(
    [
        "realm",
        "charset",
        "error",
        "error_description",
        "error_uri",
        "scope",
        "algorithm",
        "qop",
        "stale",
        "domain",
        "resource_metadata",
    ]
)
_DEEPEST = 3  # URLs inside values of URLs


@cache
def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)  # when first needed: a dry run without secrets compiles none


_USERINFO = r"(?<=//)[^/?#\s@\"'<>]+@"
_USERINFO_OF_SOMEBODY = rf"(?!user(?:name)?:password@){_USERINFO}"
_PARAMETER_NAME = rf"([^\s=&#?;\"'<>`]{{1,{LONGEST_NAME}}})="
_PARAMETER = rf"[?&#;\"']{_PARAMETER_NAME}"
_PARAMETER_OR_SETTING = rf"(?:^|[\s?&#;\"']){_PARAMETER_NAME}"  # "a=b; token=S, c=d"
_PARAMETER_VALUE = r"(?:[^\s&#\"'<>`]|[\"'](?=[\w%]))*"  # a quote that ends it has no more of it behind
_REST_OF_PARAMETER = r"[^&#]*"
_USERINFO_OF_ADDRESS = r"^(\s*(?:[A-Za-z][\w+.-]{0,32}:[/\\]*|[/\\]{2,}))[^/?#\\]*@"
_SAY_WHETHER = frozenset(["include", "omit", "same-origin", "true", "false", "none", "null", "on", "off", "yes", "no"])
_FIELD_NAME = r"(?<![\w-])([A-Za-z][\w-]{0,63})\s{0,8}:[ \t]{0,8}(?=[^\r\n'\"])"
_FIELD_VALUE = r"[^\r\n'\"]+"
_JSON_MEMBER = r'"([^"\\]{1,128})"(\s{0,64}:\s{0,64})("(?:[^"\\]|\\.)*"?|[-+.\w]+)'
_MEMBER_OF_A_LINE = r'"([^"\\\r\n]{1,128})"([ \t]{0,64}:[ \t]{0,64})("(?:[^"\\\r\n]|\\.)*"|[-+.\w]+)'
_SCHEMES = ("Bearer", "Basic", "Negotiate", "NTLM")
_SCHEMES_IN_SMALL = tuple(map(str.lower, _SCHEMES))
_FIELDS_WITHOUT_HYPHEN = ("authorization", "cookie")
_MASKED_IN_PART = frozenset(["authorization", "proxy-authorization", "cookie", "set-cookie"])
_BEARER = rf"\b({'|'.join(_SCHEMES)})( +|\+|%20)[A-Za-z0-9._~+/=%-]{{8,}}"
_BEARER_IN_SMALL = (  # "basic authentication" is prose
    rf"(?i)\b({'|'.join(_SCHEMES)})( +|\+|%20)(?=[A-Za-z._~+/=%-]{{0,64}}[0-9])[A-Za-z0-9._~+/=%-]{{12,}}"
)
_PROTOCOL_OF_TOKENS = r"(bearer\.authorization\.k8s\.io\.)[\w.-]+"  # a WebSocket's, which sends no other header
_PRIVATE_KEY = r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)(?:(?!-----END)[\s\S])*+"
_JSON_WEB_TOKEN = r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*)?"
_CHALLENGE_PARAMETER = r"([\w-]{1,64})(\s{0,8}=\s{0,8})(\"(?:[^\"\\]|\\.)*\"?|[^\s,]+)"
_TOKEN68 = r"^(\s*[A-Za-z][\w-]*\s+)([A-Za-z0-9._~+/-]+=*)\s*$"
_TOKENS_BY_FORM = {
    "gh": r"\bgh[opsur]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}",
    "glpat-": r"\bglpat-[\w-]{16,}",
    "xox": r"\bxox[abeoprs]-[\w-]{10,}",
    "k_live_": r"\b[rs]k_live_\w{10,}",
    "sk-": r"\bsk-[\w-]{20,}",
    "AKIA": r"\bAKIA[A-Z0-9]{16}\b",
    "AIza": r"\bAIza[\w-]{30,}",
    "npm_": r"\bnpm_[A-Za-z0-9]{30,}",
    "ya29.": r"\bya29\.[\w-]{10,}",
    "hooks.slack.com": r"(?<=hooks\.slack\.com/services/)[\w/-]+",
    "/bot": r"(?<=/bot)[0-9]{6,}:[\w-]{20,}",  # Telegram's
    "/webhooks/": r"(?<=/webhooks/)[0-9]{10,}/[\w-]{20,}",  # Discord's
}
"""Secrets that no name goes with, by what they always have in them: their makers gave them such a form to be found."""


def mask_header(name: str, value: str) -> str:
    """A header's value as it may be shown: the scheme of Authorization, the names of cookies, no secret."""
    match name.lower():
        case "authorization" | "proxy-authorization":
            scheme, space, _ = value.partition(" ")
            return f"{scheme} {MASK}" if space and scheme.isalpha() else MASK
        case "cookie" | "cookie2":
            return ";".join(map(_mask_cookie, value.split(";")))
        case "set-cookie" | "set-cookie2":
            pair, semicolon, attributes = value.partition(";")
            return _mask_cookie(pair) + semicolon + mask_text(attributes)
        case "www-authenticate" | "proxy-authenticate" | "authentication-info" | "proxy-authentication-info":
            return _mask_challenge(value)
        case "location" | "content-location" | "referer":
            return mask_text(_mask_address(value))
        case "sec-websocket-protocol":
            return mask_text(_mask_protocols(value))
        case lower:
            is_secret = value and not _lists_names(lower) and is_secret_name(name)
            return MASK if is_secret else mask_text(value)


def mask_text(text: str) -> str:
    """A text with the secrets of the URLs, header lines and tokens in it masked."""
    return _mask_text(text, 0)


def mask_prose(text: str) -> str:
    """A text for people: the secrets in its URLs, and tokens. What it says of headers, and user:password, stays."""
    text = _pattern(_USERINFO_OF_SOMEBODY).sub(f"{MASK}@", text)
    text = _mask_parameters(text, _PARAMETER, _PARAMETER_VALUE)
    return _mask_tokens(_mask_credentials(text))


def mask_body(text: str) -> str:
    """A body, or its beginning, with the secret fields of JSON, forms, parts, markup and settings masked."""
    from .masked_bodies import masked  # here, because few runs see a body

    return masked(text)


def mask_value(value: Any) -> Any:
    """A JSON value with every text in it masked."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, list):
        return [mask_value(item) for item in value]
    if isinstance(value, dict):
        return {name: mask_value(item) for name, item in value.items()}
    return value


def _mask_cookie(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    return f"{name}={MASK}" if equals else MASK if name.strip() else name


def _mask_address(value: str) -> str:
    """A value that is one URL: blanks and quotes do not end a parameter's, and there are many ways to write `//`."""
    if "@" in value:
        value = _pattern(_USERINFO_OF_ADDRESS).sub(rf"\1{MASK}@", value)
    return _mask_parameters(value, _PARAMETER, _REST_OF_PARAMETER) if "=" in value else value


def _mask_protocols(value: str) -> str:
    """What pages without another header send there: `access_token, S`, `token.S`."""
    shown, is_secret = [], False
    for protocol in value.split(","):
        names, dot, _ = protocol.rpartition(".")
        if is_secret:
            shown.append(f" {MASK}")
        else:
            shown.append(f"{names}.{MASK}" if dot and is_secret_name(names) else protocol)
        is_secret = is_secret_name(protocol) and not dot
    return ",".join(shown)


def _lists_names(header: str) -> bool:
    """Report whether a header holds names of headers and methods, not what goes by them."""
    return header.startswith(("access-control-", "sec-fetch-", "content-security-policy", "permissions-policy"))


def _mask_text(text: str, depth: int) -> str:
    if "//" in text and "@" in text:
        text = _pattern(_USERINFO).sub(f"{MASK}@", text)
    if "=" in text and ("%" in text or "=" in text.replace(";q=", "")):  # more than the weights of a header's values
        text = _mask_parameters(text, _PARAMETER_OR_SETTING, _PARAMETER_VALUE, depth)
    if ":" in text and ("-" in text or any(name in text.lower() for name in _FIELDS_WITHOUT_HYPHEN)):
        text = _mask_field_lines(text)
    if ":" in text and '"' in text:
        text = _mask_members(text)
    return _mask_tokens(_mask_credentials(text))


def _mask_credentials(text: str) -> str:
    """`Bearer …` and its like, wherever they stand."""
    if any(scheme in text for scheme in _SCHEMES):
        text = _pattern(_BEARER).sub(rf"\1\2{MASK}", text)
    lower = text.lower()
    if any(scheme in lower for scheme in _SCHEMES_IN_SMALL):
        text = _pattern(_BEARER_IN_SMALL).sub(rf"\1\2{MASK}", text)
    return text


def _mask_tokens(text: str) -> str:
    """What is seen to be a secret, whatever its name."""
    if "eyJ" in text:
        text = _pattern(_JSON_WEB_TOKEN).sub(MASK, text)
    if "PRIVATE KEY" in text:
        text = _pattern(_PRIVATE_KEY).sub(rf"\1{MASK}", text)
    if "bearer." in text:
        text = _pattern(_PROTOCOL_OF_TOKENS).sub(rf"\1{MASK}", text)
    for part, form in _TOKENS_BY_FORM.items():
        if part in text:
            text = _pattern(form).sub(MASK, text)
    return text


def _mask_parameters(text: str, opening: str, value_of: str, depth: int = 0) -> str:
    """`?token=S&a=b`, what its names call secret masked. In a value that is open may stand others, quoted or not."""
    search, value_at = _pattern(opening).search, _pattern(value_of).match
    kept, done, at = [], 0, 0
    unquoted_until = 0 if depth < _DEEPEST and "%" in text else len(text)
    while (found := search(text, at)) is not None:
        at = found.end()
        name = _unquoted(found[1])
        is_secret = is_secret_name(name) or name.lower().startswith(_SECRET_PREFIXES)
        if not is_secret and at < unquoted_until:
            continue
        matched = value_at(text, at)
        value = matched.group() if matched is not None else ""
        if is_secret:
            shown = _masked_value(value, text[at + len(value) : at + len(value) + 1])
        elif "%" in value and depth < _DEEPEST:
            shown = _mask_inside(value, depth)
        else:
            unquoted_until = max(unquoted_until, at + len(value))
            continue
        kept += [text[done:at], shown]
        at = done = at + len(value)
    return "".join((*kept, text[done:]))


def _masked_value(value: str, behind: str) -> str:
    if not value or _says_whether(value):
        return value
    # In prose the URL's clause ends with a mark of its own: "…?token=S: replayed".
    return MASK + (value[-1] if behind.isspace() and value[-1] in ".,:;" else "")


def _says_whether(value: str) -> bool:
    """Report whether a value, quoted or not, says only whether something is so: `allow-credentials="true"`."""
    return value.strip("\"'").lower() in _SAY_WHETHER


def _mask_inside(value: str, depth: int) -> str:
    """A URL, or what else has secrets, quoted as the value of a parameter."""
    from urllib.parse import quote, unquote

    inner = unquote(value)
    masked = _mask_text(inner, depth + 1)
    return value if masked == inner else quote(masked, safe="*")


def _unquoted(name: str) -> str:
    if "%" not in name and "+" not in name:
        return name
    from urllib.parse import unquote_plus  # here, because it takes a while to import

    return unquote_plus(name)


def _mask_field_lines(text: str) -> str:
    """`Name: value` in a text: header lines in commands and in pasted requests, never prose ("The token: …")."""
    kept, done = [], 0
    for found in _pattern(_FIELD_NAME).finditer(text):
        name = found[1]
        if found.start() < done or not _is_of_a_secret_line(name):
            continue  # what stands behind another name may be a line of its own: "note: X-Api-Key: S"
        value = _pattern(_FIELD_VALUE).match(text, found.end())
        assert value is not None
        shown = mask_header(name, value.group()) if name.lower() in _MASKED_IN_PART else MASK
        kept += [text[done : found.end()], shown]
        done = value.end()
    return "".join((*kept, text[done:]))


def _is_of_a_secret_line(name: str) -> bool:
    lower = name.lower()
    if lower in _MASKED_IN_PART:
        return True
    return "-" in name and not _lists_names(lower) and is_secret_name(name)


def _mask_challenge(value: str) -> str:
    """A challenge keeps its scheme, its realm and what went wrong."""
    whole = _pattern(_TOKEN68).match(value)
    if whole is not None:
        return f"{whole[1]}{MASK}"

    def parameter(found: re.Match[str]) -> str:
        name, equals, told = found.groups()
        return f"{name}{equals}{mask_text(told) if name.lower() in _OPEN_CHALLENGE_PARAMETERS else MASK}"

    return _pattern(_CHALLENGE_PARAMETER).sub(parameter, value)


def _mask_members(text: str) -> str:
    def member(found: re.Match[str]) -> str:
        name, colon, value = found.groups()
        if not is_secret_name(name) or _says_whether(value):
            return found.group()
        return f'"{name}"{colon}"{MASK}"' if value.startswith('"') else f'"{name}"{colon}{MASK}'

    # A quote that nothing closes on its line would take those of the lines below for its own.
    return _pattern(_JSON_MEMBER).sub(member, _pattern(_MEMBER_OF_A_LINE).sub(member, text))
