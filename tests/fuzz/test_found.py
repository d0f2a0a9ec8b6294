"""What searches found: texts that took minutes once. Each is read in a moment; the processor's time is measured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from corssim.diagnosis.configured.read import configuration_in
from corssim.diagnosis.configured.scan import balanced, strings_in, unquoted, value_of
from corssim.diagnosis.console_lines.read import read_console
from corssim.diagnosis.console_lines.topics import nearest_topic
from corssim.errors import UsageError
from corssim.fetch.accept_language import accept_language
from corssim.fetch.permissions_policy import parse_policy_header
from corssim.fetch.rules import LanguageRules
from corssim.fetch.strict_transport_security import parse_strict_transport_security
from corssim.masking import mask_body, mask_text
from corssim.scenario.sources import UnreadableSource, read_source
from corssim.scenario.sources.har import open_archive
from corssim.scenario.sources.shell_script import commands_of
from corssim.serialized_origin import check_serialized_origin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_A_MOMENT = 3.0  # seconds of the processor; each took ten times as much, and most took minutes
_MANY = 100_000


def _read(text: str) -> object:
    try:
        return read_source(text)
    except UnreadableSource:
        return None


def _policy(value: str) -> object:
    return parse_policy_header([("Permissions-Policy", value)])


def _languages(accepted: str) -> str:
    return accept_language(LanguageRules(accepted=accepted, bare_ones_are_added=True))


_FLASK = "app = Flask(__name__)\nCORS(app)\n"
FOUND: dict[str, tuple[Callable[[str], object], str]] = {
    "commas in Permissions-Policy": (_policy, "," * _MANY),
    "blanks in Permissions-Policy": (_policy, " " * _MANY + "a=" + " " * _MANY),
    "blanks in Strict-Transport-Security": (
        lambda text: parse_strict_transport_security(text, 0.0),
        " " * _MANY + "max-age" + " " * _MANY + "x",
    ),
    "line breaks before a call": (_read, "\n" * _MANY + "const x = 1; fetch('/a')"),
    "line breaks of cmd": (commands_of, 'curl ^"https://a.example^" ' + "\n" * _MANY),
    "line breaks before a command": (commands_of, "curl https://a.example\n" + "\n" * _MANY + "x"),
    "comments behind each other": (commands_of, "curl https://a.example" + " # a" * _MANY + '"'),
    "assignments": (commands_of, "A=1 " * _MANY + "curl https://a.example"),
    "plus signs of cmd": (_read, "+&" * 15_000),
    "scripts without an end": (_read, "<script>" * _MANY),
    "status lines without end": (_read, "HTTP/1.1 200 OK\n" * 20_000),
    "options on lines of their own": (_read, "HTTP/1.1 200 OK\ncurl a\n" + "-H a\n" * 50_000),
    "lines that go on": (_read, "HTTP/1.1 200 OK\n" + "curl a \\\n" * 20_000),
    "properties without an end": (_read, "Headers : {[" + "[a, b" * 20_000 + "\nHTTP/1.1 200 OK\n"),
    "what is no script": (_read, "$.ajax({url: '/a'})" + "}headers:" * 20_000),
    "line breaks in a configuration": (configuration_in, "add_header a b;" + "\n" * _MANY + "CORS_X"),
    "line breaks in nginx": (configuration_in, "add_header Access-Control-Allow-Origin *" + "\n" * _MANY),
    "headers without an end in nginx": (configuration_in, "add_header Access-Control-Allow-Origin a\n" * 10_000),
    "line breaks in Apache": (configuration_in, "Header set Access-Control-Allow-Origin *" + "\n" * _MANY),
    "limits without an end in Apache": (
        configuration_in,
        "Header set Access-Control-Allow-Origin *\nRequire valid-user\n" + "<LimitExcept " * 20_000,
    ),
    "names of Spring that name others": (
        configuration_in,
        "".join(f"s{n} = s{n + 1} + s{n + 2} + s{n * 7 % 9_999};\n" for n in range(20_000))
        + "registry.allowedOrigins(s0).allowedMethods(s1)",
    ),
    "conditions of a program in Python": (
        configuration_in,
        _FLASK + "".join(f"if x{n}: y{n} = 1\n" for n in range(20_000)),
    ),
    "layers under conditions in Python": (
        configuration_in,
        _FLASK + "".join(f"if x{n}: app.after_request(f)\n" for n in range(5_000)),
    ),
    "functions of Python that call each other": (
        configuration_in,
        _FLASK + "".join(f"def f{n}(): f{n + 1}()\n" for n in range(8_000)) + "def f8000(): 'Access-Control-'\n",
    ),
    "loops of Python that do not end": (
        configuration_in,
        _FLASK + "while True:\n while True:\n  while True:\n   x = 1\n",
    ),
    "texts of Python that grow": (
        configuration_in,
        _FLASK + "s = 'a'\n" + "s = s + s\n" * 1_000 + "CORS(app, origins=s)",
    ),
    "line breaks in Traefik": (configuration_in, "accessControlAllow\na:" + "\n" * _MANY),
    "lists inside lists in Traefik": (configuration_in, "accessControlAllow: " + "[a, " * 25_000),
    "aliases of aliases in Traefik": (
        configuration_in,
        "accessControlAllow: &a0 [x]\n" + "\n".join(f"a: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 40)),
    ),
    "brackets of a rule in Traefik": (
        configuration_in,
        "http: {middlewares: {c: {headers: {accessControlAllowOriginList: ['*']}}}, routers: {r: {middlewares: [c], "
        "rule: '" + "(" * _MANY + "'}}}",
    ),
    "line breaks in SAM": (configuration_in, "Cors:" + " " * _MANY + "a"),
    "rules without an end in a bucket": (configuration_in, "<CORSRule>" * _MANY),
    "comments without an end in a bucket": (configuration_in, "<CORSRule>" + "<!--" * _MANY + "</CORSRule>"),
    "blanks in a bucket": (
        configuration_in,
        "<CORSRule><AllowedOrigin>" + " " * _MANY + "<</CORSRule>",
    ),
    "calls of Spring without an end": (configuration_in, "registry.allowedOrigins(" * 20_000),
    "calls of Express": (configuration_in, "require cors(" * 50_000),
    "quotes that nothing closes": (strings_in, '\\"' * _MANY),
    "quotes that nothing closes in brackets": (lambda text: balanced(text, 0), "(" + '\\"' * _MANY),
    "quotes in quotes": (unquoted, "\"'" * _MANY + "a" + "'\"" * _MANY),
    "what closes brackets": (lambda text: value_of(text, "a"), "a: " + ", " * _MANY + "b"),
    "the name of a setting that does not end": (check_serialized_origin, "A1" * _MANY + "\ufffd"),
    "the user's languages": (_languages, ",".join(f"a{number}-b" for number in range(_MANY))),
    "headers of answers in HAProxy": (
        configuration_in,
        "http-request return status 200 hdr Access-Control-Allow-Origin * if METH_OPTIONS\n"
        + "http-response add-header Access-Control-Allow-Origin *\n" * 8_000,
    ),
    "settings of Kong": (configuration_in, "name=cors " + "config.origins[]=https://a.example " * 20_000),
    "names of parts in a form": (mask_body, "name=" * 40_000),
    "one long word in a console": (read_console, "CORS " + "a" * _MANY),
    "one long word of a topic": (nearest_topic, "a" * _MANY),
    "dots behind a URL": (
        read_console,
        "Access to fetch at 'https://api.example/" + "." * 2_000 + "x' from origin 'https://app.example' has been "
        "blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_it_is_read_in_a_moment(name: str) -> None:
    read, text = FOUND[name]
    assert _seconds(read, text) < _A_MOMENT


def test_quotes_that_nothing_closes_in_a_large_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.har"
    path.write_text('{"log": ' + '\\"' * 200_000)
    monkeypatch.setattr("corssim.scenario.sources.har.READ_AT_ONCE", 1000)

    def read(name: str) -> None:
        with pytest.raises(UnreadableSource, match=r"no list log\.entries"):
            open_archive(name)

    assert _seconds(read, str(path)) < _A_MOMENT


@pytest.mark.parametrize(
    "configuration",
    [
        "Globals:\n  HttpApi:\n    CorsConfiguration:\n      AllowOrigins: ",
        "app.use(cors({credentials: true, origin: ",
    ],
    ids=["SAM", "Express"],
)
def test_a_configuration_that_ends_before_its_value(configuration: str) -> None:
    configured = configuration_in(configuration)
    assert configured is not None
    assert not any(grant.origins or grant.is_fixed for grant in configured.grants)
    assert configured.grants or configured.not_understood


@pytest.mark.parametrize("mask", [mask_text, mask_body])
@pytest.mark.parametrize(
    "before",
    ['{password": "a', '{"a": "b", "password": "c', '{password": "a", "b": [{apiKey": "a', '"token": "a\\'],
    ids=["a quote too few", "no end", "twice", "an escape at the end"],
)
def test_a_quote_that_nothing_closes_hides_no_secret_of_the_lines_below(
    mask: Callable[[str], str], before: str
) -> None:
    masked = mask(f'{before}\n{{"password": "m4rker"}}\n')
    assert "m4rker" not in masked
    assert mask(masked) == masked


def test_a_secret_of_several_lines_is_masked_to_its_end() -> None:
    assert mask_text('{"private_key": "BEGIN\nm4rker\nEND"}') == '{"private_key": "***"}'


def _seconds(read: Callable[[str], object], text: str) -> float:
    started = time.thread_time()
    read(text)
    return time.thread_time() - started


@pytest.mark.parametrize(
    "configuration",
    [
        '<cors enabled="true">' + "".join(f'<add origin="https://a{n}.example" />' for n in range(3_000)) + "</cors>",
        "".join(f'allow do\n origins "https://a{n}.example"\n resource "*"\nend\n' for n in range(3_000)),
        "".join(
            f"http-response set-header Access-Control-Allow-Origin * unless {{ req.hdr(origin) a{n} }}\n"
            for n in range(3_000)
        ),
    ],
    ids=["origins in IIS", "blocks in Rails", "conditions in HAProxy"],
)
def test_what_says_too_often_whom_it_is_for_is_refused(configuration: str) -> None:
    """Each is held against all others: a file of a megabyte took the machine's memory."""
    with pytest.raises(UsageError, match="give the part that is meant"):
        configuration_in(configuration)


@pytest.mark.parametrize(
    ("configuration", "status"),
    [
        ("http-request return status abc hdr Access-Control-Allow-Origin * if METH_OPTIONS", 200),
        ("http-request return status 204 hdr Access-Control-Allow-Origin * if METH_OPTIONS", 204),
        ('acl "{ a }" a\nhttp-response set-header Access-Control-Allow-Origin * if { a }', None),
    ],
    ids=["no number", "a number", "a condition that names itself"],
)
def test_a_slip_in_haproxy_leaves_it_a_configuration_of_haproxy(configuration: str, status: int | None) -> None:
    configured = configuration_in(configuration)
    assert configured is not None
    assert (configured.kind, configured.preflight_status) == ("HAProxy", status)
