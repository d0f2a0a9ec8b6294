"""jQuery's ajax: https://api.jquery.com/jQuery.ajax/"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from .builtins import NOT_MINE, href_of, pairs_of, with_query
from .calls import Call
from .values import UNDEFINED, Function, Native, Opaque, Pairs, Unknown, text_of

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
    if root not in ("$", "jQuery", "jquery", "$j") or name not in (
        "ajax",
        "get",
        "post",
        "getJSON",
        "getScript",
        "ajaxSetup",
    ):
        return NOT_MINE
    if name == "ajaxSetup":
        made.jquery_defaults |= given[0] if given and isinstance(given[0], dict) else {}
        return UNDEFINED
    settings = dict(made.jquery_defaults)
    if given and isinstance(given[0], dict):
        settings |= given[0]
    elif given:
        settings["url"] = given[0]
        if len(given) > 1 and isinstance(given[1], dict) and name == "ajax":
            settings |= given[1]
    if name not in ("ajax",):
        _shorthand(settings, name, given)
    return made.add(_call(evaluator, settings))


_SENDS: Final = lazy_pattern(r"(?:\$|jQuery)(?:\([^\n]*\))?\.ajax(?:Send|Prefilter)")


def _every_request(evaluator: EvaluatorParts, made: Libraries, path: str, handler: Function) -> Value:
    """ajaxSend() and ajaxPrefilter(): what they set on each request is kept for all. https://api.jquery.com/ajaxSend/"""
    request = Opaque("XMLHttpRequest", {"headers": [], "upload": Opaque("XMLHttpRequestUpload")})
    settings: dict[str, Value] = {}
    is_event = path.endswith("Send")
    evaluator.invoke(handler, [UNDEFINED, request, settings] if is_event else [settings, UNDEFINED, request])
    made.jquery_sent += request.fields["headers"]
    made.jquery_defaults |= {name: value for name, value in settings.items() if name in ("xhrFields", "crossDomain")}
    return UNDEFINED


_LOADS: Final = lazy_pattern(r"(?:\$|\$j|jQuery)\([^\n]*\)\.load")


def _load(evaluator: EvaluatorParts, made: Libraries, given: list[Value]) -> Call:
    """$(…).load(url, data): a POST where data is an object; what stands behind a space says what is taken of the
    page. https://api.jquery.com/load/"""
    url, data = given[0], given[1] if len(given) > 1 else UNDEFINED
    settings = dict(made.jquery_defaults) | {"dataType": "html"}
    settings["url"] = url.partition(" ")[0] if isinstance(url, str) else url
    # A name that is not in the text is more likely the callback's, unless that stands behind it.
    if isinstance(data, dict | str) or len(given) > 2:
        settings["data"] = data
    settings["method"] = "POST" if isinstance(data, dict) else "GET"
    return _call(evaluator, settings)


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


def _call(evaluator: EvaluatorParts, settings: dict[str, Value]) -> Call:
    method = settings.get("method", settings.get("type", "GET"))
    data_type = settings.get("dataType")
    call = Call(library="jquery", api="xhr", url=href_of(settings.get("url", UNDEFINED)))
    call.method = method.upper() if isinstance(method, str) else method
    if data_type == "jsonp" or "callback=?" in text_of(call.url):
        call.api, call.method = "script", "GET"
        call.url = _with_callback(call.url, settings)
        call.notes.append("dataType jsonp (a script element, to which CORS does not apply)")
        return call
    data = settings.get("data", UNDEFINED)
    has_content = call.method not in ("GET", "HEAD")
    if has_content:
        _body(call, data, settings)
    elif data is not UNDEFINED and data is not None:
        call.url = with_query(call.url, data)
    content_type = settings.get("contentType", UNDEFINED)
    if content_type is not UNDEFINED and content_type is not False:
        call.headers.append(("Content-Type", content_type))
    elif content_type is UNDEFINED and has_content and _is_some(data):
        call.headers.append(("Content-Type", _FORM))
    kind = data_type.split()[-1] if isinstance(data_type, str) and data_type.strip() else ""
    call.headers.append(("Accept", _ACCEPTS.get(kind, "*/*")))
    _own_headers(evaluator, call, settings)
    _options(call, settings)
    return call


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
        call.body = text_of(Pairs("URLSearchParams", pairs_of(data)))
    elif isinstance(data, Unknown | Opaque):
        call.body = data
    else:
        call.body = data


def _own_headers(evaluator: EvaluatorParts, call: Call, settings: dict[str, Value]) -> None:
    """`headers` come after jQuery's own, `beforeSend` after both."""
    own = pairs_of(settings.get("headers"))
    before_send = settings.get("beforeSend")
    if isinstance(before_send, Function):
        request = Opaque("XMLHttpRequest", {"headers": [], "upload": Opaque("XMLHttpRequestUpload")})
        evaluator.invoke(before_send, [request, dict(settings)])
        own += request.fields["headers"]
        if "withCredentials" in request.fields:
            call.notes.append("withCredentials on the jqXHR (it counts in xhrFields alone)")
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
    url = text_of(call.url)
    # Unless crossDomain is set, jQuery finds out by itself whether the URL is of the page's own origin.
    is_own = url.startswith(("/", "./")) and not url.startswith("//")
    if settings.get("crossDomain", not is_own) is False:
        call.set_default("X-Requested-With", "XMLHttpRequest")
