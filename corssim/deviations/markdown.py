"""The tables of this folder's README, a set of rules each."""

from __future__ import annotations

from .difference import differences, topics, versions

_TITLES = {"chromium": "Chromium", "firefox": "Firefox", "webkit": "WebKitGTK"}


def deviations_tables() -> str:
    """Every place where a recorded browser leaves the text, as Markdown. An empty cell: as the standard."""
    recorded = versions()
    heads = [f"{_TITLES[name]} {version}" for name, version in recorded.items()]
    lines: list[str] = []
    for topic, about in topics().items():
        found = differences(topic)
        if not found:
            continue
        lines += [f"## {topic}", "", f"{about}.", ""]
        lines += ["| | standard | " + " | ".join(heads) + " |", "|---|---|" + "---|" * len(heads)]
        for difference in found:
            cells = [difference.browsers.get(name, "") for name in recorded]
            lines.append(f"| {difference.about} | {difference.by_text} | " + " | ".join(cells) + " |")
        lines.append("")
    return "\n".join(lines).rstrip()
