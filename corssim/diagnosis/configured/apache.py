"""Apache's Header directives, and the login that stops preflights."""

from __future__ import annotations

import re
from typing import Final

from ...records import replace
from .model import Configured, Mistake
from .written_headers import grant_of_headers

_SETS: Final = ("set", "add", "append", "merge", "setifempty")


def read_apache(text: str) -> Configured:
    """Apache's Header directives, in a configuration or in .htaccess."""
    pairs: list[tuple[str, str]] = []
    mistakes: list[Mistake] = []
    patterns: dict[str, str] = {}
    only_for: tuple[str, ...] = ()
    always = True
    for line in text.splitlines():
        words = [
            word.strip("'\"") if word[0] in "'\"" else word for word in re.findall(r"\"[^\"]*\"|'[^']*'|\S+", line)
        ]
        if not words or words[0].startswith("#"):
            continue
        if words[0].lower().startswith("setenvif") and len(words) > 3 and words[1].lower() == "origin":
            patterns[words[3].partition("=")[0]] = words[2]
        if words[0].lower() != "header":
            continue
        words = words[1:]
        condition = words[0].lower() if words else ""
        if condition in ("always", "onsuccess"):
            words = words[1:]
        if len(words) < 3 or not words[1].lower().startswith("access-control-") or words[0].lower() not in _SETS:
            continue
        if words[1].lower().endswith("allow-origin"):
            always = always and condition == "always"
            variable = next((word[4:].lstrip("!") for word in words[3:] if word.lower().startswith("env=")), "")
            if variable in patterns:
                only_for = (patterns[variable],)
        pairs.append(
            (
                words[1],
                re.sub(r"%\{(\w+)\}e", lambda found: "%{Origin}i" if found[1] in patterns else found[0], words[2]),
            )
        )
    if pairs and not always:
        mistakes.append(
            Mistake(
                "not-on-errors",
                "Without `always` the header is not on error answers: script then sees a CORS error in place of the "
                "4xx "
                "or 5xx.",
                "Header always set Access-Control-Allow-Origin …",
            )
        )
    wants_login = re.search(r"(?im)^\s*Require\s+(?:valid-user|user|group)\b", text) is not None
    spares = re.search(r"(?i)<LimitExcept\s+[^>]*OPTIONS|<Limit\s+(?![^>]*OPTIONS)", text) is not None
    if wants_login and not spares:
        mistakes.append(
            Mistake(
                "login-before-preflight",
                "A login is wanted for every method (Require …), OPTIONS too: a preflight never carries one and is "
                "answered 401 before any RewriteRule counts.",
                "<LimitExcept OPTIONS> around the Require line.",
            )
        )
    if re.search(r"(?m)^\s*RewriteRule\s.*\]\]\s*$", text):
        mistakes.append(Mistake("rewrite-flags", "The flags of a RewriteRule end in “]]”.", "One bracket closes them."))
    answers = re.search(r"(?i)RewriteRule\s+\S+\s+\S+\s+\[[^\]]*R=20\d", text) is not None
    status = 401 if wants_login and not spares else 204 if answers else None
    grants = (replace(grant_of_headers("every answer", pairs), only_for=only_for),) if pairs else ()
    return Configured(
        kind="Apache httpd",
        software="apache",
        grants=grants,
        mistakes=tuple(mistakes),
        fixed_origin=True,
        preflight_status=status if status is not None else 200,
        notes=()
        if status is not None
        else ("Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx.",),
    )
