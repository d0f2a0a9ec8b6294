"""ASP.NET Core: the order of the pipeline, policies that nothing uses, and endpoints with their own."""

from __future__ import annotations

import re
from typing import Final

from ....patterns import lazy_pattern
from .chain import calls_of

_PIPELINE: Final = lazy_pattern(
    r"\bapp\s*\.\s*(?:Run|Map\w*|UseEndpoints|UseMvc\w*|UseRouting)\s*\(|\bIApplicationBuilder\b"
)
_USES: Final = lazy_pattern(r"\bUseCors\b|\[EnableCors\b|\bEnableCors\s*\(|\bRequireCors\s*\(")
_OF_ENDPOINTS: Final = lazy_pattern(r"\bDisableCors\b|\bRequireCors\s*\(")
_BEFORE: Final = frozenset({"Use", "UseMiddleware", "UseAuthorization", "UseWhen", "MapWhen", "Map", "UseCors"})
_HARMLESS: Final = lazy_pattern(
    r"(?i)exception|error|log|correlat|requestid|trace|culture|locali|tenant|header|metric|timing"
)


def around_dotnet(text: str) -> list[str]:
    """Doubts of one program: a middleware in front of UseCors, a policy that is not used, or not for all."""
    if (own := _OF_ENDPOINTS.search(text)) is not None:
        return [f"{own[0].rstrip('( ')} of an endpoint"]
    if _PIPELINE.search(text) is not None and _USES.search(text) is None:
        return ["a policy that nothing uses"]
    for call in calls_of(text, _BEFORE):
        if call.name == "UseCors":
            return []
        if call.name == "UseAuthorization" and "FallbackPolicy" not in text:
            continue  # a preflight comes to no endpoint that asks for a login
        if call.name == "UseMiddleware" and _HARMLESS.search(call.of_type) is not None:
            continue
        if call.name == "Map" or (
            call.name == "Use" and re.search(r"\bnext\b", call.given) and "Status" not in call.given
        ):
            continue
        if "UseCors" in text:
            return [f"{call.of}.{call.name} before UseCors"]
    return []
