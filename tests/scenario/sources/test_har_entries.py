"""A large archive is read entry by entry: with what comes of it at one go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from corssim.scenario.sources import har, har_entries
from corssim.scenario.sources.har import open_archive
from corssim.scenario.sources.reading import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def entry(url: str, **more: Any) -> dict[str, Any]:
    return {
        "request": {"method": "GET", "url": url, "headers": []},
        "response": {"status": 200},
        "pageref": "p",
        **more,
    }


def nested(depth: int) -> Any:
    return {"parent": nested(depth - 1), "list": [{}, "}"]} if depth else {}


ENTRIES = [
    entry("https://a.example/"),
    entry("https://b.example/", _initiator=nested(40)),
    entry('https://c.example/"}]{[\\', comment='\\"}'),
    entry("https://d.example/é", empty={}, list=[[], [{}]]),
]
PAGES = [{"id": "p", "title": 'https://p.example/ "entries": [{'}]
DOCUMENTS: dict[str, Any] = {
    "pages first": {"log": {"creator": {"name": "x"}, "pages": PAGES, "entries": ENTRIES}},
    "pages last": {"log": {"entries": ENTRIES, "pages": PAGES, "creator": {"name": "x"}}},
    "another list of entries": {"entries": [1], "log": {"x": {"entries": [2]}, "entries": ENTRIES, "pages": []}},
    "no entry": {"log": {"entries": []}},
    "one": {"log": {"entries": ENTRIES[:1]}},
}
SPELLINGS: dict[str, Callable[[Any], str]] = {
    "in one line": lambda document: json.dumps(document, ensure_ascii=False, separators=(",", ":")),
    "indented": lambda document: json.dumps(document, indent=2),
}


def read(path: Path) -> Any:
    with open_archive(str(path)) as archive:
        archive.skips_unreadable = True
        lines = [archive.request_line(number) for number in range(len(archive))]
        return archive.creator, list(archive), lines, sorted(archive.skipped)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.har"


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_one_by_one_is_as_at_one_go(
    document: Any, spelling: Callable[[Any], str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(spelling(document), encoding="utf-8")
    at_one_go = read(path)
    monkeypatch.setattr(har, "READ_AT_ONCE", 0)
    monkeypatch.setattr(har_entries, "_FORGOTTEN_AFTER", 100)
    assert read(path) == at_one_go
    assert len(at_one_go[1]) == len(document["log"]["entries"])


def test_what_is_no_entry_costs_itself_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "READ_AT_ONCE", 0)
    no_entries = '7, "]", [[1], {}], null, {"request": nonsense}'
    path.write_text('{"log": {"entries": [' + no_entries + ", " + json.dumps(ENTRIES[0]) + "]}}")
    _, entries, _, skipped = read(path)
    assert [each.url for each in entries] == ["", "", "", "", "", "https://a.example/"]
    assert skipped == [0, 1, 2, 3, 4]


BROKEN = {
    "cut off in an entry": '{"log": {"entries": [{"request": {"url": "x"',
    "cut off in a string": '{"log": {"entries": [{}, {"a": "',
    "cut off behind an entry": '{"log": {"entries": [{}',
    "cut off behind a comma": '{"log": {"entries": [{},',
    "cut off behind the list": '{"log": {"entries": [{}]',
    "a comma too many": '{"log": {"entries": [{},]}}',
    "no comma": '{"log": {"entries": [{} {}]}}',
    "a brace too many": '{"log": {"entries": [{}}]}}',
    "no list": '{"log": {"entries": {}}}',
    "no log": '{"entries": []}',
    "a list": '[{"log": {"entries": []}}]',
    "no JSON": "hello",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_what_is_no_archive_is_said(text: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "READ_AT_ONCE", 0)
    path.write_text(text)
    with pytest.raises(UnreadableSource, match=r"is no HAR file: .*export it again"):
        open_archive(str(path))


def test_brackets_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(har, "READ_AT_ONCE", 0)
    path = tmp_path / "deep.har"
    path.write_bytes(b'{"log": {"a": ' + b"[" * 5000)
    with pytest.raises(UnreadableSource, match="nested too deeply"):
        open_archive(str(path))
