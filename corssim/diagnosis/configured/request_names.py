"""What languages call the request's Origin, its method, and what only a preflight has: one name for each."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern

ORIGIN: Final = "HTTP_ORIGIN"
METHOD: Final = "HTTP_METHOD"
ASKS: Final = "HTTP_ASKS"
"""What only a preflight has: Access-Control-Request-Method and -Headers."""
TEXT: Final = r"(?:\"[^\"\n$]*\"|'[^'\n]*'|`[^`\n$]*`)"
_NAMED: Final = (
    (
        ORIGIN,
        lazy_pattern(
            r"\$_SERVER\[\s*['\"]HTTP_ORIGIN['\"]\s*\]"
            r"|(?<![\w.$])(?:\w+\.){0,3}headers?(?:\?)?\.origin\b|(?<![\w.$])(?:\w+\.){0,3}headers?(?:\?\.)?\[\s*['\"][oO]rigin['\"]\s*\]"
            r"|(?<![\w.$])(?:\w+\.){0,3}(?:get|header|Get|GetHeader|getHeader|getHeaderLine)\(\s*['\"`][oO]rigin['\"`]\s*\)"
            r"|\bgetenv\(\s*['\"]HTTP_ORIGIN['\"]\s*\)"
        ),
    ),
    (
        METHOD,
        lazy_pattern(
            r"strtoupper\(\s*\$_SERVER\[\s*['\"]REQUEST_METHOD['\"]\s*\]\s*\)|\$_SERVER\[\s*['\"]REQUEST_METHOD['\"]\s*\]"
            r"|(?<![\w.$])(?:\w+\.){0,3}(?:req|request|r|ctx|c|Request|httpRequest|context)\.(?:method|Method|getMethod\(\)|HttpMethod)\b(?!\s*\()(?:\.toUpperCase\(\))?"
            r"|\bevent\.(?:httpMethod|requestContext\.http\.method)\b|(?<![\w.$])\w*[rR]equest\.getMethod\(\)"
        ),
    ),
    (
        ASKS,
        lazy_pattern(
            r"\$_SERVER\[\s*['\"]HTTP_ACCESS_CONTROL_REQUEST_(?:METHOD|HEADERS)['\"]\s*\]"
            r"|(?<![\w.$])(?:\w+\.){0,3}headers?(?:\?\.)?\[\s*['\"](?i:access-control-request-(?:method|headers))['\"]\s*\]"
            r"|(?<![\w.$])(?:\w+\.){0,3}(?:get|header|Get|GetHeader|getHeader)\(\s*['\"](?i:access-control-request-(?:method|headers))['\"]\s*\)"
        ),
    ),
)
_OPTIONS: Final = lazy_pattern(
    r"\b(?:\w+\.)?Method(?:s?\.)?Options\b|\bHttpMethods?\.O(?:PTIONS|ptions)\b|\bRequestMethod\.OPTIONS\b"
)
_IN_SMALL_LETTERS: Final = lazy_pattern(rf"{METHOD}\.toLowerCase\(\)\s*([!=]==?)\s*['\"]options['\"]")
_ELSE: Final = rf"{ORIGIN}\s*(?:\|\||\?\?|\?:)\s*(?:{TEXT}|null)"
_OR_ANOTHER: Final = lazy_pattern(rf"\(\s*{_ELSE}\s*\)(?!\s*\{{)|{_ELSE}")
"""The request's Origin, with a text for where there is none."""
_ISSET: Final = lazy_pattern(rf"isset\(\s*{ORIGIN}\s*\)\s*\?\s*{ORIGIN}\s*:\s*{TEXT}")
_ALIAS: Final = (
    r"(?:\b(?:const|let|var|String|string|val|final String)\s+)?(?P<name>\$?\b[A-Za-z_]\w*)\s*(?::\s*[\w |]{1,40})?:?="
    r"\s*{value}\s*(?:;|\n|$)"
)
_CAST: Final = lazy_pattern(r"\s+as\s+(?:string|any)\b(?:\s*\|\s*undefined\b)?")
_TAKEN_OUT: Final = lazy_pattern(r"(?:const|let|var)\s*\{\s*origin\s*\}\s*=\s*[\w.]*headers\b[^\S\n]*;?")


def named_alike(code: str) -> str:
    """The code with one name for the request's Origin, for its method, and for what a preflight alone has."""
    code = _OPTIONS.sub('"OPTIONS"', _CAST.sub("", code))
    code = _TAKEN_OUT.sub(rf"const origin = {ORIGIN};", code)
    for name, pattern in _NAMED:
        code = pattern.sub(name, code)
    for name in (ORIGIN, METHOD):
        code = _ISSET.sub(ORIGIN, _OR_ANOTHER.sub(ORIGIN, code))
        for alias in list(re.finditer(_ALIAS.replace("{value}", name), code))[:3]:
            as_name = rf"(?<![\w$.]){re.escape(alias['name'])}(?![\w$]|\s*:?=(?!=))"
            if len(re.findall(rf"(?<![\w$.]){re.escape(alias['name'])}\s*(?::\s*[\w |]{{1,40}})?:?=(?!=)", code)) == 1:
                code = re.sub(as_name, name, code)
                code = re.sub(rf"\{{\$?{re.escape(alias['name'].lstrip('$'))}\}}", name, code)
    code = _ISSET.sub(ORIGIN, _OR_ANOTHER.sub(ORIGIN, code))
    return _IN_SMALL_LETTERS.sub(rf'{METHOD} \1 "OPTIONS"', code)
