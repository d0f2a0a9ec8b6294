"""What script has by itself: its own objects, those of Node.js, and those of the web that servers use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ....url import parse_url
from .of_texts import compiled
from .values import UNDEFINED, Host, Instance, Native, Plain, Promise, Thrown, Unknown, Value, first, text_of

if TYPE_CHECKING:
    from .machine import Machine


class Environment(Host):
    """`process.env`: what the text does not tell."""

    def __init__(self) -> None:
        self._set: dict[str, Value] = {}

    def get(self, name: str) -> Value:
        return self._set.get(name) or Unknown(f"process.env.{name}", fixed=True)

    def set(self, name: str, value: Value) -> None:
        self._set[name] = Unknown(f"process.env.{name}", fixed=True)


class Collection(Host):
    """A Set or a Map."""

    def __init__(self, machine: Machine, items: list[Value], *, is_map: bool) -> None:
        self._machine, self._items, self._is_map = machine, items, is_map

    def get(self, name: str) -> Value:
        from .of_lists import of_list

        keys = [each[0] if self._is_map and isinstance(each, list) and each else each for each in self._items]
        if name == "has":
            return of_list(self._machine, keys, "includes")
        if name == "items":
            return list(self._items)
        if name == "size":
            return of_list(self._machine, self._items, "length")
        if name == "get" and self._is_map:
            return Native(self._value)
        if name in ("add", "set"):
            return Native(lambda given: self._add(given))
        if name == "forEach":
            return of_list(self._machine, self._items, "forEach")
        if name in ("delete", "clear"):
            return Native(lambda given: self._items.append(Unknown(f"what is left after {name}()", is_many=True)))
        if name in ("values", "keys", "entries"):
            return Native(lambda given: list(keys if name == "keys" else self._items))
        return UNDEFINED

    def _add(self, given: list[Value]) -> Value:
        self._items.append(list(given[:2]) if self._is_map else (first(given)))
        return self

    def _value(self, given: list[Value]) -> Value:
        for each in reversed(self._items):
            if isinstance(each, list) and len(each) > 1 and given and self._machine.equal(each[0], given[0]):
                return each[1]
        if any(isinstance(each, Unknown) for each in self._items):
            return Unknown("a Map's value")
        return UNDEFINED


def _url(given: list[Value]) -> Value:
    """`new URL(text)`"""
    text = text_of(given[0]) if given else "undefined"
    base = text_of(given[1]) if len(given) > 1 else None
    if text is None:
        return Unknown("a URL", fixed=True)
    url = parse_url(text)
    if url is None and len(given) > 1:
        if base is None or parse_url(base) is None or not text.startswith("/"):
            return Unknown("a URL", fixed=True)
        url = parse_url(base.rstrip("/") + text)
    if url is None:
        raise Thrown(Plain({"message": "Invalid URL"}))
    from urllib.parse import urlsplit

    split = urlsplit(url.href)
    port = split.port
    host = (split.hostname or "") + ("" if port is None else f":{port}")
    return Plain(
        {
            "href": url.href, "protocol": f"{split.scheme}:", "hostname": split.hostname or "", "host": host,
            "port": "" if port is None else str(port), "pathname": split.path or "/", "origin": f"{split.scheme}://{host}",
            "search": f"?{split.query}" if split.query else "", "hash": "", "searchParams": Unknown("a query"),
        }
    )  # fmt: skip


def _error(given: list[Value]) -> Value:
    return Plain({"message": given[0] if given else "", "stack": Unknown("a stack")})


def _assigned(given: list[Value]) -> Value:
    target = given[0] if given else Plain()
    for each in given[1:]:
        if isinstance(target, Plain):
            target.spread(each)
        elif isinstance(target, Host) and isinstance(each, Plain):
            for name, value in each.values.items():
                target.set(name, value)
    return target


def _listed(what: str, given: list[Value]) -> Value:
    of = first(given)
    if isinstance(of, Instance):
        of = Plain(dict(of.values))
    if isinstance(of, list) and what == "values":
        return list(of)
    if not isinstance(of, Plain):
        return [Unknown(of.text if isinstance(of, Unknown) else f"Object.{what}()", is_many=True)]
    rest: list[Value] = [] if of.rest is None else [Unknown(of.rest.text, fixed=True, is_many=True)]
    made: dict[str, list[Value]] = {
        "keys": list(of.values),
        "values": list(of.values.values()),
        "entries": [[name, value] for name, value in of.values.items()],
    }
    return [*made[what], *rest]


def _from_entries(given: list[Value]) -> Value:
    made = Plain()
    entries: list[Value] = given[0] if given and isinstance(given[0], list) else [Unknown("entries")]
    for each in entries:
        name = text_of(each[0]) if isinstance(each, list) and len(each) > 1 else None
        if name is None:
            made.spread(Unknown("entries"))
        else:
            made.values[name] = each[1]
    return made


def _json(given: list[Value]) -> Value:
    import json

    try:
        return (
            _of_json(json.loads(given[0]))
            if given and isinstance(given[0], str)
            else Unknown("JSON.parse()", fixed=True)
        )
    except ValueError:
        raise Thrown(Plain({"message": "Unexpected token in JSON"})) from None


def _of_json(value: Value) -> Value:
    if isinstance(value, dict):
        return Plain({name: _of_json(each) for name, each in value.items()})
    return [_of_json(each) for each in value] if isinstance(value, list) else value


def _as_text(given: list[Value]) -> Value:
    if not given:
        return ""
    text = text_of(given[0])
    of = given[0]
    return (
        Unknown(of.text if isinstance(of, Unknown) else "a text", fixed=getattr(of, "fixed", False))
        if text is None
        else text
    )


def _as_number(given: list[Value]) -> Value:
    of = given[0] if given else 0
    if isinstance(of, str) and of.strip().lstrip("-").isdecimal():
        return int(of)
    if isinstance(of, int | float):
        return of
    return Unknown(of.text if isinstance(of, Unknown) else "a number", fixed=True)


def _array_from(machine: Machine, given: list[Value]) -> Value:
    from .literals import spread_items

    items = spread_items(given[0]) if given else []
    if len(given) < 2:
        return items
    from .of_lists import of_list

    return machine.call(of_list(machine, items, "map"), [given[1]])


def _all(machine: Machine, given: list[Value]) -> Value:
    of = given[0] if given else []
    return Promise([machine.settled(each) for each in of] if isinstance(of, list) else Unknown("Promise.all()"))


def _promise(machine: Machine, given: list[Value]) -> Value:
    """`new Promise((resolve, reject) => …)`"""
    made: list[Promise] = []
    resolve = Native(lambda value: made.append(Promise(value[0] if value else UNDEFINED)))
    reject = Native(lambda value: made.append(Promise(value[0] if value else UNDEFINED, failed=True)))
    if given:
        machine.call(given[0], [resolve, reject])
    return made[0] if made else Unknown("a promise")


def _later(machine: Machine, given: list[Value]) -> Value:
    """setTimeout and its like: what is called does so once, soon."""
    from .values import Function

    if given and isinstance(given[0], Function) and machine.mentions(given[0]):
        machine.call(given[0], given[2:])
    return Unknown("a timer")


def platform(machine: Machine) -> dict[str, Value]:
    """The names that are there without being declared."""
    none = Native(lambda given: UNDEFINED)
    console = Plain(dict.fromkeys(
        ("log", "error", "warn", "info", "debug", "trace", "table", "group", "groupEnd", "time", "timeEnd", "dir"), none
    ))  # fmt: skip
    same = Native(lambda given: given[0] if given else Plain())
    array = Native(lambda given: list(given), "Array", {
        "isArray": Native(lambda given: (
            Unknown(given[0].text, fixed=given[0].fixed) if given and isinstance(given[0], Unknown)
            else bool(given) and isinstance(given[0], list)
        )),
        "from": Native(lambda given: _array_from(machine, given)), "of": Native(list),
    })  # fmt: skip
    objects = Native(lambda given: given[0] if given else Plain(), "Object", {
        "assign": Native(_assigned), "freeze": same, "seal": same, "create": Native(lambda given: Plain()),
        "keys": Native(lambda given: _listed("keys", given)), "values": Native(lambda given: _listed("values", given)),
        "entries": Native(lambda given: _listed("entries", given)), "fromEntries": Native(_from_entries),
        "defineProperty": same,
    })  # fmt: skip
    error = Native(_error, "Error", {"captureStackTrace": none})
    promise = Native(lambda given: _promise(machine, given), "Promise", {
        "resolve": Native(lambda given: Promise(first(given))),
        "reject": Native(lambda given: Promise(first(given), failed=True)),
        "all": Native(lambda given: _all(machine, given)),
    })  # fmt: skip
    collection = {
        name: Native(lambda given, is_map=name == "Map": Collection(  # type: ignore[misc]
            machine, list(_array_from(machine, given[:1])) if given and given[0] is not None else [], is_map=is_map
        ), name) for name in ("Set", "Map")
    }  # fmt: skip
    process = Plain(
        {"env": Environment(), "on": none, "once": none, "cwd": Native(lambda given: Unknown("the folder", fixed=True)),
         "argv": [Unknown("process.argv", fixed=True, is_many=True)],
         "platform": Unknown("process.platform", fixed=True),
         "nextTick": Native(lambda given: _later(machine, given)), "exit": none, "pid": 1, "uptime": none}
    )  # fmt: skip
    return {
        "console": console, "process": process, "Array": array, "Object": objects, "Promise": promise, **collection,
        **dict.fromkeys(("Error", "TypeError", "RangeError", "SyntaxError", "EvalError"), error),
        "JSON": Plain({"parse": Native(_json), "stringify": Native(lambda given: Unknown("JSON"))}),
        "String": Native(_as_text, "String"), "Number": Native(_as_number, "Number"),
        "Boolean": Native(lambda given: machine.truthy(given[0]) if given else False, "Boolean"),
        "parseInt": Native(_as_number), "parseFloat": Native(_as_number),
        "RegExp": Native(lambda given: compiled(first(given), (given + [UNDEFINED] * 2)[1]), "RegExp"),
        "URL": Native(_url, "URL"), "decodeURIComponent": Native(
            lambda given: unquote(given[0]) if given and isinstance(given[0], str) else Unknown("a text")
        ),
        **dict.fromkeys(("setTimeout", "setImmediate", "queueMicrotask"), Native(lambda given: _later(machine, given))),
        "setInterval": none, "clearTimeout": none, "clearInterval": none, "globalThis": Plain(), "NaN": float("nan"),
        "__dirname": Unknown("the folder", fixed=True), "__filename": Unknown("the file", fixed=True),
        "Symbol": Unknown("Symbol", fixed=True),
    }  # fmt: skip
