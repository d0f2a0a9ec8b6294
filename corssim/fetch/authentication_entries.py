"""Authentication entries: names and passwords that a server took, and for what. https://fetch.spec.whatwg.org/#authentication-entry"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from ..origin import url_origin
from ..records import NamedTuple, field, record

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ..url import URL
    from .digest_authentication import Digest

_MOST_ENTRIES = 100
_MOST_PATHS = 20  # an entry


class Credentials(NamedTuple):
    """A user name and a password, as the bytes that are sent."""

    username: bytes
    password: bytes

    @classmethod
    def of_url(cls, url: URL, charset: str) -> Credentials:
        """Those that a URL includes, percent-decoded; in `charset` if it has all their characters, else in UTF-8."""
        return cls(_encoded(url.username, charset), _encoded(url.password, charset))

    def __repr__(self) -> str:
        return "Credentials(***)"

    def as_basic(self) -> str:
        """The value of Authorization. https://httpwg.org/specs/rfc7617.html"""
        from base64 import b64encode

        return "Basic " + b64encode(self.username + b":" + self.password).decode("ascii")


@record(eq=False)
class AuthenticationEntry:
    """What a protection space takes: a realm of an origin, and the directories known to belong to it.

    `digest` is the challenge that it answers, None where that was not Digest; `used` counts requests with its nonce.
    """

    realm: str
    scheme: str
    credentials: Credentials
    directories: list[str] = field(default_factory=list)
    digest: Digest | None = None
    used: int = 1


class AuthenticationEntries:
    """The entries of a browser. A `partition` (None: there are none) has entries of its own."""

    def __init__(self) -> None:
        self._by_space: dict[tuple[Hashable, str], list[AuthenticationEntry]] = {}
        self.size = 0

    def __len__(self) -> int:
        return self.size

    def clear(self) -> None:
        """Forget all of them. https://fetch.spec.whatwg.org/#authentication-entry"""
        self._by_space.clear()
        self.size = 0

    def for_url(self, partition: Hashable, url: URL) -> AuthenticationEntry | None:
        """The entry whose directories a URL's path is below; the deepest. https://httpwg.org/specs/rfc7617.html#reusing.credentials"""
        if not self.size:
            return None
        found = [
            (len(directory), entry)
            for entry in self._of(partition, url)
            for directory in entry.directories
            if url.path.startswith(directory)
        ]
        return max(found, key=itemgetter(0))[1] if found else None

    def for_realm(self, partition: Hashable, url: URL, realm: str, scheme: str) -> AuthenticationEntry | None:
        """The entry of a realm of the URL's origin, for one scheme."""
        return next((each for each in self._of(partition, url) if (each.realm, each.scheme) == (realm, scheme)), None)

    def store(
        self,
        partition: Hashable,
        url: URL,
        realm: str,
        scheme: str,
        credentials: Credentials,
        directories: Sequence[str],
        digest: Digest | None = None,
    ) -> None:
        """Keep what was taken for a URL; what lies in these directories belongs to the realm from now on."""
        entry = self.for_realm(partition, url, realm, scheme)
        if entry is None:
            while self.size >= _MOST_ENTRIES:
                self._drop_the_oldest()
            entry = AuthenticationEntry(realm, scheme, credentials, digest=digest)
            self._by_space.setdefault(_space(partition, url), []).append(entry)
            self.size += 1
        else:
            entry.credentials, entry.digest, entry.used = credentials, digest, 1
        for directory in directories:
            if not any(directory.startswith(known) for known in entry.directories):
                below = [known for known in entry.directories if not known.startswith(directory)]
                entry.directories = [*below, directory][-_MOST_PATHS:]

    def discard(self, partition: Hashable, url: URL, realm: str, scheme: str) -> None:
        """Forget what a realm takes: it was refused."""
        of_space = self._of(partition, url)
        kept = [entry for entry in of_space if (entry.realm, entry.scheme) != (realm, scheme)]
        self.size -= len(of_space) - len(kept)
        self._by_space[_space(partition, url)] = kept
        if not kept:
            del self._by_space[_space(partition, url)]

    def _of(self, partition: Hashable, url: URL) -> list[AuthenticationEntry]:
        return self._by_space.get(_space(partition, url), [])

    def _drop_the_oldest(self) -> None:
        space, entries = next(iter(self._by_space.items()))
        entries.pop(0)
        self.size -= 1
        if not entries:
            del self._by_space[space]


def _encoded(text: str, charset: str) -> bytes:
    from urllib.parse import unquote_to_bytes  # here, because it takes a while to import

    as_utf8 = unquote_to_bytes(text)
    try:
        return as_utf8 if charset == "utf-8" else as_utf8.decode().encode(charset)
    except UnicodeError:
        return as_utf8


def _space(partition: Hashable, url: URL) -> tuple[Hashable, str]:
    return partition, url_origin(url).serialized
