"""strapi::cors among the middlewares of a Strapi project, `config/middlewares.js` or `.ts`.

https://docs.strapi.io/cms/configurations/middlewares#cors
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .code_values import Names, defined, keys_of, names_of, setting
from .model import REFLECTED, Configured, Grant, Mistake
from .scan import balanced, without_comments

if TYPE_CHECKING:
    from .model import Part

STRAPI_SIGN: Final = r"[\"'`]strapi::cors[\"'`]"
_NAMED: Final = lazy_pattern(STRAPI_SIGN)
_MOST_BRACKETS: Final = 500
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_HEADERS: Final = ("Content-Type", "Authorization", "Origin", "Accept")
_TAKEN: Final = ("origin", "expose", "maxAge", "credentials", "methods", "headers", "keepHeadersOnError")
_YEAR: Final = "31536000"


def read_strapi(text: str) -> Configured | None:
    """What the middleware allows, its own settings where none are given; None where it is named in a comment alone."""
    text = without_comments(text)
    named = list(islice(_NAMED.finditer(text), 2))
    if not named:
        return None
    if len(named) > 1:
        return _not_known("more than one strapi::cors")
    config = _config_of(text, named[0].start())
    keys = keys_of(config)
    if keys is None:
        return _not_known(" ".join(config.split())[:60])
    given = {key: setting(config, key) for key in _TAKEN if key in keys}
    credentials = defined(text, given.get("credentials") or "true")
    if credentials not in ("true", "false"):
        return _not_known(f"credentials: {credentials[:40]}")
    origins = _origins(text, given.get("origin"))
    methods, headers = names_of(text, given.get("methods")), names_of(text, given.get("headers"))
    computed: list[tuple[Part, str]] = [("methods", each) for each in methods.computed]
    computed += [("headers", each) for each in headers.computed]
    max_age = given.get("maxAge") or _YEAR
    return Configured(
        kind="Strapi",
        software="",
        grants=(
            Grant(
                where="strapi::cors",
                origins=origins.texts,
                credentials=credentials == "true",
                methods=methods.texts or _METHODS,
                headers=headers.texts or (None if "headers" in given else _HEADERS),
                any_header="headers" in given and not headers.texts,
                expose=names_of(text, given.get("expose")).texts or None,
                max_age=max_age if max_age.isdecimal() else None,
                unknown=origins.computed,
                computed=tuple(computed),
            ),
        ),
        mistakes=tuple(_passed_over(key) for key in keys if key not in _TAKEN),
    )


def _config_of(text: str, at: int) -> str:
    """The `config` of the object in which the middleware is named; "{}" where it is named alone."""
    for bracket in islice(re.finditer(r"\{", text[:at][::-1]), _MOST_BRACKETS):
        start = at - bracket.end()
        inner = balanced(text, start)
        if start + len(inner) >= at:
            named = setting(inner, "name")
            return (setting(inner, "config") or "{}") if named and _NAMED.fullmatch(named) else "{}"
    return "{}"


def _origins(text: str, given: str | None) -> Names:
    """A list is compared with who asks, and so is a text with commas; `*` answers with whoever asks."""
    value = "*" if given is None else defined(text, given)
    if given is None or value in ("'*'", '"*"', "`*`"):
        return Names((REFLECTED,))
    if "=>" in value or value.startswith("function"):
        return Names(computed=("a function",))
    names = names_of(text, given)
    if "*" in names.texts:
        # Its fifth version takes it for everybody, the fourth for a text that no page's origin equals.
        return Names(computed=("the version of Strapi, of `*` among others,",))
    return names if names.texts or names.computed else Names(("(nobody)",))


def _passed_over(key: str) -> Mistake:
    if key == "enabled":
        return Mistake(
            "setting-passed-over",
            "strapi::cors: `enabled` turns nothing on or off.",
            "Name strapi::cors among the middlewares, or do not.",
        )
    meant = "keepHeadersOnError" if key.lower().startswith("keepheader") else ""
    return Mistake("setting-passed-over", f"strapi::cors: it knows no setting {key}.", meant)


def _not_known(doubt: str) -> Configured:
    return Configured(kind="Strapi", software="", grants=(), not_understood=(doubt,))
