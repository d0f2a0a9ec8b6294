"""Amazon's SAM templates: CORS of a REST API, whose answers to OPTIONS are a mock, and of an HTTP API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .model import METHODS_OF_ALL, Configured, Grant, Mistake
from .scan import list_of, scalar_of, without_comments

if TYPE_CHECKING:
    from .model import Part

OF_HTTP_API: Final = (
    "On AWS it is on every answer; `sam local` sends it on preflights alone, so that there a simple request is blocked."
)
OF_REST_API: Final = (
    "It answers preflights alone: the function behind a proxy integration sends Access-Control-Allow-Origin itself on "
    "its answers, and errors of the gateway need GatewayResponses."
)

# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html
_GUARDS: Final = lazy_pattern(r"(?m)^[^\S\n]*DefaultAuthorizer\s*:\s*(?!NONE\b)\S")
_SPARES: Final = lazy_pattern(r"(?i)\bAddDefaultAuthorizerToCorsPreflight\s*:\s*[\"']?false")
_METHOD: Final = lazy_pattern(r"(?m)^[^\S\n]*Method\s*:\s*[\"']?(\w+)")


def read_sam(text: str) -> Configured | None:
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html"""
    text = without_comments(text)
    if re.search(r"\bCorsRules\b|\[\]string|:=|=>|;[^\S\n]*$|\bnew\s+\w", text, re.MULTILINE) is not None:
        return None  # rules of a bucket, or code
    several = len(re.findall(r"(?m)^[^\S\n]*(?:Cors|CorsConfiguration)\s*:", text)) > 1
    is_http = re.search(r"HttpApi|CorsConfiguration|AllowOrigins", text) is not None
    start = re.search(r"(?m)^[^\S\n]*(?:Cors|CorsConfiguration|cors)\s*:", text)
    block = text[start.end() :] if start else text
    shorthand = re.match(r"[ \t]*+[\"']?'?([^\n\"']++)'?[\"']?[ \t]*\n", block) if start else None
    mistakes: list[Mistake] = []
    credentials = scalar_of(block, "AllowCredentials")
    origins = list_of(block, "AllowOrigins", "AllowOrigin") or (
        (shorthand[1].strip(),) if shorthand and shorthand[1].strip() else ()
    )
    if credentials is not None and credentials.lower() not in ("true", "false"):
        mistakes.append(
            Mistake(
                "credentials-not-boolean",
                f"AllowCredentials is {credentials!r}: it has to be true or false.",
                "AllowCredentials: true",
            )
        )
    methods = list_of(block, "AllowMethods")
    computed: list[tuple[Part, str]] = []
    if methods is None and not is_http:
        methods = _methods_of_functions(text)
        computed += [] if methods else [("methods", "the methods of the path")]
    if not is_http and "*" in [each.strip("'") for each in origins or ("*",)] and (credentials or "").lower() == "true":
        mistakes.append(
            Mistake(
                "any-origin-with-credentials",
                "AllowCredentials is true, with `*` or no AllowOrigin: SAM refuses the template.",
                "AllowOrigin: one origin, in two pairs of quotes.",
            )
        )
    grant = Grant(
        where="the API" if is_http else "the mock answer to OPTIONS",
        origins=origins,
        credentials=(credentials or "").lower() == "true",
        methods=methods,
        headers=list_of(block, "AllowHeaders"),
        expose=list_of(block, "ExposeHeaders"),
        max_age=scalar_of(block, "MaxAge"),
        on="all" if is_http else "preflights",
        computed=tuple(computed),
    )
    guards = not is_http and _GUARDS.search(text) is not None and _SPARES.search(text) is None
    if guards:
        mistakes.append(
            Mistake(
                "preflight-needs-login",
                "DefaultAuthorizer stands before the answer to OPTIONS too: a preflight, which has no Authorization, "
                "is answered 401 without a CORS header.",
                "Auth: AddDefaultAuthorizerToCorsPreflight: false",
            )
        )
    return Configured(
        kind="AWS SAM: HTTP API" if is_http else "AWS SAM: REST API",
        software="api-gateway" if is_http else "api-gateway-rest",
        grants=(grant,),
        mistakes=tuple(mistakes),
        notes=(OF_HTTP_API if is_http else OF_REST_API,),
        preflight_status=401 if guards else 204,
        fixed_origin=not is_http,
        not_understood=("more than one API",) if several else (),
    )


def _methods_of_functions(text: str) -> tuple[str, ...] | None:
    """What SAM lists where AllowMethods is left out: the methods of the path, here those of all; None where no function
    names its own."""
    found = tuple(dict.fromkeys(each.upper() for each in _METHOD.findall(text)))
    if not found:
        return None
    return METHODS_OF_ALL if {"ANY", "X"} & {*found} else (*found, "OPTIONS")
