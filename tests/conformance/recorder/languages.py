"""What Firefox says in other languages, out of its language packs: the table that console lines are read back with.

`python -m tests.conformance.recorder.languages FOLDER` reads the packs (`langpack-*.xpi`) below a folder and prints the
table. `tests/conformance/test_languages.py` has Firefox itself print lines in these languages, where it is installed.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import zipfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROPERTIES = re.compile(r"/(?:security|csp|dom|necko)\.properties$")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_PLACES = re.compile(r"%(?:(\d)\$)?S")
_OPENER = re.compile(r"[(（](?:[^()（）:：]{1,20}[:：]\s?)?|[^\s(（]+\s?[:：]\s")
"""What comes before a reason: a bracket, a word and a colon, or both."""
_WITH_STATUS = re.compile(r"^(.*?[)）。.])\s*([^)）。.]*\{status\}.*)$")
_ENGLISH = ("Cross-Origin Request", "The resource ", "Blocked loading", "Loading ")
_PREFIXED = "CSP"


def properties_of(pack: Path) -> dict[str, str]:
    """The messages of one language pack, by name."""
    found: dict[str, str] = {}
    with zipfile.ZipFile(pack) as files:
        for name in files.namelist():
            if _PROPERTIES.search(name):
                found.update(_read(files.read(name).decode()))
    return found


def _read(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            yield name.strip(), _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value).strip()


def language(properties: dict[str, str], messages: dict[str, Any]) -> dict[str, Any]:
    """A language's row: how its CORS messages begin, the reasons, what follows them, and whole lines, by name."""
    frames: dict[str, None] = {}
    whys: dict[str, str] = {}
    tails: dict[str, None] = {}
    lines: dict[str, str] = {}
    prefix = properties.get("CSPMessagePrefix", "Content-Security-Policy: %S")
    for name, message in messages.items():
        text = properties.get(name, "")
        if not text or text.startswith(_ENGLISH):
            continue
        fields = message.get("fields", ["url"])
        text = _PLACES.sub(lambda found: f"{{{fields[int(found[1] or 1) - 1]}}}", text)  # noqa: B023
        if name.startswith(_PREFIXED) or name == "upgradeInsecureRequest":
            text = prefix.replace("%S", text)
        before, place, after = text.partition("{url}")
        opener = _OPENER.search(after)
        if not name.startswith("CORS") or name.endswith("Deprecation") or opener is None or not place:
            lines[name] = text
            continue
        frames[before + place + after[: opener.start()]] = None
        why = after[opener.start() :]
        if (split := _WITH_STATUS.match(why)) is not None:
            why = split[1]
            tails[split[2]] = None
        whys[name] = why
    return {"frames": list(frames), "whys": whys, "tails": list(tails), "lines": lines}


def table(packs: list[Path]) -> dict[str, Any]:
    """All languages of these packs, by the code in the pack's file name."""
    data = resources.files("corssim.diagnosis.console_lines.wordings").joinpath("firefox.toml").read_text("utf-8")
    messages = tomllib.loads(data)["message"]
    codes = {pack.name.removeprefix("langpack-").partition("@")[0]: pack for pack in packs}
    rows = {code: language(properties_of(pack), messages) for code, pack in sorted(codes.items())}
    # Packs that do not translate these messages at all have them in English.
    english = {text for row in rows.values() if not row["whys"] for text in row["lines"].values()}
    rows = {code: row for code, row in rows.items() if row["whys"]}
    for row in rows.values():
        row["lines"] = {name: text for name, text in row["lines"].items() if text not in english}
    return rows


def main() -> None:
    """Print the table for the packs below the folder that was named."""
    packs = sorted(Path(sys.argv[1]).rglob("langpack-*.xpi"))
    json.dump(table(packs), sys.stdout, ensure_ascii=False, indent=1)
    print()


if __name__ == "__main__":
    main()
