"""Laravel's config/cors.php."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .code_values import items_of
from .header_rows import expression_of
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant
from .paths import Place, by_path, example_of, expression_for
from .scan import list_of, scalar_of, value_of, without_comments

if TYPE_CHECKING:
    from .model import Part


def read_laravel(text: str) -> Configured | None:
    """config/cors.php: https://laravel.com/docs/routing#cors ; None where it is none."""
    text = without_comments(text)
    if "=>" not in text and "<?php" not in text:
        return None
    names = {key: _in_php(text, f"{key}") for key in ("origins", "origins_patterns", "headers", "methods")}
    if not any(value is not None for value in names.values()):
        return None
    origins, unknown = _told_in_php(names["origins"])
    expressions, unknown_too = _told_in_php(names["origins_patterns"])
    methods, other_methods = _told_in_php(names["methods"])
    headers, other_headers = _told_in_php(names["headers"])
    flag = value_of(text, "supports_credentials")
    computed: list[tuple[Part, str]] = [("methods", each) for each in other_methods]
    computed += [("headers", each) for each in other_headers]
    if flag is not None and flag.lower().rstrip(",") not in ("true", "false"):
        computed.append(("credentials", flag[:60]))
    credentials = flag is not None and flag.lower().startswith("true")
    starred = tuple(each for each in origins if "*" in each and each != "*")
    grant = Grant(
        where="the settings",
        # With credentials it answers with the origin that asks.
        origins=tuple(REFLECTED if each == "*" and credentials else each for each in origins if each not in starred),
        patterns=(*(each[1:].rpartition(each[:1])[0] for each in expressions), *map(expression_of, starred)),
        credentials=credentials,
        methods=METHODS_OF_ALL if "*" in methods else tuple(each.upper() for each in methods),
        headers=headers,
        any_header="*" in headers,
        expose=_exposed(text),
        max_age=scalar_of(text, "max_age"),
        unknown=(*unknown, *unknown_too),
        computed=tuple(computed),
    )
    configured = Configured(kind="Laravel", software="laravel", grants=(grant,))
    paths = list_of(text, "paths") or ()
    # `*` stands for anything, a slash too
    places = [
        Place(expression_for("/" + path.lstrip("/"), one_part=r"(?!)", rest=r"\*") if path != "*" else "^", (grant,))
        for path in paths
    ]
    return by_path(configured, places, example_of("/" + paths[0].lstrip("/")), are_all=True) if places else configured


def _exposed(text: str) -> tuple[str, ...] | None:
    """Of a list alone; `false` and null are none."""
    value = value_of(text, "exposed_headers")
    return None if value is None or value[:1] not in ("[", "(", "a") else list_of(text, "exposed_headers")


def _in_php(text: str, key: str) -> str | None:
    return value_of(text, f"allowed_{key}")


def _told_in_php(value: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of a PHP list, and what of it is computed."""
    if value is None:
        return (), ()
    whole = value.strip().removeprefix("array").strip()
    if whole[:1] not in ("[", "("):
        whole = f"[{value}]"
    texts, computed = [], []
    for item in items_of(whole[1:-1]):
        if _PHP_TEXT.fullmatch(item) is not None:
            texts.append(item[1:-1])
        else:
            computed.append(" ".join(item.split())[:60])
    return tuple(texts), tuple(computed)


_PHP_TEXT: Final = lazy_pattern(r"'(?:[^'\\\n]|\\.)*'|\"[^\"$\n]*\"")
