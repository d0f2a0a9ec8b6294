"""From a scenario's rules to the server that answers by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from ..errors import UsageError
from ..fetch.body import Blob, FormData, FormUrlEncoded
from ..fetch.pairs import header_pairs
from ..server.cors_policy import CorsPolicy
from ..server.mock import MockServer
from .model import BodyTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..fetch.body import BodyInit
    from .model import Body, PolicyTable, RuleTable

_LONGEST_BODY = 100 * 1024 * 1024  # characters: a file says how long a body gets


def mock_server(rules: Iterable[RuleTable]) -> MockServer:
    """A new server with these rules. Raises `UsageError` or `InvalidURL` for a rule that can't be."""
    server = MockServer()
    for rule in rules:
        add_rule(server, rule)
    return server


def add_rule(server: MockServer, rule: RuleTable) -> None:
    """Add one rule."""
    policy = None if rule.policy is UNSET else cors_policy(rule.policy)
    body = _answer_body(rule.body)
    headers = header_pairs(rule.headers)
    if rule.url is UNSET:
        assert policy is not None
        assert rule.origin is not UNSET
        server.policy(rule.origin, policy, status=rule.status, headers=headers, body=body)
        return
    server.route(
        rule.url,
        rule.method,
        101 if rule.web_socket else rule.status,
        headers,
        body,
        times=rule.times,
        delay=rule.delay,
        fail=rule.fail,
        truncate=rule.truncate,
        policy=policy,
    )


def cors_policy(table: PolicyTable) -> CorsPolicy:
    """The policy of a rule. Raises `UsageError`."""
    given = {name: value for name in table.__struct_fields__ if (value := getattr(table, name)) is not UNSET}
    return CorsPolicy(**given)


def body_of(body: Body) -> BodyInit:
    """A request's body as the API takes it. Raises `UsageError` unless a table has exactly one kind of content."""
    if isinstance(body, str):
        return body
    kinds = ("text", "blob", "form_data", "form_urlencoded", "stream")
    given = [name for name in kinds if getattr(body, name) is not UNSET]
    if len(given) != 1:
        raise UsageError(f"a body is exactly one of {', '.join(kinds)}")
    if body.text is not UNSET:
        return _repeated(body.text, body.repeat)
    if body.blob is not UNSET:
        return Blob(body.blob, body.type)
    if body.form_data is not UNSET:
        return FormData(body.form_data)
    if body.form_urlencoded is not UNSET:
        return FormUrlEncoded(body.form_urlencoded)
    assert body.stream is not UNSET
    return iter([part.encode() for part in body.stream])


def _repeated(text: str, times: int) -> str:
    if len(text) * times > _LONGEST_BODY:
        raise UsageError(f"a body of {len(text) * times} characters is too long: {_LONGEST_BODY} at most")
    return text * times


def _answer_body(body: Body) -> str:
    if isinstance(body, BodyTable):
        if body.text is UNSET:
            raise UsageError("a server's body is text: give a text, or { text = …, repeat = … }")
        return _repeated(body.text, body.repeat)
    return body
