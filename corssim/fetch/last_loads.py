"""The store of a page's last loads, where a browser remembers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .kept_resources import LastLoad
    from .response import Response


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
