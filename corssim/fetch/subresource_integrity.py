"""Does a response's body have the hash that the page asks for? https://w3c.github.io/webappsec-subresource-integrity/"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HASH_ALGORITHMS = ("sha256", "sha384", "sha512")
"""Weakest first. https://w3c.github.io/webappsec-subresource-integrity/#valid-sri-hash-algorithm-token-set"""


Comparison = Literal["as-written", "padding-optional", "padding-ignored"]
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+=*")
_NOT_ASCII_WHITESPACE = re.compile(r"[^\t\n\f\r ]+")


@dataclass(frozen=True, slots=True)
class HashExpression:
    """One hash of an integrity attribute: a lower-case algorithm and base64 as written."""

    algorithm: str
    value: str


def parse_metadata(metadata: str) -> tuple[HashExpression, ...]:
    """The hashes in an integrity attribute whose algorithms browsers know; the rest counts for nothing.

    https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata
    """
    result: list[HashExpression] = []
    for item in _NOT_ASCII_WHITESPACE.findall(metadata):
        algorithm, _, value = item.partition("?")[0].partition("-")
        if algorithm.lower() in HASH_ALGORITHMS:
            result.append(HashExpression(algorithm.lower(), value.partition("-")[0]))
    return tuple(result)


def strongest_metadata(hashes: tuple[HashExpression, ...]) -> tuple[HashExpression, ...]:
    """The hashes of the strongest algorithm among these.

    https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata
    """
    strongest = max((HASH_ALGORITHMS.index(item.algorithm) for item in hashes), default=0)
    return tuple(item for item in hashes if item.algorithm == HASH_ALGORITHMS[strongest])


def bytes_match(body: bytes, integrity_text: str, compared: Comparison = "as-written") -> bool:
    """Does the body have one of the strongest hashes? True when there is no hash that browsers know.

    `compared` other than as written: what is no base64 counts for nothing, and its padding may be missing.
    https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist
    """
    hashes = parse_metadata(integrity_text)
    if compared != "as-written":
        hashes = tuple(item for item in hashes if _BASE64.fullmatch(item.value))
    if not hashes:
        return True
    return any(_is_hash(item.value, digest(body, item.algorithm), compared) for item in strongest_metadata(hashes))


def _is_hash(value: str, digest_of_body: str, compared: Comparison) -> bool:
    match compared:
        case "as-written":
            return value == digest_of_body
        case "padding-optional":
            return value in (digest_of_body, digest_of_body.rstrip("="))
        case _:
            return value.rstrip("=") == digest_of_body.rstrip("=")


def digest(body: bytes, algorithm: str) -> str:
    """The body's hash in base64; `algorithm` is one of `HASH_ALGORITHMS`."""
    # Here, because most fetches hash nothing, and the two take a while to import.
    import base64
    import hashlib

    return base64.b64encode(hashlib.new(algorithm, body).digest()).decode("ascii")
