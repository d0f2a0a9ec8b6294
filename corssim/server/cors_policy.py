"""`CorsPolicy`: what a server means to allow, and the headers with which a well-behaved one says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..fetch.wire import WireResponse, reason_phrase
from ..patterns import lazy_pattern
from ..records import record
from ..serialized_origin import check_serialized_origin
from .messages import header_value
from .origin_pattern import check_origin_pattern, matches_origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..fetch.wire import Headers, WireRequest
    from .inferred_policy import InferredPolicy

_TOKEN = lazy_pattern(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ORIGIN, _ACRM, _ACRH = "origin", "access-control-request-method", "access-control-request-headers"


@record(frozen=True)
class CorsPolicy:
    """A server's CORS policy. Raises `UsageError` for one that no browser would read as it is meant.

    `allow_origins`: `"*"` or serialised origins; `allow_origin_regex` must match a whole origin and adds to them.
    `allow_methods` and `allow_headers`: `"*"` or names; the safelisted ones need no listing. `expose_headers`:
    what script may read. `max_age`: seconds a preflight's answer may be cached, None to not say. `vary`: say that
    the answer depends on the Origin header, where it does. `preflight_status`: 200 to 299.
    """

    allow_origins: str | Sequence[str] = ()
    allow_origin_regex: str | None = None
    allow_methods: str | Sequence[str] = ()
    allow_headers: str | Sequence[str] = ()
    allow_credentials: bool = False
    expose_headers: str | Sequence[str] = ()
    max_age: int | None = None
    vary: bool = True
    preflight_status: int = 204

    def __post_init__(self) -> None:
        for name in ("allow_origins", "allow_methods", "allow_headers", "expose_headers"):
            object.__setattr__(self, name, _listed(name, getattr(self, name)))
        for origin in () if self.allow_origins == "*" else self.allow_origins:
            problem = check_serialized_origin(origin, allow_null=True)
            if problem is not None:
                raise UsageError(f"allow_origins: {problem.message}")
        for name in ("allow_methods", "allow_headers", "expose_headers"):
            _check_tokens(name, getattr(self, name))
        self._check_credentials()
        if self.allow_origin_regex is not None:
            check_origin_pattern(self.allow_origin_regex)
        if self.max_age is not None and self.max_age < 0:
            raise UsageError(f"max_age: {self.max_age} is negative; 0 keeps preflights from being cached")
        if not 200 <= self.preflight_status <= 299:
            raise UsageError(f"preflight_status: {self.preflight_status} fails every preflight; use 200 to 299")

    @classmethod
    def infer(cls, target: Any, url: str | None = None, **probes: Any) -> InferredPolicy:
        """The policy that a server of one's own shows: `target` is its URL, or an app that answers at `url`.

        Sends GETs and preflights, 40 at most unless `max_requests` says otherwise. `origins` (those it should allow),
        `methods` and `headers` say what to ask; see `corssim.server.infer.infer`.
        """
        from .infer import infer

        return infer(target, url, **probes)

    def _check_credentials(self) -> None:
        if not self.allow_credentials:
            return
        if self.allow_origins == "*":
            raise UsageError(
                "allow_origins: '*' with allow_credentials is refused by browsers; list the origins that may "
                "send credentials"
            )
        if self.expose_headers == "*":
            raise UsageError(
                "expose_headers: with allow_credentials '*' is read as a header of that name; list the headers"
            )

    def allows_origin(self, origin: str | None) -> bool:
        """May pages of this origin, as an Origin header has it, read responses?"""
        if self.allow_origins == "*":
            return True
        if origin is None:
            return False
        if origin in self.allow_origins:
            return True
        return self.allow_origin_regex is not None and matches_origin(self.allow_origin_regex, origin)

    def headers_for(self, request: WireRequest) -> Headers:
        """The CORS headers, and Vary, of the response to a request that is no preflight."""
        headers = self._sharing_headers(request)
        if headers and self.expose_headers:
            headers.append(("Access-Control-Expose-Headers", ", ".join(self.expose_headers)))
        return (*headers, *self._vary(()))

    def answer_preflight(self, request: WireRequest) -> WireResponse | None:
        """The whole answer to a preflight, None when the request is none."""
        if not request.is_preflight:
            return None
        headers = self._sharing_headers(request)
        varies: list[str] = []
        if headers:
            for name, allowed, asked in (
                ("Access-Control-Allow-Methods", self.allow_methods, _ACRM),
                ("Access-Control-Allow-Headers", self.allow_headers, _ACRH),
            ):
                if allowed == "*" and self.allow_credentials:
                    # With credentials `*` is a name like any other: say the names asked for.
                    allowed = [value for value in (header_value(request, asked),) if value]
                    varies.append(asked.title())
                if allowed:
                    headers.append((name, ", ".join(allowed)))
            if self.max_age is not None:
                headers.append(("Access-Control-Max-Age", str(self.max_age)))
        headers += self._vary(varies)
        if self.preflight_status not in (204, 205):
            headers.append(("Content-Length", "0"))
        return WireResponse(self.preflight_status, reason_phrase(self.preflight_status), tuple(headers))

    def _sharing_headers(self, request: WireRequest) -> list[tuple[str, str]]:
        origin = header_value(request, _ORIGIN)
        if not self.allows_origin(origin):
            return []
        allowed = "*" if self.allow_origins == "*" else origin or ""
        headers = [("Access-Control-Allow-Origin", allowed)]
        if self.allow_credentials:
            headers.append(("Access-Control-Allow-Credentials", "true"))
        return headers

    def _vary(self, names: Iterable[str]) -> list[tuple[str, str]]:
        varies = ([] if self.allow_origins == "*" else ["Origin"]) + list(names)
        return [("Vary", ", ".join(varies))] if self.vary and varies else []


def _listed(name: str, value: str | Sequence[str]) -> str | tuple[str, ...]:
    """One spelling for each list: `"*"`, or a tuple without it."""
    if value == "*":
        return "*"
    listed = (value,) if isinstance(value, str) else tuple(value)
    if "*" not in listed:
        return listed
    if len(listed) > 1 and name in ("allow_origins", "allow_methods"):
        raise UsageError(f"{name}: '*' allows all, so nothing can stand beside it; give '*' alone or leave it out")
    return "*" if len(listed) == 1 else listed


def _check_tokens(name: str, tokens: Iterable[str]) -> None:
    for token in tokens:
        if not _TOKEN.fullmatch(token):
            raise UsageError(f"{name}: {token!r} is no {'method' if 'methods' in name else 'header name'}")
