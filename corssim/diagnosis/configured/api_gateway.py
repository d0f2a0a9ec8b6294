"""Amazon's API Gateway as OpenAPI, Terraform and the Serverless Framework have it: it answers preflights itself."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import METHODS_OF_ALL, Configured, Grant
from .sam import OF_HTTP_API, OF_REST_API
from .scan import flag_of, list_of, scalar_of, unquoted, value_of, without_comments
from .written_headers import grant_of_headers, written_headers

# Under an event or the provider, few lines below its name.
SERVERLESS_CORS: Final = (
    r"(?m)^[^\S\n]*(?:-[^\S\n]+)?http(?:Api)?[^\S\n]*:[^\S\n]*\n(?:[^\n]*\n){0,8}?[^\S\n]*cors[^\S\n]*:"
)
_PARAMETER: Final = lazy_pattern(r"\bmethod\.response\.header\.(?=Access-Control-)[^\n]*", re.IGNORECASE)
_HTTP_API: Final = lazy_pattern(r"(?m)^(?P<indent>[^\S\n]*)httpApi[^\S\n]*:[^\S\n]*\n")
_CORS: Final = lazy_pattern(r"(?m)^(?P<indent>[^\S\n]*)cors[^\S\n]*:[^\S\n]*(?P<value>[^\n]*)")
# https://www.serverless.com/framework/docs/providers/aws/events/http-api#cors-setup
_DEFAULT_HEADERS: Final = (
    *("Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent"),
)


def read_responses(text: str) -> Configured | None:
    """The headers of a mock integration. Those that are declared, without a value, are none."""
    lines = [line for line in _PARAMETER.findall(without_comments(text)) if not line.rstrip(" ,").endswith("true")]
    pairs = written_headers("\n".join(lines))
    return _mock(grant_of_headers("the mock answer to OPTIONS", pairs, on="preflights")) if pairs else None


def _methods_of_events(text: str) -> tuple[str, ...]:
    """The methods of the functions' own events; all of them where one event is for all, or none is shown."""
    found = dict.fromkeys(one.upper() or other.upper() for one, other in _EVENT.findall(text))
    return METHODS_OF_ALL if not found or not {"*", "ANY"}.isdisjoint(found) else tuple(found)


_EVENT: Final = lazy_pattern(
    r"(?im)^[^\S\n]*-?[^\S\n]*(?:httpApi[^\S\n]*:[^\S\n]*[\"']?(\*|[a-z]+)(?=[\s\"']|$)"
    r"|method[^\S\n]*:[^\S\n]*[\"']?(\*|[a-z]+))"
)


def _mock(grant: Grant) -> Configured:
    return Configured(
        kind="API Gateway: the mock answer to OPTIONS",
        software="api-gateway-rest",
        grants=(grant,),
        fixed_origin=True,
        notes=(OF_REST_API,),
    )


def read_serverless(text: str) -> Configured | None:
    """`httpApi: cors:` of the provider, on every answer; `cors:` of an http event, on preflights alone.

    https://www.serverless.com/framework/docs/providers/aws/events/apigateway#enabling-cors
    """
    text = without_comments(text)
    cors = _CORS.search(text)
    if cors is None:
        return None
    value = unquoted(cors["value"])
    blocks = [_block(text, each) for each in islice(_CORS.finditer(text), _MOST)]
    block = blocks[0]
    is_http = _HTTP_API.search(text[: cors.start()]) is not None
    if value not in ("", "true"):
        return None
    told = (None if value else list_of(block, "allowedOrigins", "origins", "origin")) or ("*",)
    unknown = tuple(each for each in told if "${" in each)
    origins = tuple(each for each in told if each not in unknown)
    headers = None if value else list_of(block, "allowedHeaders", "headers")
    grant = Grant(
        where="the API" if is_http else "the mock answer to OPTIONS",
        origins=origins,
        credentials=not value and flag_of(block, "allowCredentials"),
        # Left out, they are those of the functions' own events.
        methods=(None if value else list_of(block, "allowedMethods", "methods")) or _methods_of_events(text),
        headers=headers or _DEFAULT_HEADERS,
        expose=None if value or value_of(block, "exposedResponseHeaders") is None
        else list_of(block, "exposedResponseHeaders"),
        max_age=None if value else scalar_of(block, "maxAge"),
        on="all" if is_http else "preflights",
        unknown=unknown,
    )  # fmt: skip
    several = ("more than one cors:",) if len({" ".join(each.split()) for each in blocks}) > 1 else ()
    if not is_http:
        return replace(_mock(grant), not_understood=several)
    return Configured(
        kind="AWS: HTTP API", software="api-gateway", grants=(grant,), notes=(OF_HTTP_API,), not_understood=several
    )


def _block(text: str, cors: re.Match[str]) -> str:
    """What belongs to a `cors:`: its value, and the lines that are set in below it."""
    inner = re.match(rf"\n(?:{cors['indent']}[^\S\n]+[^\n]*(?:\n|$)|[^\S\n]*(?:\n|$))*", text[cors.end() :])
    return f"{cors['value']}{'' if inner is None else inner[0]}"


_MOST: Final = 200
