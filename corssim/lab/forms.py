"""A scenario's TOML as forms, and a change of one field put back into the text, which keeps the rest as it was written.

What a form can have comes from the scenario's model: a table's fields with their types. What is more than a text, a
number, a choice or a list of headers (expectations, policies, other pages) stays with the TOML, and is named beside it.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import UsageError
from ..fetch.pairs import header_pairs
from ..scenario.model import STEPS, PageTable, RuleTable
from ..toml_text import toml_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Path = Sequence[str | int]
    Field = dict[str, Any]

_MAIN = frozenset({"url", "method", "status", "headers", "body", "credentials", "with_credentials", "mode"})
_NEW = {"server": {"url": "https://api.example/"}, "step": {"fetch": "https://api.example/"}}
_BOOLEANS = {"true": True, "false": False}


def form_of(text: str) -> list[dict[str, Any]]:
    """The tables of a scenario: page, servers, steps. Raises `UsageError` for what is no TOML.

    A table is `{"at", "api", "fields", "more"}`: where it is in the file, what makes a step, and the names of what only
    the TOML has. A field is `{"at", "name", "kind", "choices", "value", "is_main"}`; its value is a text.
    """
    try:
        given = toml_of(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}") from None
    made = [_page(given.get("page", ""))]
    for name in ("server", "step"):
        rows = given.get(name)
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                made.append(_table((name, index), row))
    return made


def changed_text(text: str, change: dict[str, Any]) -> str:
    """The text after one change. Raises `UsageError` for a change that it cannot take.

    A change is `{"at": path, "value": text}`, where "" takes the key out, `{"at": path, "api": name}`, `{"add": name}`
    or `{"remove": path}`.
    """
    tables = form_of(text)
    import tomlkit

    try:
        document = tomlkit.parse(text)
        _apply(document, tables, change)
        return document.as_string()
    except (tomlkit.exceptions.TOMLKitError, RecursionError) as error:
        raise UsageError(f"this can be changed in the TOML alone: {error}") from None


def _apply(document: Any, tables: list[dict[str, Any]], change: dict[str, Any]) -> None:
    if (added := change.get("add")) in _NEW:
        _add(document, str(added))
        return
    at = change.get("remove", change.get("at"))
    if "value" in change:
        field = next((field for table in tables for field in table["fields"] if list(field["at"]) == at), None)
        if field is not None:
            if change["value"] != field["value"]:
                _put(_inside(document, field["at"][:-1]), field, str(change["value"]))
            return
    table = next((table for table in tables if list(table["at"]) == at and len(table["at"]) > 1), None)
    if table is not None:
        name, index = table["at"]
        if "remove" in change:
            del document[name][index]
            if not document[name]:
                del document[name]
            return
        if name == "step" and change.get("api") in STEPS:
            _become(document[name][index], change["api"])
            return
    raise UsageError("the forms have nothing of the kind")


def _page(given: Any) -> dict[str, Any]:
    if isinstance(given, dict):
        return _table(("page",), given)
    field = _field(("page",), "url", "text", (), str(given))
    return {"at": ("page",), "api": "", "fields": [field], "more": []}


def _table(at: Path, given: dict[str, Any]) -> dict[str, Any]:
    api = ""
    kind: Any = PageTable if at[0] == "page" else RuleTable
    if at[0] == "step":
        api = next((name for name in STEPS if name in given), "")
        kind = STEPS.get(api)
    fields = [] if kind is None else list(_fields(at, kind, given))
    known = {field["at"][len(at)] for field in fields}
    return {"at": at, "api": api, "fields": fields, "more": [name for name in given if name not in known]}


def _fields(at: Path, struct: Any, given: dict[str, Any], inside: str = "") -> Iterator[Field]:
    for name, kind, choices in _editable(struct):
        value = given.get(name)
        if kind == "table" and isinstance(value, dict):
            yield from _fields((*at, name), choices, value, f"{inside}{name} ")
        elif kind not in ("table", "") and (name not in given or _has_form(kind, value)):
            yield _field((*at, name), inside + name, kind, choices, _shown(kind, value))


def _field(at: Path, name: str, kind: str, choices: Sequence[str], value: str) -> Field:
    is_main = name in _MAIN or (at[0] == "step" and name in STEPS) or " " in name
    return {"at": at, "name": name, "kind": kind, "choices": choices, "value": value, "is_main": is_main}


@lru_cache
def _editable(struct: Any) -> list[tuple[str, str, Any]]:
    """The names of a table's fields that a form may have, how each is edited, and its choices."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    return [(field.encode_name, *_kind(field.type)) for field in info.fields if field.encode_name != "expect"]


def _kind(given: Any) -> tuple[str, Any]:
    """How a type is edited, and its choices: text, long, number, boolean, choice, pairs, list, table; "" by no form."""
    types = [
        kind
        for kind in (given.types if isinstance(given, msgspec.inspect.UnionType) else (given,))
        if not isinstance(kind, msgspec.inspect.NoneType)
    ]
    names = {type(kind).__name__ for kind in types}
    if len(types) == 1:
        [kind] = types
        match kind:
            case msgspec.inspect.LiteralType():
                return "choice", [str(value) for value in kind.values]
            case msgspec.inspect.StructType():
                return "table", kind.cls
        simple = {"StrType": "text", "IntType": "number", "FloatType": "number", "BoolType": "boolean"}
        return simple.get(type(kind).__name__, ""), ()
    if names == {"StrType", "StructType"} and not any(getattr(kind, "cls", None) is PageTable for kind in types):
        return "long", ()
    if names == {"DictType", "ListType"}:
        return "pairs", ()
    return ("list", ()) if names == {"StrType", "ListType"} else ("", ())


def _has_form(kind: str, value: Any) -> bool:
    match kind:
        case "pairs":
            return isinstance(value, dict | list) and all("\n" not in f"{name}{text}" for name, text in _pairs(value))
        case "list":
            return isinstance(value, str) or (isinstance(value, list) and not any("\n" in str(one) for one in value))
        case "boolean":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float)
    return isinstance(value, str)


def _shown(kind: str, value: Any) -> str:
    if value is None:
        return ""
    match kind:
        case "pairs":
            return "\n".join(f"{name}: {text}" for name, text in _pairs(value))
        case "list":
            return value if isinstance(value, str) else "\n".join(str(one) for one in value)
        case "boolean":
            return str(value).lower()
    return str(value)


def _pairs(value: Any) -> list[tuple[str, str]]:
    try:
        return [(str(name), str(text)) for name, text in header_pairs(value)]
    except (TypeError, ValueError):
        return [("\n", "")]  # nothing that lines could show


def _put(table: Any, field: Field, text: str) -> None:
    name, kind = field["at"][-1], field["kind"]
    if not text and not (len(field["at"]) == 1 or name in STEPS):
        table.pop(name, None)
        return
    match kind:
        case "pairs":
            _put_pairs(table, name, text)
            return
        case "list":
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            table[name] = lines[0] if len(lines) == 1 and not isinstance(table.get(name), list) else lines
            return
        case "boolean" if text in _BOOLEANS:
            table[name] = _BOOLEANS[text]
            return
        case "number":
            try:
                table[name] = float(text) if "." in text else int(text)
            except ValueError:
                raise UsageError(f"{name}: {text!r} is no number") from None
            return
        case "choice" if text not in field["choices"]:
            raise UsageError(f"{name}: one of {', '.join(field['choices'])}")
        case "boolean":
            raise UsageError(f"{name}: true or false")
    table[name] = text


def _put_pairs(table: Any, name: str, text: str) -> None:
    """Keep the table that is there as far as its names stay; pairs where a name repeats."""
    pairs = []
    for line in filter(str.strip, text.splitlines()):
        key, colon, value = line.partition(":")
        if not colon:
            raise UsageError(f"{name}: a line is Name: value, and this one is {line.strip()!r}")
        pairs.append((key.strip(), value.strip()))
    import tomlkit

    names = [key for key, _ in pairs]
    there = table.get(name)
    is_inline = isinstance(there, tomlkit.items.InlineTable)
    if len({key.lower() for key in names}) < len(names):
        table[name] = [list(pair) for pair in pairs]
    elif not isinstance(there, dict) or (is_inline and list(there) != names):
        inside = ", ".join(
            f"{tomlkit.key(key).as_string()} = {tomlkit.string(value).as_string()}" for key, value in pairs
        )
        table[name] = tomlkit.value(f"{{ {inside} }}")
    else:
        for key in [key for key in there if key not in names]:
            del there[key]
        for key, value in pairs:
            if there.get(key) != value:
                there[key] = value


def _add(document: Any, name: str) -> None:
    import tomlkit

    if isinstance(document.get(name), tomlkit.items.Array):
        table: Any = tomlkit.inline_table()
        table.update(_NEW[name])
        document[name].append(table)
        return
    table = tomlkit.table()
    table.update(_NEW[name])
    if name not in document:
        document[name] = tomlkit.aot()
    if list(document)[-1] == name:
        table.trivia.indent = "\n"
    else:
        table.add(tomlkit.nl())
    document[name].append(table)


def _become(step: Any, api: str) -> None:
    """Another API asks for the same: what it knows too stays, and credentials are said in its way."""
    import tomlkit

    old = next((name for name in STEPS if name in step), None)
    if old is None or old == api:
        return
    known = {field.encode_name for field in msgspec.structs.fields(STEPS[api])}
    url = step["url"] if old == "load" and "url" in step else step[old]
    sends_cookies = step.get("credentials") == "include" or step.get("with_credentials") is True
    for name in [field.encode_name for field in msgspec.structs.fields(STEPS[old])]:
        if name in step and name not in known and name != old:
            del step[name]
    first = {"load": "img", "advance": 1}.get(api, url)
    container = step.value if hasattr(step, "value") and hasattr(step.value, "_replace") else step
    container._replace(old, api, tomlkit.item(first))
    if api == "load":
        step["url"] = url
    if sends_cookies and "credentials" in known:
        step["credentials"] = "include"
    elif sends_cookies and "with_credentials" in known:
        step["with_credentials"] = True


def _inside(document: Any, at: Path) -> Any:
    for key in at:
        document = document[key]
    return document
