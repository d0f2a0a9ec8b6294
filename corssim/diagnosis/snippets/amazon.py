"""S3 buckets, and CloudFront in front of something."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .model import Snippet

if TYPE_CHECKING:
    from .model import ServerChange

_S3_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE")
_CLOUDFRONT_METHODS: Final = (*_S3_METHODS, "OPTIONS", "PATCH")


def s3(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html"""
    rule: dict[str, Any] = {
        "AllowedOrigins": [change.allow_origin],
        "AllowedMethods": _known(change, _S3_METHODS) or list(_S3_METHODS),
        "AllowedHeaders": list(change.headers),
        "ExposeHeaders": list(change.expose),
    }
    if change.max_age is not None:
        rule["MaxAgeSeconds"] = change.max_age
    note = (
        "In the bucket's permissions. S3 answers a preflight only where a rule matches origin, method and every "
        "header, and else with 403. For a named origin it allows credentials on its own."
    )
    note += _left_out(change, _S3_METHODS, "S3")
    return Snippet("s3", "S3: the bucket's CORS rules", "json", json.dumps([rule], indent=2) + "\n", note)


def cloudfront(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html"""
    cors: dict[str, Any] = {
        "AccessControlAllowOrigins": _items([change.allow_origin]),
        "AccessControlAllowMethods": _items(_known(change, _CLOUDFRONT_METHODS) or ["ALL"]),
        # The list may not be empty; naming a safelisted header changes nothing.
        "AccessControlAllowHeaders": _items(change.headers or ("Accept",)),
        "AccessControlAllowCredentials": change.allow_credentials,
        "OriginOverride": True,
    }
    if change.expose:
        cors["AccessControlExposeHeaders"] = _items(change.expose)
    if change.max_age is not None:
        cors["AccessControlMaxAgeSec"] = change.max_age
    text = json.dumps({"Name": "cors-for-pages", "CorsConfig": cors}, indent=2) + "\n"
    note = (
        "A response headers policy (aws cloudfront create-response-headers-policy), to attach to the behaviour; the "
        "behaviour has to allow the method OPTIONS. Without such a policy the server behind has to see Origin, "
        "Access-Control-Request-Method and Access-Control-Request-Headers: forward them with an origin request policy, "
        "and put Origin into the cache key with a cache policy, or one page gets the answer of another, for "
        "Vary: Origin alone does not part them there."
    )
    note += _left_out(change, _CLOUDFRONT_METHODS, "CloudFront")
    return Snippet("cloudfront", "CloudFront: response headers policy", "json", text, note)


def _items(values: list[str] | tuple[str, ...]) -> dict[str, Any]:
    return {"Quantity": len(values), "Items": list(values)}


def _known(change: ServerChange, known: tuple[str, ...]) -> list[str]:
    """The methods that the service has a name for; none stands for `*`."""
    return [method for method in change.all_methods if method in known]


def _left_out(change: ServerChange, known: tuple[str, ...], name: str) -> str:
    left_out = [method for method in change.methods if method not in (*known, "*")]
    return f" {name} cannot allow {', '.join(left_out)}." if left_out else ""
