"""Digest authentication: a challenge that can be answered, and the answer. https://www.rfc-editor.org/rfc/rfc7616"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import NamedTuple
from .authentication_challenges import parse_challenges

if TYPE_CHECKING:
    from .authentication_challenges import Challenge
    from .authentication_entry import Credentials
    from .rules import AuthenticationRules

_HASHES = {"MD5": "md5", "SHA-256": "sha256"}


class Digest(NamedTuple):
    """What a challenge says of the answer. `algorithm` is "" where it names none (MD5), `qop` where it knows none."""

    realm: str
    nonce: str
    algorithm: str
    qop: str
    opaque: str | None
    domain: tuple[str, ...]


def digest_of(challenge: Challenge, rules: AuthenticationRules) -> Digest | None:
    """The digest that answers a challenge; None where this browser has none. https://www.rfc-editor.org/rfc/rfc7616#section-3.3"""
    given = challenge.parameters
    if challenge.scheme != "digest" or "realm" not in given or "nonce" not in given:
        return None
    algorithm = _algorithm_of(challenge, rules)
    knows_auth = "auth" in [each.strip().lower() for each in given.get("qop", "").split(",")]
    if algorithm is None or ("qop" in given and not knows_auth and not rules.digest_is_sent_without_its_qop):
        return None
    domain = tuple(given.get("domain", "").split())
    return Digest(given["realm"], given["nonce"], algorithm, "auth" if knows_auth else "", given.get("opaque"), domain)


def digest_strength(challenge: Challenge, rules: AuthenticationRules) -> int:
    """How far down the list of algorithms that of a challenge stands; one that is not known stands below all."""
    named = _algorithm_of(challenge, rules) or ("MD5" if "algorithm" not in challenge.parameters else "")
    return rules.digest_algorithms.index(named) if named else len(rules.digest_algorithms)


def is_stale(challenge: Challenge) -> bool:
    """Report whether the nonce was refused, not the user. https://www.rfc-editor.org/rfc/rfc7616#section-3.3"""
    return challenge.parameters.get("stale", "").lower() == "true"


def digest_authorization(
    digest: Digest,
    credentials: Credentials,
    method: str,
    target: str,
    count: int,
    *,
    names_as_bytes: bool = False,
    client_nonce: str = "",
) -> str:
    """The value of Authorization, for the `count`th request with this nonce. https://www.rfc-editor.org/rfc/rfc7616#section-3.4

    `target` is the request's target as it is sent. A browser's client nonce is random; the one that is made here where
    none is given follows from the rest, so that what is done again comes out the same.
    """
    name = (digest.algorithm or "MD5").removesuffix("-sess")
    counted = f"{count:08x}"
    client_nonce = client_nonce or _hashed(name, f"{digest.nonce}:{counted}".encode())[:16]
    user = _hashed(name, b":".join((credentials.username, digest.realm.encode(), credentials.password)))
    if digest.algorithm.endswith("-sess"):
        user = _hashed(name, f"{user}:{digest.nonce}:{client_nonce}".encode())
    asked = _hashed(name, f"{method}:{target}".encode())
    between = f"{digest.nonce}:{counted}:{client_nonce}:{digest.qop}" if digest.qop else digest.nonce
    fields = [
        _user_field(credentials.username, as_bytes=names_as_bytes),
        f"realm={_quoted(digest.realm)}",
        f"nonce={_quoted(digest.nonce)}",
        f'uri="{target}"',
        *([f"algorithm={digest.algorithm}"] if digest.algorithm else []),
        f'response="{_hashed(name, f"{user}:{between}:{asked}".encode())}"',
        *([f"opaque={_quoted(digest.opaque)}"] if digest.opaque is not None else []),
        *([f"qop={digest.qop}", f"nc={counted}", f'cnonce="{client_nonce}"'] if digest.qop else []),
    ]
    return "Digest " + ", ".join(fields)


def what_a_digest_says(authorization: str) -> str:
    """A digest without what comes of the client's random nonce, its fields in one order; other values as they are."""
    if not authorization.startswith("Digest "):
        return authorization
    found = list(parse_challenges([authorization], one_a_line=False))
    if len(found) != 1:  # script has written it, and it is no digest
        return authorization
    said = {"algorithm": "MD5"} | {k: v for k, v in found[0].parameters.items() if k not in ("response", "cnonce")}
    return "Digest " + ", ".join(f"{name}={said[name]}" for name in sorted(said))


def _algorithm_of(challenge: Challenge, rules: AuthenticationRules) -> str | None:
    """The algorithm by its usual name, "" where none is named; None for one that this browser does not have."""
    named = challenge.parameters.get("algorithm")
    if named is None:
        return ""
    return next((known for known in rules.digest_algorithms if known.lower() == named.lower()), None)


def _user_field(name: bytes, *, as_bytes: bool) -> str:
    if as_bytes or name.isascii():
        return f"username={_quoted(name.decode('latin-1'))}"
    from urllib.parse import quote  # here, because it takes a while to import

    return f"username*=UTF-8''{quote(name, safe='')}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _hashed(name: str, data: bytes) -> str:
    import hashlib  # here, because few fetches need it

    return hashlib.new(_HASHES[name], data, usedforsecurity=False).hexdigest()
