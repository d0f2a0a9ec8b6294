"""Kong's plugin cors, in every form that it is written in, as its handler answers."""

from __future__ import annotations

import json

import pytest

from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
GET, PUT, DELETE, WITH, TOKEN = "GET", "PUT", "DELETE", "with credentials", "with Authorization"
RESOURCE = "apiVersion: configuration.konghq.com/v1\nkind: KongPlugin\nmetadata: {name: c}\nplugin: cors\nconfig:\n"
CALL = 'curl -X POST localhost:8001/plugins \\\n  --data "name=cors" \\\n'
SERVICES = (
    "services:\n- name: s\n  routes:\n  - name: a\n    paths: [/a]\n    plugins:\n    - name: cors\n      config: "
    "{origins: ['https://app.example'], methods: [PUT]}\n  - name: b\n    paths: [/b]\n"
    "plugins:\n- name: cors\n  config: {origins: ['*']}\n"
)

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "a resource of Kubernetes": (
        f"{RESOURCE}  origins: ['*']\n  methods: [GET, PUT]\n  headers: [Content-Type]\n  credentials: true\n",
        {
            (WITH, "/", APP): READABLE,
            (PUT, "/", APP): READABLE,
            (TOKEN, "/", APP): BLOCKED,
            (DELETE, "/", APP): BLOCKED,
        },
    ),
    "lists with blanks in a command": (
        f'{CALL}  --data "config.origins={APP}" --data "config.methods=GET, PUT" -d config.headers=Authorization',
        {
            (PUT, "/", APP): READABLE,
            (TOKEN, "/", APP): READABLE,
            (DELETE, "/", APP): BLOCKED,
            (GET, "/", OTHER): BLOCKED,
        },
    ),
    "preflights that go on to the program": (
        f"{CALL} -d config.origins=* -d config.preflight_continue=true",
        {(GET, "/", APP): READABLE, (PUT, "/", APP): NOT_KNOWN},
    ),
    "everybody among others": (
        json.dumps({"name": "cors", "enabled": True, "config": {"origins": ["https://b.example", "*"]}}),
        {(PUT, "/", APP): READABLE, (TOKEN, "/", APP): READABLE, (WITH, "/", APP): BLOCKED},
    ),
    "one origin is sent to whoever asks": (
        f"plugins:\n- name: cors\n  config:\n    origins: [{APP}]\n",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "an expression of hosts": (
        "plugins:\n- name: cors\n  config:\n    origins: ['(app|b)\\.example']\n",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): BLOCKED},
    ),
    "a plugin of one route, and one that is for all": (
        SERVICES,
        {(GET, "/a/x", OTHER): BLOCKED, (PUT, "/a/x", APP): READABLE, (GET, "/b", OTHER): READABLE},
    ),
    "two plugins that say different things": (
        "plugins:\n- name: cors\n  config: {origins: ['*']}\n- name: cors\n  config: {origins: ['https://b.example']}\n",
        {(GET, "/", APP): NOT_KNOWN},
    ),
    "origins that are to be filled in": (
        "plugins:\n- name: cors\n  config: {origins: ['${ORIGIN}', 'https://app.example']}\n",
        {(GET, "/", APP): READABLE, (GET, "/", OTHER): NOT_KNOWN},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_answered_as_the_handler_does(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected
