"""Configurations that a script of a shell's or a Dockerfile writes to a file: the here-documents in it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, NamedTuple

from ...patterns import lazy_pattern

_OPENED: Final = lazy_pattern(
    r"(?m)^[^\S\n]*(?:(?:RUN|sudo|&&|\|\|?)\s+)*(?:cat|tee|COPY)\b[^\n]*?<<-?\s*(?P<quote>['\"\\]?)(?P<word>[A-Za-z_]\w*)['\"]?[^\n]*\n"
)
_MOST: Final = 50
# What the shell would fill in, in the parts that decide.
_FILLED: Final = lazy_pattern(r"(?im)^[^\n$]*(?<!\\)\$(?![\s\"')|/]|$)[^\n]*$")
_DECIDES: Final = lazy_pattern(r"(?i)access-control|origin|request_method|cors")


class HereDocument(NamedTuple):
    """What is written to the file, and a doubt of it: what of it the shell makes."""

    text: str
    doubt: str = ""


def here_documents(text: str) -> list[HereDocument]:
    """Those in a text, in their order."""
    found = []
    for opened in islice(_OPENED.finditer(text), _MOST):
        ends = re.compile(rf"(?m)^[^\S\n]*{opened['word']}[^\S\n]*$").search(text, opened.end())
        if ends is None:
            continue
        body = text[opened.end() : ends.start()]
        if opened["quote"]:
            found.append(HereDocument(body))
            continue
        filled = any(_DECIDES.search(line[0]) is not None for line in _FILLED.finditer(body))
        found.append(HereDocument(body.replace("\\$", "$"), "what the shell fills in" if filled else ""))
    return found
