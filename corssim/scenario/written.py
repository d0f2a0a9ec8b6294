"""A fetch that was made, as a scenario file: the page, what it asked, and what the servers answered. Secrets masked."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ..browser.page import Page
from ..errors import UsageError
from ..fetch.body import Blob, FormData, FormUrlEncoded
from ..fetch.trace import FetchStarted, LocalNetworkAccessChecked
from ..fetch.wire import FailureKind
from ..masking import MASK, mask_body, mask_header, mask_text
from ..url import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..browser.outcome import Exchange, Message, Outcome
    from .model import RuleTable

_LONGEST_BODY = 4_000  # characters of an answer's body that are kept
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})  # the body is kept decoded
_FAILS = {
    FailureKind.REFUSED: "refused",
    FailureKind.DNS: "dns",
    FailureKind.TLS: "tls",
    FailureKind.TIMEOUT: "timeout",
    FailureKind.RESET: "reset",
    FailureKind.MALFORMED: "malformed",
    FailureKind.TOO_LARGE: "too-large",
    FailureKind.OFFLINE: "offline",
    FailureKind.OTHER: "unreachable",
}


def _started(outcome: Outcome) -> FetchStarted:
    """The event that a fetch begins with. Raises `UsageError` for what cannot be asked again."""
    started = next((event for event in outcome.trace if isinstance(event, FetchStarted)), None)
    if started is None or outcome.call is None:
        raise UsageError("a scenario cannot be made of this: a navigation is not kept")
    return started


def _host_of(url: str) -> str:
    parsed = parse_url(url)
    return "" if parsed is None else parsed.host or ""


class _Written:
    def __init__(
        self, outcome: Outcome, *, masks: bool, is_decided: bool, further: Sequence[tuple[Outcome, bool]] = ()
    ) -> None:
        self.outcome = outcome
        self.masks = masks
        self.made = ((outcome, is_decided), *further)

    def document(
        self,
        title: str,
        rules: tuple[RuleTable, ...],
        page_headers: list[tuple[str, str]],
        of_the_user: Mapping[str, Any],
    ) -> dict[str, Any]:
        started = _started(self.outcome)
        is_opaque = started.origin == "null" and started.page.startswith(("http:", "https:"))
        page: dict[str, Any] = {"url": self.text(started.page)}
        if is_opaque:
            page["sandboxed"] = True
        if page_headers:
            page["headers"] = self.headers(page_headers)
        steps = [self.step(outcome, is_decided, started.page) for outcome, is_decided in self.made]
        return {
            "title": self.text(title),
            "page": page if len(page) > 1 else page["url"],
            "browser": self.outcome.profile.name,
            **of_the_user,
            **({"addresses": addresses} if (addresses := self.addresses(of_the_user)) else {}),
            "server": [self.rule_of_transcript(rule) for rule in rules] or self.rules(),
            "step": steps,
        }

    def step(self, outcome: Outcome, is_decided: bool, page: str) -> dict[str, Any]:
        """What one outcome's page was asked to do, its page where that is another."""
        started, call = _started(outcome), outcome.call
        assert call is not None
        step = {call.method: self.text(call.url), **self.arguments(call.method, call.arguments)}
        if call.method == "load":
            step = {"load": step.pop("element"), "url": self.text(call.url), **step}
        if started.page != page:
            step["page"] = self.text(started.page)
        if is_decided:
            step["expect"] = self.expectations(outcome)
        return step

    def addresses(self, of_the_user: Mapping[str, Any]) -> dict[str, str]:
        """Where hosts are: what was told, and what was found of names that lead into a local network."""
        found: dict[str, str] = {}
        for event in (event for outcome, _ in self.made for event in outcome.trace):
            if isinstance(event, LocalNetworkAccessChecked) and event.address:
                host = _host_of(event.url)
                if host.strip("[]") != event.address:
                    found[host] = event.address
        return {**found, **of_the_user.get("addresses", {})}

    def text(self, text: str) -> str:
        return mask_text(text) if self.masks else text

    def headers(self, headers: list[tuple[str, str]]) -> list[list[str]]:
        return [[name, mask_header(name, value) if self.masks else value] for name, value in headers]

    def arguments(self, method: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments that are not the API's defaults."""
        defaults = inspect.signature(getattr(Page, method)).parameters
        kept: dict[str, Any] = {}
        for name, value in given.items():
            if value is None or value in ((), []) or (name in defaults and value == defaults[name].default):
                continue
            if name == "headers":
                kept[name] = self.headers(list(value))
            elif name in ("body", "data"):
                kept[name] = self.body(value)
            else:
                kept[name] = self.text(value) if isinstance(value, str) else value
        return kept

    def body(self, body: Any) -> Any:
        """A body by its kind; only its type decides anything, so that what is no text is named and no more."""
        if isinstance(body, FormData):
            return {"form_data": [[name, self.value(value)] for name, value in body.fields]}
        if isinstance(body, FormUrlEncoded):
            from urllib.parse import parse_qsl

            fields = parse_qsl(body.encoded, keep_blank_values=True)
            return {"form_urlencoded": [[name, self.value(value)] for name, value in fields]}
        if isinstance(body, Blob):
            return {"blob": self.value(body.data), "type": body.type}
        return (mask_body(body) if self.masks else body) if isinstance(body, str) else "(binary)"

    def value(self, value: Any) -> str:
        return value if isinstance(value, str) and not self.masks else MASK

    def expectations(self, outcome: Outcome) -> dict[str, Any]:
        reason = outcome.reason
        return {"verdict": outcome.verdict.value, **({} if reason is None else {"reason": reason.value})}

    def rules(self) -> list[dict[str, Any]]:
        """What was answered, in order: the same request twice has two rules, the first for one time."""
        rules: list[dict[str, Any]] = []
        for exchange in (exchange for outcome, _ in self.made for exchange in outcome.exchanges):
            rule = self.rule(exchange)
            for before in rules:
                if (before["url"], before["method"]) == (rule["url"], rule["method"]):
                    before["times"] = 1
            rules.append(rule)
        return rules

    def rule(self, exchange: Exchange) -> dict[str, Any]:
        rule: dict[str, Any] = {"url": self.text(exchange.request.url), "method": exchange.request.method}
        if exchange.response is None:
            kind = FailureKind.OTHER if exchange.failure is None else exchange.failure.kind
            return {**rule, "fail": _FAILS.get(kind, "unreachable")}
        return {**rule, **self.answer(exchange.response)}

    def answer(self, response: Message) -> dict[str, Any]:
        headers = [(name, value) for name, value in response.headers if name.lower() not in _UNDONE]
        answer: dict[str, Any] = {"status": response.status, "headers": self.headers(headers)}
        body = response.body.decode("utf-8", "replace")
        if body and len(body) <= _LONGEST_BODY and "\ufffd" not in body:
            answer["body"] = mask_body(body) if self.masks else body
        return answer

    def rule_of_transcript(self, rule: RuleTable) -> dict[str, Any]:
        pairs = list(rule.headers.items()) if isinstance(rule.headers, dict) else list(rule.headers)
        return {
            "url": self.text(str(rule.url)),
            "method": rule.method,
            "status": rule.status,
            "headers": self.headers(pairs),
        }


def scenario_file(
    outcome: Outcome,
    *,
    title: str,
    made_by: str,
    rules: tuple[RuleTable, ...] = (),
    masks: bool = True,
    is_decided: bool = True,
    page_headers: Sequence[tuple[str, str]] = (),
    of_the_user: Mapping[str, Any] | None = None,
    further: Sequence[tuple[Outcome, bool]] = (),
) -> str:
    """The text of a scenario file that makes the outcome's fetch again and expects the same of it.

    `rules` are the servers' answers where they are known better than by what was exchanged. What is not `is_decided`
    expects nothing. `page_headers` are what the page came with, `of_the_user` what its browser's user has set and
    decided and where hosts are, by the names that files have for them. `further` are what the same page was asked to do
    next, each with whether it is decided. Raises `UsageError`.
    """
    import tomli_w

    written = _Written(outcome, masks=masks, is_decided=is_decided, further=further)
    document = written.document(title, rules, list(page_headers), of_the_user or {})
    return f"# {made_by}\n\n{tomli_w.dumps(document, multiline_strings=False)}"
