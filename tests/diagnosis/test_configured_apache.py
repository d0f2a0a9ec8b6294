"""Apache's configurations, followed as Apache does: rewriting, variables, sections in their order, two tables."""

from __future__ import annotations

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
ORIGIN = "Access-Control-Allow-Origin"
PUTS = "Header always set Access-Control-Allow-Methods PUT"
PREFLIGHTS = "RewriteEngine On\nRewriteCond %{REQUEST_METHOD} =OPTIONS\nRewriteRule .* - [R=204,L]"
GET, PUT = "GET", "PUT"

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "both tables are sent": (
        f"Header always set {ORIGIN} *\nHeader set {ORIGIN} *", {(GET, "/", APP): BLOCKED},
    ),
    "what is merged comes once": (
        f"Header set {ORIGIN} *\nHeader merge {ORIGIN} *", {(GET, "/", APP): READABLE},
    ),
    "what is appended stands behind a comma": (
        f"Header set {ORIGIN} {APP}\nHeader append {ORIGIN} {OTHER}", {(GET, "/", APP): BLOCKED},
    ),
    "a variable that is not set is null": (
        f"SetEnvIf Origin ^(https://app\\.example)$ known=$1\nHeader set {ORIGIN} %{{known}}e",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "the variables of CGI are none of headers'": (
        f"Header set {ORIGIN} %{{HTTP_ORIGIN}}e", {(GET, "/", APP): BLOCKED},
    ),
    "a variable is taken back": (
        f"SetEnvIf Origin example$ known\nSetEnvIf Origin ^https://other !known\nHeader set {ORIGIN} * env=known",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a variable that rewriting sets": (
        ("RewriteEngine On\nRewriteCond %{HTTP:Origin} ^https://(app|www)\\.example$\n"
        f"RewriteRule .* - [E=known:%1]\nHeader set {ORIGIN} https://%{{known}}e.example env=known"),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "what rewriting answers has the headers of every answer alone": (
        f"{PREFLIGHTS}\nHeader set {ORIGIN} *\n{PUTS}", {(PUT, "/", APP): BLOCKED, (GET, "/", APP): READABLE},
    ),
    "what rewriting answers, with the headers of every answer": (
        f"{PREFLIGHTS}\nHeader always set {ORIGIN} *\n{PUTS}", {(PUT, "/", APP): READABLE},
    ),
    "files take no PUT, unless something that is not shown does": (
        f"DocumentRoot /srv\nHeader set {ORIGIN} *\n{PUTS}", {(PUT, "/", APP): NOT_KNOWN, (GET, "/", APP): READABLE},
    ),
    "what takes no PUT says so to every page": (
        f"DocumentRoot /srv\nHeader always set {ORIGIN} *\n{PUTS}", {(PUT, "/", APP): READABLE},
    ),
    "a part of a configuration, and nothing in it answers OPTIONS": (
        f"<Directory /srv/app>\nHeader always set {ORIGIN} *\n{PUTS}\n</Directory>",
        {(PUT, "/", APP): NOT_KNOWN, (GET, "/", APP): READABLE},
    ),
    "such a part that lets no header through, whatever answers": (
        f"Header set {ORIGIN} *\nHeader set Access-Control-Allow-Methods GET", {(PUT, "/", APP): BLOCKED},
    ),
    "conditions count last": (
        f"<If \"%{{HTTP:Origin}} == '{APP}'\">\nHeader set {ORIGIN} {APP}\n</If>\nHeader set {ORIGIN} {OTHER}",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): READABLE},
    ),
    "what no condition before is for": (
        (f"<If \"%{{HTTP:Origin}} == '{APP}'\">\nHeader set A b\n</If>\n"
        f"<ElseIf \"%{{HTTP:Origin}} -in {{'{OTHER}', 'https://b.example'}}\">\nHeader set {ORIGIN} *\n</ElseIf>\n"
        f"<Else>\nHeader set {ORIGIN} null\n</Else>"),
        {(GET, "/", APP): BLOCKED, (GET, "/", OTHER): READABLE, (GET, "/", "https://c.example"): BLOCKED},
    ),
    "an expression of several": (
        (f"<If \"!(%{{REQUEST_METHOD}} == 'OPTIONS') && (req('Origin') =~ m#^https://APP#i || -z %{{HTTP:Origin}})\">\n"
        f"Header set {ORIGIN} expr=%{{req:Origin}}\n</If>"),
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED, (PUT, "/", APP): BLOCKED},
    ),
    "a place comes after its server, and a longer folder after a shorter one": (
        f"<Location /a>\nHeader set {ORIGIN} {OTHER}\n</Location>\nHeader set {ORIGIN} {APP}",
        {(GET, "/a", APP): BLOCKED, (GET, "/b", APP): READABLE},
    ),
    "the program's own value is kept where there is one": (
        f"ProxyPass / http://a/\nHeader setifempty {ORIGIN} {APP}", {(GET, "/", APP): NOT_KNOWN},
    ),
    "the program's own value is replaced": (
        f"ProxyPass / http://a/\nHeader set {ORIGIN} {APP}",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED, ("with credentials", "/", APP): NOT_KNOWN},
    ),
    "the program's own value comes to that of every answer": (
        f"ProxyPass / http://a/\nHeader always set {ORIGIN} {APP}", {(GET, "/", APP): NOT_KNOWN},
    ),
    "a condition of which nothing is told": (
        f"<If \"%{{REMOTE_ADDR}} == '::1'\">\nHeader set {ORIGIN} *\n</If>", {(GET, "/", APP): NOT_KNOWN},
    ),
}  # fmt: skip

HOSTILE = {
    "an edit that is no expression": f"Header set {ORIGIN} *\nHeader edit {ORIGIN} ( b",
    "an edit with a group that is none": f"Header set {ORIGIN} *\nHeader edit {ORIGIN} . $7",
    "parentheses without end": f'<If "{"(" * 5000}">\nHeader set {ORIGIN} *\n</If>',
    "turned again and again": f'<If "{"!" * 1500}true">\nHeader set {ORIGIN} *\n</If>',
    "a variable that doubles": "RewriteEngine On\n"
    + "RewriteRule .* - [E=a:%{ENV:a}x%{ENV:a}]\n" * 60
    + f"Header set {ORIGIN} %{{a}}e",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_ends_with_an_answer(name: str) -> None:
    assert verdict(HOSTILE[name], GET, "/", APP) in (READABLE, BLOCKED, NOT_KNOWN)


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_followed_to_its_answer(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected
