"""Terraform's resources: rules of buckets, and HTTP APIs of Amazon's."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .buckets import rule_of, rules_of_s3
from .model import METHODS_OF_ALL, Configured, Grant
from .scan import balanced, flag_of, list_of, scalar_of, value_of, without_comments

if TYPE_CHECKING:
    from .model import Part

TERRAFORM_BLOCK: Final = r"(?m)^[^\S\n]*(?P<block>cors_rule|cors_configuration|cors)[^\S\n]*\{"
_BLOCK: Final = lazy_pattern(TERRAFORM_BLOCK)
_MOST_BLOCKS: Final = 100


def read_terraform(text: str) -> Configured | None:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket_cors_configuration and its
    like of Google's and Azure's; None where no origins are given."""
    text = without_comments(text)
    blocks = list(islice(_BLOCK.finditer(text), _MOST_BLOCKS))
    found = [(each["block"], balanced(text, each.end() - 1)) for each in blocks]
    if found and found[0][0] == "cors_configuration":
        several = len({each for _, each in found}) > 1
        return replace(_http_api(found[0][1]), not_understood=("more than one API",) if several else ())
    owners = {_owner(text, each.start()): each for each in blocks}
    if len(owners) > 1:
        read = read_terraform(text[blocks[0].start() : blocks[0].end() + len(found[0][1]) + 1])
        return None if read is None else replace(read, not_understood=("more than one bucket",))
    rules = [_rule(number, block) for number, (_, block) in enumerate(found, 1)]
    if not any(rule.origins or rule.patterns or rule.unknown for rule in rules):
        return None
    found_rules = rules_of_s3(tuple(rules))
    if "google_storage_bucket" in text:
        return replace(found_rules, kind="Google Cloud Storage", software="gcs", mistakes=())
    if "azurerm_" in text:
        return replace(found_rules, kind="Azure Storage", software="azure-blob", mistakes=())
    return found_rules


TERRAFORM_LIST: Final = r"(?m)^[^\S\n]*(?:cors_rules?|cors_configuration)[^\S\n]*=[^\S\n]*(?:jsonencode\(\s*)?(?=\[)"
_LIST: Final = lazy_pattern(TERRAFORM_LIST)


def read_terraform_list(text: str) -> Configured | None:
    """What a module is given for the rules of its bucket, as
    https://registry.terraform.io/modules/terraform-aws-modules/s3-bucket/aws takes it; None where no origins are given.
    """
    text = without_comments(text)
    found = [_rules_listed(balanced(text, each.end())) for each in islice(_LIST.finditer(text), _MOST_BLOCKS)]
    found = [rules for rules in found if any(rule.origins or rule.patterns or rule.unknown for rule in rules)]
    if not found:
        return None
    several = any(rules != found[0] for rules in found)
    return replace(rules_of_s3(found[0]), not_understood=("more than one bucket",) if several else ())


def _rules_listed(items: str) -> tuple[Grant, ...]:
    rules: list[Grant] = []
    at = items.find("{")
    while at >= 0 and len(rules) < _MOST_BLOCKS:
        block = balanced(items, at)
        rules.append(_rule(len(rules) + 1, block))
        at = items.find("{", at + len(block) + 1)
    return tuple(rules)


def _owner(text: str, at: int) -> str:
    """The resource that a block stands in."""
    owner = text[max(0, at - _NEAR) : at].rpartition("\nresource ")[2]
    return owner.partition("{")[0]


_NEAR: Final = 5000


def _rule(number: int, block: str) -> Grant:
    origins, unknown = _written(block, "allowed_origins", "origin")
    methods, other_methods = _written(block, "allowed_methods", "method")
    headers, other_headers = _written(block, "allowed_headers", "response_header")
    rule = rule_of(
        f"rule {number}",
        origins,
        methods,
        headers,
        list_of(block, "expose_headers", "exposed_headers", "response_header"),
        scalar_of(block, "max_age_seconds") or scalar_of(block, "max_age_in_seconds"),
    )
    computed: list[tuple[Part, str]] = [("methods", each) for each in other_methods]
    computed += [("headers", each) for each in other_headers]
    # A rule that selects by methods or headers that are not known can't be told from one that is not there.
    return replace(rule, unknown=unknown, computed=tuple(computed), selects=not computed)


def _http_api(block: str) -> Configured:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"""
    origins, unknown = _written(block, "allow_origins")
    grant = Grant(
        where="cors_configuration",
        origins=origins,
        credentials=flag_of(block, "allow_credentials"),
        methods=list_of(block, "allow_methods"),
        headers=list_of(block, "allow_headers"),
        expose=list_of(block, "expose_headers"),
        max_age=scalar_of(block, "max_age"),
        unknown=unknown,
    )
    return Configured(kind="AWS: HTTP API", software="api-gateway", grants=(grant,))


def _written(block: str, *keys: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of a list that are written there, and what of it is variables."""
    given = next((value for key in keys if (value := value_of(block, key)) is not None), "")
    items = [each.strip() for each in given[1:-1].split(",")] if given.startswith("[") else [given]
    texts = tuple(each.strip('"') for each in items if each.startswith('"') and "${" not in each)
    return texts, tuple(each[:60] for each in items if each and (each[0] != '"' or "${" in each))


def read_cloudfront_block(text: str) -> Configured | None:
    """https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudfront_response_headers_policy ;
    None where no origins are given."""
    text = without_comments(text)
    found = [balanced(text, each.end() - 1) for each in islice(_CORS_CONFIG.finditer(text), _MOST_BLOCKS)]
    if not found:
        return None
    block = found[0]
    origins, unknown = _items(block, "origins")
    methods, other_methods = _items(block, "methods")
    headers, other_headers = _items(block, "headers")
    credentials = scalar_of(block, "access_control_allow_credentials") or "false"
    computed: list[tuple[Part, str]] = [("methods", each) for each in other_methods]
    computed += [("headers", each) for each in other_headers]
    computed += [] if credentials in ("true", "false") else [("credentials", credentials[:60])]
    grant = Grant(
        where="cors_config",
        origins=origins,
        credentials=credentials == "true",
        methods=METHODS_OF_ALL if "ALL" in methods else methods or None,
        headers=headers or None,
        unknown=unknown,
        computed=tuple(computed),
    )
    return Configured(
        kind="CloudFront response headers policy",
        software="cloudfront",
        grants=(grant,),
        preflight_status=None,
        adds_to_upstream=False,
        not_understood=("more than one policy",) if len(found) > 1 else (),
    )


CLOUDFRONT_BLOCK: Final = r"(?m)^[^\S\n]*cors_config[^\S\n]*\{"
_CORS_CONFIG: Final = lazy_pattern(CLOUDFRONT_BLOCK)


def _items(block: str, part: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    opened = re.search(rf"\baccess_control_allow_{part}\s*\{{", block)
    return ((), ()) if opened is None else _written(balanced(block, opened.end() - 1), "items")
