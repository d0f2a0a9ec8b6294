"""`corssim new`: a scenario to start from, with a comment at everything that one may want to change."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..errors import UsageError
from .environment import ExitStatus

if TYPE_CHECKING:
    import argparse

    from .environment import Environment

TEMPLATE = '''\
# A scenario: a page, the servers around it, what the page does, and what a browser makes of it.
# Run it with `corssim run {path}`, read it as a lesson with `corssim run --lesson {path}`.

title = {title}

# Why it matters, for someone who has never heard of it. Paragraphs are set apart by empty lines.
lesson = """
A page at https://app.example asks an API at another origin. The browser looks for Access-Control-Allow-Origin in the
answer, and lets the page read it if that names the page's origin.
"""

# Where it happens. Or a table: page = {{ url = "…", headers = {{ Content-Security-Policy = "…" }}, sandboxed = true }}
page = "https://app.example/"

# browser = "chromium"              # default: standard; or firefox, webkit

# --- the servers: the first rule that matches answers; what none matches gets a 404 without CORS headers ---

[[server]]
url = "https://api.example/items"   # a whole URL, a path at any origin, or *
# method = "GET"                    # default: any
# status = 200
headers = {{ Access-Control-Allow-Origin = "https://app.example", Content-Type = "application/json" }}
body = "[1, 2, 3]"
# delay = 2.5                       # seconds; nobody waits
# fail = "refused"                  # in place of an answer: refused, reset, timeout, dns, tls, …

# A whole origin that answers by a policy, preflights included:
[[server]]
origin = "https://admin.example"
policy = {{ allow_origins = ["https://app.example"], allow_methods = ["PUT"], allow_headers = ["Content-Type"] }}

# --- what happens: fetch, xhr, load, send_beacon, event_source, web_socket, submit_form, navigate, visit,
# --- or advance = 600 (seconds that pass) ---

[[step]]
fetch = "https://api.example/items"
# credentials = "include"           # send cookies along
expect.verdict = "readable"         # readable, opaque, blocked, failed; only what is given here is compared
expect.body = "[1, 2, 3]"
expect.sent = [{{ request = "GET https://api.example/items", headers = {{ Origin = "https://app.example" }} }}]

[[step]]
fetch = "https://admin.example/items/1"
method = "DELETE"
expect.verdict = "blocked"
expect.reason = "method-disallowed-by-preflight"   # `corssim explain` lists the reasons
expect.sent = ["OPTIONS https://admin.example/items/1"]
# expect.firefox.verdict = "readable"              # what one browser does otherwise
'''


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `new`."""
    parser.add_argument("name", metavar="NAME", help="the file to write, .toml added where it lacks")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Write the file; one that is there stays as it is."""
    import json

    name = arguments.name
    path = name if name.endswith(".toml") else f"{name}.toml"
    if os.path.isdir(name):
        raise UsageError(f"{name} is a folder; give the name of a file, such as {os.path.join(name, 'first.toml')}")
    stem = os.path.basename(path).removesuffix(".toml")
    if not stem:
        raise UsageError(f"{name!r} is no name for a file")
    words = stem.lstrip("0123456789").strip("-_ ").replace("-", " ").replace("_", " ") or stem
    title = json.dumps(words[:1].upper() + words[1:], ensure_ascii=False)
    text = TEMPLATE.format(path=_shell_word(path), title=title)
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already; choose another name") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path} cannot be written: {reason}") from error
    from ..report.lines import folded

    environment.write_lines(folded([(f"{path}: run it with `corssim run {_shell_word(path)}`", "")], columns=1000))
    return ExitStatus.OK


def _shell_word(text: str) -> str:
    import shlex

    from ..report.safe_text import safe

    return safe(shlex.quote(text), None)
