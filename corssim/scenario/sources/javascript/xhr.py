"""XMLHttpRequest: open, setRequestHeader, send. https://xhr.spec.whatwg.org/"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from .builtins import NOT_MINE, href_of
from .calls import Call
from .values import UNDEFINED, Function, Native, Opaque, Unknown, text_of, truthy

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call on an XMLHttpRequest, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    if (replaced := _OF_PROTOTYPE.fullmatch(function.path)) is not None:
        made.xhr_methods[replaced[1]] = given[0]
        return UNDEFINED
    if function.path.startswith("XMLHttpRequest.prototype.") and isinstance(function.this, Opaque):
        function = Native(function.path.removeprefix("XMLHttpRequest.prototype"), function.this)
    elif isinstance(method := made.xhr_methods.get(function.path[1:]), Function) and _is_request(function.this):
        return evaluator.invoke(Function(method.node, method.scope, function.this), given, all_given=True)
    if function.path in ("new XMLHttpRequest", "new XDomainRequest"):
        return _made()
    if not isinstance(function.this, Opaque) and (loose := _loose(made, function.path, given)) is not None:
        function = loose
    this = function.this
    if not isinstance(this, Opaque) or not this.kind.startswith("XMLHttpRequest"):
        return NOT_MINE
    name = function.path[1:]
    fields = this.fields
    if this.kind == "XMLHttpRequestUpload":
        fields["on"] = True
        return UNDEFINED
    if name == "open" and len(given) >= 2:
        fields |= {"method": given[0], "url": href_of(given[1]), "async": given[2] if len(given) > 2 else True}
        fields["user"] = len(given) > 3
    elif name == "setRequestHeader" and len(given) >= 2:
        fields["headers"].append((text_of(given[0]), given[1]))
    elif name == "send" and "url" in fields:
        made.add(_call(fields, given[0] if given else UNDEFINED))
    return UNDEFINED


def _loose(made: Libraries, path: str, given: list[Value]) -> Native | None:
    """The same call on a request whose making is not in the text: what is opened with a method is one."""
    holder, _, name = path.rpartition(".")
    is_of_upload = holder.endswith(".upload")
    holder = holder.removesuffix(".upload")
    is_opened = name == "open" and len(given) > 1 and isinstance(given[0], str) and given[0].upper() in _METHODS
    if not holder or (holder not in made.loose_requests and not (is_opened or name == "withCredentials=")):
        return None
    request = made.loose_requests.setdefault(holder, _made())
    if is_opened:
        request.fields["headers"] = []
    if name.endswith("=") and not is_of_upload:
        request.fields[name[:-1]] = given[0]
        return None
    return Native(f".{name}", request.fields["upload"] if is_of_upload else request)


def _made() -> Opaque:
    return Opaque("XMLHttpRequest", {"headers": [], "upload": Opaque("XMLHttpRequestUpload")})


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OF_PROTOTYPE = lazy_pattern(r"XMLHttpRequest\.prototype\.(open|send|setRequestHeader)=")
"""What a program gives all requests in place of a method: it calls the browser's own in the end."""


def _is_request(value: Value) -> bool:
    return isinstance(value, Opaque) and value.kind == "XMLHttpRequest"


def _call(fields: dict[str, Value], body: Value) -> Call:
    method = fields.get("method", "GET")
    call = Call(library="xhr", api="xhr", url=fields.get("url", UNDEFINED), method=method, body=body)
    call.headers = list(fields["headers"])
    given = fields.get("withCredentials", UNDEFINED)
    call.with_credentials = given if isinstance(given, Unknown) else bool(truthy(given))
    call.synchronous = fields.get("async", True) is False
    if fields.get("user"):
        call.notes.append("user and password of open() (sent when the server asks for them, not before)")
    upload = fields["upload"]
    call.upload_listener = bool(upload.fields) if isinstance(upload, Opaque) else False
    return call
