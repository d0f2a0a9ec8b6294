"""What if: the same requests with a header more, from a page elsewhere, or with other answers of the servers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ..errors import CorssimError, UsageError
from ..fetch.pairs import header_pairs
from ..fetch.wire import NetworkFailure
from ..named_file import not_waiting
from ..toml_text import toml_of
from .model import FetchStep, PolicyTable, XHRStep
from .origins import is_same_origin
from .servers import cors_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..fetch.wire import WireRequest, WireResponse
    from ..server.cors_policy import CorsPolicy
    from .model import AnyStep, PageTable, Scenario

    Answer = WireResponse | NetworkFailure

StepT = TypeVar("StepT", bound="AnyStep")
PageT = TypeVar("PageT", bound="PageTable | str")


@dataclass(frozen=True, kw_only=True)
class Changes:
    """`page` is where the requests come from then, `add_headers` what is added to each (as a library in the page does),
    `set_headers` what every answer has in place of its own header of that name ("" takes it away), and `policy` what
    the servers allow in place of their own CORS headers."""

    page: str | None = None
    add_headers: tuple[tuple[str, str], ...] = ()
    set_headers: tuple[tuple[str, str], ...] = ()
    policy: CorsPolicy | None = None

    def __bool__(self) -> bool:
        return bool(self.page or self.add_headers or self.set_headers or self.policy is not None)

    @property
    def of_answers(self) -> bool:
        return bool(self.set_headers) or self.policy is not None

    def step(self, step: StepT) -> StepT:
        """The request with what is added to it. What script sends with no headers of its own stays as it is."""
        if not self.add_headers or not isinstance(step, FetchStep | XHRStep):
            return step
        before = [] if step.headers is msgspec.UNSET else header_pairs(step.headers)
        names = {name.lower() for name, _ in self.add_headers}
        kept = [pair for pair in before if pair[0].lower() not in names]
        changed: Any = msgspec.structs.replace(step, headers=[*kept, *self.add_headers])
        return changed  # type: ignore[no-any-return]

    def scenario(self, scenario: Scenario) -> Scenario:
        """The scenario from the other page, its requests with what is added. Pages of the same origin move along."""
        steps: list[AnyStep] = []
        for step in scenario.steps:
            table = getattr(step, "page", msgspec.UNSET)
            if table is not msgspec.UNSET:
                step = msgspec.structs.replace(step, page=self._moved(table, scenario.page))
            steps.append(self.step(step))
        return msgspec.structs.replace(scenario, page=self._moved(scenario.page, scenario.page), steps=tuple(steps))

    def _moved(self, table: PageT, home: PageTable) -> PageT:
        """A page where it would stand then: only the frontend's own pages move."""
        url = table if isinstance(table, str) else table.url
        if self.page is None or not is_same_origin(home.url, url):
            return table
        moved: Any = self.page if isinstance(table, str) else msgspec.structs.replace(table, url=self.page)
        return moved  # type: ignore[no-any-return]

    def answers(self, send: Callable[[WireRequest], Answer]) -> Callable[[WireRequest], Answer]:
        """The servers with their answers changed."""

        def changed(request: WireRequest) -> Answer:
            if self.policy is not None and request.is_preflight:
                preflight = self.policy.answer_preflight(request)
                if preflight is not None:
                    return self._set(request, preflight)
            answer = send(request)
            if isinstance(answer, NetworkFailure):
                return answer
            if self.policy is not None:
                own = [pair for pair in answer.headers if not pair[0].lower().startswith("access-control-")]
                answer = answer._replace(headers=(*own, *self.policy.headers_for(request)))
            return self._set(request, answer)

        return changed if self.of_answers else send

    def _set(self, request: WireRequest, answer: WireResponse) -> WireResponse:
        names = {name.lower() for name, _ in self.set_headers}
        origin = next((value for name, value in request.headers if name.lower() == "origin"), "")
        kept = [pair for pair in answer.headers if pair[0].lower() not in names]
        added = [(name, value.replace("{origin}", origin)) for name, value in self.set_headers if value]
        return answer._replace(headers=(*kept, *added))


def read_policy(path: str) -> CorsPolicy:
    """A policy from a TOML or JSON file with the arguments of `CorsPolicy`. Raises `UsageError`."""
    try:
        with open(path, "rb", opener=not_waiting) as file:
            content = file.read(1_000_000)
        is_json = content.lstrip()[:1] == b"{"
        data = msgspec.json.decode(content) if is_json else toml_of(content.decode("utf-8"))
        return cors_policy(msgspec.convert(data.get("policy", data), PolicyTable))
    except OSError as error:
        raise UsageError(f"--policy: {path} cannot be read: {error.strerror or error}") from error
    except CorssimError as error:
        raise UsageError(f"--policy: {path}: {error}") from error
    except (ValueError, msgspec.DecodeError, RecursionError, AttributeError) as error:
        line = " ".join(str(error).split())
        raise UsageError(
            f'--policy: {path} is no policy: {line}; write allow_origins = ["https://app.example"] and so on'
        ) from error
