"""The authentication entries of a browser, by what they are for. https://fetch.spec.whatwg.org/#authentication-entry"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from ..origin import url_origin

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from ..url import URL
    from .authentication_entry import AuthenticationEntry, Credentials
    from .digest_authentication import Digest

_MOST_ENTRIES = 100
_MOST_PATHS = 20  # an entry


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
            from .authentication_entry import AuthenticationEntry  # here, because few servers ask for a password

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


def _space(partition: Hashable, url: URL) -> tuple[Hashable, str]:
    return partition, url_origin(url).serialized
