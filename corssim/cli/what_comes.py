"""What a request comes to, now and with changes: the verdict, what is sent, the cookies, and what script sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .what_if import verdict_of, what_if_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..browser.outcome import Outcome
    from ..report.lines import Line

Change = tuple[str, "Came", "Came"]
"""A browser, what a request comes to now, and then."""


class Came(NamedTuple):
    """What one browser makes of one request. `sees` are the names of the headers that script reads."""

    verdict: dict[str, str | None]
    sent: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    why: str = ""
    preflighted_for: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        return {**self.verdict, "sent": list(self.sent), "sees": list(self.sees)}


def came(outcome: Outcome | None, *, show_credentials: bool, thrown: bool = False) -> Came:
    """What an outcome comes to; None where it is not known."""
    if outcome is None:
        return Came({"verdict": "thrown" if thrown else None, "reason": None})
    from ..fetch.trace import PreflightConsidered
    from ..masking import mask_text
    from ..report.sentences import why

    shown = str if show_credentials else mask_text
    sent = tuple(
        f"{exchange.request.method} {shown(exchange.request.url)}{_cookies(exchange.request.headers)}"
        for exchange in outcome.exchanges
    )
    response = outcome.response
    sees = (
        () if response is None or response.status == 0 else tuple(dict.fromkeys(name for name, _ in response.headers))
    )
    blocked = outcome.blocked is not None
    preflighted_for = tuple(
        name
        for event in outcome.trace
        if isinstance(event, PreflightConsidered) and event.needed
        for name in event.because
    )
    return Came(verdict_of(outcome), sent, sees, mask_text(why(outcome)) if blocked else "", preflighted_for)


def _cookies(headers: Sequence[tuple[str, str]]) -> str:
    """The names of the cookies that go along."""
    values = [value for name, value in headers if name.lower() == "cookie"]
    names = [part.partition("=")[0].strip() for value in values for part in value.split(";")]
    return f" with {'cookie' if len(names) == 1 else 'cookies'} {', '.join(names)}" if names else ""


def is_changed(now: Came, then: Came) -> bool:
    return (now.verdict, now.sent, now.sees) != (then.verdict, then.sent, then.sees)


def browsers_json(changes: Sequence[Change]) -> dict[str, Any]:
    """What each browser makes of the changed request."""
    return {"browsers": {name: dict(then.verdict) for name, _, then in changes}}


def came_json(changes: Sequence[Change]) -> dict[str, Any]:
    """What each browser comes to now and then, which browsers differ, and why the first that is blocked is."""
    return {
        "now": {name: now.told() for name, now, _ in changes},
        "then": {name: then.told() for name, _, then in changes},
        "changed": sorted(name for name, now, then in changes if is_changed(now, then)),
        "why": _why(changes) or None,
    }


def came_lines(changes: Sequence[Change], columns: int) -> list[Line]:
    """A row a browser, and below what is sent and seen otherwise: once where browsers agree."""
    lines = what_if_lines(
        {name: now.verdict for name, now, _ in changes}, {name: then.verdict for name, _, then in changes}, columns
    )
    for label, texts in (("requests", _sent(changes)), ("script", _seen(changes)), ("why", [_why(changes)])):
        for text in filter(None, texts):
            lines += _line(label, text, columns)
    return lines


def _line(label: str, text: str, columns: int) -> list[Line]:
    from ..report.lines import DIM, PLAIN, folded
    from ..report.safe_text import safe

    return folded([(safe(text, 400), PLAIN)], columns=columns, indent=13, first=((f"  {label:<11}", DIM),))


def _by_browsers(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is told of browsers, those that agree together."""
    together: dict[str, list[str]] = {}
    for name, text in told.items():
        if text:
            together.setdefault(text, []).append(name)
    return [(", ".join(names), text) for text, names in together.items()]


def _sent(changes: Sequence[Change]) -> list[str]:
    told = {}
    for name, now, then in changes:
        if now.sent != then.sent and None not in (now.verdict["verdict"], then.verdict["verdict"]):
            more = ", ".join(each for each in then.sent if each not in now.sent)
            less = ", ".join(each for each in now.sent if each not in then.sent)
            if more and less:
                told[name] = f"sends {more}, where it sends {less} now"
            elif more or less:
                told[name] = f"sends {more} too" if more else f"no longer sends {less}"
            else:
                told[name] = f"sends {', '.join(then.sent)}, where it sends {', '.join(now.sent)} now"
    return [f"{names}: {text}" for names, text in _by_browsers(told)]


def _seen(changes: Sequence[Change]) -> list[str]:
    told = {}
    for name, now, then in changes:
        if now.verdict != then.verdict:
            continue  # that says it: all of it comes or goes
        more = [header for header in then.sees if header not in now.sees]
        less = [header for header in now.sees if header not in then.sees]
        parts = [f"reads {', '.join(more)} too"] if more else []
        parts += [f"no longer reads {', '.join(less)}"] if less else []
        told[name] = " and ".join(parts)
    return [f"{names}: {text}" for names, text in _by_browsers(told)]


def _why(changes: Sequence[Change]) -> str:
    """What stands behind the first block that is new, in a sentence; else what a preflight is sent for."""
    for _, now, then in changes:
        if then.why and now.verdict != then.verdict:
            return then.why
    for _, now, then in changes:
        if more := [name for name in then.preflighted_for if name not in now.preflighted_for]:
            return f"A preflight asks for {', '.join(more)}."
    return ""
