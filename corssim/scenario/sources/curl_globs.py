"""The URLs that one of curl's stands for: {a,b} and [1-9] in it. https://curl.se/docs/manpage.html#URL"""

from __future__ import annotations

from itertools import islice, product

from ...patterns import lazy_pattern

MOST = 20
"""URLs of one pattern that are read; the others differ in a part of their path alone."""

_PART = lazy_pattern(
    r"(?P<escaped>\\[\[\]{}])"
    r"|(?<!\$)\{(?P<set>[^{}\s]*,[^{}\s]*)\}"
    r"|\[(?P<first>\d+|[a-zA-Z])-(?P<last>\d+|[a-zA-Z])(?::(?P<step>\d{1,9}))?\]"
)


def expanded(url: str) -> list[str]:
    """The URLs in curl's order, up to `MOST`. Brackets that curl would refuse, or that hold one name, stay."""
    parts: list[list[str]] = []
    at = 0
    for found in _PART.finditer(url):
        parts.append([url[at : found.start()]])
        at = found.end()
        if found["escaped"]:
            parts.append([found["escaped"][1]])
        elif found["set"] is not None:
            parts.append(found["set"].split(",")[:MOST])
        else:
            parts.append(_range(found["first"], found["last"], int(found["step"] or 1)) or [found[0]])
    if not parts:
        return [url]
    return ["".join(each) for each in islice(product(*parts, [url[at:]]), MOST)]


def _range(first: str, last: str, step: int) -> list[str]:
    """[001-100:10], [a-z]: none where it has no end that follows its start."""
    if first.isdigit() != last.isdigit() or step < 1:
        return []
    if not first.isdigit():
        return [chr(code) for code in range(ord(first), ord(last) + 1, step)][:MOST]
    width = len(first) if first.startswith("0") else 0
    if len(first) > 18 or len(last) > 18:
        return []
    return [f"{number:0{width}d}" for number in islice(range(int(first), int(last) + 1, step), MOST)]
