"""Drawn configurations of Spring's, compiled and asked: what is read of them is what Spring itself answers. Skipped
where it is not installed.

What versions after Debian's do differently is not drawn: patterns, slashes at an end and commas in an origin, and `*`
with credentials.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import httpx
import pytest

from corssim.diagnosis.configured.read import read_configuration
from corssim.fetch.wire import WireRequest
from tests.diagnosis.real_servers.compiled import spring
from tests.diagnosis.real_servers.serving import STARTS_WITHIN, serving_all

if TYPE_CHECKING:
    from pathlib import Path

APP, OTHER, NOBODY = "https://app.example", "http://other.example:8080", "https://nobody.example"
PROGRAMS = 25
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
NAMES = ("Authorization", "Content-Type", "X-Odd")
PATHS = ("/items", "/api/items", "/api/a/b", "/open/x")


def _listed(random: Random, values: list[str]) -> str:
    made = random.choice(("Arrays.asList(%s)", "List.of(%s)", "new ArrayList<>(Arrays.asList(%s))"))
    if len(values) == 1:
        made = random.choice((made, "Collections.singletonList(%s)"))
    return made % ", ".join(values)


def _texts(values: list[str]) -> list[str]:
    return [f'"{each}"' for each in values]


def _calls(random: Random, name: str) -> list[str]:
    """Calls on one configuration, in any order."""
    origins = random.choice((["*"], [APP], [APP.upper(), OTHER], [OTHER, APP], []))
    calls = []
    if origins:
        calls.append(random.choice((
            f"{name}.setAllowedOrigins({_listed(random, _texts(origins))});",
            " ".join(f"{name}.addAllowedOrigin({each});" for each in _texts(origins)),
        )))  # fmt: skip
    methods = random.choice((["*"], ["GET"], random.sample(METHODS, 3), []))
    if methods:
        calls.append(random.choice((
            f"{name}.setAllowedMethods({_listed(random, _texts(methods))});",
            " ".join(f"{name}.addAllowedMethod({each});" for each in _texts(methods)),
        )))  # fmt: skip
        if "*" not in methods and random.random() < 0.3:
            calls.append(f"{name}.addAllowedMethod(HttpMethod.{random.choice(METHODS)});")
    headers = random.choice((["*"], random.sample(NAMES, 2), ["x-odd"], []))
    if headers:
        calls.append(f"{name}.setAllowedHeaders({_listed(random, _texts(headers))});")
    if origins and "*" not in origins:
        calls.append(f"{name}.setAllowCredentials({random.choice(('true', 'false'))});")
    calls += random.sample([f'{name}.addExposedHeader("X-Seen");', f"{name}.setMaxAge({random.randint(0, 9)}00L);"], 1)
    random.shuffle(calls)
    if random.random() < 0.4 and (origins or random.random() < 0.5):
        calls.insert(random.choice((0, len(calls))), f"{name}.applyPermitDefaultValues();")
    if any("addAllowedOrigin" in each or "addAllowed" in each for each in calls) and calls[0].endswith("Values();"):
        calls.append(calls.pop(0))
    return [f"CorsConfiguration {name} = new CorsConfiguration();", *calls]


def _program(random: Random) -> str:
    names = [f"c{number}" for number in range(random.randint(1, 3))]
    paths = random.sample(("/api/**", "/open/*", "/api/{name}", "/items", "/**", "/ap?/**"), len(names))
    lines = [line for name in names for line in _calls(random, name)]
    lines.append("UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();")
    lines += [f'source.registerCorsConfiguration("{path}", {name});' for path, name in zip(paths, names, strict=True)]
    body = "\n".join(f"        {line}" for line in lines)
    return (
        "import java.util.*;\nimport org.springframework.context.annotation.*;\nimport org.springframework.http.*;\n"
        "import org.springframework.web.cors.*;\nimport org.springframework.web.filter.CorsFilter;\n"
        "@Configuration\nclass CorsSettings {\n    @Bean\n    CorsFilter corsFilter() {\n"
        f"{body}\n        return new CorsFilter(source);\n    }}\n}}\n"
    )


def _request(random: Random) -> tuple[str, str, list[tuple[str, str]]]:
    headers = [("Origin", random.choice((APP, APP, OTHER, NOBODY, "null")))]
    if random.random() < 0.4:
        return random.choice(METHODS), random.choice(PATHS), headers
    headers.append(("Access-Control-Request-Method", random.choice(METHODS)))
    if asked := random.sample(("authorization", "content-type", "x-odd", "x-more"), random.randint(0, 3)):
        headers.append(("Access-Control-Request-Headers", ",".join(asked)))
    return "OPTIONS", random.choice(PATHS), headers


def _told(status: int | None, headers: list[tuple[str, str]]) -> tuple[bool, dict[str, str]]:
    """Whether it was refused, and the headers of CORS."""
    named = {name.lower(): value for name, value in headers if name.lower().startswith("access-control-")}
    lists = ("access-control-allow-headers", "access-control-allow-methods")
    return status == 403, {n: ",".join(p.strip() for p in v.split(",")) if n in lists else v for n, v in named.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_read_is_what_spring_answers(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    texts = [_program(random) for _ in range(PROGRAMS)]
    differ = []
    with serving_all(spring, tmp_path, texts) as origins, httpx.Client(timeout=STARTS_WITHIN) as client:
        for text, origin in zip(texts, origins, strict=True):
            configured = read_configuration(text)
            for _ in range(40):
                method, path, headers = _request(random)
                answer = client.request(method, f"{origin}{path}", headers=headers)
                assert configured.replies is not None
                read = configured.replies(WireRequest(method, f"{origin}{path}", tuple(headers)))
                assert not read.doubt
                theirs = _told(answer.status_code, list(answer.headers.items()))
                ours = _told(read.status, list(read.headers))
                if theirs != ours:
                    differ.append((text, method, path, headers, theirs, ours))
    assert not differ, differ[0]
