"""Istio, whose virtual services carry the policy of Envoy's CORS filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import Snippet, listed_headers, one_list
from .quoting import quoted

if TYPE_CHECKING:
    from .model import ServerChange


def istio(change: ServerChange) -> Snippet:
    """https://istio.io/latest/docs/reference/config/networking/virtual-service/#CorsPolicy

    https://github.com/envoyproxy/envoy/blob/main/source/extensions/filters/http/cors/cors_filter.cc
    """
    shown, narrower = one_list(change, "Istio's corsPolicy")
    lines = [
        "# In each http route of the VirtualService that answers it, beside route:",
        "corsPolicy:",
        "  allowOrigins:",
    ]
    lines += [f"    - exact: {quoted(each)}" for each in (("*",) if shown.any_origin else shown.named_origins)]
    for name, values in (
        ("allowMethods", shown.all_methods),
        ("allowHeaders", listed_headers(shown)),
        ("exposeHeaders", shown.expose),
    ):
        if values:
            lines += [f"  {name}:", *(f"    - {quoted(value)}" for value in values)]
    if shown.allow_credentials:
        lines.append("  allowCredentials: true")
    if shown.max_age is not None:
        lines.append(f'  maxAge: "{shown.max_age}s"')
    note = (
        "It takes the place of such headers of the program behind. The match of the route has to let OPTIONS through, "
        "or the preflight is answered by another. It sends no Vary: Origin: where a cache stands in front, let the "
        "program behind send it."
    )
    return Snippet("istio", "Istio: corsPolicy", "yaml", "\n".join(lines) + "\n", narrower + note)
