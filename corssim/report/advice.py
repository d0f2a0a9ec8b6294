"""What a report says beyond the story: what only looks like CORS, and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..masking import mask_text
from .lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, Span, folded
from .rightly_blocked import why_rightly_blocked
from .safe_text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..diagnosis.after_the_prompt import Following
    from ..diagnosis.configuration import Configuration
    from ..diagnosis.fixes.fix import Fix, NoFix
    from ..diagnosis.fixes.replay import Ask
    from ..diagnosis.signs.symptom import Symptom
    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
    from ..server.app_middleware import AppPolicy

_INDENT = 13  # columns, as in the report's other labels


class Advice:
    """The symptoms and fixes of one outcome; for one that script can read there is nothing to mend.

    `ask` sends what the proof of a fix needs; `hint` tells how to have that done where it was not. `meant` says that
    it is to end as it did: then an opaque response is none to mend, and no fix of a block is told that would give
    something away. `software` names that of the server, for its configuration; None has it recognised by the answers,
    or by the mounted `app`. `servers` are those in memory that answer whatever a pending fetch may ask next, `needed`
    are methods and headers that other requests of the same client ask for. With `assumes_preflight` nobody saw the
    preflight's answer: nothing is told of it.
    """

    def __init__(
        self,
        outcome: Outcome,
        ask: Ask | None = None,
        *,
        hint: str = "",
        meant: bool = False,
        software: str | None = None,
        app: AppPolicy | None = None,
        servers: Ask | None = None,
        needed: AppPolicy | None = None,
        assumes_preflight: bool = False,
    ) -> None:
        from ..browser.outcome import Verdict
        from ..diagnosis import NoFix, fix, symptoms, what_follows
        from ..diagnosis.configuration import configurations_of, front_end_hint
        from ..diagnosis.signs.symptom import SymptomCode

        self.hint = hint
        of_preflights = (SymptomCode.HEADERS_ON_PREFLIGHT_ONLY, SymptomCode.PREFLIGHT_REFUSED)
        self.symptoms: Sequence[Symptom] = [
            each for each in symptoms(outcome) if not (assumes_preflight and each.code in of_preflights)
        ]
        self.fixes: Sequence[Fix] | NoFix = ()
        self.configurations: Sequence[Configuration] = ()
        self.front_end = ""
        self.rightly_blocked = ""
        self.follows: Sequence[Following] = ()
        if outcome.verdict is Verdict.PENDING:
            ask = None if ask is None else _each_once(ask)
            self.follows = what_follows(outcome, servers or ask, ask_all=servers is not None)
        if any(each.unknown is None and each.outcome.allowed for each in self.follows):
            self.fixes = NoFix("The server allows this already: once the user grants the permission, script reads it.")
            return
        if outcome.allowed or (meant and outcome.verdict is Verdict.OPAQUE):
            return
        found = fix(outcome, ask=ask)
        self.fixes = _safe_ones(list(found)) if meant and found else found
        if any(line.startswith("Access-Control-") for each in found for line in each.header_lines()):
            self.rightly_blocked = why_rightly_blocked(outcome, meant=meant)
        if meant:
            return  # what is to end as it did needs no settings
        self.configurations = configurations_of(self.fixes, outcome, self.symptoms, software, app, needed)
        if software is None:
            self.front_end = front_end_hint(outcome, self.fixes)

    @property
    def offers_no_fix(self) -> bool:
        """Whether the block is right and what would allow it gives something away: that is told, and is no fix."""
        return bool(self.rightly_blocked) and any(fix.danger for fix in list(self.fixes)[:1])


def _each_once(ask: Ask) -> Ask:
    """The same, but that nothing is sent twice."""
    answers: dict[WireRequest, WireResponse | NetworkFailure] = {}

    def ask_once(request: WireRequest) -> WireResponse | NetworkFailure:
        if request not in answers:
            answers[request] = ask(request)
        return answers[request]

    return ask_once


def following_lines(
    follows: Sequence[Following], columns: int, *, show_credentials: bool, hint: bool = False
) -> list[Line]:
    """What follows if the user grants the permission, and if not; `hint` names the flag that says so."""
    lines: list[Line] = []
    for each in follows:
        flag = f" (--permission {each.permission}=granted sends it.)" if hint and each.unknown is not None else ""
        lines += _labelled(f"if {each.decision}", _shown(each.told() + flag, show_credentials), columns, PLAIN)
    return lines


def _safe_ones(fixes: Sequence[Fix]) -> Sequence[Fix] | NoFix:
    """The fixes that give nothing away; why it is rightly blocked, where there is none."""
    from ..diagnosis import NoFix

    safe = [fix for fix in fixes if fix.danger is None]
    return safe or NoFix(f"Rightly blocked. To allow it would give away: {fixes[0].danger}")


def symptom_lines(symptoms: Sequence[Symptom], columns: int, *, show_credentials: bool) -> list[Line]:
    """What happened under the CORS error, the most telling first."""
    lines: list[Line] = []
    for symptom in symptoms:
        first: tuple[tuple[str, str], ...] = (("  note       ", DIM),)
        text = [(f"{symptom.title.rstrip('.')}. ", BOLD), (_shown(symptom.text, show_credentials), PLAIN)]
        lines += folded(text, columns=columns, indent=_INDENT, first=first)
    return [*lines, Line()] if lines else []


def short_notes(symptoms: Sequence[Symptom], columns: int, *, show_credentials: bool) -> list[Line]:
    """What there is to say of a fetch that went well: what to do about it, where that says it all."""
    lines: list[Line] = []
    for symptom in symptoms:
        text = symptom.remedy or f"{symptom.title.rstrip('.')}. {symptom.text}"
        lines += _labelled("note", _shown(text, show_credentials), columns, PLAIN)
    return lines


def advice_lines(advice: Advice, columns: int, *, show_credentials: bool) -> list[Line]:
    """What to change; of a block that is right, what would allow it all the same."""
    label = "to allow" if advice.offers_no_fix else "fix"
    return [
        *_right_lines(advice, columns, show_credentials=show_credentials),
        *fix_lines(advice.fixes, columns, show_credentials=show_credentials, hint=advice.hint, label=label),
        *configuration_lines(advice, columns, show_credentials=show_credentials),
    ]


def _right_lines(advice: Advice, columns: int, *, show_credentials: bool) -> list[Line]:
    """That the block is right, before what would allow it all the same."""
    if not advice.rightly_blocked or not advice.fixes:
        return []
    return _labelled("note", _shown(advice.rightly_blocked, show_credentials), columns, NOTE)


def fix_lines(
    fixes: Sequence[Fix] | NoFix, columns: int, *, show_credentials: bool, hint: str = "", label: str = "fix"
) -> list[Line]:
    """The recommended fix in full, the others in a line each; or why there is none."""
    lines: list[Line] = []
    if not fixes:
        text = "" if isinstance(fixes, list | tuple) else _shown(str(fixes), show_credentials)
        return _labelled("fix", text, columns, PLAIN) if text else []
    for number, fix in enumerate(fixes):
        for place, change in enumerate(fix.changes):
            text = _shown(str(change), show_credentials)
            of_line = "" if place else "or" if number else label
            lines += _labelled(of_line, text[:1].upper() + text[1:], columns, PLAIN if number else GOOD)
        if fix.danger:
            lines += _labelled("", f"Dangerous: {fix.danger}", columns, BAD)
        if number == 0:
            for text in (*fix.assumptions, *fix.advice):
                lines += _labelled("", _shown(text, show_credentials), columns, PLAIN)
            proof = _shown(
                " ".join(filter(None, (asked_sentence(fix), fix.proof(), _hint_for(fix, hint)))), show_credentials
            )
            lines += _labelled("", proof, columns, DIM)
    return lines


def configuration_lines(advice: Advice, columns: int, *, show_credentials: bool) -> list[Line]:
    """The fix as the configuration of the server's software, its lines as they are to be pasted."""
    lines: list[Line] = []
    for configuration in advice.configurations:
        snippet = configuration.snippet
        why = f" ({_shown(configuration.why, show_credentials)})" if configuration.why else ""
        lines += _labelled("in code", f"{snippet.title}{why}", columns, PLAIN)
        lines += [Line(), *verbatim(snippet.text), Line()]
        lines += _labelled("", snippet.note, columns, PLAIN)
    if advice.front_end:
        lines += _labelled("or", advice.front_end, columns, PLAIN)
    return lines


def verbatim(text: str) -> list[Line]:
    """Lines that are to be pasted: indented, and not folded."""
    return [
        Line((Span("    "), Span(safe(line.replace("\t", "    "), None), GOOD))) if line else Line()
        for line in text.rstrip("\n").split("\n")
    ]


def asked_sentence(fix: Fix) -> str:
    """What was sent for the proof alone; "" for nothing."""
    return f"Asked for this proof: {', '.join(fix.asked)}." if fix.asked else ""


def _hint_for(fix: Fix, hint: str) -> str:
    """How to have asked what the proof lacks, where that has no side effects."""
    is_safe = fix.verified_up_to.startswith(("GET ", "HEAD ", "the preflight of "))
    return hint if is_safe else ""


def _shown(text: str, show_credentials: bool) -> str:
    return text if show_credentials else mask_text(text)


def _labelled(label: str, text: str, columns: int, style: str) -> list[Line]:
    first: tuple[tuple[str, str], ...] = ((f"  {label:<11}", NOTE if label else PLAIN),)
    return folded([(text, style)], columns=columns, indent=_INDENT, first=first)


def advice_json(advice: Advice, *, show_credentials: bool) -> dict[str, Any]:
    """Symptoms and fixes as JSON types."""

    def shown(text: str) -> str:
        return _shown(text, show_credentials)

    no_fix = None if isinstance(advice.fixes, list | tuple) else shown(str(advice.fixes))
    return {
        "symptoms": [
            {"code": symptom.code.value, "title": symptom.title, "text": shown(symptom.text)}
            for symptom in advice.symptoms
        ],
        "fixes": [
            {
                "summary": shown(fix.summary()),
                "side": fix.side,
                "changes": [shown(str(change)) for change in fix.changes],
                "headers": [shown(line) for line in fix.header_lines()],
                "danger": None if fix.danger is None else shown(fix.danger),
                "assumptions": [shown(text) for text in fix.assumptions],
                "advice": [shown(text) for text in fix.advice],
                "verified": fix.verified,
                "verified_up_to": shown(fix.verified_up_to) or None,
                "asked": [shown(text) for text in fix.asked],
            }
            for fix in advice.fixes
        ],
        "no_fix": no_fix,
        "rightly_blocked": shown(advice.rightly_blocked) or None,
        "configurations": [
            {
                "server": shown(each.server),
                "software": each.snippet.software,
                "title": each.snippet.title,
                "language": each.snippet.language,
                "text": each.snippet.text,
                "note": each.snippet.note,
                "why": shown(each.why) or None,
            }
            for each in advice.configurations
        ],
        "front_end": advice.front_end or None,
        "follows": [
            {
                "decision": each.decision,
                "permission": each.permission,
                "verdict": None if each.unknown is not None else each.outcome.verdict.value,
                "reason": None if each.unknown is not None else each.outcome.reason and each.outcome.reason.value,
                "summary": shown(each.told()),
            }
            for each in advice.follows
        ],
    }
