"""One fetch on its way through the algorithms. https://fetch.spec.whatwg.org/#fetch-params"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .reasons import Blocked, Reason, Stage, blocked_request
from .response import Response, network_error
from .trace import CheckFailed

if TYPE_CHECKING:
    from .events import Trace
    from .profile import BrowserProfile
    from .request import Request
    from .user_agent import UserAgent


class FetchParams:
    """The request, the browser around it, and what has been decided so far.

    `revalidations` are the requests that, once it has ended, validate in the background what it used stale.
    """

    __slots__ = ("profile", "request", "revalidations", "trace", "user_agent")

    request: Request
    user_agent: UserAgent
    trace: Trace
    revalidations: list[Request]
    profile: BrowserProfile

    def __init__(self, request: Request, user_agent: UserAgent, trace: Trace) -> None:
        self.request, self.user_agent, self.trace = request, user_agent, trace
        self.revalidations, self.profile = [], user_agent.profile

    def beside(self, request: Request) -> FetchParams:
        """The same browser with another request, of which nothing is told."""
        return FetchParams(request, self.user_agent, [])

    def refuse(self, blocked: Blocked) -> Response:
        """The network error that a failed check comes to, told to the trace."""
        self.trace.append(CheckFailed(blocked))
        return network_error(blocked=blocked)

    def refuse_request(self, reason: Reason, anchor: str, *, stage: Stage = Stage.REQUEST, **evidence: Any) -> Response:
        """The same for a check of the request as it is; `evidence` as in `Blocked`."""
        return self.refuse(blocked_request(self.request, reason, anchor, stage=stage, **evidence))
