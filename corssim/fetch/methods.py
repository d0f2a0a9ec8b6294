"""Methods: which are tokens, forbidden, safelisted, and which get upper-cased. https://fetch.spec.whatwg.org/#methods"""

from __future__ import annotations

from .header_list import is_header_name as is_method  # both are the token production

__all__ = [
    "is_cors_safelisted_method",
    "is_forbidden_method",
    "is_idempotent_method",
    "is_method",
    "is_safe_method",
    "normalize_method",
]

_FORBIDDEN = frozenset({"CONNECT", "TRACE", "TRACK"})
_NORMALIZED = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_CORS_SAFELISTED = frozenset({"GET", "HEAD", "POST"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def is_forbidden_method(method: str) -> bool:
    """Report whether script may never use `method`, in any case. https://fetch.spec.whatwg.org/#forbidden-method"""
    return method.upper() in _FORBIDDEN


def is_cors_safelisted_method(method: str) -> bool:
    """Report whether `method` alone needs no preflight. https://fetch.spec.whatwg.org/#cors-safelisted-method"""
    return method in _CORS_SAFELISTED


def is_safe_method(method: str) -> bool:
    """Report whether `method` asks for no change of state. https://httpwg.org/specs/rfc9110.html#safe.methods"""
    return method in _SAFE


def is_idempotent_method(method: str) -> bool:
    """Report whether `method` may be sent twice. https://httpwg.org/specs/rfc9110.html#idempotent.methods"""
    return method in _SAFE or method in ("PUT", "DELETE")


def normalize_method(method: str) -> str:
    """Upper-case six methods and leave the others, `patch` among them. https://fetch.spec.whatwg.org/#concept-method-normalize"""
    upper = method.upper()
    return upper if upper in _NORMALIZED else method
