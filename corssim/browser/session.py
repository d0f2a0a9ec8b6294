"""What pages need of their browser: its state, and a way to run a fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.profile import BrowserProfile
    from ..fetch.user_agent import UserAgent
    from .outcome import Outcome

R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


class Session(Protocol[R_co]):
    """A browser as its pages see it."""

    user_agent: UserAgent

    @property
    def profile(self) -> BrowserProfile: ...

    def run(self, fetching: Fetching[Outcome], /) -> R_co: ...

    def open(self, navigating: Fetching[T], /) -> Any:
        """Carry out a navigation: give the page that it leads to, or an awaitable of it."""
        ...
