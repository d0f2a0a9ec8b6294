"""What a step does, as the page's author would write it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from ...fetch.pairs import header_pairs
from ...masking import MASK, mask_body, mask_header, mask_text
from ...scenario.model import (
    AdvanceStep,
    BodyTable,
    EventSourceStep,
    FetchStep,
    LoadStep,
    NavigateStep,
    SendBeaconStep,
    SubmitFormStep,
    VisitStep,
    XHRStep,
)
from ...secret_names import is_secret_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ...scenario.model import AnyStep, Scenario

_LONGEST = 60  # characters of a value
_NAMES_IN_SCRIPT = {"referrer_policy": "referrerPolicy", "target_address_space": "targetAddressSpace"}
_ELEMENTS = {
    "img": "img src",
    "script": "script src",
    "module": 'script type="module" src',
    "stylesheet": 'link rel="stylesheet" href',
    "font": "@font-face src",
    "video": "video src",
    "audio": "audio src",
    "iframe": "iframe src",
    "preload": 'link rel="preload" href',
}


def call_of(step: AnyStep, *, show_credentials: bool = False) -> str:
    """The step in a line or a few, as script or as an element; secrets are masked by the names of what holds them."""
    return _written(step) if show_credentials else mask_text(_written(_masked(step)))


def _masked(step: AnyStep) -> AnyStep:
    """The step without the secrets of its headers, fields and body."""
    masked: dict[str, Any] = {}
    for name in step.__struct_fields__:
        value = getattr(step, name)
        if name == "headers" and value is not UNSET:
            masked[name] = [(key, mask_header(key, text)) for key, text in header_pairs(value)]
        elif name == "fields" and value is not UNSET:
            masked[name] = _masked_fields(header_pairs(value))
        elif name in ("body", "data") and isinstance(value, str):
            masked[name] = mask_body(value)
        elif name in ("body", "data") and isinstance(value, BodyTable):
            masked[name] = _masked_body(value)
    return msgspec.structs.replace(step, **masked) if masked else step


def _masked_body(body: BodyTable) -> BodyTable:
    masked: dict[str, Any] = {}
    for name in ("text", "blob"):
        if (text := getattr(body, name)) is not UNSET:
            masked[name] = mask_body(text)
    for name in ("form_data", "form_urlencoded"):
        if (fields := getattr(body, name)) is not UNSET:
            masked[name] = _masked_fields(dict(fields).items())
    if body.stream is not UNSET:
        masked["stream"] = [mask_body(part) for part in body.stream]
    return msgspec.structs.replace(body, **masked)


def _masked_fields(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, MASK if is_secret_name(name) else mask_text(str(value))) for name, value in fields]


def _written(step: AnyStep) -> str:
    match step:
        case AdvanceStep():
            return f"{_duration(step.advance)} pass"
        case FetchStep():
            return _call("fetch", step.fetch, step.arguments())
        case XHRStep():
            return _xhr(step)
        case SendBeaconStep():
            data = "" if step.data is UNSET else f", {_value(step.data)}"
            return f"navigator.sendBeacon({json.dumps(step.send_beacon)}{data})"
        case EventSourceStep():
            options = ", { withCredentials: true }" if step.with_credentials is True else ""
            return f"new EventSource({json.dumps(step.event_source)}{options})"
        case LoadStep():
            return _element(step)
        case SubmitFormStep():
            return _form(step)
        case NavigateStep():
            return f"<a href={json.dumps(step.navigate)}> is followed"
        case VisitStep():
            return f"{step.visit} is typed into the address bar"
    return _call(step.action, str(getattr(step, step.action)), step.arguments())


def page_of(step: AnyStep, scenario: Scenario) -> str:
    """The URL of the page where a step happens, and what is special about it; "" where time passes."""
    if isinstance(step, AdvanceStep):
        return ""
    page = scenario.page if step.page is UNSET else step.page
    if isinstance(page, str):
        return page
    notes = ["sandboxed"] if page.sandboxed else []
    notes += [f"{name}: {value}" for name, value in header_pairs(page.headers)]
    return f"{page.url} ({'; '.join(notes)})" if notes else page.url


def _call(name: str, url: str, arguments: dict[str, Any]) -> str:
    given = [f"  {_NAMES_IN_SCRIPT.get(key, key)}: {_value(value)}," for key, value in _ordered(arguments)]
    options = ", {\n" + "\n".join(given) + "\n}" if given else ""
    return f"{name}({json.dumps(url)}{options})"


def _ordered(arguments: dict[str, Any]) -> list[tuple[str, Any]]:
    first = ("method", "mode", "credentials", "headers", "body")
    known = [(name, arguments[name]) for name in first if name in arguments]
    return known + [(name, value) for name, value in arguments.items() if name not in first]


def _xhr(step: XHRStep) -> str:
    method = "GET" if step.method is UNSET else step.method
    how = ", false" if step.synchronous is True else ""
    lines = [f"xhr.open({json.dumps(method)}, {json.dumps(step.xhr)}{how})"]
    if step.headers is not UNSET:
        lines += [
            f"xhr.setRequestHeader({json.dumps(name)}, {_value(value)})" for name, value in header_pairs(step.headers)
        ]
    if step.with_credentials is True:
        lines.append("xhr.withCredentials = true")
    if step.upload_listener is True:
        lines.append("xhr.upload.onprogress = show")
    lines.append(f"xhr.send({'' if step.body is UNSET else _value(step.body)})")
    return "\n".join(lines)


def _element(step: LoadStep) -> str:
    url = json.dumps(step.url)
    if step.load == "font":
        family = "" if step.family is UNSET else f"font-family: {json.dumps(step.family)}; "
        return f"@font-face {{ {family}src: url({url}) }}"
    attributes = {
        "as": step.as_,
        "crossorigin": step.crossorigin,
        "integrity": step.integrity,
        "referrerpolicy": step.referrer_policy,
    }
    given = "".join(f' {name}="{value}"' for name, value in attributes.items() if value is not UNSET)
    return f"<{_ELEMENTS[step.load]}={url}{given}>"


def _form(step: SubmitFormStep) -> str:
    method = "POST" if step.method is UNSET else step.method
    kind = "" if step.enctype is UNSET else f' enctype="{step.enctype}"'
    fields = [] if step.fields is UNSET else header_pairs(step.fields)
    inputs = "".join(f'\n  <input name="{name}" value="{value}">' for name, value in fields)
    return f'<form method="{method.lower()}" action={json.dumps(step.submit_form)}{kind}>{inputs}\nform.submit()'


def _value(value: Any) -> str:
    if isinstance(value, BodyTable):
        return _body(value)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)}: {_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{json.dumps(value[:_LONGEST], ensure_ascii=False)} + … ({len(value)} characters)"
    return json.dumps(value, ensure_ascii=False)


def _body(body: BodyTable) -> str:
    if body.text is not UNSET:
        return f"{_value(body.text)}.repeat({body.repeat})" if body.repeat > 1 else _value(body.text)
    if body.blob is not UNSET:
        kind = f", {{ type: {json.dumps(body.type)} }}" if body.type else ""
        return f"new Blob([{_value(body.blob)}]{kind})"
    if body.form_data is not UNSET:
        return f"FormData {_value(dict(body.form_data))}"
    if body.form_urlencoded is not UNSET:
        return f"new URLSearchParams({_value(dict(body.form_urlencoded))})"
    return "a stream of " + " + ".join(_value(part) for part in body.stream or ())


def _duration(seconds: float) -> str:
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            number = int(seconds // size)
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return f"{seconds:g} seconds"
