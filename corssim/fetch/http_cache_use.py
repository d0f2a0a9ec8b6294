"""One request and the HTTP cache: what is looked for there, what answers, what is validated, stored and invalidated.

https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.23 to 10
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from . import content_range, http_cache_answers as answers, http_cache_methods as methods
from .header_list import CONDITIONAL_HEADERS, SAY_SOMETHING_TO_CACHES
from .http_cache_fragments import is_redirect_of_a_fragment, was_redirected_with_a_fragment
from .http_cache_partition import http_cache_partition, is_of_an_opaque_origin, partition_of_what_ends
from .methods import is_safe_method
from .remembered_loads import is_answered_by_memory, is_freshened, validators_of_its_own, what_is_validated
from .response import stored_at

if TYPE_CHECKING:
    from collections.abc import Hashable, Set

    from .fetch_params import FetchParams
    from .ports import HTTPCache, StoredResponse
    from .request import CacheMode
    from .response import Response
    from .rules import HttpCacheRules
    from .wire import Headers, WireRequest, WireResponse


class HTTPCacheUse:
    """What HTTP-network-or-cache fetch does with the cache for one request.

    `sent` is the request as HTTP, `own_names` are the names of the headers that it had before, in lower case.
    Nearly all requests are plain: of a plain one nothing has to be asked that only some requests give a reason for.
    """

    __slots__ = (
        "_http_cache",
        "_is_plain",
        "_partition",
        "_rules",
        "cache_mode",
        "include_credentials",
        "own_names",
        "params",
        "sent",
    )

    def __init__(
        self,
        params: FetchParams,
        sent: WireRequest,
        own_names: Set[str],
        cache_mode: CacheMode,
        include_credentials: bool,
    ) -> None:
        self.params = params
        self.sent = sent
        self.own_names = own_names
        self.cache_mode = cache_mode
        self.include_credentials = include_credentials
        self._rules: HttpCacheRules = params.profile.http_cache
        self._http_cache: HTTPCache[Any] = params.user_agent.http_cache
        self._partition: Hashable = None  # until it is asked for
        self._is_plain = cache_mode == "default" and methods.is_plain(params.request, own_names)

    @property
    def _has_no_cache(self) -> bool:
        """Nothing is stored for it, nor found: its page has no partition, or it asks for no part of a whole."""
        request, rules = self.params.request, self._rules
        if not rules.serves_opaque_origins and is_of_an_opaque_origin(request):
            return True
        return "range" in self.own_names and content_range.asks_for_no_single_part(request, rules)

    @property
    def _is_conditional(self) -> bool:
        return not (self._is_plain or self.own_names.isdisjoint(CONDITIONAL_HEADERS))

    @property
    def _says_nothing(self) -> bool:
        """Nothing to caches: only script does, and the other cache modes."""
        return self.own_names.isdisjoint(SAY_SOMETHING_TO_CACHES)

    @property
    def partition(self) -> Hashable:
        """https://fetch.spec.whatwg.org/#determine-the-http-cache-partition"""
        if self._partition is None:
            self._partition = http_cache_partition(
                self.params.request, self.own_names, self._rules, include_credentials=self.include_credentials
            )
        return self._partition

    def select(self) -> StoredResponse | None:
        """The stored response for the request, which may need validation."""
        request = self.params.request
        if request.remembered is not None and not request.redirect_count:
            if not request.remembered.stored.fits(self._as_vary_sees(self.sent.headers)):
                request.remembered = None
            elif is_answered_by_memory(request):
                return request.remembered.stored
        if not self._http_cache.size or self._has_no_cache or not (self._is_plain or self._is_looked_for()):
            return None
        stored: StoredResponse | None = self._http_cache.select(
            partition=self.partition,
            method="GET",
            url=self.sent.url,
            headers=self._as_vary_sees(self.sent.headers),
            now=self.params.user_agent.clock(),
        )
        if stored is None or not (self._is_plain or self._may_answer(stored)):
            return None
        return stored if methods.is_found_by(request, stored, self._rules) else None

    def answer(self, stored: StoredResponse) -> Response | None:
        """The stored response if it is used as it is; None if the server must be asked about it."""
        if (self._is_plain and stored.is_never_fresh) or not self._is_used_as_it_is(stored):
            return None
        if self.cache_mode == "default" and self._freshness_of(stored) == "stale-while-revalidate":
            answers.note_revalidation(self.params)
        return self._response_of(stored, "local")

    def with_validators(self, stored: StoredResponse | None) -> WireRequest:
        """The request with the validators of what is stored (of another variant, its ETag); without any, the same."""
        asked_with = validators_of_its_own(self.params.request)
        if not asked_with and stored is not None and stored.validators:
            asked_with = self._validators_of(stored)
        if not asked_with:
            return self.sent
        headers = content_range.asking_for_a_part(self.sent.headers, stored, self._rules)
        return self.sent._replace(headers=(*headers, *asked_with))

    def what_is_to_be_validated(self) -> StoredResponse | None:
        """What is stored, and asked about before it is used: whatever it is where the request repeats conditions."""
        if self.params.request.repeated_conditions:
            return next(reversed(self._http_cache.variants_of(partition=self.partition, url=self.sent.url)), None)
        noted, stored = len(self.params.revalidations), self.select()
        del self.params.revalidations[noted:]  # It is asked for once more.
        is_used = stored is None or self._is_used_as_it_is(stored) or not self._validators_of(stored)
        return None if is_used else stored

    def note_what_is_stale(self) -> None:
        """Have validated in the background what the request would be answered with."""
        if (stored := self.select()) is not None and self._freshness_of(stored) == "stale-while-revalidate":
            answers.note_revalidation(self.params)

    def invalidate(self, forward: WireResponse) -> None:
        """End what is stored of a URL that an unsafe method changed. https://httpwg.org/specs/rfc9111.html#invalidation"""
        request = self.params.request
        if self._is_plain or not self._http_cache.size or is_safe_method(request.method):
            return
        is_ended = methods.ends_by_its_answer(request, forward, self.params.profile)
        if is_ended and not self._has_no_cache and not methods.outlives(request, self._rules):
            partition = partition_of_what_ends(
                request, self.own_names, self._rules, include_credentials=self.include_credentials
            )
            self._http_cache.invalidate(partition=partition, url=self.sent.url, response_headers=forward.headers)

    def validated(self, stored: StoredResponse | None, forward: WireResponse, asked: WireRequest) -> Response | None:
        """What is stored, which a 304 says is still right; `asked` is the request with its validators.

        None where nothing was asked about.
        """
        request, now = self.params.request, self.params.user_agent.clock()
        elsewhere = what_is_validated(request)
        if elsewhere is not None:
            if stored is not None:
                self._http_cache.freshen(stored, forward, now, self._as_vary_sees(asked.headers))
            elsewhere = self._http_cache.freshen(elsewhere, forward, now)
            is_freshened(request, elsewhere)
            return self._response_of(elsewhere, "validated")
        if stored is None or asked is self.sent:
            return None
        fresh = self._http_cache.freshen(stored, forward, now, self._as_vary_sees(asked.headers))
        return self._response_of(fresh, "validated")

    def store(self, response: Response, asked: WireRequest, forward: WireResponse) -> None:
        """Store what came if it may be stored."""
        if not (self._is_plain or self._http_cache.size or methods.may_be_stored(self.params.request, self._rules)):
            return  # nothing is there that it could end, and nothing is put there
        asked_about: StoredResponse | None = None
        if self._is_conditional and self._rules.passed_by_conditional_requests == "wholly":
            from .http_cache_conditions import stored_and_asked_about  # here and below, because few requests have any

            asked_about = stored_and_asked_about(self.params, self.sent, self.own_names, self.partition, forward)
        if self._has_no_cache or not (self._is_plain or self._is_taken_in(asked, forward)):
            return
        is_put_back = self._rules.what_failed_replaces_nothing and self._http_cache.size > 0
        there = self._http_cache.variants_of(partition=self.partition, url=self.sent.url) if is_put_back else ()
        at = stored_at(self.partition, asked.url, self._as_vary_sees(asked.headers), there)
        is_stored = self._is_kept(forward.status, asked_about) and self._http_cache.store(
            partition=at.partition,
            method="GET",
            url=at.url,
            request_headers=at.request_headers,
            response=forward,
            now=self.params.user_agent.clock(),
            with_credentials=self.include_credentials,
            left_by="others" if self._is_plain else methods.left_by(self.params.request, forward.status),
        )
        response.stored_at = at if is_stored or at.instead_of else None
        if not is_stored:
            self._end_by_what_is_not_stored(forward)

    def _is_looked_for(self) -> bool:
        """Report whether what is stored may answer a request that is not plain."""
        request, rules, mode = self.params.request, self._rules, self.cache_mode
        if mode in ("no-store", "reload") or not methods.may_be_answered(request, rules, mode):
            return False
        if self._is_passed_by_for("no-cache", "no-store"):
            return False
        return not methods.passes_by(request, rules, mode, is_conditional=self._is_conditional)

    def _may_answer(self, stored: StoredResponse) -> bool:
        """Report whether what was found is for a request that is not plain."""
        request, mode = self.params.request, self.cache_mode
        if mode == "only-if-cached" and content_range.if_parts_of_it_answer(stored, request, self._rules) is None:
            return False
        if answers.is_no_frames(stored, self.params, self._freshness_of):
            return False
        is_of_a_fragment = is_redirect_of_a_fragment(request, stored.response.status, self.params.profile)
        return mode == "force-cache" or not is_of_a_fragment

    def _is_taken_in(self, asked: WireRequest, forward: WireResponse) -> bool:
        """Report whether what answers a request that is not plain may come to be stored, or may end what is."""
        if self.cache_mode == "no-store" or self._is_passed_by_for("no-store"):
            return False
        if is_redirect_of_a_fragment(self.params.request, forward.status, self.params.profile):
            return False
        if "range" not in self.own_names:
            return True
        is_asked = asked is not self.sent
        whole = content_range.what_becomes_of_the_whole(forward, asked, self._rules, with_validators=is_asked)
        if whole == "ended":
            self._http_cache.invalidate(partition=self.partition, url=asked.url)
        return whole == "replaced"

    def _is_used_as_it_is(self, stored: StoredResponse) -> bool:
        request = self.params.request
        if request.remembered or request.validates:
            if is_answered_by_memory(request):
                return True
            if validators_of_its_own(request) and stored.response.status not in self.params.profile.redirects.statuses:
                return False
        return stored.fits(self._as_vary_sees(self.sent.headers)) and answers.is_used_as_it_is(
            self._freshness_of(stored), self.cache_mode, request, self._rules
        )

    def _validators_of(self, stored: StoredResponse) -> Headers:
        return answers.validators_to_ask_with(
            stored, self._as_vary_sees(self.sent.headers), self.params.request, self._rules
        )

    def _freshness_of(self, stored: StoredResponse) -> str:
        asking = () if self.cache_mode == "default" and self._says_nothing else self.sent.headers
        own = self.params.request.header_list
        is_secure = self.sent.url.startswith("https:")  # else `immutable` says nothing
        return stored.freshness(self.params.user_agent.clock(), asking, own if is_secure else asking)

    def _response_of(self, stored: StoredResponse, how: Literal["local", "validated"]) -> Response:
        return answers.response_of(stored, self.params, self.sent.url, how)

    # Below: what browsers do beyond the text.

    def _as_vary_sees(self, headers: Headers) -> Headers:
        """The headers that are compared for Vary: with all cookies that there are, maybe, whatever was sent."""
        if not self._rules.vary_asks_the_cookie_jar or not self.params.user_agent.cookies:
            return headers
        from .cookies import with_the_cookies_of_the_jar  # here, because few browsers do, and most have no cookies

        return with_the_cookies_of_the_jar(self.params, headers)

    def _is_passed_by_for(self, *directives: Literal["no-cache", "no-store"]) -> bool:
        """Report whether one of these, in the request's own headers, has the browser load past the cache."""
        if self._says_nothing or self.cache_mode == "only-if-cached":
            return False
        from .http_cache_directives import says_to_caches  # here, because few requests say anything

        return says_to_caches(self.sent.headers, self.own_names, self._rules.passed_by_directives & set(directives))

    def _is_kept(self, status: int, asked_about: StoredResponse | None) -> bool:
        """Report whether the browser's cache keeps answers with this status to this request."""
        request, rules = self.params.request, self._rules
        if methods.is_never_stored(request, status, rules):
            return False
        if self._is_plain:
            return True
        is_passed_by = self._is_conditional and rules.passed_by_conditional_requests == "wholly"
        if is_passed_by and (asked_about is None or status == 304):
            return False
        return methods.may_be_stored(request, rules) and not was_redirected_with_a_fragment(request, rules)

    def _end_by_what_is_not_stored(self, forward: WireResponse) -> None:
        if forward.status == 304:
            from .http_cache_conditions import not_modified_ends_what_is_stored

            ends = not self._is_conditional and not_modified_ends_what_is_stored(self.sent, self._rules)
        else:
            ends = self._rules.ends_by_whatever_is_not_stored and methods.is_ended_by(forward, self.params.profile)
        if ends and self._http_cache.size and not self.params.request.is_preflight:
            self._http_cache.invalidate(partition=self.partition, url=self.sent.url)
