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
    """A preloaded response that waits for its consumer. `came_with`: the headers of what was refused by its type.

    https://html.spec.whatwg.org/multipage/links.html#preload-entry
    """

    url: str
    key: PreloadKey
    response: Response
    is_of_use: bool
    integrity: str = ""
    came_with: tuple[tuple[str, str], ...] = ()


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
    it. It may stand back behind what the HTTP cache has of that URL. `of_another_mode` is the type of a response that
    was asked for in another mode than the request, and stays what it was.
    """

    stored: StoredResponse
    url: str
    is_fresh: bool
    stands_back: bool = False
    of_another_mode: str = ""


class StaysFresh(NamedTuple):
    """Until when, in seconds, a document uses what it loaded as it is, and what it asks with after; None: anew."""

    until: float
    validated_by: Remembered | None


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


class LoadedKey(NamedTuple):
    """What a document finds a resource by that an element of it has loaded.

    https://html.spec.whatwg.org/multipage/images.html#list-of-available-images (of modules only the URL counts:
    https://html.spec.whatwg.org/multipage/webappapis.html#module-map)
    """

    element: str
    url: str
    mode: str = ""
    credentials_mode: str = ""
