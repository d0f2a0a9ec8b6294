"""The facts as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .measure import Facts

_NAMES = {
    "starlette": "Starlette",
    "fastapi": "FastAPI",
    "flask": "Flask, flask-cors",
    "django": "Django (WSGI), django-cors-headers",
    "django_asgi": "Django (ASGI), django-cors-headers",
    "litestar": "Litestar",
    "falcon": "Falcon",
    "quart": "Quart, quart-cors",
    "aiohttp": "aiohttp, aiohttp-cors",
    "sanic": "Sanic, sanic-ext",
}
_COLUMNS = (
    "framework",
    "404 / 401 / 500 readable",
    "PUT to a missing URL",
    "header that is not listed",
    "preflight of a foreign origin",
    "Max-Age of 600",
    "`Vary: Origin` on answers to",
    "expression without `$` lets in",
    "any origin, with credentials",
)
_VARY = {"allowed": "the allowed", "foreign": "the foreign", "none": "no origin"}
_KINDS = {"prefix": "`https://app.example.evil.test`", "other-port": "any port"}


def markdown(facts: Mapping[str, Facts], versions: Mapping[str, str]) -> str:
    """The table in Markdown, and the versions below it. What all frameworks do alike is not in it."""
    rows = [_COLUMNS, tuple("---" for _ in _COLUMNS), *(_row(_NAMES[name], each) for name, each in facts.items())]
    packages = dict.fromkeys(item for each in versions.values() for item in each.split(", "))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join((*lines, "", f"Measured with {', '.join(packages)}."))


def _row(name: str, facts: Facts) -> tuple[str, ...]:
    return (
        name,
        " / ".join(_readable(each) for each in (facts.not_found, facts.unauthorized, facts.crash)),
        _outcome(facts.not_found_put),
        _outcome(facts.unlisted_header),
        facts.foreign_preflight,
        "kept" if facts.max_age == "600" else f"always {facts.max_age}",
        "every request" if facts.vary.count(" ") == 2 else _listed(facts.vary, _VARY),
        _listed(facts.regex, _KINDS),
        _any_origin(facts),
    )


def _readable(outcome: str) -> str:
    return "yes" if outcome.startswith("readable") else "**no**"


def _outcome(outcome: str) -> str:
    return outcome if outcome.startswith("readable") else f"`{outcome}`"


def _listed(words: str, names: Mapping[str, str]) -> str:
    if not set(words.split()) <= set(names):
        return words
    return ", ".join(names[word] for word in words.split())


def _any_origin(facts: Facts) -> str:
    if not facts.any_get:
        return facts.any_origin
    if facts.any_get.startswith("readable") and facts.any_put.startswith("readable"):
        return "any site reads and writes"
    if facts.any_get.startswith("readable"):
        return f"any site reads; writing is `{facts.any_put}`"
    return f"`{facts.any_get}`"
