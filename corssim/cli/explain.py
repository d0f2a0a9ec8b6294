"""`corssim explain`: what a reason, a topic or a line from a browser's console means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..diagnosis.explanations import Explanation, Topic, all_explanations, all_topics, explanation_in, find
from ..errors import UsageError
from ..masking import mask_text
from ..records import as_dict as fields_of, replace
from ..report.lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
from ..report.words import Words
from .arguments import add_language, add_software, language_of, software_of
from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse

    from ..diagnosis.console_lines.reading import ConsoleReading
    from ..diagnosis.snippets import Snippet
    from .environment import Environment

_LONGEST_INPUT = 1024 * 1024  # characters
_COMMENTS = ("#", "//", "/*", "*", ";", "--", "<!--")
_TO_FILL_IN = {
    "--page PAGE": "PAGE is the page's URL, as the address bar shows it.",
    "-X METHOD": "METHOD is the request's, which the line does not name.",
}
_FETCH = "https://fetch.spec.whatwg.org/#"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `explain`."""
    parser.add_argument(
        "what",
        nargs="*",
        metavar="REASON | TOPIC | CONSOLE LINE | FILE | -",
        help="what to explain (a FILE is a server's configuration, or a log), - for standard input; without it, the "
        "list of reasons and topics",
    )
    parser.add_argument("--page", metavar="URL", help="with a configuration: the page that it is to allow")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_software(parser)
    add_language(parser)


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Explain one thing, or list what there is."""
    text = " ".join(arguments.what)
    software_of(arguments)  # a name that there is not is told first
    language = language_of(arguments, environment.variables)
    if not text:
        return _list(language, arguments, environment)
    if text == "-":
        pasted = environment.stdin.read(_LONGEST_INPUT)
        if not pasted.strip():
            raise UsageError("standard input is empty: paste what the console said, or a server's configuration")
        if not _is_of_a_console(pasted):
            from .explain_file import explain_configuration

            status = explain_configuration(pasted, "standard input", arguments, environment)
            if status is not None:
                return status
        return _explain_console(pasted, language, arguments, environment)
    from .explain_file import explain_file, is_file, is_named_as_a_configuration

    if len(arguments.what) == 1 and is_file(text):
        if not is_named_as_a_configuration(text) and _is_of_a_console(_saved(text)):
            return _explain_log(text, language, arguments, environment)
        status = explain_file(text, arguments, environment)
        return status if status is not None else _explain_log(text, language, arguments, environment)
    found = find(text)
    if found.entry is not None:
        _explain(_translated(found.entry, language), language, arguments, environment)
        return ExitStatus.OK
    if len(text.split()) > 1 or _is_known_line(text):
        return _explain_console(text, language, arguments, environment)
    near = f"did you mean {', '.join(found.suggestions)}?" if found.suggestions else "`corssim explain` lists what is"
    raise UsageError(f"nothing is known as {text!r}; {near}")


def _explain_log(path: str, language: str, arguments: argparse.Namespace, environment: Environment) -> int:
    """A file that is no configuration: the lines of a console, saved."""
    text = _saved(path)
    if not _is_known_line(text):
        raise UsageError(
            f"{path}: neither CORS settings of a kind that is known nor a console's line about CORS is in there; "
            "settings of nginx, Apache, Caddy, HAProxy, lighttpd, Ingress, Traefik, Envoy, Kong, S3, SAM, Terraform, "
            "Strapi, AdonisJS and in Python, JavaScript, Java, C#, PHP, Ruby, Go and Rust are read"
        )
    return _explain_console(text, language, arguments, environment)


def _saved(path: str) -> str:
    """The text of a file, "" where it cannot be read."""
    from ..named_file import not_waiting

    try:
        with open(path, encoding="utf-8-sig", errors="replace", opener=not_waiting) as file:
            return file.read(_LONGEST_INPUT)
    except OSError:
        return ""


def _is_of_a_console(text: str) -> bool:
    """Report whether a known line stands in a text by itself; settings may quote one in a comment."""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith(_COMMENTS)]
    return _is_known_line("\n".join(lines))


def _is_known_line(text: str) -> bool:
    from ..diagnosis.console_lines.read import read_console

    return any(reading.is_known for reading in read_console(text))


def _translated(entry: Explanation | Topic, language: str) -> Explanation | Topic:
    """A reason's explanation in a language; topics are in English."""
    return explanation_in(entry.reason, language) if isinstance(entry, Explanation) else entry


def _list(language: str, arguments: argparse.Namespace, environment: Environment) -> int:
    reasons = [explanation_in(entry.reason, language) for entry in all_explanations()]
    if arguments.json:
        environment.write_json(
            {
                "reasons": [{"reason": entry.name, "title": entry.title} for entry in reasons],
                "topics": [{"topic": entry.name, "title": entry.title} for entry in all_topics()],
            }
        )
        return ExitStatus.OK
    columns = environment.columns
    lines: list[Line] = []
    for heading, entries in (("Reasons", reasons), ("Topics", all_topics())):
        lines += [*([Line()] if lines else []), *folded([(heading, BOLD)], columns=columns)]
        for entry in entries:
            lines += folded([(f"{entry.name}  ", BOLD), (entry.title, PLAIN)], columns=columns, indent=6, start=2)
    environment.write_lines(lines)
    return ExitStatus.OK


def _explain(
    entry: Explanation | Topic, language: str, arguments: argparse.Namespace, environment: Environment
) -> None:
    snippet = _snippet(entry, None, arguments)
    if arguments.json:
        environment.write_json(as_dict(entry) | _snippet_json(snippet))
        return
    lines = entry_lines(entry, columns=environment.columns, language=language)
    environment.write_lines(lines + _snippet_lines(snippet, environment.columns))


def _snippet(
    entry: Explanation | Topic | None, reading: ConsoleReading | None, arguments: argparse.Namespace
) -> Snippet | None:
    """The settings that mend it, for the software of `--for`; None without it. Raises UsageError where none do."""
    software = software_of(arguments)
    reason = entry.reason if isinstance(entry, Explanation) else None
    if software is None:
        return None
    from ..diagnosis.console_lines.settings import server_change_of_reason, what_it_does_not_tell
    from ..diagnosis.snippets import FRONT_ENDS, snippet_for

    change = server_change_of_reason(reason, reading)
    if change is None or reason is None:
        return None
    snippet = snippet_for(software, change)
    if software in FRONT_ENDS:
        return snippet
    return replace(snippet, note=f"{snippet.note} {what_it_does_not_tell(reason, from_line=reading is not None)}")


def _snippet_json(snippet: Snippet | None) -> dict[str, Any]:
    return {} if snippet is None else {"configuration": fields_of(snippet)}


def _snippet_lines(snippet: Snippet | None, columns: int) -> list[Line]:
    if snippet is None:
        return []
    from ..report.advice import verbatim

    lines = [Line(), *_section(snippet.title, columns), Line(), *verbatim(snippet.text), Line()]
    return lines + folded([(snippet.note, PLAIN)], columns=columns, indent=2, start=2)


def as_dict(entry: Explanation | Topic, reading: ConsoleReading | None = None) -> dict[str, Any]:
    """A reason's or a topic's entry as JSON types; what a console line named stands in the fix."""
    if isinstance(entry, Topic):
        return {
            "topic": entry.name,
            "title": entry.title,
            "text": entry.text,
            "anchor": _whole(entry.anchor),
            "related": list(entry.related),
        }
    return {
        "reason": entry.reason.value,
        "title": entry.title,
        "anchor": _whole(entry.anchor),
        "who_can_mend_it": entry.mender.value,
        "explanation": entry.plain,
        "on_the_server": {stage.value: text for stage, text in entry.executed},
        "fix": entry.fix if reading is None else reading.fix_in(entry.fix),
        "myths": [{"claim": myth.claim, "answer": myth.answer} for myth in entry.myths],
        "related": list(entry.related),
    }


def entry_lines(
    entry: Explanation | Topic, *, columns: int, reading: ConsoleReading | None = None, language: str = "en"
) -> list[Line]:
    """An entry for reading; what a console line named stands in the fix. `language` is that of the headings."""
    words = Words(language)
    lines = folded([(entry.name, BOLD), (f"  {entry.title}", PLAIN)], columns=columns, indent=2, start=0)
    lines.append(Line())
    if isinstance(entry, Topic):
        lines += _paragraphs(entry.text, columns)
    else:
        lines += _paragraphs(entry.plain, columns)
        lines += _section(words("on-the-server"), columns)
        for stage, text in entry.executed:
            label = f"{stage.value}: " if len(entry.executed) > 1 else ""
            lines += folded([(label, DIM), (text, PLAIN)], columns=columns, indent=2, start=2)
        lines.append(Line())
        lines += _section(words("who-can-mend"), columns)
        lines += folded([(words(f"mended-by-{entry.mender.value}"), PLAIN)], columns=columns, indent=2, start=2)
        lines.append(Line())
        lines += _section(words("fix"), columns)
        lines += _paragraphs(entry.fix if reading is None else reading.fix_in(entry.fix), columns)
        if entry.myths:
            lines += _section(words("often-said"), columns)
            for myth in entry.myths:
                lines += folded([(f"“{myth.claim}” ", NOTE), (myth.answer, PLAIN)], columns=columns, indent=4, start=2)
            lines.append(Line())
    if entry.related:
        lines += folded([(f"{words('see-also')} ", DIM), (", ".join(entry.related), PLAIN)], columns=columns, indent=2)
    if entry.anchor:
        lines += folded([(_whole(entry.anchor) or "", DIM)], columns=columns)
    return lines


def _section(title: str, columns: int) -> list[Line]:
    return folded([(title, BOLD)], columns=columns)


def _paragraphs(text: str, columns: int) -> list[Line]:
    """Paragraphs, each followed by an empty line; lines that begin with four blanks stay as they are."""
    lines: list[Line] = []
    for paragraph in text.strip("\n").split("\n\n"):
        running: list[str] = []
        for line in paragraph.split("\n"):
            if line.startswith("    "):
                lines += _run_together(running, columns)
                running = []
                lines += folded([(line.strip(), GOOD)], columns=columns, indent=8, start=6)
            else:
                running.append(line.strip())
        lines += [*_run_together(running, columns), Line()]
    return lines


def _run_together(words: list[str], columns: int) -> list[Line]:
    text = " ".join(words).strip()
    return folded([(text, PLAIN)], columns=columns, indent=2, start=2) if text else []


def _explain_console(text: str, language: str, arguments: argparse.Namespace, environment: Environment) -> int:
    from ..diagnosis.console_lines.read import read_console

    readings = read_console(mask_text(text))
    if not readings:
        raise UsageError("nothing in this text is a line that a browser prints about CORS")
    if arguments.json:
        first = readings[0]
        document = {
            "reason": None if first.reason is None else first.reason.value,
            "topic": first.topic or None,
            "readings": [
                reading.as_dict()
                | {"explanation": None if entry is None else as_dict(entry, reading)}
                | _snippet_json(_snippet(entry, reading, arguments))
                for reading in readings
                for entry in (_entry_of(reading, language),)
            ],
        }
        environment.write_json(document)
        return ExitStatus.OK
    columns = environment.columns
    lines: list[Line] = []
    told: set[str] = set()
    for reading in readings:
        lines += _reading_lines(reading, columns)
        entry = _entry_of(reading, language)
        if entry is not None and entry.name not in told:
            told.add(entry.name)
            lines += [Line(), *entry_lines(entry, columns=columns, reading=reading, language=language)]
            lines += _snippet_lines(_snippet(entry, reading, arguments), columns)
        lines.append(Line())
    environment.write_lines(lines[:-1])
    return ExitStatus.OK


def _entry_of(reading: ConsoleReading, language: str) -> Explanation | Topic | None:
    name = reading.topic if reading.reason is None else reading.reason.value
    entry = find(name).entry if name else None
    return None if entry is None else _translated(entry, language)


def _reading_lines(reading: ConsoleReading, columns: int) -> list[Line]:
    from ..diagnosis.console_lines.reading import UNKNOWN

    lines = folded([(reading.text, DIM)], columns=columns, indent=2, start=0)
    if not reading.is_known:
        lines += folded([(reading.note, BAD)], columns=columns, indent=2)
    if reading.browser != UNKNOWN:
        lines += folded([("said by      ", DIM), (reading.browser, PLAIN)], columns=columns, indent=2, start=2)
    for label, value in (
        ("URL", reading.url),
        ("page", reading.page or reading.origin),
        ("method", reading.method),
        ("status", "" if reading.status is None else str(reading.status)),
        ("header", reading.header_name or reading.header),
        ("value", reading.value),
        ("directive", reading.directive),
        ("type", reading.mime_type),
        ("redirect to", reading.location),
    ):
        if value:
            lines += folded([(f"{label:<13}", DIM), (value, PLAIN)], columns=columns, indent=15, start=2)
    if reading.note and reading.is_known:
        lines += folded([(reading.note, PLAIN)], columns=columns, indent=2, start=2)
    if reading.alternatives:
        names = ", ".join(reason.value for reason in reading.alternatives)
        lines += folded([(f"This browser prints the same for: {names}.", PLAIN)], columns=columns, indent=2, start=2)
    command = reading.check_command()
    if command:
        lines += folded([("try          ", DIM), (command, GOOD)], columns=columns, indent=15, start=2)
        for flag, hint in _TO_FILL_IN.items():
            if f" {flag}" in command:
                lines += folded([(hint, DIM)], columns=columns, indent=15, start=15)
    return lines


def _whole(anchor: str) -> str | None:
    if not anchor:
        return None
    return anchor if "://" in anchor else _FETCH + anchor
