"""What the layers of a program allow, as a configuration is described: one grant each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model import METHODS_OF_ALL, REFLECTED, Grant
from .flask_cors import is_expression
from .starlette_cors import SAFELISTED
from .values import Pattern, Unknown, is_known, shown, unknown_in

if TYPE_CHECKING:
    from ..model import Part


def told_apart(value: Any) -> tuple[list[Any], tuple[str, ...]]:
    """The texts and expressions of a list, and what only the running program knows of it."""
    values = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
    known = [each for each in values if isinstance(each, str | Pattern) and each != ""]
    return known, tuple(each.text for each in values if isinstance(each, Unknown))


def names_in(value: Any) -> tuple[str, ...]:
    return tuple(each for each in told_apart(value)[0] if isinstance(each, str))


def computed_parts(**parts: Any) -> tuple[tuple[Part, str], ...]:
    found: list[tuple[Part, str]] = []
    for part, value in parts.items():
        if not is_known(value):
            found.append((part, shown(unknown_in(value))))  # type: ignore[arg-type]
    return tuple(found)


def of_starlette(given: dict[str, Any]) -> Grant:
    """https://www.starlette.dev/middleware/#corsmiddleware"""
    origins, unknown = told_apart(given.get("allow_origins"))
    credentials = given.get("allow_credentials") is True
    pattern = given.get("allow_origin_regex")
    methods, headers = names_in(given.get("allow_methods", ["GET"])), names_in(given.get("allow_headers"))
    return Grant(
        where="CORSMiddleware",
        origins=tuple(REFLECTED if each == "*" and credentials else each for each in origins),
        patterns=(f"^(?:{pattern})$",) if isinstance(pattern, str) else (),
        credentials=credentials,
        methods=METHODS_OF_ALL if "*" in methods else methods,
        headers=tuple(dict.fromkeys((*SAFELISTED, *(each for each in headers if each != "*")))),
        any_header="*" in headers,
        expose=names_in(given.get("expose_headers")) or None,
        max_age=shown(given.get("max_age", 600)),
        compares_methods=400,
        unknown=(*unknown, *((pattern.text,) if isinstance(pattern, Unknown) else ())),
        computed=computed_parts(
            methods=given.get("allow_methods"),
            headers=given.get("allow_headers"),
            credentials=given.get("allow_credentials"),
        ),
    )


def of_flask(given: dict[str, Any], where: str = "CORS(app)") -> Grant:
    """https://flask-cors.readthedocs.io/"""
    origins, unknown = told_apart(given["origins"])
    credentials = given["supports_credentials"] is True
    named = [each for each in origins if isinstance(each, str) and (each == "*" or not is_expression(each))]
    patterns = [each.text if isinstance(each, Pattern) else each for each in origins if each not in named]
    headers = names_in(given["allow_headers"])
    wildcard = given["send_wildcard"] is True
    return Grant(
        where=where,
        # They are compared without case; `*` is sent as the origin that asks.
        origins=tuple(each.lower() if each != "*" or wildcard or not credentials else REFLECTED for each in named),
        patterns=tuple(f"^(?:{each})" for each in patterns),
        credentials=credentials,
        methods=tuple(each.upper() for each in names_in(given["methods"])) or METHODS_OF_ALL,
        headers=None if "*" in headers else headers,
        any_header="*" in headers,
        expose=names_in(given["expose_headers"]) or None,
        max_age=None if given["max_age"] is None else shown(given["max_age"]),
        compares_methods=204,
        unknown=unknown,
        computed=computed_parts(
            methods=given["methods"], headers=given["allow_headers"], credentials=given["supports_credentials"]
        ),
    )
