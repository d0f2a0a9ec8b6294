"""Software whose settings of CORS are told by their names, and not read: what they allow is not known."""

from __future__ import annotations

import re
from typing import Final

from .model import Configured

# https://doc.traefik.io/traefik/v1.7/configuration/backends/docker/#security : headers, and no answer to OPTIONS
TRAEFIK_1_SIGN: Final = (
    r"traefik\.(?:[\w-]+\.)?frontend\.headers\.|(?m:^[^\S\n]*\[frontends\.)"
    r"|(?<![\w.])ingress\.kubernetes\.io/custom-response-headers"
)
_SIGNS: Final = (
    # https://tyk.io/docs/api-management/manage-apis/deploy-apis/deploy-apis-overview/
    ("Tyk", r"\"CORS\"\s*:\s*\{|\"x-tyk-api-gateway\""),
    # https://www.keycloak.org/docs-api/latest/rest-api/index.html#ClientRepresentation
    ("Keycloak", r"\bwebOrigins\b|\bweb_origins\b"),
    ("rocket_cors", r"\brocket_cors\b|\bCorsOptions\b"),
    ("Vert.x", r"\bCorsHandler\.create\("),
    ("Traefik 1", TRAEFIK_1_SIGN),
    ("WildFly", r"<response-header\b[^<>]*Access-Control-"),
)
NAMED_SIGN: Final = "|".join(sign for _, sign in _SIGNS)


def read_named(text: str) -> Configured | None:
    """The software that is named there, with nothing that it allows."""
    name = next((name for name, sign in _SIGNS if re.search(sign, text) is not None), None)
    unread = (f"a setting of {name} that is not read",)
    return None if name is None else Configured(kind=name, software="", grants=(), not_understood=unread)
