"""Amazon's services as code sets them up: rules of buckets, HTTP and REST APIs of the CDK."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .buckets import rule_of, rules_of_s3
from .code_values import Names, names_of, setting
from .model import METHODS_OF_ALL, Configured, Grant
from .sam import OF_HTTP_API, OF_REST_API
from .scan import balanced, without_comments

if TYPE_CHECKING:
    from .model import Part

BUCKET_SIGN: Final = r"\b(?:CORSRules|CorsRules|PutBucketCors\w*)\b|\bs3\.HttpMethods\b"
CDK_SIGN: Final = (
    r"\b(?:defaultCorsPreflightOptions|addCorsPreflight|corsPreflight)\b"
    r"|\bcorsConfiguration\s*:\s*\{\s*(?:allow|expose|maxAge)"
)
_RULE: Final = lazy_pattern(r"\{(?=[^{}]*\b[aA]llowedOrigins\b)")
_CDK: Final = lazy_pattern(
    r"\b(?P<name>defaultCorsPreflightOptions|addCorsPreflight|corsPreflight|corsConfiguration)\s*[:(]\s*\{"
)
_CONSTANT: Final = lazy_pattern(r"(?:\w+\.){0,4}(?:Cors(?:HttpMethod)?|HttpMethods?)\.(\w+)")
_DEFAULTS: Final = (
    *("Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent"),
)
_MOST: Final = 100


def _names(text: str, options: str, *keys: str) -> Names | None:
    """The names under a key, constants of the CDK's among them."""
    given = setting(options, *keys)
    if given is None:
        return None
    given = _CONSTANT.sub(lambda found: f"'{_OF_CONSTANTS.get(found[1], found[1])}'", given)
    names = names_of(text, given)
    return names._replace(texts=tuple(each for text_of in names.texts for each in text_of.split(" ")))


_OF_CONSTANTS: Final = {
    "ALL_ORIGINS": "*", "ALL_METHODS": " ".join(METHODS_OF_ALL), "ANY": " ".join(METHODS_OF_ALL),
    "DEFAULT_HEADERS": " ".join(_DEFAULTS),
}  # fmt: skip


def read_bucket_code(text: str) -> Configured | None:
    """Rules that a program gives S3; None where none are in there."""
    text = without_comments(text)
    rules = []
    for number, found in enumerate(islice(_RULE.finditer(text), _MOST), 1):
        block = "{" + balanced(text, found.start()) + "}"
        none = Names()
        origins = _names(text, block, "AllowedOrigins", "allowedOrigins") or none
        methods = _names(text, block, "AllowedMethods", "allowedMethods") or none
        headers = _names(text, block, "AllowedHeaders", "allowedHeaders") or none
        expose = _names(text, block, "ExposeHeaders", "exposedHeaders") or none
        age = _AGE.search(block)
        rule = rule_of(
            f"rule {number}", origins.texts, methods.texts, headers.texts, expose.texts or None, age and age[1]
        )
        computed: list[tuple[Part, str]] = [("methods", each) for each in methods.computed]
        computed += [("headers", each) for each in headers.computed]
        # A rule that selects by methods or headers that are not known can't be told from one that is not there.
        rules.append(replace(rule, unknown=origins.computed, computed=tuple(computed), selects=not computed))
    return rules_of_s3(tuple(rules)) if rules else None


_AGE: Final = lazy_pattern(r"(?i)\bmaxAge(?:Seconds|InSeconds)?\s*[:=]\s*(?:aws\.Int32\()?(\d+)\)?\s*(?=[,}\n]|$)")


def read_cdk(text: str) -> Configured | None:
    """`corsPreflight` of an HTTP API, on every answer; the options of a REST API, on preflights alone.

    https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_apigatewayv2-readme.html
    """
    text = without_comments(text)
    found = list(islice(_CDK.finditer(text), _MOST))
    if not found:
        return None
    options = "{" + balanced(text, found[0].end() - 1) + "}"
    is_http = found[0]["name"] in ("corsPreflight", "corsConfiguration")
    origins = _names(text, options, "allowOrigins") or Names()
    methods, headers = _names(text, options, "allowMethods"), _names(text, options, "allowHeaders")
    computed: list[tuple[Part, str]] = []
    given: dict[Part, Names | None] = {"methods": methods, "headers": headers}
    for part, names in given.items():
        computed += [(part, each) for each in (names or Names()).computed]
    credentials = setting(options, "allowCredentials") or "false"
    grant = Grant(
        where="the API" if is_http else "the mock answer to OPTIONS",
        origins=origins.texts,
        credentials=credentials == "true",
        methods=(None if is_http else METHODS_OF_ALL) if methods is None else methods.texts,
        headers=(None if is_http else _DEFAULTS) if headers is None else headers.texts,
        on="all" if is_http else "preflights",
        unknown=origins.computed,
        computed=(*computed, *((("credentials", credentials[:60]),) if credentials not in ("true", "false") else ())),
    )
    return Configured(
        kind="AWS CDK: HTTP API" if is_http else "AWS CDK: REST API",
        software="api-gateway" if is_http else "api-gateway-rest",
        grants=(grant,),
        notes=(OF_HTTP_API if is_http else OF_REST_API,),
        not_understood=("more than one API",) if len(found) > 1 else (),
    )
