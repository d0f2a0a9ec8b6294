"""The parser of URLs without ada, as under Pyodide: a browser's `URL`, played by ada, is asked as script would ask."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import ada_url
import pytest

from corssim import url_parser

ROWS = [
    (row["input"], row["base"])
    for row in json.loads((Path(__file__).parent / "data/wpt/urltestdata.json").read_text("utf-8"))
    if isinstance(row, dict)
]


class _JsException(Exception):
    pass


class _URL:
    """A browser's `URL`: its constructor throws, and its setters refuse in silence."""

    def __init__(self, text: str, *base: str) -> None:
        try:
            self.href = ada_url.URL(text, *base).href
        except ValueError:
            raise _JsException("TypeError: Invalid URL") from None

    new = classmethod(lambda cls, *given: cls(*given))

    def __setattr__(self, name: str, value: str) -> None:
        if name != "href":
            value, name = url_parser.changed(self.href, {name: value}), "href"
        object.__setattr__(self, name, value)


@pytest.fixture
def without_ada(monkeypatch: pytest.MonkeyPatch) -> Any:
    modules: dict[str, Any] = {"js": SimpleNamespace(URL=_URL), "pyodide": ModuleType("pyodide"), "ada_url": None}
    modules["pyodide.ffi"] = SimpleNamespace(JsException=_JsException)
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    spec = spec_from_file_location("url_parser_without_ada", url_parser.__file__)
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_table_of_urls_is_read_alike(without_ada: Any) -> None:
    on = [(text, None if base is None else url_parser.parsed(base, None)) for text, base in ROWS]
    assert [without_ada.parsed(*row) for row in on] == [url_parser.parsed(*row) for row in on]


@pytest.mark.parametrize(
    ("parts", "href"),
    [
        ({"protocol": "https"}, "https://a.example/"),
        ({"protocol": "data"}, "http://a.example:443/"),
        ({"username": "u", "password": "p:"}, "http://u:p%3A@a.example:443/"),
    ],
    ids=["another scheme", "a scheme that is refused", "a user"],
)
def test_setters_change_or_refuse_alike(without_ada: Any, parts: dict[str, str], href: str) -> None:
    assert without_ada.changed("http://a.example:443/", parts) == href
    assert url_parser.changed("http://a.example:443/", parts) == href
