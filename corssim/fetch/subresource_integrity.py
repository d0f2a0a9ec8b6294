"""Does a response's body have the hash that the page asks for? https://w3c.github.io/webappsec-subresource-integrity/"""

from __future__ import annotations

from ..patterns import lazy_pattern
from ..records import record
from .rules import IntegrityRules

HASH_ALGORITHMS = ("sha256", "sha384", "sha512")
"""Weakest first. https://w3c.github.io/webappsec-subresource-integrity/#valid-sri-hash-algorithm-token-set"""

_TEXT = IntegrityRules()
_BASE64 = lazy_pattern(r"[A-Za-z0-9+/_-]+=*")
_NOT_ASCII_WHITESPACE = lazy_pattern(r"[^\t\n\f\r ]+")


@record(frozen=True)
class HashExpression:
    """One hash of an integrity attribute: a lower-case algorithm and base64 as written."""

    algorithm: str
    value: str


def parse_metadata(metadata: str, rules: IntegrityRules = _TEXT) -> tuple[HashExpression, ...]:
    """The hashes in an integrity attribute whose algorithms browsers know; the rest counts for nothing.

    A value ends at a second hyphen, by the text. https://w3c.github.io/webappsec-subresource-integrity/#parse-metadata
    """
    result: list[HashExpression] = []
    for item in _NOT_ASCII_WHITESPACE.findall(metadata):
        algorithm, _, value = item.partition("?")[0].partition("-")
        if algorithm.lower() in HASH_ALGORITHMS:
            read = value if rules.hashes_may_be_base64url else value.partition("-")[0]
            result.append(HashExpression(algorithm.lower(), read))
    return tuple(result)


def strongest_metadata(hashes: tuple[HashExpression, ...]) -> tuple[HashExpression, ...]:
    """The hashes of the strongest algorithm among these.

    https://w3c.github.io/webappsec-subresource-integrity/#get-the-strongest-metadata
    """
    strongest = max((item.algorithm for item in hashes), key=HASH_ALGORITHMS.index, default="")
    return tuple(item for item in hashes if item.algorithm == strongest)


def hashes_that_count(integrity_text: str, rules: IntegrityRules) -> tuple[HashExpression, ...]:
    """The hashes in an integrity attribute, without those that the browser takes for none."""
    hashes = parse_metadata(integrity_text, rules)
    if rules.hashes_are_compared == "as-written":
        return hashes
    return tuple(
        item
        for item in hashes
        if _BASE64.fullmatch(item.value) is not None
        and (rules.most_padding is None or item.value.count("=") <= rules.most_padding)
    )


def bytes_match(body: bytes, integrity_text: str, rules: IntegrityRules = _TEXT) -> bool:
    """Does the body have one of the strongest hashes? True when there is no hash that browsers know.

    Unless hashes are compared as written, what is no base64 counts for nothing, and its padding may be missing.
    https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist
    """
    hashes = hashes_that_count(integrity_text, rules)
    if not hashes:
        return True
    return any(_is_hash(item.value, digest(body, item.algorithm), rules) for item in strongest_metadata(hashes))


def _is_hash(value: str, digest_of_body: str, rules: IntegrityRules) -> bool:
    if rules.hashes_may_be_base64url:
        if not rules.alphabets_may_be_mixed and _is_mixed(value):
            return False
        value = value.replace("-", "+").replace("_", "/")
    match rules.hashes_are_compared:
        case "as-written":
            return value == digest_of_body
        case "padding-optional":
            return value in (digest_of_body, digest_of_body.rstrip("="))
        case _:
            return value.rstrip("=") == digest_of_body.rstrip("=")


def _is_mixed(value: str) -> bool:
    return not {*"-_"}.isdisjoint(value) and not {*"+/"}.isdisjoint(value)


def digest(body: bytes, algorithm: str) -> str:
    """The body's hash in base64; `algorithm` is one of `HASH_ALGORITHMS`."""
    # Here, because most fetches hash nothing, and the two take a while to import.
    import base64
    import hashlib

    return base64.b64encode(hashlib.new(algorithm, body).digest()).decode("ascii")
