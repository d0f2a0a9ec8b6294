"""Drawn settings of Traefik's headers middleware in every form that people write: what is read of them is what the
middleware answers, by its source as it was until version 3.6, written down here step by step.

https://github.com/traefik/traefik/blob/v3.6.0/pkg/middlewares/headers/header.go
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import tomli_w
import yaml

from corssim.diagnosis.configured.read import configuration_in
from corssim.fetch.wire import WireRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    Options = dict[str, Any]
    Chain = dict[str, Options]

ORIGINS = ["https://app.example", "http://localhost:3000", "https://b.example", "https://zz.example"]
LISTED = [*ORIGINS[:3], "*", "https://App.example", "https://app.example/"]
PATTERNS = [r"^https://.*\.example$", r"app\.example", ".*", r"^https://[a-z]{1,3}\.example$"]
CORS = ("AllowOriginList", "AllowOriginListRegex", "AllowCredentials", "AllowMethods", "AllowHeaders", "ExposeHeaders")


class Answer:
    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: dict[str, str] = {}


def served(chain: list[Options], method: str, request: dict[str, str]) -> Answer:
    """What a chain of such middlewares answers; one with the program behind has no status."""
    if not chain:
        return Answer()
    own, origin = chain[0], request.get("Origin", "")
    answer = Answer()
    is_of_cors = any(own.get(f"accessControl{name}") for name in (*CORS, "MaxAge")) or bool(own.get("addVaryHeader"))
    if is_of_cors and method == "OPTIONS" and origin and request.get("Access-Control-Request-Method"):
        answer.status = 200
        allow(answer, own, origin)
        for name in ("Headers", "Methods"):
            if own.get(f"accessControlAllow{name}"):
                answer.headers[f"Access-Control-Allow-{name}"] = ",".join(own[f"accessControlAllow{name}"])
        answer.headers["Access-Control-Max-Age"] = str(own.get("accessControlMaxAge", 0))
        return answer
    for name, value in own.get("customRequestHeaders", {}).items():
        request.pop(name, None)
        request |= {name: value} if value else {}
    answer = served(chain[1:], method, request)
    for name, value in own.get("customResponseHeaders", {}).items():
        answer.headers.pop(name, None)
        answer.headers |= {name: value} if value else {}
    allow(answer, own, request.get("Origin", ""))
    if own.get("accessControlExposeHeaders"):
        answer.headers["Access-Control-Expose-Headers"] = ",".join(own["accessControlExposeHeaders"])
    return answer


def allow(answer: Answer, own: Options, origin: str) -> None:
    listed = [each for each in own.get("accessControlAllowOriginList", []) if each in (origin, "*")]
    found = any(re.search(each, origin) for each in own.get("accessControlAllowOriginListRegex", []))
    if listed or found:
        answer.headers["Access-Control-Allow-Origin"] = listed[0] if listed else origin
    if own.get("accessControlAllowCredentials"):
        answer.headers["Access-Control-Allow-Credentials"] = "true"


def drawn(random: Random) -> Chain:
    def some(values: list[str], most: int = 2) -> list[str]:
        return random.sample(values, random.randint(1, most))

    chain: Chain = {}
    for number in range(random.randint(1, 3)):
        own: Options = {"accessControlAllowOriginList": some(LISTED, 3)} if random.random() < 0.6 else {}
        more: dict[str, Callable[[], object]] = {
            "accessControlAllowOriginListRegex": lambda: some(PATTERNS),
            "accessControlAllowCredentials": lambda: random.random() < 0.8,
            "accessControlAllowMethods": lambda: some(["GET", "PUT", "*"]),
            "accessControlAllowHeaders": lambda: some(["content-type", "Authorization", "*"]),
            "accessControlExposeHeaders": lambda: some(["X-A", "X-B"]),
            "accessControlMaxAge": lambda: random.choice([0, 600]),
            "addVaryHeader": lambda: random.random() < 0.5,
            "customRequestHeaders": lambda: {"Origin": random.choice(["", ORIGINS[2]])},
            "customResponseHeaders": lambda: {
                "Access-Control-Allow-Origin": random.choice(["*", ORIGINS[0], ""]),
                "Access-Control-Allow-Methods": "GET, PUT",
            },
        }
        own |= {name: value() for name, value in more.items() if random.random() < 0.25}
        chain[f"m{number}"] = own or {"accessControlAllowOriginList": ["*"]}
    return chain


def written(chain: Chain, form: str) -> str:
    names = list(chain)
    if form in ("list", "mapping", "command"):
        pairs = [("traefik.http.routers.r.rule", "Host(`api.example`)")]
        pairs += [("traefik.http.routers.r.middlewares", ",".join(names))]
        for name, own in chain.items():
            for key, value in own.items():
                path = f"traefik.http.middlewares.{name}.headers.{key.lower()}"
                inner = value.items() if isinstance(value, dict) else ()
                pairs += [(f"{path}.{header}", text) for header, text in inner]
                if not isinstance(value, dict):
                    pairs.append((path, ",".join(value) if isinstance(value, list) else json.dumps(value)))
        if form == "command":
            return "docker run " + " \\\n".join(f"--label '{name}={value}'" for name, value in pairs) + " image"
        pairs = [(name, value.replace("$", "$$")) for name, value in pairs]
        labels = dict(pairs) if form == "mapping" else [f"{name}={value}" for name, value in pairs]
        return yaml.safe_dump({"services": {"a": {"labels": labels}}})
    rule = {"rule": "Host(`api.example`)", "service": "s", "middlewares": names}
    file = {"http": {"routers": {"r": rule}, "middlewares": {name: {"headers": own} for name, own in chain.items()}}}
    if form != "resources":
        return {"yaml": yaml.safe_dump, "toml": tomli_w.dumps, "json": json.dumps}[form](file)
    kind = {"apiVersion": "traefik.io/v1alpha1", "kind": "Middleware"}
    documents: list[object] = [
        {**kind, "metadata": {"name": name}, "spec": {"headers": own}} for name, own in chain.items()
    ]
    route = {"match": "Host(`api.example`)", "kind": "Rule", "middlewares": [{"name": name} for name in names]}
    return yaml.safe_dump_all([*documents, {"kind": "IngressRoute", "spec": {"routes": [route]}}])


FORMS = ("list", "mapping", "command", "yaml", "toml", "json", "resources")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_read_is_what_the_middleware_answers(form: str) -> None:
    random = Random(f"traefik {form}")
    for _ in range(100):
        chain = drawn(random)
        patterns = [each for own in chain.values() for each in own.get("accessControlAllowOriginListRegex", [])]
        if form in ("list", "mapping", "command") and any("," in each for each in patterns):
            continue  # labels part their values at commas
        text = written(chain, form)
        method = random.choice(["GET", "OPTIONS"])
        request = {"Origin": random.choice(ORIGINS)}
        request |= {"Access-Control-Request-Method": "PUT"} if method == "OPTIONS" else {}
        configured = configuration_in(text)
        told = None if configured is None else configured.replies
        expected = served(list(chain.values()), method, dict(request))
        if told is None:  # nothing of CORS
            assert not {name for name in expected.headers if "Allow-Origin" in name}
            continue
        reply = told(WireRequest(method, "https://api.example/", tuple(request.items())))
        assert not reply.doubt, text
        assert (reply.status, dict(reply.headers)) == (expected.status, expected.headers), text
