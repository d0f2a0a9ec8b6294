"""`corssim check` on what someone has in hand: commands, calls and transcripts in the place of a URL and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

    from ..scenario.sources.reading import Reading
    from .environment import Environment


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
    arguments.reading = arguments.answered = None
    arguments.page_is_given = arguments.page is not None
    arguments.page_told = None
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

    from ..scenario.sources import LONGEST, is_transcript, read_source
    from ..scenario.sources.transcript import (
        DOUBTS,
        NO_PREFLIGHT,
        NO_REQUEST,
        answers_to,
        guesses_of,
        lack_preflight,
        read_transcript,
    )

    name = "standard input" if arguments.answers == "-" else arguments.answers
    text = _text_of(arguments.answers, environment)
    if arguments.url == "-":
        if arguments.answers == "-":
            raise UsageError("standard input is one text: give the request or the answers as a file or in quotes")
        arguments.url = environment.stdin.read(LONGEST + 1).strip()
    if not is_transcript(text) and _take_configuration(text, arguments):
        return
    answers = read_transcript(text, name=name)
    if arguments.url is None:
        _apply(answers, arguments)
        return
    if _is_more_than_a_url(arguments.url):
        asked = read_source(arguments.url, _definitions(arguments.define))
        guessed = (*asked.guessed, *guesses_of(answers))
        doubts = tuple(each for each in answers.missing if each in DOUBTS and each != NO_REQUEST)
        _apply(replace(asked, rules=answers_to(asked.url, answers), missing=doubts, guessed=guessed), arguments)
        return
    from ..url import require_url
    from .typed import typed_url

    arguments.url = typed_url(arguments.url, arguments.page)
    arguments.rules = answers_to(require_url(arguments.url).href, answers)
    others = tuple(each for each in answers.missing if each not in (NO_PREFLIGHT, NO_REQUEST))
    arguments.missing = (*others, NO_PREFLIGHT) if lack_preflight(arguments.rules) else others
    arguments.answered = replace(
        answers, url=arguments.url, method="", guessed=guesses_of(answers), missing=(), passed_over=()
    )


def _take_configuration(text: str, arguments: argparse.Namespace) -> bool:
    """Let a server's configuration answer the request that is given beside it; False where the text is none."""
    from ..diagnosis.configured.read import configuration_in

    configured = configuration_in(text)
    if configured is None:
        return False
    if arguments.url is None:
        raise UsageError(
            "--answers has no exchange in it (no status line, no request); if it is a server's configuration, give the "
            "URL, or the command or call, that it answers"
        )
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
    from ..named_file import not_waiting

    try:
        with open(path, encoding="utf-8", errors="replace", newline="", opener=not_waiting) as file:
            return file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(f"--answers: {path} cannot be read: {error.strerror or error}") from error


def _is_more_than_a_url(text: str) -> bool:
    """A URL as people type it holds none of these; with one of them, the readers are asked."""
    if not any(mark in text for mark in " \t\n({'\"`<"):
        return False
    from ..scenario.sources import is_source
    from .typed import unwrapped

    return is_source(unwrapped(text))


def _definitions(given: list[str]) -> dict[str, str]:
    definitions = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--define: {text!r} is not NAME=VALUE, as in API_URL=https://api.example")
        definitions[name.strip()] = value
    return definitions


def _page_elsewhere(reading: Reading, given: str) -> str | None:
    """The page that was read, where it is not guessed and is of another origin than the one that is given."""
    from ..scenario.origins import is_same_origin

    if reading.page is None or any(guess.what == "page" for guess in reading.guessed):
        return None
    return None if is_same_origin(reading.page.url, given) else reading.page.url


def _apply(reading: Reading, arguments: argparse.Namespace) -> None:
    """Put what was read where the flags stand; flags that are given win."""
    from ..scenario.sources.reading import default_page_for

    if arguments.page is not None:
        arguments.page_told = _page_elsewhere(reading, arguments.page)
        reading = reading.with_page(arguments.page)
    reading = _with_flags(reading, arguments)
    if reading.rules:
        reading = _with_what_no_preflight_tells(reading)
    page = reading.page
    arguments.reading = reading
    arguments.rules, arguments.missing = reading.rules, reading.missing
    arguments.url = reading.url
    arguments.page = page.url if page is not None else default_page_for(reading.url)
    arguments.sandboxed = arguments.sandboxed or (page is not None and page.sandboxed)
    crosses_sites = "; SameSite=None; Secure" if reading.url.startswith("https:") else ""
    arguments.cookie = [*(f"{cookie}{crosses_sites}" for cookie in reading.cookies), *arguments.cookie]


def _with_what_no_preflight_tells(reading: Reading) -> Reading:
    """The page and the flags decide whether a preflight is needed whose answer is missing."""
    from dataclasses import replace

    from ..scenario.sources.transcript import NO_HEADERS, NO_PREFLIGHT, lack_preflight, needs_preflight, with_stand_ins

    missing = tuple(each for each in reading.missing if each != NO_PREFLIGHT)
    if not needs_preflight(reading):
        return replace(reading, missing=missing)
    rules = tuple(with_stand_ins(reading.rules))
    is_missing = NO_HEADERS not in missing and lack_preflight(rules)
    return replace(reading, rules=rules, missing=(*missing, NO_PREFLIGHT) if is_missing else missing)


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
    if url is None and not unknown and "://" in reading.url:
        return f"{reading.url!r} is no URL, as where a name stands in for a host; give the URL before --answers"
    if url is None and not unknown and reading.page is None:
        return f"the URL {reading.url!r} is relative, and nothing tells the page; give --page URL"
    if not unknown or (on_paper and url is not None and url.host and "$" not in url.host):
        return ""
    names = ", ".join(f"{each.name} ({each.flag})" for each in unknown)
    return f"the URL {reading.url} holds what is not in the text: {names}"
