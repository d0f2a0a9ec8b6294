"""`corssim check` on what someone has in hand: commands, calls and transcripts in the place of a URL and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..diagnosis.configured.model import ByURL, Configured
    from ..report.lines import Line
    from ..scenario.model import RuleTable
    from ..scenario.sources.reading import Reading
    from ..server.mock import MockServer
    from .environment import Environment

_SURE = {"likely": "likely", "guess": "a guess"}


def add_source_flags(parser: argparse.ArgumentParser) -> None:
    """What goes with a command or a call in the place of the URL."""
    parser.add_argument(
        "--define",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="the value of a variable in a pasted command or call (repeatable)",
    )
    parser.add_argument(
        "--answers",
        metavar="FILE",
        help="no network: the answers are what this transcript says (curl -v or -i, HTTPie, developer tools; - is "
        "standard input)",
    )
    parser.add_argument("--save", metavar="FILE", help="also write what was asked and answered as a scenario file")


def take_source(arguments: argparse.Namespace, environment: Environment) -> None:
    """Set `arguments.reading`: what was read, or None for a URL. Then the other flags fit a URL's.

    Raises `UsageError` where nothing is given, or where it cannot be read.
    """
    arguments.reading = None
    arguments.page_is_given = arguments.page is not None
    arguments.rules = arguments.missing = ()
    arguments.configured = None
    text = arguments.url
    if arguments.answers is not None:
        _take_answers(arguments, environment)
        return
    if text is None:
        raise UsageError("give a URL, or a curl command or a call of script in quotes (- reads it from standard input)")
    if text != "-" and not _is_more_than_a_url(text):
        if arguments.define:
            raise UsageError("--define goes with a command or a call that has variables, not with a URL")
        return
    from ..scenario.sources import LONGEST, read_source

    name = "the text"
    if text == "-":
        text, name = environment.stdin.read(LONGEST + 1), "standard input"
        if not _is_more_than_a_url(text) and text.strip():
            arguments.url = text.strip()
            return
    reading = read_source(text, _definitions(arguments.define), name=name)
    _apply(reading, arguments)


def _take_answers(arguments: argparse.Namespace, environment: Environment) -> None:
    """Answers of a transcript: to its own request, or to one that is given beside it."""
    from dataclasses import replace

    from ..scenario.sources import is_transcript, read_source
    from ..scenario.sources.transcript import NO_PREFLIGHT, answers_to, read_transcript

    name = "standard input" if arguments.answers == "-" else arguments.answers
    text = _text_of(arguments.answers, environment)
    if not is_transcript(text) and _take_configuration(text, arguments):
        return
    answers = read_transcript(text, name=name)
    if arguments.url is None:
        _apply(answers, arguments)
        return
    if _is_more_than_a_url(arguments.url):
        asked = read_source(arguments.url, _definitions(arguments.define))
        missing = answers.missing if NO_PREFLIGHT in answers.missing else ()
        _apply(replace(asked, rules=answers_to(asked.url, answers), missing=missing), arguments)
        return
    from ..url import require_url
    from .typed import typed_url

    arguments.url = typed_url(arguments.url, arguments.page)
    arguments.rules = answers_to(require_url(arguments.url).href, answers)
    arguments.missing = tuple(each for each in answers.missing if each != NO_PREFLIGHT)


def _take_configuration(text: str, arguments: argparse.Namespace) -> bool:
    """Let a server's configuration answer the request that is given beside it; False where the text is none."""
    from ..diagnosis.configured.read import configuration_in

    configured = configuration_in(text)
    if configured is None:
        return False
    if arguments.url is None:
        raise UsageError("--answers is a server's configuration: give the URL, or the command or call, that it answers")
    arguments.configured = configured
    if _is_more_than_a_url(arguments.url):
        from ..scenario.sources import read_source

        _apply(read_source(arguments.url, _definitions(arguments.define)), arguments)
        return True
    from .typed import typed_url

    arguments.url = typed_url(arguments.url, arguments.page)
    return True


def _text_of(path: str, environment: Environment) -> str:
    """A file's text, bounded. Raises `UsageError`."""
    from ..scenario.sources import LONGEST

    if path == "-":
        return environment.stdin.read(LONGEST + 1)
    try:
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(f"--answers: {path} cannot be read: {error.strerror or error}") from error


def _is_more_than_a_url(text: str) -> bool:
    """A URL as people type it holds none of these; with one of them, the readers are asked."""
    if not any(mark in text for mark in " \t\n({'\"`"):
        return False
    from ..scenario.sources import is_source

    return is_source(text)


def _definitions(given: list[str]) -> dict[str, str]:
    definitions = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--define: {text!r} is not NAME=VALUE, as in API_URL=https://api.example")
        definitions[name.strip()] = value
    return definitions


def _apply(reading: Reading, arguments: argparse.Namespace) -> None:
    """Put what was read where the flags stand; flags that are given win."""
    from ..scenario.sources.reading import default_page_for

    if arguments.page is not None:
        reading = reading.with_page(arguments.page)
    reading = _with_flags(reading, arguments)
    page = reading.page
    arguments.reading = reading
    arguments.rules, arguments.missing = reading.rules, reading.missing
    arguments.url = reading.url
    arguments.page = page.url if page is not None else default_page_for(reading.url)
    arguments.sandboxed = arguments.sandboxed or (page is not None and page.sandboxed)
    crosses_sites = "; SameSite=None; Secure" if reading.url.startswith("https:") else ""
    arguments.cookie = [*(f"{cookie}{crosses_sites}" for cookie in reading.cookies), *arguments.cookie]


def _with_flags(reading: Reading, arguments: argparse.Namespace) -> Reading:
    """The flags of a request change the request that was read."""
    from dataclasses import replace

    import msgspec

    from ..fetch.pairs import header_pairs
    from ..scenario.model import FetchStep, XHRStep
    from .arguments import header

    step = reading.step
    given = {
        name: value for name in ("mode", "credentials", "redirect", "cache") if (value := getattr(arguments, name))
    }
    if arguments.request:
        given["method"] = arguments.request
    if arguments.data is not None:
        given["body"] = arguments.data
    if arguments.header:
        before = [] if not isinstance(step, FetchStep | XHRStep) or step.headers is msgspec.UNSET else step.headers
        added = [header(text) for text in arguments.header]
        names = {name.lower() for name, _ in added}
        kept = [pair for pair in header_pairs(before) if pair[0].lower() not in names]
        given["headers"] = [*kept, *added]
    if not given or step is None:
        return reading
    if isinstance(step, XHRStep) and "credentials" in given:
        given["with_credentials"] = given.pop("credentials") == "include"
    unfit = [name for name in given if name not in step.__struct_fields__]
    if unfit:
        raise UsageError(f"--{unfit[0]} does not go with what was read ({step.action})")
    guessed = tuple(guess for guess in reading.guessed if guess.what not in given and guess.what != _named(given))
    missing = tuple(each for each in reading.missing if "method" not in given or not each.endswith("-X tells it"))
    return replace(
        reading,
        step=msgspec.structs.replace(step, **given),
        method=given.get("method", reading.method),
        guessed=guessed,
        missing=missing,
    )


def _named(given: dict[str, Any]) -> str:
    return "credentials" if "with_credentials" in given else ""


def why_not_sent(reading: Reading, *, on_paper: bool) -> str:
    """Why the request that was read cannot be made: what is not known of its URL. "" where it can.

    On paper a path may hold what is not known: it decides nothing.
    """
    from ..url import parse_url

    unknown = [unknown for unknown in reading.not_known if unknown.where == "url"]
    url = parse_url(reading.url)
    if url is None and not unknown and reading.page is None:
        return f"the URL {reading.url!r} is relative, and nothing tells the page; give --page URL"
    if not unknown or (on_paper and url is not None and url.host and "$" not in url.host):
        return ""
    names = ", ".join(f"{each.name} ({each.flag})" for each in unknown)
    return f"the URL {reading.url} holds what is not in the text: {names}"


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


def undecided(arguments: argparse.Namespace, outcome: Outcome) -> tuple[str, ...]:
    """What would be needed to decide the foremost request; () where it is decided."""
    return undecided_by(arguments.rules, arguments.missing, outcome, arguments.configured)


def undecided_by(
    rules: Sequence[RuleTable], missing: Sequence[str], outcome: Outcome, configured: Configured | None
) -> tuple[str, ...]:
    """What would be needed to decide where every answer of a transcript lets the fetch pass; () where it is decided."""
    if configured is not None:
        from ..diagnosis.configured.judge import depends

        url = str(getattr(outcome.trace[0], "url", ""))
        return tuple(filter(None, (depends(configured.at(url), outcome),)))
    if not rules or not outcome.allowed:
        return ()
    answered = {rule.url.partition("?")[0].rstrip("/") for rule in rules if isinstance(rule.url, str)}
    asked = [exchange.request.url for exchange in outcome.exchanges]
    unanswered = [url for url in asked if url.partition("?")[0].rstrip("/") not in answered]
    return (*missing, *(f"the answer of {url} is not in there" for url in dict.fromkeys(unanswered)))


def target_of(arguments: argparse.Namespace) -> MockServer | ByURL | None:
    """What answers: the network (None), a transcript's answers (where it has none, everything is allowed), or a server
    as its configuration has it."""
    if arguments.configured is not None:
        from ..diagnosis.configured.model import ByURL

        return ByURL(arguments.configured)
    if not arguments.rules:
        return None
    from ..scenario.model import RuleTable
    from ..scenario.servers import mock_server
    from ..scenario.sources.transcript import WILLING

    return mock_server([*arguments.rules, RuleTable(url="*", headers=WILLING)])


def save(arguments: argparse.Namespace, outcome: Outcome) -> None:
    """Write what was asked and answered as a scenario. Raises `UsageError`."""
    from ..scenario.written import scenario_file
    from .written_file import MADE_BY, write_file

    url = str(arguments.url)
    title = f"{outcome.trace[0].method} {url}"  # type: ignore[union-attr]
    content = scenario_file(
        outcome,
        title=title,
        made_by=f"{MADE_BY} check",
        rules=tuple(arguments.rules),
        masks=not arguments.show_credentials,
        is_decided=not undecided(arguments, outcome),
    )
    write_file("--save", arguments.save, content, force=arguments.force)


def undecided_lines(
    arguments: argparse.Namespace, outcome: Outcome, missing: tuple[str, ...], columns: int
) -> list[Line]:
    """In place of a verdict: that there is none, and why."""
    from ..report.lines import BOLD, NOTE, folded
    from ..report.terminal import heading

    lines = heading(outcome, [("NOT KNOWN ", f"{BOLD} {NOTE}")], columns, arguments.show_credentials)
    text = "What is in there lets it pass, but" if outcome.allowed else "What is in there does not decide it:"
    text = f"{text} {'; '.join(missing)}."
    return [*lines, *folded([(text, "")], columns=columns, indent=2)]


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


def source_lines(reading: Reading, columns: int, *, names_further: bool = False) -> list[Line]:
    """What was read, in words: one line for the whole, then what it does not say."""
    from ..masking import mask_text
    from ..report.lines import BOLD, DIM, NOTE, PLAIN, Line, folded
    from ..report.safe_text import safe

    what = _KINDS.get(reading.kind, f"a call of {reading.kind}")
    request = safe(mask_text(f"{reading.method} {reading.url}"))
    lines = folded([("READ ", BOLD), (f"{what}: {request}", PLAIN)], columns=columns, indent=2, start=0)
    told: list[tuple[str, str, str]] = []
    told += [("not known", f"{each.name} in {each.where}; give {each.flag}", NOTE) for each in reading.not_known]
    told += [("missing", each, NOTE) for each in reading.missing]
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
