"""Headers and lists as configurations write them: keys beside values, attributes, functions that go by a list."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from corssim.diagnosis.configured.judge import judged
from corssim.diagnosis.configured.read import read_configuration
from tests.cli.running import corssim

if TYPE_CHECKING:
    from pathlib import Path

WRITTEN = {
    "vercel.json": '{"headers": [{"source": "/(.*)", "headers": [{"key": "Access-Control-Allow-Origin", "value": '
    '"https://app.example"}, {"key": "Access-Control-Allow-Methods", "value": "GET,PUT"}]}]}',
    "next.config.js": "headers: [{ key: 'Access-Control-Allow-Origin', value: 'https://app.example' }, "
    "{ key: 'Access-Control-Allow-Methods', value: 'GET,PUT' }]",
    "web.config of IIS": '<customHeaders><add name="Access-Control-Allow-Origin" value="https://app.example" />'
    '<add name="Access-Control-Allow-Methods" value="GET,PUT" /></customHeaders>',
    "netlify.toml": '[headers.values]\nAccess-Control-Allow-Origin = "https://app.example"\n'
    'Access-Control-Allow-Methods = "GET,PUT"',
}


@pytest.mark.parametrize("name", WRITTEN)
def test_headers_are_read_as_they_are_written(name: str) -> None:
    grant = read_configuration(WRITTEN[name]).grants[0]
    assert (grant.origins, grant.methods) == (("https://app.example",), ("GET", "PUT"))


ALLOWLIST = """
const allowlist = ['https://app.example', 'https://b.example']
app.use(cors({ origin: (origin, callback) => callback(null, allowlist.includes(origin)), credentials: true }))
"""


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (ALLOWLIST, "readable"),
        (ALLOWLIST.replace("=> callback(", "=> { callback(").replace("(origin)),", "(origin)) },"), "readable"),
        (ALLOWLIST.replace("(origin, callback) =>", "function (origin, callback)"), None),  # which is no script
        ("const origins = ['https://app.example'];\napp.use(cors({ origin: origins }))", "readable"),
        ("app.use(cors({ origin: (origin, callback) => lookUp(origin, callback) }))", None),
        ("app.use(cors({ origin: process.env.ORIGIN }))", None),
    ],
)
def test_origins_of_cors_that_stand_elsewhere(text: str, verdict: str | None) -> None:
    configured = read_configuration(text)
    assert judged(configured, "https://app.example")[0].verdict == verdict
    assert judged(configured, "https://foreign.example")[0].verdict == (verdict and "blocked")


def test_mistakes_are_told_as_json(tmp_path: Path) -> None:
    path = tmp_path / ".htaccess"
    path.write_text("Header set Access-Control-Allow-Origin *\n", encoding="utf-8")
    mistakes = json.loads(corssim("explain", str(path), "--json").out)["configuration"]["mistakes"]
    assert [(each["code"], sorted(each)) for each in mistakes] == [("not-on-errors", ["code", "remedy", "text"])]


def test_a_policy_of_cloudfront_is_read_by_its_items() -> None:
    configured = read_configuration(
        '{"ResponseHeadersPolicy": {"CorsConfig": {"AccessControlAllowOrigins": {"Quantity": 1, "Items": '
        '["https://app.example"]}, "AccessControlAllowMethods": {"Quantity": 2, "Items": ["GET", "PUT"]}, '
        '"AccessControlAllowHeaders": {"Quantity": 1, "Items": ["*"]}, "AccessControlAllowCredentials": true}}}'
    )
    grant = configured.grants[0]
    assert (configured.software, grant.origins, grant.methods) == (
        "cloudfront",
        ("https://app.example",),
        ("GET", "PUT"),
    )
    assert (grant.headers, grant.credentials) == (("*",), True)
