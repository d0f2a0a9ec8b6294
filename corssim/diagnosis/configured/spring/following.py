"""One request on its way: filters in their order, Spring Security among them, and what is behind them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..replies import NotTold, Reply
from . import library
from .application import Application, Filter
from .controllers import handler_for, only
from .cors_configuration import CorsConfiguration, Fails
from .evaluate import Evaluator
from .exchanges import Chain, Exchange
from .objects import SOURCES, Instance, Lambda
from .paths import is_for, servlet_is_for
from .processor import process
from .recorders import CorsFilter, FilterRegistration, configuration_of
from .security import AUTHORIZES, PLACES, HttpSecurity, refuse
from .tree import Literal, Member, Name, walk
from .values import Constant, Request, Response, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ....fetch.wire import WireRequest
    from .tree import Class, Function, Program

    Step = Callable[[Callable[[], None]], None]
    """What a filter does with a request, given what comes after it."""

_OF_SECURITY: Final = -100  # SecurityProperties.DEFAULT_FILTER_ORDER
_HAND_ON: Final = frozenset({
    "CharacterEncodingFilter", "HiddenHttpMethodFilter", "FormContentFilter", "ShallowEtagHeaderFilter",
    "RequestContextFilter", "ForwardedHeaderFilter", "CommonsRequestLoggingFilter", "OpenEntityManagerInViewFilter",
    "HttpPutFormContentFilter", "OpenSessionInViewFilter", "ServletRequestPathFilter",
})  # fmt: skip
_HARMLESS_INTERCEPTORS: Final = ("LocaleChangeInterceptor", "ResourceUrlProviderExposingInterceptor")


class Following:
    """One request, and what comes of it."""

    def __init__(self, application: Application, wire: WireRequest) -> None:
        self.application, self.evaluator = application, application.evaluator
        self.request, self.response = Request(wire), Response()
        self._done: set[int] = set()
        self.asks_for_login = False

    def run(self) -> Reply:
        """The answer, as far as the text tells. Raises `NotTold` and `Branch`."""
        if self.application.odd:
            raise NotTold(self.application.odd[0])
        steps: list[tuple[float, Step]] = [
            (each.order, self._step(each))
            for each in self.application.filters
            if not each.paths or any(servlet_is_for(path, self.request.path) for path in each.paths)
        ]
        if self.application.chains:
            steps.append((_OF_SECURITY, self._security))
        steps.sort(key=lambda each: each[0])
        try:
            self._through([step for _, step in steps], self._dispatch)
        except Fails:
            return Reply(status=500)
        return Reply(status=self.response.status, headers=tuple(self.response.headers))

    def _through(self, steps: Sequence[Step], behind: Callable[[], None]) -> None:
        """Each step with what comes after it."""
        if not steps:
            behind()
            return
        steps[0](lambda: self._through(steps[1:], behind))

    # Filters.

    def _step(self, each: Filter) -> Step:
        def step(goes_on: Callable[[], None]) -> None:
            if each.unused and not self._is_alone(each):
                name = each.value.of.name if isinstance(each.value, Instance) else "a CorsFilter"
                raise NotTold(f"{name}, which nothing uses,")
            self._filter(each.value, goes_on)

        return step

    def _is_alone(self, each: Filter) -> bool:
        """Whether a filter is all of the text, so that what uses it stands elsewhere."""
        own = self.application
        others = own.chains or own.registries or own.handlers or [one for one in own.filters if not one.unused]
        return not others and not own.sources()

    def _filter(self, value: Any, goes_on: Callable[[], None]) -> None:
        if isinstance(value, FilterRegistration):
            if value.odd:
                raise NotTold(value.odd)
            if value.is_on:
                self._filter(value.filter, goes_on)
            else:
                goes_on()
        elif isinstance(value, CorsFilter):
            self._cors_filter(value, goes_on)
        elif isinstance(value, Instance):
            self._written(value, goes_on)
        elif isinstance(value, Lambda):
            self._lambda(value, goes_on)
        else:
            self._unknown_filter(value, goes_on)

    def _cors_filter(self, value: CorsFilter, goes_on: Callable[[], None]) -> None:
        if id(value) in self._done:
            goes_on()
            return
        self._done.add(id(value))
        if value.odd:
            raise NotTold(value.odd)
        self._cors(configuration_of(value.source, self.request, self.evaluator), goes_on)

    def _cors(self, config: CorsConfiguration | None, goes_on: Callable[[], None]) -> None:
        """CorsFilter.doFilterInternal: it hands no preflight on."""
        if not process(config, self.request, self.response):
            return
        if self.request.is_preflight:
            self.response.status = self.response.status or 200
        else:
            goes_on()

    def _written(self, value: Instance, goes_on: Callable[[], None]) -> None:
        """A filter of the text's own."""
        once = "OncePerRequestFilter" in value.of.supers
        if once and id(value.of) in self._done:
            goes_on()
            return
        self._done.add(id(value.of))
        self.response.is_covered = self.response.is_covered or _names_headers(value.of)
        skips = self.evaluator.method_of(value.of, "shouldNotFilter", 1)
        if once and skips is not None:
            held = self.evaluator.invoke(skips[1], [self.request], value)
            if self.evaluator.truth(held, f"of {value.of.name}.shouldNotFilter"):
                goes_on()
                return
        if any(each.endswith("CorsFilter") for each in value.of.supers):
            raise NotTold(f"{value.of.name}, which extends CorsFilter,")
        for name in ("doFilterInternal", "doFilter"):
            method = self.evaluator.method_of(value.of, name, 3)
            if method is not None:
                self.evaluator.invoke(method[1], [self.request, self.response, Chain(goes_on)], value)
                return
        method = self.evaluator.method_of(value.of, "filter", 2)
        if method is None:
            raise NotTold(value.of.name or "a filter")
        self.evaluator.invoke(method[1], [Exchange(self.request, self.response), Chain(goes_on)], value)

    def _lambda(self, value: Lambda, goes_on: Callable[[], None]) -> None:
        self.response.is_covered = self.response.is_covered or _names_headers(value.of)
        if len(value.of.parameters) == 2:
            self.evaluator.apply(value, Exchange(self.request, self.response), Chain(goes_on))
        else:
            self.evaluator.apply(value, self.request, self.response, Chain(goes_on))

    def _unknown_filter(self, value: Any, goes_on: Callable[[], None]) -> None:
        name = value.name if isinstance(value, Unknown) else "a filter"
        decided = self.response.get("Access-Control-Allow-Origin") is not None and not self.request.is_preflight
        if not decided and not any(each in name for each in _HAND_ON):
            raise NotTold(f"{name}, a filter that is not in it,")
        goes_on()

    # Spring Security.

    def _security(self, goes_on: Callable[[], None]) -> None:
        """The first chain that is for the request."""
        if any(each.is_for(self.request, self.evaluator) for each in self.application.web.ignored):
            goes_on()
            return
        for http in self.application.chains:
            refuse(http)
            if http.is_for(self.request, self.evaluator):
                self._chain(http, goes_on)
                return
        goes_on()

    def _chain(self, http: HttpSecurity, goes_on: Callable[[], None]) -> None:
        steps: list[tuple[float, Step]] = [(place, self._of_chain(value)) for place, value in http.filters]
        source = self._source(http)
        if source is not None:
            steps.append((PLACES.index("CorsFilter"), source))
        steps.append((PLACES.index("CsrfFilter"), lambda on: self._csrf(http, on)))
        steps.append((AUTHORIZES, lambda on: self._authorize(http, on)))
        steps.sort(key=lambda each: each[0])
        self._through([step for _, step in steps], goes_on)

    def _of_chain(self, value: Any) -> Step:
        return lambda on: self._filter(value, on)

    def _source(self, http: HttpSecurity) -> Step | None:
        """The CorsFilter of a chain: CorsConfigurer.getCorsFilter; None where there is none."""
        own = self.application
        if http.is_reactive:
            beans = own.sources()
            source = http.cors_source if http.cors_source is not None else beans[0] if beans else None
            if "cors" in http.off or source is None:
                return None
            return lambda on: self._cors(configuration_of(source, self.request, self.evaluator), on)
        if not http.has_cors:
            may_be = "cors" not in http.off and bool(own.sources())
            if not may_be or not self.evaluator.decide(
                "Spring Security without .cors(…), of which its version decides,"
            ):
                return None
        if http.cors_source is not None:
            source = http.cors_source
            return lambda on: self._cors(configuration_of(source, self.request, self.evaluator), on)
        bean = own.bean_named("corsFilter", *library.FILTERS)
        if isinstance(bean, CorsFilter):
            return lambda on: self._cors_filter(bean, on)
        source = own.bean_named("corsConfigurationSource", *SOURCES)
        if source is not None:
            return lambda on: self._cors(configuration_of(source, self.request, self.evaluator), on)
        if own.sources():
            raise NotTold("a CorsConfigurationSource that nothing takes")
        return lambda on: self._cors(self._mapped(), on)

    def _csrf(self, http: HttpSecurity, goes_on: Callable[[], None]) -> None:
        """What changes something needs a token, which comes with the page of the same server."""
        is_safe = self.request.method in ("GET", "HEAD", "OPTIONS", "TRACE")
        if not is_safe and "csrf" not in http.off and not self._is_decided() and "rules" in http.asked:
            raise NotTold("Spring Security's CSRF token")
        goes_on()

    def _is_decided(self) -> bool:
        return self.response.get("Access-Control-Allow-Origin") is not None

    def _authorize(self, http: HttpSecurity, goes_on: Callable[[], None]) -> None:
        if self._is_decided() and not self.request.is_preflight:
            goes_on()  # an answer that refuses has the headers too
            return
        if "part" in http.asked and "rules" not in http.asked:
            raise NotTold("Spring Security, whose rules are not in it,")
        access = http.access(self.request, self.evaluator)
        if access == "passes":
            goes_on()
        elif access != "asks":
            raise NotTold(access)
        elif self.request.is_preflight:
            self.response.is_covered = True
            self.response.status = http.login_status()
            self.asks_for_login = True
        else:
            raise NotTold("Spring Security, which asks for a login in front of what sends the headers,")

    # Spring MVC and WebFlux.

    def _mapped(self) -> CorsConfiguration | None:
        """What the mappings and the annotations allow: AbstractHandlerMapping.getHandler"""
        own = self._at_handlers()
        everywhere = self._registered()
        if everywhere is None:
            return own
        return everywhere if own is None else everywhere.combine(own)

    def _registered(self) -> CorsConfiguration | None:
        found: dict[str, CorsConfiguration] = {}
        odd = next((each.odd for each in self.application.registries if each.odd), "")
        if odd:
            raise NotTold(odd)
        for each in (one for registry in self.application.registries for one in registry.registrations):
            if isinstance(each.path, Unknown) or each.odd:
                raise NotTold(each.odd or each.path.name)
            found[str(each.path)] = each.config
        config = next((config for path, config in found.items() if is_for(path, self.request.path)), None)
        self.response.is_covered = self.response.is_covered or config is not None
        if config is not None and config.allows_everybody_credentials():
            raise Fails("*")
        return config

    def _at_handlers(self) -> CorsConfiguration | None:
        own = self.application
        crossed = [each for each in own.handlers if each.crossed]
        if not crossed:
            return None
        request = self.request
        method = request.header("Access-Control-Request-Method") if request.is_preflight else request.method
        fits = handler_for(own.handlers, request.path, method)
        if any(each.is_at(request.path) for each in crossed):
            self.response.is_covered = True
        if fits:
            config = only([own.configuration_of(each) for each in fits])
            if config is not None and config.allows_everybody_credentials():
                raise Fails("*")
            if config is None and request.is_preflight and not own.registries:
                self.response.status = self.response.status or 200
            return config
        if self.response.is_covered and not own.registries:
            # Another handler, of OPTIONS, answers a preflight for a method that no handler takes.
            self.response.status = self.response.status or (200 if request.is_preflight else 405)
        return None

    def _dispatch(self) -> None:
        """What is behind the filters."""
        config = self._mapped()
        if config is None:
            config = self._of_a_part()
        if not process(config, self.request, self.response):
            return
        if self.request.is_preflight and config is not None:
            self.response.status = self.response.status or 200
        self._intercept()
        if not self.request.is_preflight:
            self.response.is_sent = True

    def _of_a_part(self) -> CorsConfiguration | None:
        """A configuration, or a source, that a part of a program makes, and something else takes."""
        own = self.application
        if own.loose:
            return own.loose[0]
        sources = list(own.loose_sources)
        if not own.chains and not own.filters and not own.registries:
            bean = own.bean_named("corsConfigurationSource", *SOURCES)
            sources += [] if bean is None else [bean]
            if not sources and own.sources():
                raise NotTold("a CorsConfigurationSource that nothing takes")
        for each in sources:
            found = configuration_of(each, self.request, self.evaluator)
            if found is not None:
                return found
        return None

    def _intercept(self) -> None:
        kind = "PreFlightHttpRequestHandler" if self.request.is_preflight else "HandlerMethod"
        for value, paths, others in self.application.interceptors.added:
            known = [each for each in (*paths, *others) if isinstance(each, str)]
            if len(known) == len(paths) + len(others):
                if paths and not any(is_for(each, self.request.path) for each in paths):
                    continue
                if any(is_for(each, self.request.path) for each in others):
                    continue
            found = None if not isinstance(value, Instance) else self.evaluator.method_of(value.of, "preHandle", 3)
            if found is None:
                self._unknown_interceptor(value)
                continue
            arguments = [self.request, self.response, Constant("handler", kind)]
            held = self.evaluator.invoke(found[1], arguments, value)
            if not self.evaluator.truth(held, f"of {value.of.name}.preHandle"):
                self.response.status = self.response.status or 200
                return

    def _unknown_interceptor(self, value: Any) -> None:
        name = value.name if isinstance(value, Unknown) else "an interceptor"
        harmless = any(each in name for each in _HARMLESS_INTERCEPTORS)
        has_other = isinstance(value, Instance)
        if self.request.is_preflight and not harmless and not has_other:
            raise NotTold(f"{name}, an interceptor that is not in it,")


def _names_headers(of: Class | Function) -> bool:
    """Whether a filter names a header of CORS, which it may send to some and not to others."""
    for node in walk(of):
        if isinstance(node, Literal) and str(node.value).lower().startswith("access-control-"):
            return True
        if isinstance(node, Member | Name) and node.name.startswith("ACCESS_CONTROL_"):
            return True
    return False


class Runs:
    """A text, followed for one request after another."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._sure: Application | None = None

    def application(self, supposed: Sequence[bool] = ()) -> Application:
        """What Spring finds. Where nothing is supposed it is the same for every request."""
        if self._sure is not None:
            self._sure.evaluator.begin(supposed)
            return self._sure
        evaluator = Evaluator(self._program, supposed)
        found = Application(evaluator)
        if not evaluator.supposes:
            self._sure = found
        return found

    def follow(self, wire: WireRequest, supposed: Sequence[bool]) -> tuple[Reply, bool]:
        """The answer to a request, and whether anything in the text is about it."""
        try:
            following = Following(self.application(supposed), wire)
            return following.run(), following.response.is_covered
        except RecursionError:
            raise NotTold("what goes too deep to be followed") from None
