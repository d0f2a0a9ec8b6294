"""The summary as one HTML page that needs nothing else: tables, and bars as long as there are requests."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8885; overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { width: 12rem; height: 1rem; } rect { fill: #c5443c; }
"""


def summary_html(summary: dict[str, Any], shown: Callable[[str], str]) -> str:
    """The page. `shown` is what becomes of a text that a recording holds."""
    lead = (
        f"{summary['requests_that_break']} of {summary['requests']} requests break, in "
        f"{summary['sessions_that_break']} of {summary['sessions']} sessions; "
        f"{summary['requests_not_known']} are not known, {summary['requests_that_lose_cookies']} lose cookies."
    )
    tables = [
        _table("What breaks", ("server", "page", "reason", "browsers"), summary["breaks"], shown),
        _table("Pages whose requests break", ("page",), summary["pages"], shown),
        _table("Fixes, the one that mends most first", ("server", "fix"), summary["fixes"], shown),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>What breaks</title>\n'
        '<meta name="generator" content="Made by corssim">\n'
        f"<style>{_STYLE}</style>\n<h1>What breaks</h1>\n<p>{escape(lead)}</p>\n{''.join(tables)}</html>\n"
    )


def _table(title: str, names: Sequence[str], rows: Sequence[dict[str, Any]], shown: Callable[[str], str]) -> str:
    if not rows:
        return ""
    most = max(row["requests"] for row in rows)
    head = "".join(f'<th scope="col">{name}</th>' for name in (*names, "sessions", "requests", ""))
    body = "".join(
        "<tr>"
        + "".join(f"<td>{escape(shown(_text(row[name])))}</td>" for name in names)
        + f'<td class="number">{row["sessions"]}</td><td class="number">{row["requests"]}</td>'
        + f'<td><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{100 * row["requests"] / most:.1f}" height="8"/></svg></td></tr>\n'
        for row in rows
    )
    return f"<h2>{title}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "(not told)")
