"""Collections of REST clients (Postman, Insomnia, Thunder Client, Bruno), as the .http file that they come to.

https://schema.postman.com/, https://docs.usebruno.com/bru-lang/overview
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote_plus

from ...patterns import lazy_pattern
from .reading import UnreadableSource

_BRU = lazy_pattern(
    r"\s*(?:meta|(?P<verb>get|post|put|patch|delete|head|options))[ \t]*\{[ \t]*\n(?:[^{}\n]*\n)*?\}", re.IGNORECASE
)
_BRU_BLOCK = lazy_pattern(r"^([a-z][\w:-]*)[ \t]*\{[ \t]*\n(.*?)^\}", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_BRU_LINE = lazy_pattern(r"^[ \t]*([^~:\s][^:\n]*?)[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_DEEPEST = 12
_BOUNDARY = "corssim"
_JSON = "application/json"


def is_collection(text: str) -> bool:
    """Report whether a text is an export of Postman, Insomnia or Thunder Client, or a file of Bruno's."""
    start = text.lstrip()[:1]
    if start == "{":
        return ('"item"' in text and '"info"' in text) or '"_type"' in text or '"Thunder Client"' in text
    return _BRU.match(text) is not None and "url:" in text


def as_request_file(text: str) -> str:
    """The requests of a collection as a .http file, whose variables have the same marks. Raises `UnreadableSource`."""
    if not text.lstrip().startswith("{"):
        return _of_bruno(text)
    try:
        export = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(
            f"the collection is no whole JSON ({str(error)[:60]}); export it again, or paste one request as cURL"
        ) from error
    lines = [f"@{name} = {value}" for name, value in _pairs(export.get("variable"))]
    if "item" in export:
        _of_postman(_list(export["item"]), _table(export.get("auth")), lines, 0)
    for request in _list(export.get("resources", export.get("requests"))):
        if request.get("_type", "request") == "request" and "url" in request:
            _of_insomnia(request, lines)
    if not any(line.startswith("###") for line in lines):
        raise UnreadableSource("no request is in the collection; export it with its requests, or paste one as cURL")
    return "\n".join(lines)


def _list(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _write(lines: list[str], method: str, url: str, headers: list[tuple[str, str]], body: str) -> None:
    lines += ["###", f"{method.upper()} {url.replace(' ', '%20')}"]
    lines += [f"{name}: {value}" for name, value in headers if name]
    lines += ["", body] if body else []
    lines.append("")


def _pairs(value: Any) -> list[tuple[str, str]]:
    """Names and values that are not switched off."""
    members = [each for each in _list(value) if not each.get("disabled") and not each.get("isDisabled")]
    return [(str(each.get("key", each.get("name", ""))), str(each.get("value") or "")) for each in members]


def _of_postman(items: list[dict[str, Any]], auth: dict[str, Any], lines: list[str], depth: int) -> None:
    for item in items:
        own = _table(item.get("auth")) or auth
        if "item" in item and depth < _DEEPEST:
            _of_postman(_list(item["item"]), own, lines, depth + 1)
        request = item.get("request")
        if isinstance(request, str):
            _write(lines, "GET", request, [], "")
        elif isinstance(request, dict):
            url = request.get("url", "")
            url = str(url.get("raw", "") if isinstance(url, dict) else url)
            headers = _pairs(request.get("header"))
            given = _table(request.get("auth")) or own
            url = _authorized(str(given.get("type", "")), _postman_auth(given), headers, url)
            body = _postman_body(_table(request.get("body")), headers)
            _write(lines, str(request.get("method", "GET")), url, headers, body)


def _postman_auth(auth: dict[str, Any]) -> dict[str, str]:
    given = auth.get(str(auth.get("type", "")))
    return dict(_pairs(given)) if isinstance(given, list) else {key: str(value) for key, value in _table(given).items()}


def _authorized(kind: str, auth: dict[str, str], headers: list[tuple[str, str]], url: str) -> str:
    """Add what a kind of authorization sends. The URL comes back, with a key in its query where it goes there."""
    if kind in ("bearer", "oauth2"):
        token = auth.get("token", auth.get("accessToken", "{{token}}"))
        headers.append(("Authorization", f"{auth.get('prefix') or 'Bearer'} {token}"))
    elif kind == "basic":
        pair = f"{auth.get('username', '')}:{auth.get('password', '')}"
        coded = "{{credentials}}" if "{{" in pair else base64.b64encode(pair.encode()).decode()
        headers.append(("Authorization", f"Basic {coded}"))
    elif kind == "apikey" and auth.get("in", auth.get("addTo", "header")) in ("header", ""):
        headers.append((auth.get("key", "X-API-Key"), auth.get("value", "")))
    elif kind == "apikey":
        url += f"{'&' if '?' in url else '?'}{auth.get('key', '')}={auth.get('value', '')}"
    elif kind not in ("", "none", "noauth", "inherit"):
        headers.append(("Authorization", f"{{{{{kind}}}}}"))
    return url


def _has_type(headers: list[tuple[str, str]]) -> bool:
    return any(name.lower() == "content-type" for name, _ in headers)


def _typed(headers: list[tuple[str, str]], value: str) -> None:
    if value and not _has_type(headers):
        headers.append(("Content-Type", value))


def _postman_body(body: dict[str, Any], headers: list[tuple[str, str]]) -> str:
    mode = str(body.get("mode", ""))
    given = body.get(mode)
    if mode == "raw":
        language = _table(_table(body.get("options")).get("raw")).get("language", "text")
        types = {"json": _JSON, "xml": "application/xml", "html": "text/html", "javascript": "application/javascript"}
        _typed(headers, types.get(str(language), "text/plain") if given else "")
        return str(given or "")
    if mode == "urlencoded":
        return _form(_pairs(given), headers)
    if mode == "formdata":
        return _multipart(_pairs(given), headers)
    if mode == "graphql":
        _typed(headers, _JSON)
        return json.dumps(given)
    return "(a file)" if mode == "file" else ""


def _form(pairs: list[tuple[str, str]], headers: list[tuple[str, str]]) -> str:
    _typed(headers, "application/x-www-form-urlencoded")
    return "&".join(f"{quote_plus(name)}={quote_plus(value, safe='{}')}" for name, value in pairs)


def _multipart(pairs: list[tuple[str, str]], headers: list[tuple[str, str]]) -> str:
    headers[:] = [pair for pair in headers if pair[0].lower() != "content-type"]
    headers.append(("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}"))
    parts = [f'--{_BOUNDARY}\nContent-Disposition: form-data; name="{name}"\n\n{value}' for name, value in pairs]
    return "\n".join([*parts, f"--{_BOUNDARY}--"])


def _of_insomnia(request: dict[str, Any], lines: list[str]) -> None:
    """A request of Insomnia's, or of Thunder Client's."""
    headers = _pairs(request.get("headers"))
    url = str(request.get("url", "")).replace("{{ _.", "{{").replace("{{ ", "{{").replace(" }}", "}}")
    query = [] if "?" in url else [pair for pair in _pairs(request.get("parameters", request.get("params"))) if pair[0]]
    if query:
        url += "?" + "&".join(f"{quote_plus(name)}={quote_plus(value, safe='{}')}" for name, value in query)
    auth = _table(request.get("authentication", request.get("auth")))
    kind = str(auth.get("type", ""))
    told = {key: str(value) for key, value in auth.items()}
    if kind == "bearer" and isinstance(auth.get("bearer"), str):
        told["token"] = auth["bearer"]
    url = _authorized(kind, told, headers, url)
    body = _table(request.get("body"))
    mime = str(body.get("mimeType", {"json": _JSON, "text": "text/plain"}.get(str(body.get("type", "")), "")))
    text = str(body.get("text", body.get("raw")) or "")
    pairs = _pairs(body.get("params", body.get("form")))
    if "urlencoded" in mime or body.get("type") == "formencoded":
        text = _form(pairs, headers)
    elif mime.startswith("multipart/") or body.get("type") == "formdata":
        text = _multipart(pairs, headers)
    elif text:
        _typed(headers, mime)
    _write(lines, str(request.get("method", "GET")), url, headers, text)


def _of_bruno(text: str) -> str:
    blocks = {found[1].lower(): found[2] for found in _BRU_BLOCK.finditer(text)}
    verb = next((name for name in blocks if name in _VERBS), "")
    if not verb:
        raise UnreadableSource("no request is in the file of Bruno's; it has no block such as get { url: … }")
    told = dict(_BRU_LINE.findall(blocks[verb]))
    headers = [(name, value) for name, value in _BRU_LINE.findall(blocks.get("headers", ""))]
    kind = told.get("auth", "")
    url = _authorized(kind, dict(_BRU_LINE.findall(blocks.get(f"auth:{kind}", ""))), headers, told.get("url", ""))
    mode = {"formUrlEncoded": "form-urlencoded", "multipartForm": "multipart-form"}.get(told.get("body", ""), "")
    mode = mode or told.get("body", "none")
    body = re.sub(r"^  ", "", blocks.get(f"body:{mode}".lower(), ""), flags=re.MULTILINE).strip()
    types = {"json": _JSON, "text": "text/plain", "xml": "application/xml"}
    if mode == "form-urlencoded":
        body = _form(_BRU_LINE.findall(body), headers)
    elif mode == "multipart-form":
        body = _multipart(_BRU_LINE.findall(body), headers)
    elif mode == "graphql":
        body = json.dumps({"query": body})
        _typed(headers, _JSON)
    elif body:
        _typed(headers, types.get(mode, ""))
    variables = [f"@{name} = {value}" for name, value in _BRU_LINE.findall(blocks.get("vars:pre-request", ""))]
    lines = variables
    _write(lines, verb, url, headers, body)
    return "\n".join(lines)
