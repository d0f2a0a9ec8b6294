"""The table of wordings: what browsers print and printed, as data, read when a line is to be read.

A message is a whole `line`, or it is put together: `frame`s ("Access to fetch at … has been blocked by CORS policy:"),
then a `why`, then `tail`s ("Status code: 404."). Today's lines are those that `corssim.console` prints; those of other
versions, of other browsers and of Firefox in other languages are in `wordings/`, each with the versions that print it
and where that is known from.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal

from corssim.console import chromium_texts, firefox_texts, webkit_texts
from corssim.console.template import Template, straightened
from corssim.fetch.reasons import Reason, Stage

from ...patterns import lazy_pattern
from ...records import NamedTuple, record, replace

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

Part = Literal["frame", "why", "line", "tail"]
_FILES: Final = (
    ("shared.toml", ""),
    ("chromium.toml", "chromium"),
    ("firefox.toml", "firefox"),
    ("webkit.toml", "webkit"),
    ("edge.toml", "edge"),
    ("jsdom.toml", "jsdom"),
)
_PARTS: Final[tuple[Part, ...]] = ("frame", "why", "line", "tail")
_TOKEN: Final = lazy_pattern(r"\{|\s|(?<=.)[,.:;(]")
_IN_BRACKETS: Final = lazy_pattern(r"[(（](?P<label>[^:：()（）]{1,20}[:：] ?)?(?P<reason>.+)[)）][.。]?")
_RECORDED: Final = "recorded"
_PACKS: Final = "language packs of Firefox ESR 153"


@record(frozen=True, eq=False, slots=False)
class Wording:
    """One row: a sentence or a part of one, which browser prints it (empty: several), and what it means.

    `staged` says that a frame decides the stage of the why that follows; `framed` that a why says too little
    without one.
    """

    part: Part
    browser: str
    template: Template
    versions: str
    known_from: str
    note: str = ""
    staged: bool = False
    framed: bool = False
    language: str = ""

    @property
    def token(self) -> str:
        """The first word, by which the row is looked for."""
        text = straightened(self.template.text).lstrip()
        end = _TOKEN.search(text, 1)
        return text[: end.start()] if end is not None else text

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        optional = {
            "chromium": chromium_texts.OPTIONAL,
            "firefox": firefox_texts.OPTIONAL,
            "webkit": webkit_texts.OPTIONAL,
        }
        return self.template.compile(optional.get(self.browser, {}))


class NetError(NamedTuple):
    """What `net::ERR_…` comes to: a reason, or what it is about."""

    reason: Reason | None
    topic: str


@cache
def english() -> tuple[Wording, ...]:
    """All rows but those in other languages."""
    rows = (*_printed(), *(row for name, browser in _FILES for row in _rows(_toml(name), browser)))
    return (*rows, *(part for row in rows for part in _reasons(row)))


@cache
def other_languages() -> tuple[Wording, ...]:
    """Firefox's rows in other languages."""
    messages = _toml("firefox.toml")["message"]
    older = _rows(_toml("firefox_older_languages.toml"), "firefox", messages)
    packs = json.loads(_data("firefox_languages.json"))
    rows = (*older, *(row for code, language in packs.items() for row in _language(code, language, messages)))
    return (*rows, *(part for row in rows for part in _reasons(row)))


@cache
def net_errors() -> dict[str, NetError]:
    """What Chromium's network errors come to, by name."""
    document = _toml("chromium.toml")
    found = {name: NetError(Reason(reason), "") for reason, names in document["net_errors"].items() for name in names}
    found |= {name: NetError(None, topic) for topic, names in document["net_topics"].items() for name in names}
    start = "Failed to load resource: net::"
    for template in chromium_texts.TEMPLATES:
        if template.text.startswith(start) and template.reason is not None:
            found[template.text.removeprefix(start)] = NetError(template.reason, "")
    return found


def _data(name: str) -> str:
    return resources.files(f"{__package__}.wordings").joinpath(name).read_text("utf-8")


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(_data(name))


def _rows(document: dict[str, Any], browser: str, messages: dict[str, Any] | None = None) -> Iterator[Wording]:
    for generation in document["generation"]:
        versions, known_from = generation["versions"], generation["known_from"]
        for part in _PARTS:
            for row in generation.get(part, ()):
                meaning = {**(messages or {}).get(row.get("message", ""), {}), **row}
                yield _row(part, browser, meaning, versions, known_from)
        for name, reason in generation.get("named", {}).items():
            stage = "preflight" if name.startswith("Preflight") else "actual"
            row = {"text": name, "reason": reason, "stage": stage}
            yield _row("why", browser, row, versions, known_from)


def _row(part: Part, browser: str, row: dict[str, Any], versions: str, known_from: str, language: str = "") -> Wording:
    template = Template(
        row["text"],
        Reason(row["reason"]) if "reason" in row else None,
        Stage(row.get("stage", "actual")),
        topic=row.get("topic", ""),
        header=row.get("header", ""),
        general=row.get("general", False),
        api=row.get("api", ""),
        alternatives=tuple(map(Reason, row.get("alternatives", ()))),
    )
    note, staged = row.get("note", ""), part == "frame" and "stage" in row
    framed = row.get("framed", False)
    return Wording(part, browser, template, versions, known_from, note, staged, framed, language)


def _language(code: str, language: dict[str, Any], messages: dict[str, Any]) -> Iterator[Wording]:
    for part, texts in (("frame", language["frames"]), ("tail", language["tails"])):
        for text in texts:
            yield _row(part, "firefox", {"text": text}, "153", _PACKS, code)  # type: ignore[arg-type]
    for part, named in (("why", language["whys"]), ("line", language["lines"])):
        for name, text in named.items():
            yield _row(part, "firefox", messages[name] | {"text": text}, "153", _PACKS, code)  # type: ignore[arg-type]


def _reasons(row: Wording) -> Iterator[Wording]:
    """Firefox's reason as documentation and people quote it: without its brackets; in English, without "Reason:"."""
    match = _IN_BRACKETS.fullmatch(row.template.text) if row.part == "why" and row.browser == "firefox" else None
    if match is None:
        return
    if match["label"]:
        yield replace(row, template=replace(row.template, text=match["label"] + match["reason"]))
    if not row.language and straightened(match["reason"]).isascii():
        yield replace(row, template=replace(row.template, text=match["reason"]))


def _printed() -> Iterator[Wording]:
    """What `corssim.console` prints; a message with a frame is taken apart, so that its why is also read alone."""
    for browser, texts, versions in (
        ("chromium", chromium_texts, "156"),
        ("firefox", firefox_texts, "ESR 153"),
        ("webkit", webkit_texts, "WebKitGTK 2.50"),
    ):
        for frame in texts.FRAMES:
            yield Wording("frame", browser, Template(frame), versions, _RECORDED)
        for template in texts.TEMPLATES:
            frame = next((frame for frame in texts.FRAMES if template.text.startswith(frame)), None)
            if frame is None:
                yield Wording("line", browser, template, versions, _RECORDED)
            if frame is not None or browser == "webkit":
                # Safari says its lines once more after "Failed to load resource:".
                why = template.text.removeprefix(frame or "").removeprefix(chromium_texts.OF_PREFLIGHT)
                stage = Stage.ACTUAL if template.stage is Stage.REDIRECT and browser == "webkit" else template.stage
                part = replace(template, text=why, prefix="", stage=stage)  # that it was a redirect, the frame says
                yield Wording("why", browser, part, versions, _RECORDED)
