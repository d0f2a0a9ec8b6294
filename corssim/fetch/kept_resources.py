"""What a document keeps of what it loaded, by what it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import NamedTuple

if TYPE_CHECKING:
    from .ports import StoredResponse
    from .request import Request
    from .response import Response


class PreloadKey(NamedTuple):
    """What a preload is for; its URL aside. https://html.spec.whatwg.org/multipage/links.html#preload-key"""

    destination: str
    mode: str
    credentials_mode: str


class PreloadEntry(NamedTuple):
    """A preloaded response that waits for its consumer.

    https://html.spec.whatwg.org/multipage/links.html#preload-entry
    """

    url: str
    key: PreloadKey
    response: Response
    is_of_use: bool
    integrity: str = ""


class Loaded(NamedTuple):
    """What an element has loaded; `until` is when it is found no more, in seconds, None: never.

    `integrity` is what it was asked to match, where another one asks anew.
    """

    response: Response
    until: float | None = None
    integrity: str | None = None


class GoesStale(NamedTuple):
    """From when on, in seconds, what a document uses is loaded anew in the background, and by what request."""

    since: float
    request: Request


class Remembered(NamedTuple):
    """What a page remembers of the last load from the URL of a request, and may answer it with.

    It is used as it is while it `is_fresh`, and validated after. `url` is where it came from in the end, as HTTP has
    it.
    """

    stored: StoredResponse
    url: str
    is_fresh: bool


class LastLoad(NamedTuple):
    """The last load from a URL that serves the next one: of which kind, by what request, and what came.

    `until` is when its redirects are fresh no more (None: there were none), in seconds, `response` what it was behind
    them.
    """

    kind: str
    asked: frozenset[tuple[str, str]]
    credentials_mode: str
    stored: StoredResponse
    url: str
    until: float | None
    mode: str
    response: Response


class LastLoads:
    """A page's last load from each URL, of bounded size: what was loaded longest ago goes first."""

    MOST, MOST_BYTES = 4_096, 64 << 20

    def __init__(self) -> None:
        self._by_url: dict[str, LastLoad] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._by_url)

    def find(self, url: str) -> LastLoad | None:
        return self._by_url.get(url)

    def take(self, url: str) -> LastLoad | None:
        """That load, which is remembered no more."""
        load = self._by_url.pop(url, None)
        if load is not None:
            self._bytes -= load.stored.size
        return load

    def put(self, url: str, load: LastLoad) -> None:
        """Remember a load, the last of all."""
        self.take(url)
        if load.stored.size > self.MOST_BYTES:
            return
        self._by_url[url] = load
        self._bytes += load.stored.size
        while len(self._by_url) > self.MOST or self._bytes > self.MOST_BYTES:
            self.take(next(iter(self._by_url)))


class LoadedKey(NamedTuple):
    """What a document finds a resource by that an element of it has loaded.

    https://html.spec.whatwg.org/multipage/images.html#list-of-available-images (of modules only the URL counts:
    https://html.spec.whatwg.org/multipage/webappapis.html#module-map)
    """

    element: str
    url: str
    mode: str = ""
    credentials_mode: str = ""
