"""A scenario on this machine: its pages and steps by names of this machine, its servers asked by their own.

Servers compare origins in ways of their own (a pattern, the beginning of a text), so they are not rewritten: what
arrives is turned back into the scenario's names before they see it, and what they answer is turned into this machine's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import UNSET

from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
from ..scenario.model import AdvanceStep, LoadStep, PageTable
from ..scenario.what_if import Changes
from ..url import require_url
from .origins import Names, each_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..scenario import Scenario
    from ..scenario.model import AnyStep

    Ask = Callable[[WireRequest], WireResponse | NetworkFailure]

T = TypeVar("T")
_POLICIES = ("content-security-policy", "content-security-policy-report-only")
_NO_PORT = 0


@dataclass(frozen=True, kw_only=True)
class OnThisMachine(Changes):
    """What becomes of a scenario where its hosts have these names."""

    names: Names

    @property
    def of_answers(self) -> bool:
        return True

    def scenario(self, scenario: Scenario) -> Scenario:
        """The scenario without expectations. Raises `UsageError` for hosts that this machine cannot be."""
        plain = msgspec.to_builtins((scenario.page, scenario.rules, scenario.steps))
        self.names.learn([_without_expectations(each) for each in (plain[0], *plain[1], *plain[2])])
        return msgspec.structs.replace(
            scenario,
            page=self._page(scenario.page),
            steps=tuple(self._step(step, scenario.page) for step in scenario.steps),
            addresses={},
        )

    def answers(self, send: Ask) -> Ask:
        """The scenario's servers for requests by names of this machine."""

        def answered(request: WireRequest) -> WireResponse | NetworkFailure:
            answer = send(self.request(request))
            return answer if isinstance(answer, NetworkFailure) else self.response(answer, request.url)

        return answered

    def text(self, text: str) -> str:
        """A text with the names of this machine in it."""
        return self.names.here(text, also_bare=_NO_PORT)

    def request(self, request: WireRequest) -> WireRequest:
        """A request of this machine as the scenario's servers would see it."""
        back = self.names.back
        return request._replace(
            url=back(request.url), headers=tuple((name, back(value)) for name, value in request.headers)
        )

    def response(self, response: WireResponse, url: str) -> WireResponse:
        """What a server of the scenario answers to `url`, with the names of this machine in it."""
        body = self._body(response.body)
        longer = len(body) - len(response.body)
        headers = tuple((name, self._header(name, value, url, longer)) for name, value in response.headers)
        return response._replace(headers=headers, body=body)

    def _body(self, body: bytes) -> bytes:
        try:
            return self.names.here(body.decode()).encode()
        except UnicodeDecodeError:
            return body

    def _header(self, name: str, value: str, url: str, longer: int) -> str:
        match name.lower():
            case "content-length" if value.isdecimal():
                return str(int(value) + longer)
            case "location":
                return self.names.url(value, self.names.back(url))
            case policy if policy in _POLICIES:
                return self.names.here(value, also_bare=require_url(self.names.back(url)).default_port)
        return self.text(value)

    def _page(self, page: PageTable) -> PageTable:
        frame = page.frame
        if frame is not None:
            frame = msgspec.structs.replace(
                frame,
                url=self.names.url(frame.url, page.url),
                headers=self._headers(frame.headers, frame.url),
                allow=self.names.here(frame.allow),
            )
        url, headers = self.names.url(page.url, page.url), self._headers(page.headers, page.url)
        return msgspec.structs.replace(page, url=url, headers=headers, frame=frame)

    def _headers(self, headers: Any, url: str) -> list[tuple[str, str]]:
        pairs = headers.items() if isinstance(headers, dict) else headers
        return [(name, self._header(name, value, self.names.url(url, url), 0)) for name, value in pairs]

    def _step(self, step: AnyStep, home: PageTable) -> AnyStep:
        if isinstance(step, AdvanceStep):
            return step
        table = home if step.page is UNSET else PageTable(url=step.page) if isinstance(step.page, str) else step.page
        base = table.url if table.frame is None else table.frame.url
        own = "url" if isinstance(step, LoadStep) else step.action
        plain = _without_expectations(msgspec.to_builtins(step))
        plain.pop("page", None)
        made: Any = msgspec.convert(each_text(plain, self.names.here), type(step))
        page = UNSET if step.page is UNSET else self._page(table)
        return msgspec.structs.replace(made, page=page, **{own: self.names.url(getattr(step, own), base)})  # type: ignore[no-any-return]


def _without_expectations(table: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != "expect"}
