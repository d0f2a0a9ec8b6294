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
        self._by_url: dict[str, tuple[LastLoad, int]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._by_url)

    def find(self, url: str) -> LastLoad | None:
        found = self._by_url.get(url)
        return None if found is None else found[0]

    def take(self, url: str) -> LastLoad | None:
        """That load, which is remembered no more."""
        found = self._by_url.pop(url, None)
        if found is None:
            return None
        self._bytes -= found[1]
        return found[0]

    def put(self, url: str, load: LastLoad) -> None:
        """Remember a load, the last of all."""
        self.take(url)
        size = _size_of(load)
        if size > self.MOST_BYTES:
            return
        self._by_url[url] = load, size
        self._bytes += size
        while len(self._by_url) > self.MOST or self._bytes > self.MOST_BYTES:
            self.take(next(iter(self._by_url)))


def _size_of(load: LastLoad) -> int:
    """Bytes of what is stored, and of the response where that is not made of the same."""
    size = load.stored.size
    response: Response | None = load.response
    counted: bytes | None = None
    while response is not None:
        if response.body and response.body is not counted and response.body is not load.stored.response.body:
            counted = response.body
            size += len(counted)
        size += sum(len(url.href) for url in response.url_list)
        response = response.internal_response
    headers = load.response.unfiltered.header_list  # a filtered response has these texts, and no others
    if tuple(headers) != tuple(load.stored.response.headers):
        size += sum(len(name) + len(value) for name, value in headers)
    return size


class LoadedKey(NamedTuple):
    """What a document finds a resource by that an element of it has loaded.

    https://html.spec.whatwg.org/multipage/images.html#list-of-available-images (of modules only the URL counts:
    https://html.spec.whatwg.org/multipage/webappapis.html#module-map)
    """

    element: str
    url: str
    mode: str = ""
    credentials_mode: str = ""
