"""What was read of a command, a call or a transcript, and what it does not say: in words and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse

    from ..report.lines import Line
    from ..scenario.sources.reading import Reading
    from .environment import Environment

_SURE = {"likely": "likely", "guess": "a guess"}


def report_unsent(arguments: argparse.Namespace, why: str, environment: Environment) -> int:
    """What was read, where its URL is not known: nothing can be sent, and no verdict can be given."""
    reading: Reading = arguments.reading
    if arguments.json:
        from ..scenario.sources.reading import default_page_for

        page = reading.page.url if reading.page is not None else default_page_for(reading.url)
        unknown = {"verdict": None, "reason": None}
        environment.write_json(
            {
                "request": {"page": page, "method": reading.method, "url": reading.url, **_step_json(reading)},
                **unknown,
                "browsers": dict.fromkeys(("chromium", "firefox", "webkit"), unknown),
                "source": source_json(reading),
            }
        )
    else:
        environment.write_lines(source_lines(reading, environment.columns))
    environment.error(f"error: {why}")
    return ExitStatus.USAGE


def _step_json(reading: Reading) -> dict[str, Any]:
    """Mode, credentials and headers as the step has them."""
    from msgspec import UNSET

    from ..fetch.pairs import header_pairs
    from ..masking import mask_header

    step = reading.step
    headers = getattr(step, "headers", UNSET)
    credentials = getattr(step, "credentials", UNSET)
    if getattr(step, "with_credentials", UNSET) is True:
        credentials = "include"
    mode = getattr(step, "mode", UNSET)
    return {
        "mode": "cors" if mode is UNSET else mode,
        "credentials": "same-origin" if credentials is UNSET else credentials,
        "headers": [[n, mask_header(n, v)] for n, v in (() if headers is UNSET else header_pairs(headers))],
    }


def source_json(reading: Reading) -> dict[str, Any]:
    """What was read and what was guessed, as data."""
    from ..masking import mask_text

    return {
        "kind": reading.kind,
        "guessed": [guess._asdict() for guess in reading.guessed],
        "not_known": [unknown._asdict() for unknown in reading.not_known],
        "passed_over": list(reading.passed_over),
        "missing": list(reading.missing),
        "further": [{"method": each.method, "url": mask_text(each.url)} for each in reading.further],
    }


_KINDS = {
    "curl": "a curl command",
    "httpie": "an HTTPie command",
    "powershell": "a PowerShell command",
    "wget": "a wget command",
    "request": "a request as it is written out",
    "fetch": "a fetch() call",
    "axios": "a call of axios",
    "jquery": "a call of jQuery",
    "xhr": "an XMLHttpRequest",
    "transcript": "a transcript",
    "element": "an element",
}


def source_lines(reading: Reading, columns: int, *, names_further: bool = False) -> list[Line]:
    """What was read, in words: one line for the whole, then what it does not say."""
    from ..masking import mask_text
    from ..report.lines import BOLD, DIM, NOTE, PLAIN, Line, folded
    from ..report.safe_text import safe
    from ..scenario.sources.transcript import NO_PREFLIGHT

    what = _KINDS.get(reading.kind, f"a call of {reading.kind}")
    request = safe(mask_text(f"{reading.method} {reading.url}".strip()))
    lines = folded([("READ ", BOLD), (f"{what}: {request}", PLAIN)], columns=columns, indent=2, start=0)
    told: list[tuple[str, str, str]] = []
    told += [("not known", f"{each.name} in {each.where}; give {each.flag}", NOTE) for each in reading.not_known]
    stands_in = {NO_PREFLIGHT: f"{NO_PREFLIGHT}; below, one that allows the request stands in for it"}
    told += [("missing", stands_in.get(each, each), NOTE) for each in reading.missing]
    told += [("guessed", f"{g.what} {g.value} ({_SURE[g.sure]}): {g.why}", PLAIN) for g in reading.guessed]
    if names_further and reading.further:
        others = ", ".join(f"{each.method} {each.url}" for each in reading.further[:5])
        told.append(("then", f"{len(reading.further)} more, which --dry-run does not tell: {others}", NOTE))
    if reading.passed_over:
        told.append(("left out", ", ".join(reading.passed_over), DIM))
    for label, text, style in told:
        first = ((f"  {label:<11}", DIM),)
        lines += folded([(safe(mask_text(text), 500), style)], columns=columns, indent=13, first=first)
    return [*lines, Line()]


def assumed_page_lines(arguments: argparse.Namespace, columns: int) -> list[Line]:
    """What page was taken, where nobody told one and the URL is of the user's own machine or network."""
    from ..browser.default_page import default_page, is_of_the_own_network
    from ..report.lines import DIM, PLAIN, Line, folded
    from ..url import parse_url

    url = parse_url(arguments.url)
    if arguments.page is not None or arguments.reading is not None or url is None or not is_of_the_own_network(url):
        return []
    page = default_page(url).rstrip("/")
    text = f"{page}, taken as a page in development: no page of the web gets into your network unasked (see --page)."
    return [Line(), *folded([(text, PLAIN)], columns=columns, indent=13, first=(("  page       ", DIM),))]
