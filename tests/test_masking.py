"""One table of names decides what is masked; every place and every output is looked at for one planted marker."""

from __future__ import annotations

import json

import pytest

from corssim import Browser, Outcome
from corssim.masking import MASK, mask_body, mask_header, mask_text
from corssim.report.advice import Advice
from corssim.report.html import html_report
from corssim.report.json_report import json_report
from corssim.report.terminal import plain_report, report_lines
from corssim.secret_names import is_secret_name
from corssim.server.mock import MockServer
from corssim.testing.explanation import explanation, title

MARKER = "m4rkerm4rker"
_PART = '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{}\r\n--b--'


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "access_token",
        "accessToken",
        "X-Api-Key",
        "X-Auth-Token",
        "X-CSRF-Token",
        "client_secret",
        "sig",
        "signature",
        "key",
        "code",
        "password",
        "API-KEY",
        "sessionid",
        "JSESSIONID",
        "X-Hub-Signature-256",
        "id_token",
        "code_verifier",
        "SAMLResponse",
    ],
)
def test_names_that_say_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "keyword",
        "monkey",
        "country_code",
        "status_code",
        "tokenize",
        "X-Request-Id",
        "Idempotency-Key",
        "author",
        "sort",
        "page",
        "Sec-WebSocket-Key",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("https://u:p@a.example/x", f"https://{MASK}@a.example/x", id="user name and password"),
        pytest.param("?token=S&b=1#access_token=S", f"?token={MASK}&b=1#access_token={MASK}", id="query and fragment"),
        pytest.param(
            "?X-Amz-Date=S&X-Goog-Algorithm=S", f"?X-Amz-Date={MASK}&X-Goog-Algorithm={MASK}", id="signed URL"
        ),
        pytest.param("/x?to%6ben=S", f"/x?to%6ben={MASK}", id="escaped name"),
        pytest.param("/x?next=%2Fy%3Fkey%3DS%26z%3D1", f"/x?next=%2Fy%3Fkey%3D{MASK}%26z%3D1", id="URL in a URL"),
        pytest.param("-H 'X-Api-Key: S' -H 'Accept: */*'", f"-H 'X-Api-Key: {MASK}' -H 'Accept: */*'", id="command"),
        pytest.param("sent Bearer abcdefgh12", f"sent Bearer {MASK}", id="bearer token"),
        pytest.param("at /x?token=S: it is old", f"at /x?token={MASK}: it is old", id="the mark after a URL in prose"),
        pytest.param("/x?token=S.", f"/x?token={MASK}", id="no mark without prose"),
        pytest.param("The token: it is old", "The token: it is old", id="prose"),
        pytest.param("Access-Control-Allow-Headers: x-api-key", "Access-Control-Allow-Headers: x-api-key", id="names"),
    ],
)
def test_texts(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("name", "value", "masked"),
    [
        ("X-Auth-Token", "S", MASK),
        ("Location", "https://a.example/?code=S", f"https://a.example/?code={MASK}"),
        ("WWW-Authenticate", 'Bearer realm="x", token="S"', f'Bearer realm="x", token={MASK}'),
        ("WWW-Authenticate", "Negotiate c2VjcmV0==", f"Negotiate {MASK}"),
        ("Access-Control-Allow-Headers", "x-api-key, authorization", "x-api-key, authorization"),
        ("Access-Control-Allow-Origin", "https://u:S@a.example", f"https://{MASK}@a.example"),
        ("Content-Security-Policy", "img-src a; report-uri /r?key=S", f"img-src a; report-uri /r?key={MASK}"),
        ("Set-Cookie", "a=S; Path=/?token=S", f"a={MASK}; Path=/?token={MASK}"),
        ("Cookie2", "$Version=S", f"$Version={MASK}"),
        ("Sec-WebSocket-Protocol", "access_token, S, a", f"access_token, {MASK}, a"),
        ("Sec-WebSocket-Protocol", "v1.token.S", f"v1.token.{MASK}"),
        ("Location", "/?token=a'b \"c<d&e=f", f"/?token={MASK}&e=f"),
        ("Location", "\\\\u:S@h/", f"\\\\{MASK}@h/"),
        ("Location", "https:u:S@h/@", f"https:{MASK}@h/@"),
        ("Location", "/?next=/b?token=S", f"/?next=/b?token={MASK}"),
        ("Refresh", "0; url=/?token=S", f"0; url=/?token={MASK}"),
        ("X-Told", "a; token=S, key=T", f"a; token={MASK}, key={MASK}"),
        (
            "Sec-WebSocket-Protocol",
            "base64url.bearer.authorization.k8s.io.S, v4",
            f"base64url.bearer.authorization.k8s.io.{MASK}, v4",
        ),
    ],
)
def test_headers(name: str, value: str, masked: str) -> None:
    assert mask_header(name, value) == masked


@pytest.mark.parametrize(
    ("body", "masked"),
    [
        pytest.param('{"a": {"token": ["S"]}, "n": 1}', f'{{"a": {{"token": "{MASK}"}}, "n": 1}}', id="JSON"),
        pytest.param('{"token": "S", "b": "cut', f'{{"token": "{MASK}", "b": "cut', id="JSON that was cut off"),
        pytest.param('{"a":1}', '{"a":1}', id="JSON without secrets is left as it is"),
        pytest.param("a=1&password=S", f"a=1&password={MASK}", id="form"),
        pytest.param("see /?key=S; and ?key=S", f"see /?key={MASK} and ?key={MASK}", id="URLs in a text"),
        pytest.param(f"see '/?key={MASK}'; or", f"see '/?key={MASK}'; or", id="what is masked is left as it is"),
        pytest.param(_PART.format("S"), _PART.format(MASK), id="parts"),
    ],
)
def test_bodies(body: str, masked: str) -> None:
    assert mask_body(body) == masked
    assert mask_body(masked) == masked


_BASIC = "dXNlcjpteV9zZWNyZXQ="
_PEM = "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        f"https://a.example/?a=b;token={MARKER}",
        f"https://a.example/?h=Basic+{_BASIC}",
        f"https://a.example/?h=Basic%20{_BASIC}",
        f"at https://hooks.slack.com/services/T00/B00/{MARKER} and",
        f"https://api.telegram.org/bot123456789:{MARKER}{MARKER}/send",
        f"ghp_{MARKER}{MARKER}",
        f"note: it sent X-Api-Key: {MARKER}",
        f"a: b: c: Cookie: s={MARKER}; t={MARKER}",
        _PEM.format(MARKER),
        _PEM.replace("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK").format(MARKER),
        f"authorization is bearer {MARKER}",
        f"eyJhbGciOiJub25lIn0.{MARKER}.",
    ],
)
def test_secrets_that_are_seen_whatever_their_name(text: str) -> None:
    for mask in (mask_text, mask_body):
        assert MARKER not in mask(text)
        assert _BASIC not in mask(text)


BODIES = {
    "a list": '{"tokens": ["§", "§"]}',
    "a list that was cut off": '{"a": 1, "tokens": ["§", {"b": "§',
    "a table that was cut off": '{"secret": {"v": "§", "w',
    "pairs": '[{"name": "password", "value": "§"}]',
    "JSON in JSON": '{"body": "{\\"password\\": \\"§\\"}"}',
    "JSON in a form": "payload=%7B%22password%22%3A%20%22§%22%7D&a=b",
    "a URL in a form": "next=https%3A%2F%2Fa.example%2F%3Fcode%3D§",
    "GraphQL": '{"query": "mutation { login(user: \\"a\\", password: \\"§\\") { id } }"}',
    "lines of JSON": '{"a": 1}\n{"password": "§"}',
    "behind a prefix": ')]}\',\n{"token": "§"}',
    "a call": 'f({"token": "§"})',
    "code": "{token: '§', a: 1}",
    "single quotes": "{'token': '§'}",
    "an array of PHP or a hash of Ruby": "['password' => '§', \"token\" => \"§\"]",
    "a name and its value": '[{"name": "token", "value": "§"}, {"Key": "token", "Value": {"a": "§"}}]',
    "an element": "<a><password>§</password></a>",
    "an element of a namespace": '<w:Password Type="x">§</w:Password>',
    "CDATA": "<token><![CDATA[§]]></token>",
    "an element with elements": "<token>\n <v x='1'>§</v> <!-- --> <w>§</w></token>",
    "an element in one of its name": "<token><token>a</token>§</token>",
    "an element that was cut off": "<a:token><v>§</v><w",
    "a comment in an element": "<token><!-- a -->§</token>",
    "a property list": "<dict><key>token</key><string>§</string></dict>",
    "XML-RPC": "<member><name>password</name><value><string>§</string></value></member>",
    "a setting in XML": '<Setting name="password"><value>§</value></Setting>',
    "a text field": '<textarea name="token">§</textarea>',
    "text of an element with an id": '<div id="token">§</div>',
    "an attribute": "<a password='§'/>",
    "an attribute without quotes": "<a data-api-key=§>",
    "JSON in an attribute": "<div data-page='{&quot;token&quot;:&quot;§&quot;}'>",
    "code in code": "x = '{\\x22token\\x22:\\x22§\\x22}'",
    "JSON in JSON in JSON, cut off": '{"a": "{\\"b\\": \\"{\\\\\\"token\\\\\\": \\\\\\"§',
    "an escaped name, cut off": '{"to\\u006ben": "§", "b": "c',
    "an escaped URL, cut off": '{"u": "https://a.example/?b=c\\u0026token=§", "b": "c',
    "a name twice": '{"a": {"tokens": ["§"]}, "a": 1}',
    "a pair": '{"headers": [["X-Api-Key", "§"]]}',
    "a pair, cut off": '[["X-Api-Key", "§',
    "a header and its value": '{"header": "X-Api-Key", "value": "§"}',
    "a field and its value, cut off": '{"a": [{"type": "password", "required": true, "value": "§',
    "arguments": "localStorage.setItem('token', '§')",
    "serialized PHP": 's:5:"token";s:12:"§";',
    "flow": "{a: 1, token: §}",
    "cookies": '{"cookie": "a=§", "Set-Cookie": ["a=§; Path=/"], "cookies": {"a": "§"}}',
    "protocols": '{"protocols": ["access_token", "§"]}',
    "a block of YAML": "a:\n  password: |\n    §\n    §\n  b: c",
    "a table of YAML": "token:\n  value: §\nb: c",
    "a list of YAML": "- secrets:\n  - §\n  - §\n",
    "a setting in a remark": "<!-- token: § -->\n# password = §\n// token: §",
    "events": 'event: a\ndata: {"token": "§"}\n\ndata: token=§\n',
    "columns": 'user,password\na,§\n"b, c",§\n',
    "columns with tabs": "token\tuser\n§\ta",
    "the middle of a line": "level=info token=§ msg=a",
    "a quoted document": "%7B%22token%22%3A%22§%22%7D",
    "a part with an extended name": "--b\ncontent-disposition: form-data; name*=UTF-8''password\n\nS\n--b--",
    "names without words": '{"accesstoken": "§", "csrfmiddlewaretoken": "§", "db_pass": "§", "비밀번호": "§"}',
    "a form's field": '<input type="hidden" name="csrf_token" value="§">',
    "a form's field, its value first": "<input value=§ name=csrf_token>",
    "a page's token": '<meta name="csrf-token" content="§">',
    "settings": "password: §\n- token: §\nAPI_KEY = §\nexport SECRET='§'",
    "a part of several lines": '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\na\r\nS\r\n--b--',
    "a part whose name has no quotes": "--b\nContent-Disposition: form-data; name=password\n\nS\n--b--",
}


@pytest.mark.parametrize("kind", BODIES)
def test_each_kind_of_body(kind: str) -> None:
    body = BODIES[kind].replace("§", MARKER)
    masked = mask_body(body)
    assert MARKER not in masked
    assert MASK in masked


@pytest.mark.parametrize(
    "body",
    [
        "Error: the token is missing",
        "<p><code>fetch()</code> failed</p>",
        "<Error><Code>AccessDenied</Code></Error>",
        '{"error": "invalid_request", "keyword": "x"}',
        "a=1&b=2",
        "<input name='city' value='Ulm'>",
        "status: 404\nserver = nginx",
        '{"allow_headers": ["X-Api-Key", "Content-Type", "Accept"]',
        "<div id='authentication'><p>Sign in</p></div>",
        "<p>basic authentication is not enough</p>",
        "pass_rate: 1\nbypass: 2",
        "token, and more\n",
        'x = {a: "\\x41"} & y',
        "asked with credentials=include",
    ],
)
def test_what_is_no_secret_stays(body: str) -> None:
    assert mask_body(body) == body


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"see 'https://a.example/?token=a'{MARKER}' from", f"see 'https://a.example/?token={MASK}' from"),
        (f'password="{MARKER}" and', f'password={MASK}" and'),
        (f"'https://a.example/?token={MARKER}', 'b'", f"'https://a.example/?token={MASK}', 'b'"),
        (f"'?token={MARKER}'+b", f"'?token={MASK}'+b"),
        ("'?a=b'c", "'?a=b'c"),
    ],
)
def test_a_quote_in_a_value_ends_it_only_where_no_more_of_it_stands_behind(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def _outcomes() -> list[Outcome]:
    secret = f"?token={MARKER}#key={MARKER}"
    headers = {
        "X-Api-Key": MARKER,
        "X-Auth-Token": MARKER,
        "WWW-Authenticate": f"Bearer token={MARKER}",
        "Set-Cookie": f"session={MARKER}; Secure; SameSite=None",
        "Link": f"<https://cdn.example/?sig={MARKER}>; rel=preload",
    }
    api = MockServer()
    location = f"https://me:{MARKER}@other.example/x{secret}"
    moved = {**headers, "Location": location, "Access-Control-Allow-Origin": "*"}
    api.route("https://api.example/moved", status=307, headers=moved)
    api.route(
        "https://api.example/items",
        status=401,
        headers={**headers, "Content-Type": "application/json"},
        body=f'{{"error": "no", "access_token": "{MARKER}"}}',
    )
    outcomes = []
    for profile in ("standard", "chromium", "firefox", "webkit"):
        browser = Browser(transport=api, profile=profile)
        page = browser.page(f"https://app.example/login{secret}")
        for url in ("https://api.example/items", "https://api.example/moved"):
            outcomes.append(
                page.fetch(
                    url + secret,
                    method="POST",
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                    body=f"password={MARKER}",
                    credentials="include",
                )
            )
            outcomes.append(
                page.fetch(url + secret, headers={"X-Api-Key": MARKER, "Authorization": f"Bearer {MARKER}"})
            )
    return outcomes


def _verbose(outcome: Outcome) -> str:
    lines = report_lines(outcome, verbose=True, advice=Advice(outcome), columns=400)
    return "\n".join(line.plain() for line in lines)


_OUTPUTS = {
    "terminal": lambda outcome: plain_report(outcome, advice=Advice(outcome)),
    "verbose": lambda outcome: _verbose(outcome),
    "JSON": lambda outcome: json.dumps(json_report(outcome, advice=Advice(outcome))),
    "HTML": lambda outcome: html_report([outcome], title="x", advice=[Advice(outcome)]),
    "failing test": lambda outcome: explanation(outcome) + title(outcome),
}


@pytest.mark.parametrize("output", _OUTPUTS)
def test_no_output_shows_a_planted_secret(output: str) -> None:
    for outcome in _outcomes():
        shown = _OUTPUTS[output](outcome)
        at = shown.replace("\n", "").find(MARKER)
        assert at < 0, shown.replace("\n", "")[max(0, at - 200) : at + 50]


def test_it_is_shown_where_it_is_asked_for() -> None:
    assert MARKER in json.dumps(json_report(_outcomes()[0], show_credentials=True))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("en-US,en;q=0.9", "en-US,en;q=0.9"),
        (f"text/html;q=0.8,x;token={MARKER}", f"text/html;q=0.8,x;token={MASK}"),
        (f"a;q=https%3A%2F%2Fx.example%2F%3Ftoken%3D{MARKER}", f"a;q=https%3A%2F%2Fx.example%2F%3Ftoken%3D{MASK}"),
    ],
)
def test_the_weights_of_a_headers_values_hide_no_parameter(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize("name", ["X-Key", "x_api_KEY", "a-token", "TOKEN", "Auth", "x--key", "ключ-key", "xKey9"])
def test_a_secret_word_is_found_however_a_name_is_written(name: str) -> None:
    assert is_secret_name(name)


def test_no_note_about_a_login_is_taken_for_a_secret() -> None:
    note = "A preflight never carries cookies or Authorization. Let OPTIONS pass before the login is checked."
    server = MockServer().route(
        "*",
        status=302,
        headers={
            "Location": "https://login.microsoftonline.com/common/oauth2/authorize?client_id=1&response_type=code"
        },
    )
    outcome = (
        Browser(server, profile="chromium").page("https://app.example/").fetch("https://api.example/x", method="PUT")
    )
    assert note in " ".join(explanation(outcome).split())


@pytest.mark.parametrize(
    "text",
    ['<cors allow-credentials="true" terminate="false">', '{"supportsCredentials": true}', "allow_credentials='no'"],
    ids=["an attribute", "a member", "a setting in quotes"],
)
def test_what_says_only_whether_is_no_secret(text: str) -> None:
    assert mask_text(text) == text
