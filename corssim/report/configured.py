"""A configuration that was read: what it allows, what in it does nothing, and what pages get of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..masking import mask_text
from ..records import as_dict
from .lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..diagnosis.configured.judge import Judged
    from ..diagnosis.configured.model import Configured, Grant, Mistake

_ON = {"all": "", "preflights": " (preflights alone)", "requests": " (not on preflights)"}
_STYLES = {"readable": GOOD, "blocked": BAD}


def configured_lines(
    configured: Configured, mistakes: Sequence[Mistake], judged: Sequence[Judged], columns: int
) -> list[Line]:
    """The configuration in words."""
    lines = folded([("READ ", BOLD), (f"settings: {configured.kind}", PLAIN)], columns=columns, indent=2, start=0)
    lines.append(Line())
    for grant in configured.grants:
        for label, text in [("in", f"{grant.where}{_ON[grant.on]}"), *_grant_rows(grant)]:
            lines += folded([(mask_text(text), PLAIN)], columns=columns, indent=14, first=((f"  {label:<12}", DIM),))
        lines.append(Line())
    if configured.not_understood:
        told = f"What it allows is not known: {mask_text(', '.join(configured.not_understood))}."
        lines += [*folded([(told, PLAIN)], columns=columns, indent=2, start=2), Line()]
    elif not configured.grants:
        lines += [*folded([("Nothing of it is sent.", BAD)], columns=columns, indent=2, start=2), Line()]
    for mistake in mistakes:
        said = [(mask_text(mistake.text), PLAIN), (f" {mistake.remedy}" if mistake.remedy else "", GOOD)]
        lines += folded(said, columns=columns, indent=13, first=(("  mistake    ", BAD),))
    for note in configured.notes:
        lines += folded([(note, PLAIN)], columns=columns, indent=13, first=(("  note       ", DIM),))
    if mistakes or configured.notes:
        lines.append(Line())
    page = ""
    for each in judged:
        if each.page != page:
            page = each.page
            lines += folded([(f"a page of {page} gets", BOLD)], columns=columns, indent=4, start=2)
        verdict = each.verdict or "not known"
        reason = f" [{each.reason}]" if each.reason else f": {each.depends}" if each.depends else ""
        row = [(f"{each.request:<24}", PLAIN), (verdict, _STYLES.get(verdict, NOTE)), (reason, DIM)]
        lines += folded(row, columns=columns, indent=28, start=4)
    return lines


def _grant_rows(grant: Grant) -> list[tuple[str, str]]:
    origins = ["whoever asks" if each == "{origin}" else each for each in grant.origins]
    origins += [f"/{pattern}/" for pattern in grant.patterns]
    origins += [f"what {name} decides" for name in grant.unknown]
    decided = {
        part: [f"what {name} decides" for of, name in grant.computed if of == part] for part, _ in grant.computed
    }
    rows = [("origins", ", ".join(origins) or "none")]
    if grant.only_for:
        rows.append(("only for", ", ".join(f"/{pattern}/" for pattern in grant.only_for)))
    if grant.methods is not None:
        rows.append(("methods", ", ".join((*grant.methods, *decided.get("methods", ())))))
    if grant.any_header:
        rows.append(("headers", "whatever is asked for"))
    elif grant.headers is not None:
        rows.append(("headers", ", ".join((*grant.headers, *decided.get("headers", ()))) or "none"))
    allowed = ", ".join(decided.get("credentials", ())) or ("allowed" if grant.credentials else "not allowed")
    rows.append(("credentials", allowed))
    if grant.expose:
        rows.append(("exposed", ", ".join(grant.expose)))
    if grant.max_age is not None:
        rows.append(("max-age", grant.max_age))
    return rows


def configured_json(configured: Configured, mistakes: Sequence[Mistake], judged: Sequence[Judged]) -> dict[str, Any]:
    """The same as JSON types. An origin `{origin}` is whoever asks."""
    return {
        "configuration": {
            "kind": configured.kind,
            "software": configured.software or None,
            "preflight_status": configured.preflight_status,
            "grants": [
                {
                    "where": grant.where,
                    "on": grant.on,
                    "origins": list(grant.origins),
                    "origin_patterns": list(grant.patterns),
                    "only_for": list(grant.only_for),
                    "credentials": grant.credentials,
                    "methods": None if grant.methods is None else list(grant.methods),
                    "headers": None if grant.headers is None else list(grant.headers),
                    "any_header": grant.any_header,
                    "exposed": None if grant.expose is None else list(grant.expose),
                    "max_age": grant.max_age,
                }
                for grant in configured.grants
            ],
            "mistakes": [as_dict(mistake) for mistake in mistakes],
            "notes": list(configured.notes),
        },
        "outcomes": [
            {
                "page": each.page,
                "request": each.request,
                "verdict": each.verdict,
                "reason": each.reason,
                "depends": each.depends or None,
            }
            for each in judged
        ],
    }
