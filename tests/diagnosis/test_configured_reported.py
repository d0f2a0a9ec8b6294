"""Settings as reports have them: entries that are no origins, routes that answer, names of another form."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of, pages_of
from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

ENVOY = (
    "virtual_hosts:\n- name: local\n  domains: ['*']\n  cors:\n    allow_origin: ['*']\n    allow_methods: GET, PUT\n"
    "  routes:\n  - match: {match}\n    route: {{ cluster: a }}\n"
)
ONE, ALL = f"app.get('/items/:id', cors({{ origin: ['{APP}'] }}), answer);\n", "app.use(cors());\n"
BUCKET = (
    "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      CorsConfiguration:\n        CorsRules:\n"
    "          - AllowedOrigins: ['*']\n            AllowedMethods: [GET]\n            {more}\n"
)
INGRESS = 'metadata:\n  annotations:\n    nginx.ingress.kubernetes.io/{}: "{}"\n'


@pytest.mark.parametrize("entry", [f"{APP}/#/", f"{APP}/a/path", f"{APP}/", APP])
def test_a_page_that_asks_is_of_an_origin_however_the_entry_is_written(entry: str) -> None:
    assert pages_of(read_configuration(f"app.use(cors({{ origin: '{entry}' }}));"))[0] == APP


@pytest.mark.parametrize(
    ("match", "expected"),
    [("{ prefix: '/' }", "readable"), ("{ prefix: '/', grpc: {} }", None), ("\n      prefix: /\n      grpc: {}", None)],
    ids=["any request", "gRPC alone", "gRPC alone, over lines"],
)
def test_a_preflight_is_no_grpc(match: str, expected: str | None) -> None:
    assert verdict(ENVOY.format(match=match), "PUT", "/", OTHER) == expected


@pytest.mark.parametrize(
    ("path", "page", "expected"),
    [("/items/1", OTHER, "blocked"), ("/items/1", APP, "readable"), ("/", OTHER, "readable")],
)
def test_a_layer_after_the_route_that_answers_is_not_reached(path: str, page: str, expected: str) -> None:
    assert verdict(ONE + ALL, "GET", path, page) == expected


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ("ExposedHeaders: [ETag]", False),
        ("ExposeHeader: [ETag]", True),
        ("ExposeHeaders: [ETag]", True),
        ("MaxAge: 30", False),
        ("MaxAgeSeconds: 30", True),
    ],
)
def test_names_of_the_console_are_refused_in_templates(more: str, refused: bool) -> None:
    codes = [mistake.code for mistake in mistakes_of(read_configuration(BUCKET.format(more=more)))]
    assert ("setting-refused" in codes) is refused


@pytest.mark.parametrize(
    ("more", "remedy"),
    [
        ('"ExposeHeaders": ["ETag"]', None),
        ('"ID": "one"', None),
        ('"ExposedHeaders": ["ETag"]', "ExposeHeaders: …"),
        ('"MaxAge": 30', "MaxAgeSeconds: …"),
        ('"Comment": "mine"', "Leave it out."),
    ],
)
def test_names_that_s3_does_not_know_are_refused(more: str, remedy: str | None) -> None:
    rule = f'[{{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "AllowedHeaders": ["*"], {more}}}]'
    refused = [each for each in mistakes_of(read_configuration(rule)) if each.code == "setting-refused"]
    assert [each.remedy for each in refused] == ([] if remedy is None else [remedy])


def test_an_origin_with_spaces_is_no_setting_of_the_running_servers() -> None:
    text = INGRESS.format("enable-cors", "true") + INGRESS.format("cors-allow-origin", f"{APP} https://b.example")[24:]
    (told,) = [each.text for each in mistakes_of(read_configuration(text)) if each.code == "origin-not-known"]
    assert "has spaces in it" in told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("cors-allow-origin", APP, True), ("server-snippet", f"add_header Access-Control-Allow-Origin {APP};", False)],
    ids=["settings that do nothing", "none of these settings"],
)
def test_cors_that_is_not_enabled_is_told_where_it_was_set(name: str, value: str, told: bool) -> None:
    codes = [mistake.code for mistake in mistakes_of(read_configuration(INGRESS.format(name, value)))]
    assert ("not-enabled" in codes) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            (
                'SetEnvIf Origin "http(s)?://(www\\.)?(app.example)$" O=$0$1\n'
                "Header add Access-Control-Allow-Origin %{O}e env=O"
            ),
            "https://app.examples",
        ),
        ('Header set Access-Control-Allow-Origin "* env=O"', "* env=O"),
    ],
    ids=["groups twice", "a condition inside the quotes"],
)
def test_what_apache_makes_of_a_value_is_told(text: str, told: str) -> None:
    mistakes = {each.code: each.text for each in mistakes_of(read_configuration(text))}
    assert told in mistakes["origin-altered"]
    assert "origin-not-known" not in mistakes


def test_a_quote_of_nginx_that_does_not_end_is_not_read_on() -> None:
    text = (
        "location / {\n  if ($request_method = OPTIONS) {\n    add_header 'Access-Control-Allow-Origin' 'https://a.example;\n"
        "    add_header 'Access-Control-Allow-Methods' 'PUT';\n    return 204;\n  }\n}\n"
    )
    assert verdict(text, "PUT", "/", APP) is None


def test_a_condition_of_haproxy_is_no_header_of_its_library() -> None:
    configured = read_configuration('frontend x\n  http-request lua.cors "*" "*" if is_api\n  http-response lua.cors\n')
    assert configured.grants[0].headers is None
    assert configured.not_understood == ("if is_api",)
