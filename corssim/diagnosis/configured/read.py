"""What kind of configuration a text is, and what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...errors import UsageError
from .apache import read_apache
from .api_gateway import SERVERLESS_CORS, read_responses, read_serverless
from .buckets import read_bucket_json, read_bucket_xml, read_cloudfront
from .caddy import read_caddy
from .express import read_express
from .fluent import read_fluent
from .gateways import read_envoy, read_ingress, read_kong, read_sam, read_traefik
from .go_handlers import GO_CALL, read_go
from .haproxy import read_haproxy
from .iis import read_iis
from .nelmio import read_nelmio
from .nginx import read_nginx
from .python_apps import read_python
from .rust_layers import RUST_LAYER, read_rust
from .settings import read_code, read_properties, read_rack
from .terraform import TERRAFORM_BLOCK, read_terraform

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Configured

LONGEST: Final = 1_000_000
"""Characters of a configuration."""


# The most particular sign first; the reader of a sign may still find nothing in it.
_KINDS: Final[tuple[tuple[str, Callable[[str], Configured | None]], ...]] = (
    (r"nginx\.ingress\.kubernetes\.io/", read_ingress),
    (r"\"AccessControlAllowOrigins\"\s*:\s*\{", read_cloudfront),
    (r"\bnelmio_cors\b", read_nelmio),
    (r"\bcorsPolicy\b", read_envoy),
    (r"allow_origin_string_match|envoy\.filters\.http\.cors", read_envoy),
    (r"(?m)^[^\S\n]*allow_origin(?:_regex)?\s*:|\"cors\"\s*:\s*\{[^{}]*\"allow_origin", read_envoy),
    (r"(?is)<CORSRule>", read_bucket_xml),
    (r"<customHeaders\b|<cors\b[^<>]*\benabled\s*=", read_iis),
    (r"(?m)^[^\S\n]*http-(?:(?:after-)?response\s+(?:set|add)-header|request\s+return)\s", read_haproxy),
    (r"(?s)\"(?:AllowedOrigins|AllowedMethods|responseHeader)\"\s*:", read_bucket_json),
    (r"(?m)(?:^[^\S\n]*|[;{}]\s*)(?:add_header|more_set_headers|more_clear_headers)\s", read_nginx),
    (
        r"(?im)^[^\S\n]*Header\s+(?:(?:always|onsuccess)\s+)?(?:set|add|append|merge|setifempty)\s+[\"']?Access-Control-",
        read_apache,
    ),
    (r"(?i)accessControlAllow|traefik\.http\.middlewares", read_traefik),
    (r"(?m)^[^\S\n]*header\s+(?:[@/*]\S*\s+)?(?:[+>?]?Access-Control-|\{)|^[^\S\n]*reverse_proxy\b", read_caddy),
    (SERVERLESS_CORS, read_serverless),
    (TERRAFORM_BLOCK, read_terraform),
    (RUST_LAYER, read_rust),
    (GO_CALL, read_go),
    (r"(?m)^[^\S\n]*(?:AllowOrigins?|CorsConfiguration|Cors)\s*:", read_sam),
    (r"(?ms)name:\s*cors\b.*config:|\"name\"\s*:\s*\"cors\"|\bname=cors\b", read_kong),
    (r"CORSMiddleware|flask_cors|cross_origin|CORS\(|CORS_[A-Z]+|corsheaders", read_python),
    (r"(?m)\ballow\s+do\b", read_rack),
    (r"@CrossOrigin|llowedOrigin|WithOrigins|AllowAnyOrigin|UseCors", read_fluent),
    (r"(?<!\.)\bcors\s*\(|enableCors\s*\(|register\(\s*(?:\w*[cC]ors\b|require\([\"']@fastify/cors)", read_express),
    (r"\bmethod\.response\.header\.Access-Control-", read_responses),
    (r"(?i)\ballowed?[-_]?origins?\b", read_properties),
    (r"(?i)Access-Control-Allow-Origin", read_code),
)


def read_configuration(text: str, *, name: str = "the text") -> Configured:
    """What a configuration allows. Raises UsageError where nothing of CORS is found in it."""
    found = configuration_in(text)
    if found is None:
        raise UsageError(
            f"{name}: no CORS settings of a kind that is known are in there; it reads nginx, Apache, Caddy, HAProxy, "
            "IIS, Ingress, Traefik, Envoy, Istio, Kong, S3, SAM, Terraform, Serverless, Symfony, Python, JavaScript, "
            "Java, C#, Ruby, Go and Rust settings, and headers that code sets"
        )
    return found


def configuration_in(text: str) -> Configured | None:
    """What a configuration allows; None where nothing of CORS is found in it.

    Raises `UsageError` for JSON that is not well-formed: of what is broken no reader of code knows what it says.
    """
    if len(text) > LONGEST:
        return None
    for sign, read in _KINDS:
        if re.search(sign, text):
            try:
                configured = read(text)
            except (ValueError, RecursionError) as error:
                if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
                    raise UsageError(
                        f"the configuration is JSON that cannot be read ({error}): what it allows is not known"
                    ) from error
                continue
            if configured is not None:
                return configured
    return None
