"""Drawn policies, written in C# as people write them, against the C# of ASP.NET Core's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st

from corssim.diagnosis.configured.aspnet.configuration import read_aspnet
from corssim.diagnosis.configured.aspnet.policies import normalized
from corssim.fetch.wire import WireRequest
from tests.diagnosis.aspnet.cors_service import CorsPolicyBuilder, InsecureConfiguration, answer

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGINS = (
    "https://app.example", "http://localhost:3000", "https://APP.example", "https://app.example/", "*",
    "https://*.shop.example", "http://*.shop.example:8080", "null", "https://app.example:443", "app.example",
)  # fmt: skip
ASKING = (
    "https://app.example", "http://localhost:3000", "https://a.shop.example", "https://a.b.shop.example",
    "https://shop.example", "http://a.shop.example:8080", "http://a.shop.example", "null", "https://evilshop.example",
)  # fmt: skip
METHODS = ("GET", "PUT", "DELETE", "*", "put", "GET, PUT", "PATCH")
HEADERS = ("Content-Type", "x-token", "*", "Authorization", "X-A, X-B")
FUNCTIONS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("origin => true", lambda origin: True),
    ("_ => false", lambda origin: False),
    ('o => o.StartsWith("http://localhost")', lambda o: o.startswith("http://localhost")),
    ('(string o) => o == "null" || o.EndsWith(".shop.example")', lambda o: o == "null" or o.endswith(".shop.example")),
    ('origin => { return new[] { "https://app.example" }.Contains(origin); }', lambda o: o == "https://app.example"),
    ('o => !o.Contains("shop")', lambda o: "shop" not in o),
)  # fmt: skip


def listed(name: str, does: str, values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, str, tuple[object, ...]]]:
    lists = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    ways = (
        lambda texts: ", ".join(texts),
        lambda texts: f"new[] {{ {', '.join(texts)} }}",
        lambda texts: f"new List<string> {{ {', '.join(texts)} }}.ToArray()",
        lambda texts: f"[{', '.join(texts)}]",
    )
    return st.tuples(lists, st.sampled_from(ways)).map(
        lambda drawn: (name, drawn[1]([f'"{each}"' for each in drawn[0]]), (does, *drawn[0]))
    )


CALLS = st.one_of(
    listed("WithOrigins", "with_origins", ORIGINS),
    listed("WithMethods", "with_methods", METHODS),
    listed("WithHeaders", "with_headers", HEADERS),
    listed("WithExposedHeaders", "with_exposed_headers", HEADERS),
    *(
        st.just((name, "", (does,)))
        for name, does in (
            ("AllowAnyOrigin", "allow_any_origin"), ("AllowAnyMethod", "allow_any_method"),
            ("AllowAnyHeader", "allow_any_header"), ("AllowCredentials", "allow_credentials"),
            ("DisallowCredentials", "disallow_credentials"),
            ("SetIsOriginAllowedToAllowWildcardSubdomains", "set_is_origin_allowed_to_allow_wildcard_subdomains"),
        )
    ),
    st.sampled_from([("FromSeconds(90)", 90), ("FromMinutes(10)", 600), ("FromDays(1)", 86400)]).map(
        lambda drawn: ("SetPreflightMaxAge", f"TimeSpan.{drawn[0]}", ("set_preflight_max_age", drawn[1]))
    ),
    st.sampled_from(FUNCTIONS).map(
        lambda drawn: ("SetIsOriginAllowed", drawn[0], ("set_is_origin_allowed", drawn[1]))
    ),
)  # fmt: skip
PROGRAMS = (
    'services.AddCors(o => o.AddPolicy("p", b => b{chain}));\napp.UseCors("p");',
    "builder.Services.AddCors(o => {{ o.AddDefaultPolicy(b => {{ b{chain}; }}); }});\napp.UseCors();",
    "app.UseCors(x => x{chain});\napp.UseStaticFiles();",
    'const string Name = "p";\no.AddPolicy(name: Name, b => {{ {calls} }});\napp.UseCors(Name);',
    'var made = new CorsPolicyBuilder(){chain}.Build();\no.AddPolicy("p", made);\napp.UseCors("p");',
)


@settings(max_examples=400, deadline=None)
@given(
    calls=st.lists(CALLS, min_size=1, max_size=7),
    program=st.sampled_from(PROGRAMS),
    origin=st.sampled_from((*ASKING, "")),
    method=st.sampled_from(("GET", "PUT", "POST")),
    asked=st.sampled_from(("", "content-type", "authorization,x-token", "x-a")),
    checks=st.booleans(),
)
def test_a_policy_answers_as_that_of_the_framework(
    calls: list[tuple[str, str, tuple[object, ...]]], program: str, origin: str, method: str, asked: str, checks: bool
) -> None:
    chain = "".join(f".{name}({given})" for name, given, _ in calls)
    statements = " ".join(f"b.{name}({given});" for name, given, _ in calls)
    configured = read_aspnet(program.format(chain=chain, calls=statements))
    assert configured is not None
    assert configured.replies is not None
    headers = {"Origin": origin} if origin else {}
    if checks:
        headers["Access-Control-Request-Method"] = method
        headers |= {"Access-Control-Request-Headers": asked} if asked else {}
        method = "OPTIONS"
    reply = configured.replies(WireRequest(method, "https://api.example/items", tuple(headers.items())))

    builder = CorsPolicyBuilder()
    for _, _, (does, *values) in calls:
        getattr(builder, str(does))(*values)
    try:
        told = answer(builder.build(), method, headers)
    except InsecureConfiguration:
        assert (reply.status, reply.headers, reply.doubt) == (500, (), "")
        return
    if not origin and checks:
        assert reply.doubt or reply.status == 405  # which no browser sends
        return
    assert (reply.status, dict(reply.headers), reply.doubt) == (*told, "")


# CorsPolicyBuilderTests and CorsPolicyExtensionsTests
@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Some-String", "some-string"), ("x:\\Test", "x:\\test"), ("FTP://Some-url", "ftp://some-url"),
        ("HTTP://www.example.com", "http://www.example.com"), ("http://www.Example.com:80", "http://www.example.com:80"),
        ("https://www.Example.com:8080", "https://www.example.com:8080"),
        ("http://Bücher.example", "http://xn--bcher-kva.example"),
        ("http://Bücher.example.com:83", "http://xn--bcher-kva.example.com:83"),
        ("https://example.қаз", "https://example.xn--80ao21a"),
        ("https://www.example.இந்தியா:443", "https://www.example.xn--xkc2dl3a5ee0h"),
    ],
)  # fmt: skip
def test_an_origin_is_compared_as_the_builder_normalizes_it(written: str, sent: str) -> None:
    assert normalized(written) == sent


@pytest.mark.parametrize(
    ("origin", "allowed", "is_in"),
    [
        ("http://sub.domain", "http://*.domain", True), ("http://sub.sub.domain", "http://*.domain", True),
        ("http://sub.sub.domain", "http://*.sub.domain", True),
        ("http://sub.domain:4567", "http://*.domain:4567", True),
        ("http://domain", "http://*.domain", False), ("http://sub.domain", "http://domain", False),
        ("http://sub.domain:1234", "http://*.domain:5678", False), ("http://sub.domain", "http://domain.*", False),
        ("http://sub.sub.domain", "http://sub.*.domain", False), ("http://sub.domain.hacker", "http://*.domain", False),
        ("https://sub.domain", "http://*.domain", False),
    ],
)  # fmt: skip
def test_subdomains_are_those_of_the_list(origin: str, allowed: str, is_in: bool) -> None:
    text = f'app.UseCors(p => p.WithOrigins("{allowed}").SetIsOriginAllowedToAllowWildcardSubdomains());'
    configured = read_aspnet(text)
    assert configured is not None
    assert configured.replies is not None
    reply = configured.replies(WireRequest("GET", "https://api.example/", (("Origin", origin),)))
    assert bool(reply.headers) == is_in
