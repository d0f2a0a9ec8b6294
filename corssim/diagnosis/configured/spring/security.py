"""Spring Security: what a chain of filters is told, and whether it lets a request through.

https://docs.spring.io/spring-security/reference/servlet/integrations/cors.html and
https://docs.spring.io/spring-security/reference/servlet/authorization/authorize-http-requests.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....records import record
from ..model import searched
from ..replies import NotTold
from .paths import is_for
from .recorders import CorsFilter, Recorder
from .tree import Reference
from .values import Constant, Unknown, as_text

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .values import Request

_MATCHERS: Final = frozenset({
    "antMatchers", "mvcMatchers", "requestMatchers", "regexMatchers", "pathMatchers", "matchers", "securityMatcher",
    "securityMatchers", "antMatcher", "mvcMatcher", "requestMatcher", "pattern",
})  # fmt: skip
_RULES: Final = frozenset({"authorizeRequests", "authorizeHttpRequests", "authorizeExchange"})
_PASSES: Final = frozenset({"permitAll", "anonymous"})
_LOGINS: Final = {
    "httpBasic": 401,
    "oauth2ResourceServer": 401,
    "formLogin": 302,
    "oauth2Login": 302,
    "saml2Login": 302,
}
PLACES: Final = (
    "DisableEncodeUrlFilter", "ChannelProcessingFilter", "WebAsyncManagerIntegrationFilter",
    "SecurityContextHolderFilter", "SecurityContextPersistenceFilter", "HeaderWriterFilter", "CorsFilter", "CsrfFilter",
    "LogoutFilter", "OAuth2AuthorizationRequestRedirectFilter", "X509AuthenticationFilter",
    "AbstractPreAuthenticatedProcessingFilter", "OAuth2LoginAuthenticationFilter",
    "UsernamePasswordAuthenticationFilter", "ConcurrentSessionFilter", "DigestAuthenticationFilter",
    "BearerTokenAuthenticationFilter", "BasicAuthenticationFilter", "RequestCacheAwareFilter",
    "SecurityContextHolderAwareRequestFilter", "RememberMeAuthenticationFilter", "AnonymousAuthenticationFilter",
    "SessionManagementFilter", "ExceptionTranslationFilter", "FilterSecurityInterceptor", "AuthorizationFilter",
    "SwitchUserFilter",
)  # fmt: skip
"""Filters in their order: FilterOrderRegistration."""
_PLACES_OF_WEBFLUX: Final = {"FIRST": 0, "CORS": 6, "CSRF": 7, "AUTHENTICATION": 13, "AUTHORIZATION": 25, "LAST": 26}
AUTHORIZES: Final = PLACES.index("AuthorizationFilter")


@record(frozen=True, eq=False)
class Matcher:
    """Requests of one method, or any, and paths of these patterns, or any; `unknown` is what else is asked."""

    method: str | None = None
    paths: tuple[str, ...] | None = None
    is_expression: bool = False
    of_preflights: bool = False
    unknown: str = ""

    def is_for(self, request: Request, evaluator: Evaluator) -> bool:
        if self.of_preflights and request.is_preflight:
            return True
        by_method = self.method is None or self.method == request.method
        if self.paths is None and not self.unknown and not self.of_preflights:
            return by_method
        if by_method and any(self._is_path(each, request.path) for each in self.paths or ()):
            return True
        return by_method and bool(self.unknown) and evaluator.decide(self.unknown)

    def _is_path(self, pattern: str, path: str) -> bool:
        if self.is_expression:
            return searched(f"^(?:{pattern})$", path) is not None
        return is_for(pattern if pattern.startswith("/") else f"/{pattern}", path)


ANY: Final = Matcher()


def matcher_of(name: str, arguments: list[Any]) -> Matcher:
    """What `requestMatchers(HttpMethod.OPTIONS, "/**")` and its like are given."""
    method, paths, unknown, of_preflights = None, [], "", False
    for each in (part for one in arguments for part in (one if isinstance(one, list) else [one])):
        if isinstance(each, Constant) and each.type == "HttpMethod":
            method = each.name
        elif isinstance(each, str):
            paths.append(each)
        elif isinstance(each, Reference) and each.name == "isPreFlightRequest":
            of_preflights = True
        elif isinstance(each, Matcher):
            if len(arguments) == 1:
                return each
            method, paths = each.method or method, [*paths, *(each.paths or ())]
            unknown, of_preflights = unknown or each.unknown, of_preflights or each.of_preflights
        else:
            unknown = each.name if isinstance(each, Unknown) else f"{name}(…)"
    return Matcher(method, tuple(paths) if paths or unknown else None, name.startswith("regex"), of_preflights, unknown)


def path_matcher(arguments: list[Any]) -> Matcher:
    """AntPathRequestMatcher: a path, and a method as a text."""
    texts = [each.name if isinstance(each, Constant) else each for each in arguments]
    if not texts or not all(isinstance(each, str) for each in texts):
        return Matcher(unknown="a matcher of paths", paths=())
    methods = [each for each in texts if not each.startswith("/")]
    paths = tuple(each for each in texts if each.startswith("/"))
    return Matcher(methods[0] if methods else None, paths or None)


class Rules(Recorder):
    """Who may ask for what: the first that matches counts."""

    def __init__(self, http: HttpSecurity) -> None:
        self.http = http

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name in ("anyRequest", "anyExchange"):
            return Rule(self, ANY)
        if name in _MATCHERS:
            return Rule(self, matcher_of(name, arguments))
        if name == "dispatcherTypeMatchers":
            return Rule(self, Matcher(method="(none)"))
        if name == "and":
            return self.http
        if name == "authorize":  # Kotlin
            *given, access = arguments
            rule = Rule(self, matcher_of(name, [each for each in given if each is not ANY]) if given else ANY)
            return rule.call(as_text(access), [], evaluator)
        return self


class Rule(Recorder):
    """A rule whose matcher is given, and whose end is not yet."""

    def __init__(self, rules: Rules, matcher: Matcher) -> None:
        self.rules, self.matcher = rules, matcher

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name == "not":
            return self
        given = arguments[0] if arguments else None
        passes = name in _PASSES or (name == "access" and given == "permitAll")
        told = passes or name != "access" or isinstance(given, str)
        self.rules.http.rules.append((self.matcher, "passes" if passes else "asks" if told else f"{name}(…)"))
        return self.rules


class Part(Recorder):
    """A part of the settings, such as `csrf()`, of which only that it is on or off is told."""

    def __init__(self, http: HttpSecurity, name: str) -> None:
        self.http, self.name = http, name

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name == "and":
            return self.http
        if name == "disable":
            self.http.off.add(self.name)
            return self.http
        if self.name == "cors" and name in ("configurationSource", "setConfigurationSource"):
            self.http.cors_source = arguments[0] if arguments else None
            return self
        if self.name == "cors" and name in ("configure", "init"):
            return self
        if self.name == "cors":
            self.http.odd = self.http.odd or f"cors(… {name}(…))"
            return self
        if any(isinstance(each, Unknown) and "Access-Control" in each.name for each in arguments):
            self.http.odd = self.http.odd or f"{self.name}(…) with a header of CORS"
        if name in _MATCHERS and self.name in ("requestMatchers", "securityMatchers"):
            self.http.matchers.append(matcher_of(name, arguments))
        if self.name in ("csrf", "requestMatchers", "securityMatchers", "exceptionHandling") or not arguments:
            return self
        return self.http if name in _RULES | frozenset(_LOGINS) else self


class HttpSecurity(Recorder):
    """HttpSecurity and ServerHttpSecurity: one chain. `rules` are matchers with "passes", "asks" for a login, or what
    is not known. `cors_source`: what `cors` was given."""

    def __init__(self, *, is_reactive: bool = False) -> None:
        self.is_reactive = is_reactive
        self.asked: set[str] = set()
        self.off: set[str] = set()
        self.cors_source: Any = None
        self.rules: list[tuple[Matcher, str]] = []
        self.filters: list[tuple[float, Any]] = []
        self.matchers: list[Matcher] = []
        self.order = 0

    @property
    def has_cors(self) -> bool:
        return "cors" in self.asked and "cors" not in self.off

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name in ("build", "and", "getOrBuild"):
            return self
        if name == "invoke":  # Kotlin
            evaluator.apply(arguments[-1], self)
            return self
        if name in ("securityMatcher", "antMatcher", "mvcMatcher", "requestMatcher", "regexMatcher"):
            self.matchers.append(matcher_of(name, arguments))
            return self
        if name.startswith("addFilter"):
            return self._add_filter(name, arguments)
        if name in _RULES:
            self.asked.add("rules")
            return self._part(Rules(self), arguments, evaluator)
        self.asked.add(name)
        if name not in _PARTS:
            return self if name in _SETS else evaluator.handed_on([self, *arguments], f"{name}(…)")
        self.off.discard(name)
        return self._part(Part(self, name), arguments, evaluator)

    def _part(self, part: Recorder, arguments: list[Any], evaluator: Evaluator) -> Recorder:
        if not arguments:
            return part
        given = arguments[0]
        if isinstance(given, Reference) and given.name in ("disable", "and"):
            part.call(given.name, [], evaluator)
        elif not (isinstance(given, Unknown) and given.name.startswith("withDefaults")):
            if isinstance(given, Unknown):
                self.odd = self.odd or given.name
            evaluator.apply(given, part)
        return self

    def _add_filter(self, name: str, arguments: list[Any]) -> HttpSecurity:
        """addFilterBefore(filter, Class), and its like; one without a class has a place of its own."""
        given = arguments[0] if arguments else None
        own = "CorsFilter" if isinstance(given, CorsFilter) else "UsernamePasswordAuthenticationFilter"
        beside = _name_of_class(arguments[1]) if len(arguments) > 1 else own
        place: float = PLACES.index(beside) if beside in PLACES else _PLACES_OF_WEBFLUX.get(beside, -1)
        if place < 0:
            there = [at for at, each in self.filters if _name_of_class(each) == beside]
            if there:
                place = there[0]
            else:
                self.odd = self.odd or f"{name}(…, {beside})"
        step = -0.5 if "Before" in name else 0.25 if "After" in name else 0.0
        # Those that are added later to one place come later.
        self.filters.append((place + step + len(self.filters) / 1000, given))
        return self

    def is_for(self, request: Request, evaluator: Evaluator) -> bool:
        """Whether the chain is for a request."""
        return not self.matchers or any(each.is_for(request, evaluator) for each in self.matchers)

    def login_status(self) -> int:
        """The answer to whoever is not signed in."""
        on = [status for name, status in _LOGINS.items() if name in self.asked - self.off]
        return min(on, key=lambda status: status != 401, default=403)

    def access(self, request: Request, evaluator: Evaluator) -> str:
        """What the first rule says that is for a request."""
        if "rules" not in self.asked:
            return "passes"
        for matcher, access in self.rules:
            if matcher.is_for(request, evaluator):
                return access
        return "asks"


class WebSecurity(Recorder):
    """WebSecurity, whose `ignoring()` takes requests out of every chain."""

    def __init__(self) -> None:
        self.ignored: list[Matcher] = []

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name in _MATCHERS:
            self.ignored.append(matcher_of(name, arguments))
        return self


def _name_of_class(value: Any) -> str:
    from .objects import Instance

    if isinstance(value, Instance):
        return value.of.name
    name = value.name if isinstance(value, Unknown | Constant) else type(value).__name__
    return name.removesuffix(".class").removesuffix("::class.java").rpartition(".")[2]


def refuse(http: HttpSecurity) -> None:
    """Raises `NotTold` for a chain of which a part is not known."""
    if http.odd:
        raise NotTold(http.odd)


_PARTS: Final = frozenset({
    "cors", "csrf", "headers", "sessionManagement", "exceptionHandling", "formLogin", "httpBasic", "logout",
    "oauth2ResourceServer", "oauth2Login", "oauth2Client", "anonymous", "rememberMe", "requestCache", "securityContext",
    "servletApi", "jee", "x509", "portMapper", "requiresChannel", "redirectToHttps", "requestMatchers",
    "securityMatchers", "saml2Login", "openidLogin", "passwordManagement", "webAuthn", "oneTimeTokenLogin",
    "saml2Logout", "saml2Metadata", "httpsRedirect", "oidcLogout",
})  # fmt: skip
_SETS: Final = frozenset({
    "userDetailsService", "authenticationProvider", "authenticationManager", "setSharedObject", "getSharedObject",
    "securityContextRepository", "authenticationEntryPoint", "with", "getConfigurer", "removeConfigurer",
})  # fmt: skip
OF_HTTP: Final = _PARTS | _RULES
"""What is called on HttpSecurity."""
