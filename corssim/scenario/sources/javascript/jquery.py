"""jQuery's ajax: https://api.jquery.com/jQuery.ajax/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from .builtins import COMPONENT, NOT_MINE, href_of, pairs_of, with_query
from .calls import Call
from .values import (
    SPREAD,
    UNDEFINED,
    Function,
    Native,
    Opaque,
    Pairs,
    Partial,
    Unknown,
    concatenated,
    escaped,
    names_of,
    text_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_ACCEPTS = {
    "json": "application/json, text/javascript, */*; q=0.01",
    "html": "text/html, */*; q=0.01",
    "text": "text/plain, */*; q=0.01",
    "xml": "application/xml, text/xml, */*; q=0.01",
    "script": "text/javascript, application/javascript, application/ecmascript, application/x-ecmascript, */*; q=0.01",
}


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of jQuery, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    root, _, name = function.path.partition(".")
    if _LOADS.fullmatch(function.path) and given and not isinstance(given[0], Function):
        return made.add(_load(evaluator, made, given))
    if _SENDS.fullmatch(function.path) and given and isinstance(given[0], Function):
        return _every_request(evaluator, made, function.path, given[0])
    if root not in ("$", "jQuery", "jquery", "$j"):
        return NOT_MINE
    if name == "extend":
        return _extended(given)
    if name == "param" and given:
        return text_of(_form(given[0], is_flat=given[1:2] == [True]))
    if name == "ajaxSetup" or name.startswith("ajaxSettings"):
        return _set_up(made, name, given)
    if name not in ("ajax", "get", "post", "getJSON", "getScript"):
        return NOT_MINE
    settings: dict[str, Value] = {}
    if given and isinstance(given[0], dict):
        settings |= given[0]
    elif given:
        settings["url"] = given[0]
        if len(given) > 1 and isinstance(given[1], dict) and name == "ajax":
            settings |= given[1]
    if name not in ("ajax",):
        _shorthand(settings, name, given)
    call = Call(library="jquery", api="xhr")
    made.complete(evaluator, call, lambda call: _call(evaluator, made, call, settings))
    return made.add(call)


def _set_up(made: Libraries, name: str, given: list[Value]) -> Value:
    """`$.ajaxSetup({…})`, `$.ajaxSettings.headers = …`"""
    if name == "ajaxSetup" and given and isinstance(given[0], dict):
        made.jquery_defaults = _over(made.jquery_defaults, given[0])
    elif name == "ajaxSetup" and given:
        made.jquery_defaults[f"{SPREAD}{text_of(given[0])}"] = given[0]
    elif name.endswith("=") and name.count(".") == 1:
        made.jquery_defaults[name[:-1].partition(".")[2]] = given[0]
    elif name == "ajaxSettings.xhr":
        return _request()
    return UNDEFINED


def _over(defaults: dict[str, Value], given: dict[str, Value]) -> dict[str, Value]:
    """Settings over others: objects in them are put together. https://api.jquery.com/jQuery.extend/"""
    result = dict(defaults)
    for name, value in given.items():
        before = result.get(name)
        if isinstance(before, dict) and isinstance(value, dict) and name not in ("data", "context"):
            result[name] = _over(before, value)
        else:
            result[name] = value
    return result


def _extended(given: list[Value]) -> Value:
    is_deep = bool(given) and given[0] is True
    target = given[1 if is_deep else 0] if len(given) > is_deep else {}
    if not isinstance(target, dict):
        return NOT_MINE
    for source in given[2 if is_deep else 1 :]:
        if isinstance(source, Unknown):
            target[f"{SPREAD}{source.text}"] = source
        elif isinstance(source, dict):
            target |= _over(target, source) if is_deep else source
    return target


_SENDS: Final = lazy_pattern(r"(?:\$|jQuery)(?:\([^\n]*\))?\.ajax(?:Send|Prefilter)")


def _every_request(evaluator: EvaluatorParts, made: Libraries, path: str, handler: Function) -> Value:
    """ajaxSend() and ajaxPrefilter(): functions that each request goes through. https://api.jquery.com/ajaxSend/"""
    made.jquery_hooks.append((path.endswith("Send"), handler))
    return UNDEFINED


_LOADS: Final = lazy_pattern(r"(?:\$|\$j|jQuery)\([^\n]*\)\.load")


def _load(evaluator: EvaluatorParts, made: Libraries, given: list[Value]) -> Call:
    """$(…).load(url, data): a POST where data is an object; what stands behind a space says what is taken of the
    page. https://api.jquery.com/load/"""
    url, data = given[0], given[1] if len(given) > 1 else UNDEFINED
    settings: dict[str, Value] = {"dataType": "html"}
    settings["url"] = url.partition(" ")[0] if isinstance(url, str) else url
    # A name that is not in the text is more likely the callback's, unless that stands behind it.
    if isinstance(data, dict | str) or len(given) > 2:
        settings["data"] = data
    settings["method"] = "POST" if isinstance(data, dict) else "GET"
    call = Call(library="jquery", api="xhr")
    made.complete(evaluator, call, lambda call: _call(evaluator, made, call, settings))
    return call


def _shorthand(settings: dict[str, Value], name: str, given: list[Value]) -> None:
    """$.get(url, data, success, dataType) and its kin."""
    settings["method"] = "POST" if name == "post" else settings.get("method", "GET")
    rest = given[1:]
    if rest and not isinstance(rest[0], Function) and not isinstance(given[0], dict):
        settings["data"] = rest[0]
    if name == "getJSON":
        settings["dataType"] = "json"
    elif name == "getScript":
        settings["dataType"] = "script"
    elif len(rest) > 1 and isinstance(rest[-1], str):
        settings["dataType"] = rest[-1]


def _call(evaluator: EvaluatorParts, made: Libraries, call: Call, given: dict[str, Value]) -> None:
    settings = _over(made.jquery_defaults, given)
    call.spread += [value for name, value in made.jquery_defaults.items() if name.startswith(SPREAD)]
    sent: list[tuple[str, Value]] = []
    settings.setdefault("crossDomain", not _is_own(text_of(href_of(settings.get("url", UNDEFINED)))))
    for is_event, handler in made.jquery_hooks:
        request = _request()
        evaluator.invoke(handler, [UNDEFINED, request, settings] if is_event else [settings, dict(given), request])
        sent += request.fields["headers"]
    method = settings.get("method", settings.get("type", "GET"))
    data_type = settings.get("dataType")
    call.url = href_of(settings.get("url", UNDEFINED))
    call.method = method.upper() if isinstance(method, str) else method
    if data_type == "jsonp" or "callback=?" in text_of(call.url):
        call.api, call.method = "script", "GET"
        call.url = _with_callback(call.url, settings)
        call.notes.append("dataType jsonp (a script element, to which CORS does not apply)")
        return
    data = settings.get("data", UNDEFINED)
    has_content = call.method not in ("GET", "HEAD")
    if has_content:
        _body(call, data, settings)
    elif isinstance(data, str) and data:
        call.url = concatenated(call.url, "&" if "?" in text_of(call.url) else "?", data)
    elif data is not UNDEFINED and data is not None and settings.get("processData", True) is not False:
        call.url = with_query(call.url, _form(data, is_flat=settings.get("traditional") is True), COMPONENT, "%20")
    content_type = settings.get("contentType", UNDEFINED)
    if content_type is not UNDEFINED and content_type is not False and (_is_some(data) or "contentType" in given):
        call.headers.append(("Content-Type", content_type))
    elif content_type is UNDEFINED and has_content and _is_some(data):
        call.headers.append(("Content-Type", _FORM))
    kind = data_type.split()[-1] if isinstance(data_type, str) and data_type.strip() else ""
    accepts = settings.get("accepts")
    given_for_kind = accepts.get(kind) if isinstance(accepts, dict) else None
    accept = _ACCEPTS.get(kind, "*/*") if given_for_kind is None else concatenated(given_for_kind, ", */*; q=0.01")
    call.headers.append(("Accept", accept))
    _own_headers(evaluator, call, settings)
    call.headers += [pair for pair in sent if not call.has(pair[0])]
    _options(call, settings)
    if isinstance(own := settings.get("xhr"), Function):
        request = evaluator.invoke(own, [])
        if isinstance(request, Opaque) and request.kind == "XMLHttpRequest":
            call.with_credentials = request.fields.get("withCredentials", call.with_credentials)
            call.upload_listener = bool(request.fields["upload"].fields)
        else:
            call.said_of("xhr")


def _request() -> Opaque:
    return Opaque("XMLHttpRequest", {"headers": [], "upload": Opaque("XMLHttpRequestUpload")})


def _form(data: Value, *, is_flat: bool) -> Value:
    """Data as $.param() writes it: `a[]` for lists, `a[b]` for objects within it."""
    if not isinstance(data, dict) or is_flat:
        pairs = [(name, value if isinstance(value, list) else [value]) for name, value in pairs_of(data)]
        flat = [(name, "" if each is None else each) for name, values in pairs for each in values]
        return Pairs("URLSearchParams", flat) if isinstance(data, dict | list) else data
    return Pairs("URLSearchParams", _nested(data, "", 0))


def _nested(value: Value, prefix: str, depth: int) -> list[tuple[str, Value]]:
    pairs: list[tuple[str, Value]] = []
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        is_item = isinstance(value, list) and not isinstance(inner, dict | list)
        key = f"{prefix}[{'' if is_item else name}]" if prefix else str(name)
        if isinstance(inner, dict | list) and depth < 6:
            pairs += _nested(inner, key, depth + 1)
        elif not isinstance(inner, Function) and (inner is not UNDEFINED or isinstance(value, list)):
            pairs.append((key, "" if inner is None or inner is UNDEFINED else inner))
    return pairs


def _with_callback(url: Value, settings: dict[str, Value]) -> Value:
    """A JSONP URL: with its data, and with the name of the function that is to be called."""
    name = settings.get("jsonpCallback", "jQuery")
    name = text_of(name) if isinstance(name, str) else "jQuery"
    data = settings.get("data", UNDEFINED)
    if data is not UNDEFINED and data is not None:
        url = with_query(url, data)
    text = text_of(url)
    if isinstance(url, str) and "=?" in text:
        return text.replace("=?", f"={name}", 1)
    parameter = settings.get("jsonp", "callback")
    return with_query(url, {parameter: name}) if isinstance(parameter, str) else url


def _is_some(data: Value) -> bool:
    return data is not UNDEFINED and data is not None and data != ""


def _body(call: Call, data: Value, settings: dict[str, Value]) -> None:
    """Objects become a form's text unless processData is false; strings and FormData stay."""
    if isinstance(data, dict) and settings.get("processData", True) is not False:
        form = _form(data, is_flat=settings.get("traditional") is True)
        fields = ((escaped(name, COMPONENT), escaped(text_of(value), COMPONENT)) for name, value in form.pairs)
        text = "&".join(f"{name}={value}" for name, value in fields)
        call.body = Partial(text, names) if (names := names_of(form)) else text
    elif isinstance(data, Unknown | Opaque):
        call.body = data
    else:
        call.body = data


def _own_headers(evaluator: EvaluatorParts, call: Call, settings: dict[str, Value]) -> None:
    """`headers` come after jQuery's own, `beforeSend` after both."""
    own = pairs_of(settings.get("headers"))
    before_send = settings.get("beforeSend")
    if isinstance(before_send, Function):
        request = _request()
        evaluator.invoke(before_send, [request, dict(settings)])
        own += request.fields["headers"]
        if "withCredentials" in request.fields:
            call.notes.append("withCredentials on the jqXHR (it counts in xhrFields alone)")
    own = list({name.lower(): (name, value) for name, value in own}.values())  # of one name the last
    names = {name.lower() for name, _ in own}
    call.headers = [pair for pair in call.headers if pair[0].lower() not in names] + own


def _options(call: Call, settings: dict[str, Value]) -> None:
    fields = settings.get("xhrFields")
    if isinstance(fields, dict) and "withCredentials" in fields:
        call.with_credentials = fields["withCredentials"]
    if "username" in settings:
        call.notes.append("username and password (sent when the server asks for them, not before)")
    if "withCredentials" in settings:
        call.notes.append("withCredentials beside the settings (it counts in xhrFields alone)")
    call.synchronous = settings.get("async", True) is False
    if settings["crossDomain"] is False:
        call.set_default("X-Requested-With", "XMLHttpRequest")


def _is_own(url: str) -> bool:
    """Unless crossDomain is set, jQuery finds out by itself whether the URL is of the page's own origin."""
    return url.startswith(("/", "./")) and not url.startswith("//")
