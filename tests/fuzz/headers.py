"""Headers: of servers, of pages and of script."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha384
from math import isfinite

from corssim import Browser, MockServer, Verdict
from corssim.browser.cache_control import LONGEST, parse_cache_control
from corssim.browser.freshness import (
    current_age,
    freshness,
    freshness_lifetime,
    parse_http_date,
)
from corssim.fetch.authentication_challenges import parse_challenges
from corssim.fetch.browsers import PROFILE_NAMES, profile_named
from corssim.fetch.connection_allowlist import parse_connection_allowlist
from corssim.fetch.content_range import part_of
from corssim.fetch.content_security_policy import (
    effective_directive_for_request,
    parse_policies,
    parse_serialized_policy,
    sandbox_tokens,
    upgrade_insecure_requests,
)
from corssim.fetch.embedder_policy import EmbedderPolicy, parse_embedder_policy, parse_isolation_policy
from corssim.fetch.header_list import (
    combined_by_name,
    extract_delta_seconds,
    extract_token_list,
    get,
    is_header_name,
    sort_and_combine,
)
from corssim.fetch.header_values import get_decode_and_split_value
from corssim.fetch.integrity_policy import parse_integrity_policies
from corssim.fetch.mime_type import extract_mime_type, parse_mime_type
from corssim.fetch.permissions_policy import parse_allow_attribute, parse_policy_header
from corssim.fetch.referrer import parse_referrer_policy
from corssim.fetch.safelists import (
    cors_unsafe_request_header_names,
    is_cors_safelisted_request_header,
    is_forbidden_request_header,
    parse_single_range,
)
from corssim.fetch.source_list import (
    integrity_metadata_matches_source_list,
    nonce_matches_source_list,
    url_matches_source_list,
)
from corssim.fetch.strict_transport_security import parse_strict_transport_security
from corssim.fetch.subresource_integrity import HASH_ALGORITHMS, bytes_match, parse_metadata
from corssim.origin import Origin
from corssim.url import require_url

from .target import target

PROFILES = [profile_named(name) for name in PROFILE_NAMES]
APP, API = "https://app.example/", "https://api.example/x"
"""A page, and what it asks for."""
_URLS = [
    require_url(text) for text in (API, "http://localhost:8000/a/b?c", "wss://a.example/", "data:,x", "blob:null/1")
]


@target(
    "header values",
    "a, b",
    'a, "b, \\"c"',
    "PUT, DELETE",
    "600",
    "x-a,,x-b",
    words='" \\ , ; = \\" * GET PUT x-a 600 -1',
    is_bytes=True,
)
def header_values(text: str) -> None:
    parts = get_decode_and_split_value(text)
    assert parts
    assert all(part == part.strip("\t ") for part in parts)
    assert ",".join(parts).replace("\t", "").replace(" ", "") == text.replace("\t", "").replace(" ", "")
    pairs = [("X-A", part) for part in text.split("\n")]
    assert get(pairs, "x-a") == ", ".join(value for _, value in pairs)
    tokens = extract_token_list(pairs, "X-A")
    assert not isinstance(tokens, list) or all(map(is_header_name, tokens))
    seconds = extract_delta_seconds(pairs, "x-a")
    assert not isinstance(seconds, int) or seconds >= 0
    names = [(part, "1") for part in parts]
    assert [name for name, _ in sort_and_combine(names)] == sorted({name.lower() for name in parts})
    assert {name.lower() for name, _ in combined_by_name(names)} == {name.lower() for name in parts}
    unsafe = cors_unsafe_request_header_names(names, PROFILES[0].safelists)
    assert unsafe == sorted(set(unsafe))


@target(
    "cors headers",
    "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true",
    "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT, *\nAccess-Control-Allow-Headers: x-a\n"
    "Access-Control-Max-Age: 60\nAccess-Control-Expose-Headers: *",
    "Location: /y\nVary: Origin\nSet-Cookie: a=b\nContent-Type: text/html",
    words="Access-Control-Allow-Origin: Access-Control-Allow-Credentials: Access-Control-Allow-Methods: * true null "
    "Access-Control-Allow-Headers: Access-Control-Max-Age: Cross-Origin-Resource-Policy: same-origin Vary: Origin "
    "Timing-Allow-Origin: X-Content-Type-Options: nosniff Link: https://app.example Refresh: Content-Length: "
    'WWW-Authenticate: Clear-Site-Data: "*" Cache-Control: max-age=60 ETag: Age: Strict-Transport-Security:',
    is_bytes=True,
    longest=20_000,
)
def cors_headers(text: str) -> None:
    headers = [
        (name, value.strip("\t "))
        for name, colon, value in (line.partition(":") for line in text.replace("\r", "").split("\n"))
        if colon and is_header_name(name) and "\0" not in value
    ]
    profile = PROFILES[len(text) % len(PROFILES)]
    page = Browser(MockServer().route("*", headers=headers, body="{}"), profile=profile).page(APP)
    for method in ("GET", "PUT"):
        for credentials in ("omit", "include"):
            outcome = page.fetch(API, method=method, credentials=credentials)
            allowed = (get(headers, "access-control-allow-origin") or "").strip("\t\n\r ")
            if outcome.verdict is Verdict.READABLE:
                assert allowed == "https://app.example" or (allowed == "*" and credentials == "omit")
            assert outcome.verdict is not Verdict.OPAQUE
            assert (outcome.reason is None) is (outcome.verdict is Verdict.READABLE)
            assert all(line.isprintable() for line in "".join(str(line) for line in outcome.console).split("\n"))


@target(
    "mime types",
    "text/html;charset=utf-8",
    'a/b;c="d\\"e";f=',
    "application/json",
    "image/svg+xml; charset=utf-16",
    words='/ ; = " \\ charset= +json +xml text/javascript */* , multipart/form-data',
    is_bytes=True,
)
def mime_types(text: str) -> None:
    parsed = parse_mime_type(text)
    if parsed is not None:
        assert parse_mime_type(parsed.serialize()) == parsed
        assert parsed.essence == parsed.essence.lower()
        assert len({name for name, _ in parsed.parameters}) == len(parsed.parameters)
        assert isinstance((parsed.is_javascript, parsed.is_json, parsed.is_xml, parsed.is_html), tuple)
    extracted = extract_mime_type(text.split("\n"))
    assert extracted is None or extracted.essence != "*/*"
    for profile in PROFILES:
        assert is_cors_safelisted_request_header("Content-Type", text, profile.safelists) in (True, False)


@target(
    "content security policies",
    "default-src 'self' https://*.example:*/a/; connect-src *; sandbox allow-scripts",
    "script-src 'nonce-YQ==' 'sha256-YQ==' 'strict-dynamic' ws: blob:, img-src 'none'; upgrade-insecure-requests",
    words="default-src connect-src script-src img-src 'self' 'none' * https: https://a.example :* :443 /a/ ; , %2f "
    "'nonce- 'sha256- sandbox upgrade-insecure-requests frame-src form-action *.example",
    is_bytes=True,
)
def content_security_policies(text: str) -> None:
    policy = parse_serialized_policy(text)
    again = parse_serialized_policy("; ".join(directive.text for directive in policy.directives))
    assert again == policy
    assert len({directive.name for directive in policy.directives}) == len(policy.directives)
    policies = parse_policies([("Content-Security-Policy", text), ("content-security-policy-report-only", text)])
    assert upgrade_insecure_requests(policies) in (True, False)
    tokens = sandbox_tokens(policies)
    assert tokens is None or all(token == token.lower() for token in tokens)
    assert effective_directive_for_request("script") == "script-src-elem"
    own = Origin.parse(APP)
    for directive in policy.directives:
        for profile in PROFILES:
            for url in _URLS:
                first = url_matches_source_list(url, directive.value, own, 0, profile.csp)
                redirected = url_matches_source_list(url, directive.value, own, 1, profile.csp)
                assert redirected or not first  # after a redirect a path counts no more, and nothing is narrower
        assert not nonce_matches_source_list("", directive.value)
        assert integrity_metadata_matches_source_list(text, directive.value) in (True, False)


@target(
    "permissions policies",
    'local-network-access=(self "https://a.example"), loopback-network=*',
    "camera=();a=b",
    "a 0 *; b 'self' https://a.example; loopback-network",
    words="=( ) , ; \" * self src ?1 'self' 'none' a=",
    is_bytes=True,
)
def permissions_policies(text: str) -> None:
    for lists in (parse_policy_header([("Permissions-Policy", text)]), parse_allow_attribute(text)):
        assert all(name == name.lower() and isinstance(items, tuple) for name, items in lists.items())


@target(
    "integrity metadata",
    "sha384-YWJj sha256-YWI=?a",
    "sha512-a-b",
    "md5-a  \tSHA256-YQ",
    words="sha256- sha384- sha512- SHA256- ? = + / _ -",
    is_bytes=True,
)
def integrity_metadata(text: str) -> None:
    digest = b64encode(sha384(b"x").digest()).decode()
    for profile in PROFILES:
        hashes = parse_metadata(text, profile.integrity)
        assert all(item.algorithm in HASH_ALGORITHMS for item in hashes)
        if not hashes:
            assert bytes_match(b"x", text, profile.integrity)
        if not any(item.algorithm == "sha512" for item in hashes):
            assert bytes_match(b"x", f"{text} sha384-{digest}", profile.integrity)
            assert not bytes_match(b"y", f"sha384-{digest}", profile.integrity)


@target(
    "strict transport security",
    "max-age=600; includeSubDomains",
    'Max-Age="0";a=b',
    "max-age = 1 ;;preload",
    words='max-age= includeSubDomains ; = " preload',
    is_bytes=True,
)
def strict_transport_security(text: str) -> None:
    known = parse_strict_transport_security(text, 1000.0)
    assert known is None or (1000.0 <= known.expires <= 1000.0 + 10**10 and "max-age" in text.lower())


@target(
    "challenges",
    'Basic realm="a", Digest nonce="b\\"", c=d',
    "Negotiate",
    "Bearer YQ==, Basic",
    words='Basic Digest Negotiate NTLM realm= charset="UTF-8" " \\ , =',
    is_bytes=True,
)
def challenges(text: str) -> None:
    every = list(parse_challenges(text.split("\n"), one_a_line=False))
    of_lines = list(parse_challenges(text.split("\n"), one_a_line=True))
    assert {challenge.scheme for challenge in of_lines} <= {challenge.scheme for challenge in every}
    assert all(challenge.scheme == challenge.scheme.lower() for challenge in every)
    assert all(isinstance(challenge.realm, str) for challenge in every)


@target(
    "freshness",
    'max-age=60, no-cache="a, b"',
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "stale-while-revalidate=9, public",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    words='max-age= no-cache no-store must-revalidate max-stale min-fresh= stale-while-revalidate= immutable " '
    ", GMT Nov",
    is_bytes=True,
)
def freshness_of_headers(text: str) -> None:
    directives = parse_cache_control(text)
    assert all(name == name.lower() for name in directives)
    date = parse_http_date(text)
    assert date is None or isfinite(date)
    headers = [(name, text) for name in ("Cache-Control", "Expires", "Date", "Age", "Last-Modified", "Pragma")]
    for profile in PROFILES:
        assert 0 <= freshness_lifetime(200, headers, 1000.0, profile.freshness) <= LONGEST * 100
        assert 0 <= current_age(headers, 1000.0, 2000.0) < float("inf")
        freshness(200, headers, 1000.0, 2000.0, rules=profile.freshness, request_headers=headers)


@target(
    "policies of documents",
    'require-corp; report-to="a"',
    "credentialless",
    "blocked-destinations=(script style)",
    '(response-origin "https://*.example/*")',
    "no-referrer, origin",
    "isolate-and-require-corp",
    words='require-corp credentialless blocked-destinations=( sources=(inline) script ) ; , " response-origin '
    "no-referrer origin unsafe-url isolate-and-require-corp isolate-and-credentialless ://*",
    is_bytes=True,
)
def policies_of_documents(text: str) -> None:
    for profile in PROFILES:
        pairs = [("Cross-Origin-Embedder-Policy", text), ("Document-Isolation-Policy", text)]
        assert isinstance(parse_embedder_policy(pairs, profile.embedder_policies), EmbedderPolicy)
        assert isinstance(parse_isolation_policy(pairs, profile.embedder_policies), EmbedderPolicy)
    policy = parse_integrity_policies([("Integrity-Policy", text), ("Integrity-Policy-Report-Only", text)])
    assert policy.enforced == policy.reported
    allowlist = parse_connection_allowlist([("Connection-Allowlist", text)])
    assert isinstance(allowlist, tuple)
    assert isinstance(parse_referrer_policy([("Referrer-Policy", text)]), str)
    if is_a_value(text):
        server = MockServer().route("*", headers=[("Access-Control-Allow-Origin", "*")])
        page = Browser(server, profile="chromium").page(APP, headers=[("Connection-Allowlist", f'("{text}")')])
        assert page.fetch(API).verdict in (Verdict.READABLE, Verdict.BLOCKED)


def is_a_value(text: str) -> bool:
    """Report whether a page's header can hold it."""
    return not {"\r", "\n", "\0"} & set(text)


@target(
    "request headers",
    "bytes=0-",
    "BYTES = 1 - 2 ",
    "en-GB,en;q=0.9",
    "de",
    "text/html, */*;q=0.1",
    "GET",
    words='bytes= - , ; =0.9 en de-AT */* " ( ) : < > @ { }',
    is_bytes=True,
)
def request_headers(text: str) -> None:
    for allow_white_space in (False, True):
        found = parse_single_range(text, allow_white_space=allow_white_space)
        assert found is None or any(each is not None for each in found)
        assert found is None or None in found or found[0] <= found[1]  # type: ignore[operator]
    part = part_of(b"0123456789", text)
    assert part is None or (part.body in b"0123456789" and part.content_range.endswith("/10"))
    for profile in PROFILES:
        for name in ("Accept", "Accept-Language", "Content-Language", "Content-Type", "Range", "X-HTTP-Method", text):
            assert is_cors_safelisted_request_header(name, text, profile.safelists) in (True, False)
            assert is_forbidden_request_header(name, text, profile.safelists) in (True, False)
