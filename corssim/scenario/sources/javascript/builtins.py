"""Functions and classes of the language and the browser that make values of requests. They touch nothing."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from ....patterns import lazy_pattern
from .values import (
    KEEPS,
    SPREAD,
    UNDEFINED,
    Function,
    HeaderObject,
    Native,
    Opaque,
    Pairs,
    Partial,
    Unknown,
    concatenated,
    escaped,
    json_of,
    names_of,
    text_of,
    truthy,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .values import Value

_PAIRS = {
    "Headers": "Headers",
    "HttpHeaders": "HttpHeaders",
    "FormData": "FormData",
    "URLSearchParams": "URLSearchParams",
    "HttpParams": "HttpParams",
}
_MOST_ITEMS = 20  # of a list that a method goes through
COMPONENT = "!'()*-._~"
_URI = COMPONENT + ";/?:@&=+$,#"
NOT_MINE = object()
"""What `built_in` gives for a call of something else."""


def pairs_of(value: Value) -> list[tuple[str, Value]]:
    """The (name, value) pairs of an object, a list of pairs, Headers or a query."""
    if isinstance(value, Pairs):
        return list(value.pairs)
    if isinstance(value, dict):
        return [(name, inner) for name, inner in value.items() if not isinstance(inner, Function)]
    if isinstance(value, list):
        return [(text_of(item[0]), item[1]) for item in value if isinstance(item, list) and len(item) == 2]
    if isinstance(value, str):
        from urllib.parse import parse_qsl

        return list(parse_qsl(value.removeprefix("?"), keep_blank_values=True))
    return [(f"{SPREAD}{value.text}", value)] if isinstance(value, Unknown) else []


def built_in(evaluator: EvaluatorParts, function: Native, given: list[Value], node: Node) -> Value:
    """The value of a call of the language's own, NOT_MINE for others."""
    first = given[0] if given else UNDEFINED
    path = function.path
    if path.startswith("new "):
        return _made(path[4:], given)
    if path.startswith("."):
        return _method(evaluator, function.this, path[1:], given, node)
    if path.startswith("AxiosHeaders.") and isinstance(function.this, dict):
        return _method_of_axios_headers(function.this, path.partition(".")[2], given)
    match path:
        case "JSON.stringify":
            if first is UNDEFINED or isinstance(first, Function):
                return UNDEFINED
            return evaluator.unknown(node, first) if isinstance(first, Unknown) else json_of(first)
        case "JSON.parse":
            return _parsed(first)
        case "Promise.resolve" | "Object.freeze" | "Object.seal" | "structuredClone":
            return first
        case "String" | "String.raw":
            return concatenated(first)
        case "Boolean":
            return evaluator.unknown(node, first) if (held := truthy(first)) is None else held
        case "Number" | "parseInt" | "parseFloat":
            return _number(evaluator, path, given, node)
        case "encodeURIComponent" | "encodeURI":
            return _encoded(first, COMPONENT if path == "encodeURIComponent" else _URI)
        case "btoa" | "Buffer.from" | "window.btoa":
            return _base64(evaluator, path, first, node)
        case "inject" if isinstance(first, Unknown):
            return Native("this.http") if first.text == "HttpClient" else first  # of Angular
        case "Object.assign":
            return _merged(given)
        case "Object.keys" if isinstance(first, dict):
            return list(first)
        case "Object.entries" if isinstance(first, dict):
            return [[name, value] for name, value in first.items()]
        case "Object.values" if isinstance(first, dict):
            return list(first.values())
        case "Object.fromEntries":
            return dict(pairs_of(first))
        case "qs.stringify" | "querystring.stringify" | "Qs.stringify" | "$.param" | "jQuery.param":
            return Pairs("URLSearchParams", pairs_of(first)) if not isinstance(first, Unknown) else first
    return NOT_MINE


def _made(name: str, given: list[Value]) -> Value:
    """`new Name(…)`"""
    first = given[0] if given else UNDEFINED
    if name in _PAIRS:
        source = first
        if name == "HttpParams" and isinstance(first, dict):
            source = first.get("fromObject", first.get("fromString", {}))
        pairs = [] if name == "FormData" else pairs_of(source)
        if name == "FormData" and names_of(first):
            pairs = [("(the form's fields)", first)]
        return Pairs(name, pairs)
    if name in ("Blob", "File"):
        options = given[1] if name == "Blob" and len(given) > 1 else given[2] if len(given) > 2 else {}
        content = first if isinstance(first, list) else [first]
        kind = options.get("type", "") if isinstance(options, dict) else ""
        return Opaque(name, {"content": concatenated(*content), "type": kind})
    if name in ("Uint8Array", "ArrayBuffer", "DataView"):
        return Opaque("ArrayBuffer")
    if name == "URL":
        return _url(given)
    if name == "AxiosHeaders":
        return HeaderObject(pairs_of(first))
    if name in ("Object", "RequestOptions"):  # of the older Http of Angular
        return first if isinstance(first, dict) else {}
    if name == "ReadableStream":
        return Opaque(name)
    if name == "AbortController":
        return Opaque(name, {"signal": Opaque("AbortSignal")})
    return NOT_MINE


def _url(given: list[Value]) -> Value:
    from ....url import parse_url

    href = given[0] if given else ""
    if len(given) > 1:
        base = parse_url(text_of(given[1]))
        joined = None if base is None or names_of(href) else parse_url(text_of(href), base)
        href = joined.href if joined is not None else concatenated(text_of(given[1]).rstrip("/"), href)
    return Opaque("URL", {"href": href, "searchParams": Pairs("URLSearchParams")})


def href_of(value: Value) -> Value:
    """A URL object, with its search parameters, as what fetch() is given."""
    if not isinstance(value, Opaque) or value.kind != "URL":
        return value
    href = _with_path(value.fields.get("href", ""), value.fields.get("pathname"))
    search = value.fields.get("search")
    added = value.fields.get("searchParams")
    if search is not None and search is not UNDEFINED:
        text = text_of(search).removeprefix("?")
        return concatenated(href, "?", text) if text else href
    return with_query(href, added) if isinstance(added, Pairs) else href


def _with_path(href: Value, path: Value) -> Value:
    """A URL whose pathname was set."""
    if path is None or not isinstance(href, str):
        return href
    origin = re.match(r"[a-z][a-z0-9+.-]*://[^/?#]*", href, re.IGNORECASE)
    query = re.search(r"\?[^#]*", href)
    rest = concatenated("" if text_of(path).startswith("/") else "/", path, query[0] if query is not None else "")
    return concatenated(origin[0], rest) if origin is not None else href


def repeated(params: Value) -> Value:
    """A query's parameters, a list's items each under its name."""
    pairs = pairs_of(params)
    if isinstance(params, Unknown) or not any(isinstance(value, list) for _, value in pairs):
        return params
    each = [(name, item) for name, value in pairs for item in (value if isinstance(value, list) else [value])]
    return Pairs("URLSearchParams", each)


def with_query(url: Value, params: Value, safe: str = KEEPS, space: str = "+") -> Value:
    """The URL with more parameters behind it. `safe` and `space` are how a library writes them, if not as a form."""
    pairs = [
        (name, value)
        for name, value in pairs_of(params)
        if value is not None and value is not UNDEFINED and not name.startswith(SPREAD)
    ]
    if isinstance(params, Unknown):
        return concatenated(url, "&" if "?" in text_of(url) else "?", params)
    if not pairs:
        return url
    query = "&".join(f"{escaped(name, safe, space)}={escaped(text_of(value), safe, space)}" for name, value in pairs)
    names = names_of(url, *(value for _, value in pairs))
    text = text_of(url) + ("&" if "?" in text_of(url) else "?") + query
    return Partial(text, names) if names else text


_NUMBER = lazy_pattern(r"[ \t\n]*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?)", re.IGNORECASE)


def _number(evaluator: EvaluatorParts, path: str, given: list[Value], node: Node) -> Value:
    """Number(), parseInt() and parseFloat() of a decimal number; of others not known."""
    value = given[0] if given else 0
    if isinstance(value, bool):
        return int(value) if path == "Number" else evaluator.unknown(node)
    if isinstance(value, int | float) and path != "parseInt":
        return value
    found = _NUMBER.match(text_of(value)) if isinstance(value, str | int | float) and len(text_of(value)) < 40 else None
    if found is None or (path == "Number" and found.end() != len(text_of(value).rstrip())):
        return evaluator.unknown(node, value)
    if path == "parseInt" and (len(given) > 1 and given[1] != 10):
        return evaluator.unknown(node, value)
    number = float(found[1])
    return int(number) if path == "parseInt" or number == int(number) else number


def _encoded(value: Value, safe: str) -> Value:
    if value is UNDEFINED:
        return "undefined"
    names = names_of(value)
    text = escaped(text_of(value), safe, "%20")
    return Partial(text, names) if names else text


def _base64(evaluator: EvaluatorParts, path: str, value: Value, node: Node) -> Value:
    if path == "Buffer.from":
        return Opaque("Buffer", {"text": value})
    names = names_of(value)
    if names or not isinstance(value, str):
        return Unknown(" ".join(evaluator.unknown(node).text.split()), names or ("btoa",))
    return base64.b64encode(value.encode("latin-1", "replace")).decode()


def _parsed(value: Value) -> Value:
    """JSON.parse() of a text that is known; of another, that text."""
    import json

    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _merged(given: list[Value]) -> Value:
    target = given[0] if given and isinstance(given[0], dict) else {}
    for source in given[1:]:
        if isinstance(source, Unknown):
            target[f"{SPREAD}{source.text}"] = source
        target |= source if isinstance(source, dict) else dict(source.pairs) if isinstance(source, Pairs) else {}
    return target


def _method(evaluator: EvaluatorParts, this: Value, name: str, given: list[Value], node: Node) -> Value:
    """A method of a value."""
    first = given[0] if given else UNDEFINED
    if isinstance(this, Pairs):
        return _method_of_pairs(this, name, given)
    if isinstance(this, list):
        return _method_of_list(evaluator, this, name, given, node)
    if isinstance(this, str | Partial | int | float):
        return _method_of_text(evaluator, this, name, given, node)
    if isinstance(this, Opaque) and this.kind == "Buffer" and name == "toString" and first == "base64":
        return _base64(evaluator, "btoa", this.fields["text"], node)
    if isinstance(this, Opaque) and this.kind == "Request" and name == "clone":
        return this
    if isinstance(this, Opaque) and this.kind == "URL" and name in ("toString", "toJSON"):
        return href_of(this)
    if isinstance(this, Opaque) and this.kind == "RegExp" and name == "test" and isinstance(first, str):
        return re.search(this.fields["pattern"], first) is not None
    if isinstance(this, Function) and name in ("call", "apply", "bind"):
        return this if name == "bind" else evaluator.invoke(this, given[1:] if name == "call" else [])
    return NOT_MINE


def _method_of_pairs(this: Pairs, name: str, given: list[Value]) -> Value:
    """Headers and forms change; Angular's classes give a changed copy."""
    target = this.copy() if this.kind in ("HttpHeaders", "HttpParams") else this
    if name in ("append", "set") and len(given) >= 2:
        key = text_of(given[0])
        if name == "set":
            target.pairs = [pair for pair in target.pairs if pair[0].lower() != key.lower()]
        target.pairs.append((key, given[1]))
        return target if target is not this else UNDEFINED
    if name == "delete" and given:
        target.pairs = [pair for pair in target.pairs if pair[0].lower() != text_of(given[0]).lower()]
        return target
    if name in ("get", "has") and given:
        found = [value for key, value in this.pairs if key.lower() == text_of(given[0]).lower()]
        return bool(found) if name == "has" else found[0] if found else None
    if name == "getHeaders" and this.kind == "FormData":  # of the package form-data
        return {"content-type": "multipart/form-data; boundary=x"}
    if name == "toString":
        return concatenated(this) if this.kind in ("URLSearchParams", "HttpParams") else "[object Object]"
    return target


def _method_of_axios_headers(this: dict[str, Value], name: str, given: list[Value]) -> Value:
    """https://github.com/axios/axios/blob/v1.x/lib/core/AxiosHeaders.js"""
    first = given[0] if given else UNDEFINED
    found = next((key for key in this if key.lower() == text_of(first).lower()), "")
    accessor = re.fullmatch(r"(set|get|has)(ContentType|Accept|Authorization|UserAgent)", name)
    if name == "set" and isinstance(first, dict | Pairs):
        this.update(pairs_of(first))
    elif name == "set" and len(given) > 1:
        this.pop(found, None)
        this[text_of(first)] = given[1]
    elif name == "delete":
        this.pop(found, None)
    elif name in ("get", "has"):
        return bool(found) if name == "has" else this.get(found, UNDEFINED)
    elif accessor is not None:
        header = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", accessor[2])
        if accessor[1] == "set":
            this[header] = first
        else:
            return header in this if accessor[1] == "has" else this.get(header, UNDEFINED)
    elif name not in ("toJSON", "concat", "normalize", "clear"):
        return UNDEFINED
    return this


def _method_of_list(evaluator: EvaluatorParts, this: list[Value], name: str, given: list[Value], node: Node) -> Value:
    if name == "join":
        separator = given[0] if given else ","
        parts = [part for item in this for part in (separator, "" if item is None or item is UNDEFINED else item)]
        return concatenated(*parts[1:])
    if name == "push":
        this += given
        return len(this)
    function = given[0] if given and isinstance(given[0], Function) else None
    if name == "reduce" and function is not None:
        result = given[1] if len(given) > 1 else this[0] if this else UNDEFINED
        for number, item in enumerate(this[len(given) < 2 :][:_MOST_ITEMS]):
            result = evaluator.invoke(function, [result, item, number])
        return result
    if name == "filter" and given and getattr(given[0], "text", "") == "Boolean":
        return _of_results(evaluator, name, this, list(this), node)
    if name in ("forEach", "map", "filter", "some", "every", "find") and function is not None:
        results = [evaluator.invoke(function, [item, number]) for number, item in enumerate(this[:_MOST_ITEMS])]
        if len(this) > _MOST_ITEMS and name != "forEach":
            return evaluator.unknown(node, this)
        return _of_results(evaluator, name, this, results, node)
    if name == "includes" and given and not names_of(this, given[0]):
        return given[0] in this
    if name == "concat":
        return this + [item for each in given for item in (each if isinstance(each, list) else [each])]
    return evaluator.unknown(node, this)


def _of_results(evaluator: EvaluatorParts, name: str, this: list[Value], results: list[Value], node: Node) -> Value:
    """What a list's method gives of what its function gave for each item."""
    if name == "map":
        return results
    if name == "forEach":
        return UNDEFINED
    held = [truthy(result) for result in results]
    if None in held:
        return evaluator.unknown(node, this)
    if name in ("some", "every"):
        return any(held) if name == "some" else all(held)
    kept = [item for item, holds in zip(this, held, strict=False) if holds]
    return kept if name == "filter" else kept[0] if kept else UNDEFINED


def _method_of_text(evaluator: EvaluatorParts, this: Value, name: str, given: list[Value], node: Node) -> Value:
    texts: list[Any] = [text_of(value) for value in given]
    match name:
        case "toString" | "trim" | "valueOf":
            return this.strip() if isinstance(this, str) and name == "trim" else concatenated(this)
        case "concat":
            return concatenated(this, *given)
        case "includes" | "startsWith" | "endsWith" | "indexOf" if isinstance(this, str) and len(given) == 1:
            if not isinstance(given[0], str):
                return evaluator.unknown(node, given[0])
            found = {"startsWith": this.startswith, "endsWith": this.endswith, "indexOf": this.find}.get(name)
            return texts[0] in this if found is None else found(texts[0])
        case "slice" | "substring" if isinstance(this, str) and given and all(type(each) is int for each in given):
            if name == "slice":
                return this[given[0] : given[1] if len(given) > 1 else None]
            start, end = (max(0, each) for each in (*given, len(this))[:2])
            return this[min(start, end) : max(start, end)]
        case "toUpperCase" if isinstance(this, str):
            return this.upper()
        case "toLowerCase" if isinstance(this, str):
            return this.lower()
        case "replace" | "replaceAll" if isinstance(this, str) and [type(each) for each in given] == [str, str]:
            return (
                evaluator.unknown(node)
                if "$" in texts[1]
                else this.replace(texts[0], texts[1], 1 if name == "replace" else -1)
            )
        case "split" if isinstance(this, str) and given and isinstance(given[0], str) and texts[0]:
            return this.split(texts[0])
    return evaluator.unknown(node, this)
