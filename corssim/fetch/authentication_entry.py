"""An authentication entry: a name and a password that a server took, and for what. https://fetch.spec.whatwg.org/#authentication-entry"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import NamedTuple, field, record

if TYPE_CHECKING:
    from ..url import URL
    from .digest_authentication import Digest


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


def _encoded(text: str, charset: str) -> bytes:
    from urllib.parse import unquote_to_bytes  # here, because it takes a while to import

    as_utf8 = unquote_to_bytes(text)
    try:
        return as_utf8 if charset == "utf-8" else as_utf8.decode().encode(charset)
    except UnicodeError:
        return as_utf8
