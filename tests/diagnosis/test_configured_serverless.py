"""serverless.yml: paths with CORS of their own, variables of the same file, keys that do nothing."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import configuration_in, read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
PUT, TOKEN, GET, WITH = "PUT", "with Authorization", "GET", "with credentials"


def events(*each: str) -> str:
    """Functions with an `http` event each: its path and method, and what stands under cors."""
    return "functions:\n" + "".join(
        f"  f{number}:\n    events:\n      - http:\n          path: {text.split(maxsplit=2)[0]}\n"
        f"          method: {text.split(maxsplit=2)[1]}\n          cors: {text.split(maxsplit=2)[2]}\n"
        for number, text in enumerate(each)
    )


# What passes its preflight is left to the function.
PASSES = NOT_KNOWN
CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "each path has its own": (
        events('a put {origin: "*", headers: [X-Token]}', 'b post {origin: "*"}'),
        {(PUT, "/a", APP): PASSES, (PUT, "/b", APP): BLOCKED, (TOKEN, "/a", APP): BLOCKED, (TOKEN, "/b", APP): PASSES},
    ),
    "events of one path are joined": (
        events('a put {origin: "*", headers: [X-Token]}', 'a post {origin: "*"}'),
        {(PUT, "/a", APP): PASSES, (TOKEN, "/a", APP): PASSES},
    ),
    "a stage in front of the path": (
        events('a put {origin: "*", headers: [X-Token]}', 'b post {origin: "*"}'),
        {(PUT, "/dev/b", APP): BLOCKED, (PUT, "/dev/a", APP): PASSES},
    ),
    "a path with a parameter": (
        events("a/{id} get {headers: [X-Token]}", "b/{rest+} get true"),
        {(TOKEN, "/a/1", APP): BLOCKED, (TOKEN, "/b/1/2", APP): PASSES, (PUT, "/b/1/2", APP): BLOCKED},
    ),
    "a path that is not in it, where all are alike": (
        events("a get true", "b get true"), {(PUT, "/c", APP): BLOCKED},
    ),
    "a path that is not in it, where they differ": (
        events("a get true", "b put true"), {(PUT, "/c", APP): NOT_KNOWN},
    ),
    "an event without cors beside one with it": (
        events("a get true", "b put false"), {(PUT, "/b", APP): BLOCKED, (PUT, "/a", APP): BLOCKED},
    ),
    "an event without cors that takes every method": (
        events("a get true", "b any false"), {(PUT, "/b", APP): NOT_KNOWN},
    ),
    "any method": (events("a any true"), {(PUT, "/a", APP): PASSES}),
    "a list of origins: the one that asks, else the first": (
        events("a put {origins: ['https://*.example', 'https://b.test']}"),
        {(PUT, "/a", APP): PASSES, (PUT, "/a", "https://a.test"): BLOCKED},
    ),
    "one origin": (
        events(f"a put {{origin: '{APP}'}}"), {(PUT, "/a", APP): PASSES, (PUT, "/a", OTHER): BLOCKED},
    ),
    "a list out of the same file": (
        "custom:\n  allowed: &x\n    - X-Token\n" + events("a get {origin: '*', headers: '${self:custom.allowed}'}"),
        {(TOKEN, "/a", APP): BLOCKED},
    ),
    "all of cors out of the same file, by way of another": (
        "custom:\n  origin: https://app.example\n  cors:\n    origin: ${self:custom.origin}\n"
        + events("a put ${self:custom.cors}"),
        {(PUT, "/a", APP): PASSES, (PUT, "/a", OTHER): BLOCKED},
    ),
    "a variable with a default that counts": (
        events("a put {origin: \"${self:custom.origin, 'https://app.example'}\"}"),
        {(PUT, "/a", OTHER): BLOCKED, (PUT, "/a", APP): PASSES},
    ),
    "a variable that another file has": (
        events("a put {origin: '${file(origins.yml):web}'}"), {(PUT, "/a", OTHER): NOT_KNOWN},
    ),
    "headers that another file has": (
        events("a get {headers: '${ssm:/headers}'}"), {(TOKEN, "/a", APP): NOT_KNOWN, (PUT, "/a", APP): BLOCKED},
    ),
    "an HTTP API's origins out of the same file": (
        ("custom:\n  web: [https://app.example]\nprovider:\n  httpApi:\n    cors:\n"
        "      allowedOrigins: ${self:custom.web}\n      allowCredentials: true\n"),
        {(WITH, "/x", APP): READABLE, (GET, "/x", OTHER): BLOCKED},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_path_gets_what_its_events_come_to(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


@pytest.mark.parametrize(
    ("cors", "told"),
    [
        (
            "{heanders: [X-Token]}",
            [("heanders: Serverless knows no such key under cors: it does nothing.", "headers:")],
        ),
        (
            "{allowedOrigins: ['*']}",
            [("allowedOrigins: Serverless knows no such key under cors: it does nothing.", "origins:")],
        ),
        ("{origin: '*', maxAge: 5, cacheControl: no-store}", []),
    ],
    ids=["misspelt", "that of an HTTP API", "all are known"],
)
def test_a_key_that_does_nothing_is_named(cors: str, told: list[tuple[str, str]]) -> None:
    mistakes = mistakes_of(read_configuration(events(f"a get {cors}")))
    assert [(each.text, each.remedy) for each in mistakes if each.code == "unknown-key"] == told


def test_paths_that_differ_are_told_one_by_one() -> None:
    configured = read_configuration(events("a get true", "b put true", "c get false"))
    assert [grant.where.rpartition(" ")[2] for grant in configured.grants] == ["/a", "/b"]
    assert configured.example_path == "/a"
    assert [grant.where for grant in read_configuration(events("a get true")).grants] == ["the mock answer to OPTIONS"]


HOSTILE = {
    "a variable that is itself": "custom:\n  a: ${self:custom.a}\n" + events("a get '${self:custom.a}'"),
    "variables that double": "custom:\n"
    + "".join(f"  a{at}: ${{self:custom.a{at + 1}}}${{self:custom.a{at + 1}}}\n" for at in range(60))
    + events("a get {origin: '${self:custom.a0}'}"),
    "lists that double": "custom:\n"
    + "".join(f"  a{at}: ['${{self:custom.a{at + 1}}}', '${{self:custom.a{at + 1}}}']\n" for at in range(60))
    + events("a get {headers: '${self:custom.a0}'}"),
    "an origin that is no expression": events("a get {origins: ['https://((*']}"),
    "no method and no path": "functions:\n  a:\n    events:\n      - http:\n          cors: true\n",
    "no YAML": "http:\n  cors: true\n b: ]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_ends_with_an_answer(name: str) -> None:
    assert configuration_in(HOSTILE[name]) is not None
    assert verdict(HOSTILE[name], PUT, "/a", APP) in (READABLE, BLOCKED, NOT_KNOWN)
