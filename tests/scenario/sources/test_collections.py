"""Collections of REST clients, and what each of their requests means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from corssim.scenario.sources import UnreadableSource, read_source

from .meaning import made_of

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_JSON = {"mode": "raw", "raw": '{\n "a": 1\n}', "options": {"raw": {"language": "json"}}}
POSTMAN: dict[str, Any] = {
    "info": {"name": "A", "schema": _SCHEMA},
    "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{jwt}}"}]},
    "variable": [{"key": "base", "value": "https://api.example/v1"}],
    "item": [
        {"name": "F", "item": [{"name": "L", "request": {
            "method": "POST", "auth": {"type": "noauth"}, "url": {"raw": "{{base}}/login", "path": ["login"]},
            "header": [{"key": "X-A", "value": "1"}, {"key": "X-Off", "value": "1", "disabled": True}], "body": _JSON,
        }, "response": []}]},
        {"name": "U", "request": {"method": "PUT", "header": [], "url": "{{base}}/up", "body": {
            "mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "/x"}]}}},
        {"name": "K", "request": {"method": "GET", "url": "{{base}}/k", "auth": {"type": "apikey", "apikey": [
            {"key": "key", "value": "api_key"}, {"key": "value", "value": "s"}, {"key": "in", "value": "query"}]}}},
    ],
}  # fmt: skip
INSOMNIA = {
    "_type": "export",
    "resources": [
        {"_id": "wrk_1", "_type": "workspace"},
        {"_type": "request", "method": "PATCH", "url": "https://api.example/{{ _.id }}", "headers": [],
         "body": {"mimeType": "application/json", "text": "{}"},
         "authentication": {"type": "basic", "username": "a", "password": "b"}},
    ],
}  # fmt: skip
THUNDER = {
    "client": "Thunder Client",
    "requests": [
        {"url": "https://api.example/p", "method": "DELETE", "headers": [], "params": [{"name": "q", "value": "a b"}],
         "auth": {"type": "bearer", "bearer": "t"}},
    ],
}  # fmt: skip
BRUNO = """
meta {
  name: Create
  type: http
}

post {
  url: {{base}}/users?x=1
  body: json
  auth: bearer
}

headers {
  x-a: 1
  ~x-off: 2
}

auth:bearer {
  token: {{jwt}}
}

body:json {
  {
    "a": { "b": 1 }
  }
}

vars:pre-request {
  base: https://api.example
}
"""
MEANS = {
    "Postman": (
        json.dumps(POSTMAN, indent="\t"),
        ["POST https://api.example/v1/login asks content-type,x-a", "PUT https://api.example/v1/up asks authorization",
         "GET https://api.example/v1/k?api_key=s asks nothing"],
        ["jwt"],
    ),
    "Insomnia": (json.dumps(INSOMNIA), ["PATCH https://api.example/${id} asks authorization,content-type"], ["id"]),
    "Thunder Client": (json.dumps(THUNDER, indent=1), ["DELETE https://api.example/p?q=a+b asks authorization"], []),
    "Bruno": (BRUNO, ["POST https://api.example/users?x=1 asks authorization,content-type,x-a"], ["jwt"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MEANS)
def test_a_collection_means(name: str) -> None:
    text, means, unknown = MEANS[name]
    reading = read_source(text)
    got = [f"{each.method} {each.url} asks {made_of(each)[1] or 'nothing'}" for each in (reading, *reading.further)]
    assert got == means
    assert list(dict.fromkeys(each.name for one in (reading, *reading.further) for each in one.not_known)) == unknown


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"info": {"name": "x"}, "item": []}', "no request is in the collection"),
        ('{"info": {"name": "x"}, "item": [', "no whole JSON"),
        ("meta {\n  name: x\n}\nvars {\n  url: x\n}", "no block such as get"),
    ],
)
def test_what_is_no_whole_collection_is_said_in_one_line(text: str, says: str) -> None:
    with pytest.raises(UnreadableSource, match=says):
        read_source(text)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["url", "POST", "{{a}}", "https://api.example/"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["item", "request", "url", "raw", "method", "header", "key", "value", "body", "mode", "auth", "type",
             "resources", "_type", "headers", "formdata", "urlencoded", "bearer", "name", "mimeType", "params", "text"]
        ), inner, max_size=5),
    max_leaves=30,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_ANYTHING, _ANYTHING)
def test_any_collection_ends_in_a_reading_or_in_one_line(item: Any, resources: Any) -> None:
    text = json.dumps({"info": {"name": "x"}, "item": item, "resources": resources})
    told = ""
    try:
        assert read_source(text).step is not None
    except UnreadableSource as error:
        told = str(error)
    assert "\n" not in told
