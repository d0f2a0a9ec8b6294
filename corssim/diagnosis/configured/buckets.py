"""Rules of storage: Amazon S3 (JSON and XML), Google Cloud Storage, Azure."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import Any, Final

from ...patterns import between, lazy_pattern
from ...records import replace
from .model import METHODS_OF_ALL, Configured, Grant, Mistake

_RULE: Final = lazy_pattern(r"<CORSRule>", re.IGNORECASE)
_RULE_END: Final = lazy_pattern(r"</CORSRule>", re.IGNORECASE)
_METHODS: Final = ("GET", "PUT", "POST", "DELETE", "HEAD")


def read_bucket_json(text: str) -> Configured | None:
    """The list of rules, or a table with CORSRules; Google's have other keys. None for other JSON; raises ValueError
    for none."""
    document = _json_in(text)
    if isinstance(document, dict) and isinstance(document.get("rules"), list):
        return _of_r2(document["rules"])
    if isinstance(document, dict):
        document = document.get("CORSRules") or document.get("cors") or document.get("Cors") or [document]
    rules = [rule for rule in document if isinstance(rule, dict)] if isinstance(document, list) else []
    if not any(key in rule for rule in rules for key in ("AllowedMethods", "method", "AllowedMethod")):
        return None  # rules of a bucket name methods
    if any("origin" in rule or "responseHeader" in rule for rule in rules):
        grants = tuple(
            _grant(f"rule {number}", rule, ("origin", "method", "responseHeader", "responseHeader", "maxAgeSeconds"))
            for number, rule in enumerate(rules, 1)
        )
        return Configured(kind="Google Cloud Storage", software="gcs", grants=grants, preflight_status=200)
    keys = ("AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposeHeaders", "MaxAgeSeconds")
    configured = rules_of_s3(tuple(_grant(f"rule {number}", rule, keys) for number, rule in enumerate(rules, 1)))
    odd = [(number, key) for number, rule in enumerate(rules, 1) for key in rule if key not in (*keys, "ID")]
    if not odd or any(key in _OF_OTHERS for _, key in odd):
        return configured
    return replace(configured, mistakes=(*(_refused(*each, keys) for each in odd), *configured.mistakes))


# What other tools and stores call the same.
_OF_OTHERS: Final = ("AllowedMethod", "AllowedOrigin", "AllowedHeader", "ExposeHeader")


def _refused(number: int, key: str, keys: tuple[str, ...]) -> Mistake:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html"""
    near = get_close_matches(key, keys, n=1)
    return Mistake(
        "setting-refused",
        f"rule {number}: {key} is no setting of a rule of S3 ({', '.join(keys)}, ID): all of the configuration is "
        "refused, and what was set before stays.",
        f"{near[0]}: …" if near else "Leave it out.",
    )


def _of_r2(rules: list[Any]) -> Configured | None:
    """What `wrangler r2 bucket cors set` takes. https://developers.cloudflare.com/api/resources/r2/subresources/buckets/"""
    keys = ("origins", "methods", "headers", "exposeHeaders", "maxAgeSeconds")
    told = [rule for rule in rules if isinstance(rule, dict) and isinstance(rule.get("allowed"), dict)]
    grants = [_grant(f"rule {number}", {**rule, **rule["allowed"]}, keys) for number, rule in enumerate(told, 1)]
    return replace(rules_of_s3(tuple(grants)), kind="Cloudflare R2", software="") if grants else None


def _json_in(text: str) -> Any:
    """The text as JSON, or the one list or table of JSON that is quoted in it, as in a command."""
    try:
        return json.loads(text)
    except ValueError:
        if (begins := _JSON.search(text)) is None:
            raise
    found, end = json.JSONDecoder().raw_decode(text, begins.start())
    if _JSON.search(text, end) is not None:
        raise ValueError("there is more than one document")
    return found


_JSON: Final = lazy_pattern(r"(?m)(?<=')[\[{](?=\s*[\"{\[])|^[\[{](?=\s*$)")


def _grant(where: str, rule: dict[str, Any], keys: tuple[str, ...]) -> Grant:
    origins, methods, headers, expose = (_names(rule.get(key)) for key in keys[:4])
    age = rule.get(keys[4])
    return rule_of(where, origins or (), methods or (), headers or (), expose, None if age is None else str(age))


def _names(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list) else None


def read_cloudfront(text: str) -> Configured | None:
    """A response headers policy: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html"""
    found = _with_key(json.loads(text), "AccessControlAllowOrigins", 0)
    if found is None:
        return None

    def items(name: str) -> tuple[str, ...]:
        value = found.get(name)
        return _names(value.get("Items")) or () if isinstance(value, dict) else ()

    headers, methods = items("AccessControlAllowHeaders"), items("AccessControlAllowMethods")
    age = found.get("AccessControlMaxAgeSec")
    grant = Grant(
        where="CorsConfig",
        origins=items("AccessControlAllowOrigins"),
        credentials=found.get("AccessControlAllowCredentials") is True,
        methods=METHODS_OF_ALL if "ALL" in methods else methods or None,
        headers=headers or None,
        expose=items("AccessControlExposeHeaders") or None,
        max_age=None if age is None else str(age),
    )
    return Configured(kind="CloudFront response headers policy", software="cloudfront", grants=(grant,),
                      preflight_status=None)  # fmt: skip


def _with_key(value: Any, key: str, depth: int) -> dict[str, Any] | None:
    """The table that has a key, wherever it stands."""
    if isinstance(value, dict) and isinstance(value.get(key), dict):
        return value
    if depth > 6 or not isinstance(value, dict | list):
        return None
    inner = value.values() if isinstance(value, dict) else value
    return next((found for each in inner if (found := _with_key(each, key, depth + 1)) is not None), None)


def read_bucket_xml(text: str) -> Configured:
    """CORSConfiguration of S3 and its like, Cors of Azure. Read rule by rule: nothing in it is expanded."""
    grants = []
    is_azure = "<CORSRule" not in text and "<CorsRule" in text
    for number, rule in enumerate(between(_RULE, _RULE_END, text), 1):
        tags = re.sub(r"(?s)<!--.*?(?:-->|\Z)", "", rule)
        grants.append(
            rule_of(
                f"rule {number}",
                _tags(tags, "AllowedOrigins?"),
                _tags(tags, "AllowedMethods?"),
                _tags(tags, "AllowedHeaders?"),
                _tags(tags, "Exposed?Headers?") or None,
                next(iter(_tags(tags, "MaxAge(?:In)?Seconds")), None),
            )
        )
    if is_azure:
        return Configured(kind="Azure Storage", software="azure-blob", grants=tuple(grants), preflight_status=200)
    return rules_of_s3(tuple(grants))


def read_azure_command(text: str) -> Configured | None:
    """`az storage cors add`: https://learn.microsoft.com/cli/azure/storage/cors ; None for another command."""
    commands = [" ".join(each.split()) for each in _AZURE.findall(text.replace("\\\n", " ").replace("`\n", " "))]
    grants = []
    for number, command in enumerate(commands, 1):
        told = {name: " ".join(values) for name, values in _flags(command).items()}
        parts = {
            name: tuple(part for part in re.split(r"[,\s]+", told.get(name, "")) if part)
            for name in ("origins", "methods", "allowed-headers", "exposed-headers")
        }
        rule = rule_of(
            f"rule {number}",
            tuple(each for each in parts["origins"] if "$" not in each),
            tuple(each.upper() for each in parts["methods"]),
            parts["allowed-headers"],
            parts["exposed-headers"] or None,
            told.get("max-age"),
        )
        unknown = tuple(each for each in parts["origins"] if "$" in each)
        grants.append(replace(rule, unknown=unknown))
    if not grants:
        return None
    return Configured(kind="Azure Storage", software="azure-blob", grants=tuple(grants), preflight_status=200)


AZURE_SIGN: Final = r"\baz\s+storage\s+cors\s+add\b"
_AZURE: Final = lazy_pattern(AZURE_SIGN + r"([^\n;|&]*)")
_SHORT: Final = {"o": "origins", "m": "methods"}


def _flags(command: str) -> dict[str, list[str]]:
    """The flags of a command with the words behind each."""
    found: dict[str, list[str]] = {}
    name = ""
    for quoted, single, bare in re.findall(r"\"([^\"]*)\"|'([^']*)'|(\S+)", command):
        if bare.startswith("-") and len(bare) > 1:
            flag, _, value = bare.lstrip("-").partition("=")
            name = _SHORT.get(flag, flag)
            found.setdefault(name, []).extend([value.strip("\"'")] if value else [])
        else:
            found.setdefault(name, []).append(quoted or single or bare)
    return found


def _tags(text: str, name: str) -> tuple[str, ...]:
    values = re.findall(rf"(?is)<{name}>([^<]*)</{name}>", text)
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def rule_of(
    where: str,
    origins: tuple[str, ...],
    methods: tuple[str, ...],
    headers: tuple[str, ...],
    expose: tuple[str, ...] | None,
    max_age: str | None,
) -> Grant:
    """A rule of a bucket's: it counts where origin, method and every header are on its lists."""
    stars = tuple(each for each in origins if "*" in each and each != "*")
    return Grant(
        where=where,
        origins=tuple(each for each in origins if each not in stars),
        patterns=tuple("^" + re.escape(each).replace(r"\*", ".*") + "$" for each in stars),
        # For a named origin a bucket allows credentials on its own.
        credentials="*" not in origins,
        methods=methods,
        headers=headers,
        any_header="*" in headers,
        expose=expose,
        max_age=max_age,
        selects=True,
    )


def rules_of_s3(grants: tuple[Grant, ...]) -> Configured:
    """Rules of Amazon S3, with what it refuses in them."""
    mistakes = []
    seen: dict[tuple[object, ...], str] = {}
    for grant in grants:
        odd = [method for method in grant.methods or () if method not in _METHODS]
        if odd:
            mistakes.append(
                Mistake(
                    "method-not-known",
                    f"{grant.where}: {', '.join(odd)} is no AllowedMethod of S3 ({', '.join(_METHODS)}); AWS refuses "
                    "the "
                    "configuration. OPTIONS needs no listing.",
                    "Leave it out.",
                )
            )
        if not grant.headers:
            mistakes.append(
                Mistake(
                    "no-allowed-header",
                    f"{grant.where} has no AllowedHeader: a preflight that asks for any header (authorization, "
                    "content-type, x-amz-*) does not match it and is answered 403.",
                    "List the headers in AllowedHeaders.",
                )
            )
        key = (grant.origins, grant.patterns, grant.methods, grant.headers)
        if key in seen:
            mistakes.append(Mistake("rule-twice", f"{grant.where} says what {seen[key]} says.", "Leave one out."))
        seen.setdefault(key, grant.where)
    # Which answers have headers at all, the methods of a rule decide.
    unread = [f"{text} for methods" for grant in grants for part, text in grant.computed if part == "methods"]
    return Configured(kind="Amazon S3", software="s3", grants=grants, mistakes=tuple(mistakes), preflight_status=200,
                      not_understood=tuple(unread[:1]))  # fmt: skip
