"""ASP.NET Core's CORS policies, those of OWIN and of Web API 2."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .called import names_given, told_by
from .header_rows import expression_of
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant, Mistake
from .scan import balanced, strings_in, without_comments

if TYPE_CHECKING:
    from .code_values import Names
    from .model import Part

ASPNET_SIGN: Final = (
    r"\b(?:WithOrigins|AllowAnyOrigin|SetIsOriginAllowed|UseCors|AddCors|EnableCorsAttribute)\b|\bEnableCors\s*\("
)
_POLICY: Final = lazy_pattern(r"\b(?P<call>AddPolicy|AddDefaultPolicy|UseCors|AddCors)\s*(?:<\w+>)?\s*\(")
_NAMED: Final = lazy_pattern(r"\s*(?:name\s*:\s*)?(?P<name>\"[^\"\n]*\"|[\w.]+)\s*(?:,|$)")
_SETS: Final = lazy_pattern(r"\b(?:WithOrigins|AllowAnyOrigin|SetIsOriginAllowed)\b")
_ATTRIBUTE: Final = lazy_pattern(r"\bEnableCors(?:Attribute)?\s*\(")
_ENDPOINTS: Final = lazy_pattern(r"\bapp\.Use(?:Mvc\w*|Endpoints)\s*\(")
_EVERYBODY: Final = lazy_pattern(
    r"\bSetIsOriginAllowed\s*\(\s*\(?\s*(?:string\s+)?\w+\s*\)?\s*=>\s*(?:_\s*=\s*)?true\s*\)"
)
_DECIDES: Final = lazy_pattern(r"\bSetIsOriginAllowed\b(?=\s*\()")
_FLAG: Final = lazy_pattern(r"\bSupportsCredentials\s*=\s*(\w+)")
_MOST: Final = 50


def read_aspnet(text: str) -> Configured | None:
    """https://learn.microsoft.com/aspnet/core/security/cors ; None where no policy is in there."""
    text = without_comments(text)
    if (attributes := _of_web_api(text)) is not None:
        return attributes
    if re.search(r"\bCorsOptions\.AllowAll\b", text) is not None:
        everybody = Grant(where="AllowAll", origins=(REFLECTED,), credentials=True, methods=METHODS_OF_ALL,
                          any_header=True)  # fmt: skip
        return Configured(kind="ASP.NET: OWIN", software="aspnet", grants=(everybody,), preflight_status=200)
    policies: dict[str, str] = {}
    used: list[str] = []
    for call in islice(_POLICY.finditer(text), _MOST):
        given = balanced(text, call.end() - 1)
        named = _NAMED.match(given)
        name = "" if named is None else named["name"]
        if call["call"] == "AddCors":
            if "AddPolicy" not in given and "AddDefaultPolicy" not in given and _SETS.search(given) is not None:
                policies[""] = given
        elif _SETS.search(given) is not None:
            policies["inline" if call["call"] == "UseCors" else name] = given
            used += ["inline"] if call["call"] == "UseCors" else []
        elif call["call"] == "UseCors":
            used.append(name)
    used += [f'"{name}"' for name in re.findall(r"\[EnableCors\s*\(\s*\"([^\"\n]*)\"\s*\)", text)]
    used = list(dict.fromkeys(used))
    if not policies:
        if _SETS.search(text) is None:
            return None
        policies = {"": text}
    which = used[0] if len(used) == 1 else next(iter(policies)) if len(policies) == 1 else None
    part = policies.get(_same(which, policies, text)) if which is not None else None
    if part is None:
        several = ", ".join(name or "the default" for name in policies)[:60]
        return Configured(
            kind="ASP.NET Core",
            software="aspnet",
            grants=(),
            not_understood=(f"a policy that is not told ({several})",),
        )
    return _policy(text, part)


def _same(name: str, policies: dict[str, str], text: str) -> str:
    """The key of a policy that is meant by a text, or by the name of a constant."""
    if name in policies:
        return name
    constant = re.search(rf"\b{re.escape(name)}\s*=\s*(\"[^\"\n]*\")", text) if name[:1] != '"' else None
    by_name = next((each for each in policies if each[:1] not in ('"', "") and re.search(
        rf"\b{re.escape(each)}\s*=\s*{re.escape(name)}", text)), None)  # fmt: skip
    return constant[1] if constant is not None else by_name if by_name is not None else name


def _without_commas(names: Names) -> Names:
    """Names with commas in them are sent quoted: what browsers make of that is not told here."""
    odd = tuple(each for each in names.texts if "," in each)
    return names._replace(
        texts=tuple(each for each in names.texts if each not in odd), computed=(*names.computed, *odd)
    )


def _policy(text: str, part: str) -> Configured:
    origins = told_by(text, r"WithOrigins", part, splits=False)
    methods, headers = (
        _without_commas(told_by(text, name, part, splits=False)) for name in ("WithMethods", "WithHeaders")
    )
    reflects = _EVERYBODY.search(part) is not None
    unknown = origins.computed
    if not reflects and (decides := _DECIDES.search(part)) is not None:
        unknown = (decides[0],)  # in the place of those by name
    credentials = re.search(r"\.AllowCredentials\s*\(\s*\)", part) is not None
    named = origins.texts
    everybody = re.search(r"\bAllowAnyOrigin\s*\(", part) is not None or "*" in named
    mistakes = []
    allowed: tuple[str, ...] = named
    if everybody and credentials:
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                "AllowAnyOrigin with AllowCredentials: since ASP.NET Core 2.2 nothing is sent for it (3.0 and later "
                "throw at start), so no answer has Access-Control-Allow-Origin. It takes the place of WithOrigins, "
                "too.",
                "WithOrigins and AllowCredentials, without AllowAnyOrigin.",
            )
        )
        allowed, unknown = (), ()
    elif everybody:
        allowed = ("*",)
    elif reflects:
        allowed = (REFLECTED,)
    elif unknown and _DECIDES.search(part) is not None:
        # CorsPolicy.cs: it is asked in the place of the list.
        allowed = ()
        if named:
            mistakes.append(
                Mistake(
                    "list-not-asked",
                    "SetIsOriginAllowed takes the place of WithOrigins: the origins by name do not count.",
                    "One of the two; the origins in the function.",
                )
            )
    endpoints = _ENDPOINTS.search(text)
    too_late = endpoints is not None and text.find("UseCors") > endpoints.start()
    if too_late:
        mistakes.append(
            Mistake(
                "middleware-too-late",
                "UseCors stands behind UseMvc or UseEndpoints: what they answer never comes to it.",
                "UseCors between UseRouting and UseAuthorization, and before UseMvc.",
            )
        )
        allowed, unknown = (), ()
    by_stars = "SetIsOriginAllowedToAllowWildcardSubdomains" in part
    parts: list[tuple[Part, str]] = [("methods", each) for each in methods.computed]
    parts += [("headers", each) for each in headers.computed]
    grant = Grant(
        where="the policy",
        origins=tuple(each for each in allowed if not (by_stars and "*." in each)),
        patterns=tuple(expression_of(each) for each in allowed if by_stars and "*." in each),
        credentials=credentials and bool(allowed or unknown),
        methods=METHODS_OF_ALL
        if "AllowAnyMethod" in part or "*" in methods.texts
        else methods.texts or ("GET", "HEAD", "POST"),
        headers=headers.texts or None,
        any_header="AllowAnyHeader" in part or "*" in headers.texts,
        expose=told_by(text, r"WithExposedHeaders", part).texts or None,
        unknown=unknown,
        computed=tuple(parts),
    )  # fmt: skip
    return Configured(
        kind="ASP.NET Core",
        software="aspnet",
        grants=(grant,) if allowed or unknown else (),
        mistakes=tuple(mistakes),
        preflight_status=None if too_late else 204,
        meant=tuple(each for each in named if each not in (*allowed, "*")),
    )


def _of_web_api(text: str) -> Configured | None:
    """Origins, headers and methods, each a text with commas.

    https://learn.microsoft.com/aspnet/web-api/overview/security/enabling-cross-origin-requests-in-web-api
    """
    calls = list(islice(_ATTRIBUTE.finditer(text), _MOST))
    made = [call for call in calls if call[0].startswith("EnableCorsAttribute")]
    given = [balanced(text, call.end() - 1) for call in made or calls]
    whole = [each for each in given if len(strings_in(each)) >= 3 or each.count(",") >= 2]
    if not whole:
        return None
    grants = []
    for each in whole:
        pieces = [piece.partition(":")[2] if re.match(r"\s*\w+\s*:", piece) else piece for piece in _pieces(each)][:3]
        origins, headers, methods = (names_given(text, piece) for piece in pieces)
        flag = _FLAG.search(text)
        credentials = flag is not None and flag[1] == "true"
        parts: list[tuple[Part, str]] = [("methods", name) for name in methods.computed]
        parts += [("headers", name) for name in headers.computed]
        parts += [("credentials", flag[1])] if flag is not None and flag[1] not in ("true", "false") else []
        grants.append(
            Grant(
                where="EnableCors",
                origins=(REFLECTED,) if "*" in origins.texts and credentials else origins.texts,
                credentials=credentials,
                methods=METHODS_OF_ALL if "*" in methods.texts else methods.texts,
                headers=headers.texts,
                any_header="*" in headers.texts,
                unknown=origins.computed,
                computed=tuple(parts),
            )
        )
    configured = Configured(
        kind="ASP.NET: Web API 2", software="aspnet", grants=tuple(grants[:1]), preflight_status=200
    )
    return configured if len(set(grants)) == 1 else replace(configured, not_understood=("more than one EnableCors",))


def _pieces(given: str) -> list[str]:
    """The arguments of a call."""
    found = [""]
    at = 0
    strings = re.compile(r"\"[^\"\n]*\"|[^\",]+|,|\"")
    while (piece := strings.match(given, at)) is not None:
        at = piece.end()
        if piece[0] == ",":
            found.append("")
        else:
            found[-1] += piece[0]
    return [*found, "", "", ""]
