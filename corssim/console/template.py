"""One line of a browser's console as data: it is filled in to print it and matched to read it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage
from ..patterns import lazy_pattern
from ..records import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELD = lazy_pattern(r"\{(\w+)\}")
_LONGEST_VALUE = 4096  # characters of one field, printed or read

# Straight quotes here: a text is read after its curly ones have been made straight.
# Copied through an old encoding, quotes become question marks, or are lost.
_QUOTE = r"(?:['\"`]|[?\ufffd]{1,3})?"
_LOST = r"[?\ufffd]{1,3}(?=[\s.,;:)]|$)"
_CLOSING = {'"': rf"(?:\"|''|`|'(?=\))|{_LOST})", "'": rf"(?:['\"`]|{_LOST})", "`": rf"(?:['\"`]|{_LOST})"}
_SPACE = r"\\s{1,3}"  # lines are wrapped where words end
_LONG_ENOUGH = 6  # characters that follow a quote and tell by themselves that the field before it has ended
# People put <URL>, [a url] and (the url) for theirs or a part of it, or leave it out: a bracket with a word and a colon
# is the next part.
_URL = (
    r"(?:<[^<>\n]{1,64}>|\([a-z ]{1,32}\)|\[[^\[\]\n:]{1,64}\]"
    r"|(?![(（][^\W\d_]+[:：](?!/))(?:[^\s\"<>]|<[\w -]{1,32}>){1,4096}?)"
)
_ORIGIN = r"(?:\[[^\[\]\n:]{1,64}\]|[^\s']{1,1024}?)"
_NAME = r"[^\s'\"`?]{1,256}"
_ANY = r"[\s\S]{0,4096}?"
_REST = r".{0,4096}"  # of the line
_QUOTED = r"[^\"]{0,8192}?"
_SCHEME = r"[a-z](?:[a-z0-9+-]|\.(?=[a-z])){0,63}"
_READ_AS = {
    "url": _URL,
    "requested_url": _URL,
    "location": _URL,
    "location_with_credentials": _URL,
    "host": r"[^\s:]{1,255}",
    "page": _URL,
    "origin": _ORIGIN,
    "sent_origin": _ORIGIN,
    "method": _NAME,
    "header_name": _NAME,
    "kind": r"[A-Za-z][A-Za-z ]{1,40}?",
    "status": r"(?:\d{1,3}|\(null\))",
    "status_text": r"[^()]{0,256}",
    "value": _ANY,
    "token": _ANY,
    "detail": _ANY,
    "mime_type": r"[^\s'\"]{0,256}?",
    "scheme": r"[a-zA-Z][a-zA-Z0-9+.-]{0,63}",
    "directive": _QUOTED,
    "family": _QUOTED,
    "policy": _QUOTED,
    "effective_directive": r"[a-z-]{1,32}",
    "hash": r"[A-Za-z0-9+/=]{1,128}",
    "port": r"\d{1,5}",
    "code": r"0x[0-9a-fA-F]{1,8}",
    "address_space": r"[a-z`]{1,32}?",
    "help": r"\S{1,512}",
    "schemes": rf"{_SCHEME}(?:, ?{_SCHEME}){{0,64}}",
    "words": r"[A-Za-z][^\n\"<>]{0,128}?",
    "wanted_space": r"[a-z]{1,16}",
    "initiator": _URL,
    "address": r"[^\s()]{0,255}?",
    "via": r"[a-z]{1,16}",
    "secure": r"(?:True|False)",
}
"""What a field may hold when a line is read. At most one field of a line, its last, may be any text."""


@record(frozen=True)
class Template:
    """A console line with `{fields}`, and what it means when it is read.

    `reason` is why the fetch was blocked, None where the line is about something else, which `topic` then names. A
    `general` line says only that something failed: the one that says why stands beside it. `header` is the response
    header that the line is about, `api` what script asked with where the line tells. `prefix` is printed and need not
    be there to be read. `alternatives` are other reasons for which the browser prints the same text.
    """

    text: str
    reason: Reason | None = None
    stage: Stage = Stage.ACTUAL
    topic: str = ""
    header: str = ""
    general: bool = False
    prefix: str = ""
    api: str = ""
    alternatives: tuple[Reason, ...] = ()

    def fill(self, facts: Mapping[str, str]) -> str:
        """The line with these facts in it; nothing of theirs can move the cursor or hide text."""
        return self.prefix + _FIELD.sub(lambda found: printable(facts.get(found[1], "")), self.text)

    def compile(self, optional: Mapping[str, str]) -> re.Pattern[str]:
        """The regular expression for this line in `straightened` text. `optional` has what else its fields may be."""
        parts: list[str] = []
        seen: set[str] = set()
        split = _FIELD.split(straightened(self.text).strip())
        for index, part in enumerate(split):
            if index % 2 == 0:
                # The full stop after a URL may be lost when a line is copied.
                full_stop = bool(parts) and part.startswith(".")
                rest = part[1:] if full_stop else part
                is_behind_a_url = index > 0 and _READ_AS.get(split[index - 1]) is _URL
                parts.append((r"\.?" if full_stop else "") + _tolerant(rest, index > 0, is_behind_a_url))
            elif part in optional:
                parts.append(optional[part])
            elif part in seen:
                parts.append(f"(?P={part})")
            else:
                seen.add(part)
                is_last = index == len(split) - 2 and not split[-1]
                what = _REST if is_last and _READ_AS[part] is _ANY else _READ_AS[part]
                parts.append(f"(?P<{part}>{what})")
        text = self.text.strip()
        if parts[-1].endswith(r"\."):
            parts[-1] = parts[-1][:-2] + r"(?:\.|(?=[\s\"'`)\]*]|$))"  # the last full stop may be lost, too
        elif parts[-1].endswith(":") and len(parts[-1]) > 1:
            parts[-1] += "?"
        if text.endswith("{status}"):
            parts.append(r"(?!\w)")
        elif text.rstrip(".:。").endswith("}") and split[-2] not in optional:
            # Nothing but its surroundings ends the last field.
            parts.append(r"(?=[\s\"'`)\]，、；）」]|$)")
        elif text[-1:].isalnum():
            parts.append(r"(?!\w)")
        return re.compile("".join(parts))


def _tolerant(text: str, after_a_field: bool, after_a_url: bool = False) -> str:
    """An expression for fixed text, whatever became of its quotes; one that alone tells that a field ends stays.

    A URL ends before white space, with a quote or without.
    """
    opening = _QUOTES.match(text)
    if not after_a_field or opening is None or len(text) - opening.end() > _LONG_ENOUGH:
        return _QUOTE.join(_SPACES.sub(_SPACE, re.escape(part).replace("\\ ", " ")) for part in _QUOTES.split(text))
    closing = _CLOSING[opening[0][-1]]
    closing = rf"(?:{closing}|(?=\s))" if after_a_url else closing
    return closing + _tolerant(text[opening.end() :], after_a_field=False)


def printable(text: str) -> str:
    """Text of a server or URL for a console line: without control and direction characters, bounded."""
    text = text[:_LONGEST_VALUE]
    return text if text.isprintable() else "".join(filter(str.isprintable, text))


_WITHOUT_WIDTH = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
_STRAIGHT = str.maketrans(
    dict.fromkeys("‘’‚‛´′＇‹›", "'")
    | dict.fromkeys("“”„‟″«»＂「」", '"')
    | {"\u00a0": " "}
    | dict.fromkeys(map(chr, _WITHOUT_WIDTH))
)
_QUOTES = lazy_pattern(r"['\"`]{1,2}")
_SPACES = lazy_pattern(r"\s+")


def straightened(text: str) -> str:
    """Text with straight quotes and single spaces, in which lines are looked for."""
    return _SPACES.sub(" ", text.translate(_STRAIGHT))
