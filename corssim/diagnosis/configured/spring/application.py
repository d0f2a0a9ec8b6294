"""What of a text Spring would find: filters in their order, chains of security, mappings, sources and handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....records import record
from . import library
from .controllers import Handler, configuration_at, handlers_of
from .cors_configuration import CorsConfiguration
from .objects import SOURCES, Frame, Instance, bare
from .recorders import CorsFilter, FilterRegistration, Recorder, Registry, Source
from .security import OF_HTTP, HttpSecurity, WebSecurity
from .tree import Call, Literal, Local, Name, annotation, walk
from .values import Unknown

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .tree import Class, Method

LAST: Final = 2**31 - 1
_FILTERS: Final = frozenset({
    "Filter", "OncePerRequestFilter", "GenericFilterBean", "WebFilter", "HttpFilter", "OrderedFilter", "GenericFilter",
})  # fmt: skip
_RUNS: Final = ("doFilterInternal", "doFilter", "filter")
_MADE_FILTERS: Final = _FILTERS | {"CorsFilter", "CorsWebFilter", "FilterRegistrationBean"}
_CORS_FILTERS: Final = frozenset({"CorsFilter", "CorsWebFilter"})
_CHAINS: Final = ("SecurityFilterChain", "SecurityWebFilterChain", "DefaultSecurityFilterChain")
_TYPES: Final[tuple[tuple[str, Any], ...]] = (
    ("addMapping", Registry),
    ("registerCorsConfiguration", Source),
    ("applyPermitDefaultValues", CorsConfiguration),
    ("setAllowedOrigins", CorsConfiguration.of_a_part),
    ("setAllowedOriginPatterns", CorsConfiguration.of_a_part),
    ("addAllowedOrigin", CorsConfiguration.of_a_part),
    ("addAllowedOriginPattern", CorsConfiguration.of_a_part),
    ("authorizeRequests", HttpSecurity),
    ("authorizeHttpRequests", HttpSecurity),
    ("authorizeExchange", lambda: HttpSecurity(is_reactive=True)),
    ("cors", HttpSecurity),
    ("csrf", HttpSecurity),
)
"""What a name that is not declared in the part of a program stands for, by what is called on it."""


@record(eq=False)
class Filter:
    """A filter with its order and its paths (none: all). `unused` tells that nothing in the text makes it one."""

    value: Any
    order: int = LAST
    paths: tuple[str, ...] = ()
    unused: bool = False


class Interceptors(Recorder):
    """InterceptorRegistry: each with the paths that it is for, and those that it is not for."""

    def __init__(self) -> None:
        self.added: list[tuple[Any, list[Any], list[Any]]] = []

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Interceptors:
        flat = [each for one in arguments for each in (one if isinstance(one, list) else [one])]
        if name in ("addInterceptor", "addWebRequestInterceptor"):
            self.added.append((flat[0] if flat else Unknown("an interceptor"), [], []))
        elif name in ("addPathPatterns", "excludePathPatterns") and self.added:
            self.added[-1][1 if name[0] == "a" else 2].extend(flat)
        return self


class Application:
    """Everything that answers, as one evaluation of the text has it."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator, self.program = evaluator, evaluator.program
        self.handlers: list[Handler] = handlers_of(self.program, evaluator)
        self.registries: list[Registry] = []
        self.interceptors = Interceptors()
        self.chains: list[HttpSecurity] = []
        self.web = WebSecurity()
        self.filters: list[Filter] = []
        self.loose: list[CorsConfiguration] = []
        self.loose_sources: list[Source] = []
        self.odd: list[str] = []
        self._run_parts()
        self._find_mappings()
        self._find_security()
        self._find_filters()
        self._find_interceptors()
        self.filters.sort(key=lambda each: each.order)
        self.chains.sort(key=lambda each: each.order)

    # What stands in no method.

    def _run_parts(self) -> None:
        declared = {each.name for each in self.program.loose.fields}
        called: dict[str, set[str]] = {}
        for node in walk(self.program.statements):
            if isinstance(node, Call) and isinstance(node.of, Name) and node.of.name not in declared:
                called.setdefault(node.of.name, set()).add(node.name)
            elif isinstance(node, Local):
                declared.add(node.name)
            elif isinstance(node, Call) and node.of is None and node.name in OF_HTTP:
                self.odd.append(f".{node.name}(…), whose begin is not in it,")
        variables: dict[str, Any] = {}
        for name, calls in called.items():
            made = next((make for each, make in _TYPES if each in calls), None)
            if "addInterceptor" in calls and "addMapping" not in calls:
                variables[name] = self.interceptors
            elif made is not None and name not in declared and not name[:1].isupper():
                variables[name] = made()
        self.evaluator.run(self.program.statements, Frame(variables, self.evaluator.loose))
        fields = self.evaluator.loose.fields
        for each in self.program.loose.fields if self.program.statements else ():
            self.evaluator.field_of(self.evaluator.loose, each.name)
        self._take([*variables.values(), *fields.values()])

    def _take(self, values: list[Any]) -> None:
        sources = [each for each in values if isinstance(each, Source)]
        registered = [id(config) for each in sources for config in each.configurations.values()]
        for each in values:
            if isinstance(each, Registry):
                self.registries.append(each)
            elif isinstance(each, HttpSecurity):
                each.asked.add("rules") if each.rules else each.asked.add("part")
                self.chains.append(each)
            elif isinstance(each, CorsConfiguration) and id(each) not in registered:
                self.loose.append(each)
            elif isinstance(each, FilterRegistration | CorsFilter):
                self.filters.append(_registered(each))
        if not self.registries:
            self.loose_sources += [each for each in sources if each.configurations]
        if len(self.loose) > 1:
            self.odd.append("more than one CorsConfiguration")

    # Spring MVC and WebFlux.

    def _find_mappings(self) -> None:
        for of, method in self._methods():
            types = [each.type for each in method.parameters]
            if "CorsRegistry" in types:
                self._must_be_bean(of)
                registry = Registry()
                given = [registry if each.type == "CorsRegistry" else Unknown(each.name) for each in method.parameters]
                self.evaluator.invoke(method, given, self.evaluator.instance(of))
                self.registries.append(registry)
            elif types == ["InterceptorRegistry"]:
                self.evaluator.invoke(method, [self.interceptors], self.evaluator.instance(of))

    def _find_interceptors(self) -> None:
        """Those that nothing in the text adds: they count where it is a part of a program."""
        if self.interceptors.added:
            return
        for of in self.program.classes:
            if any(each.name == "preHandle" and len(each.parameters) == 3 for each in of.methods):
                self.interceptors.added.append((self.evaluator.instance(of), [], []))
                if self.registries or self.chains or self.handlers:
                    self.odd.append(f"{of.name}, which nothing uses,")

    def _methods(self) -> list[tuple[Class, Method]]:
        """Every method, also of classes that are made where they are used."""
        return [(of, each) for of in (*self.program.everywhere(), *self._inner()) for each in of.methods]

    def _inner(self) -> list[Class]:
        found = []
        for of, method in self.evaluator.bean_methods():
            made = self.evaluator.bean(of, method) if "Configurer" in method.returns else None
            if isinstance(made, Instance) and made.of.name == "":
                self.evaluator.adopt(made)
                found.append(made.of)
        return found

    def _must_be_bean(self, of: Class) -> None:
        """A class with settings counts where an annotation has Spring find it."""
        at: Class | None = of
        while at is not None:
            if not at.name or at.annotations or at.outer is not None:
                return
            at = at.outer
        used = any(
            isinstance(each, Call | Name) and getattr(each, "name", "") == of.name
            for each in walk(*self.program.classes)
        )
        if not used:
            self.odd.append(f"{of.name}, which no annotation makes a bean,")

    # Spring Security.

    def _find_security(self) -> None:
        for of, method in self._methods():
            kinds = {each.type: each for each in method.parameters}
            returns = bare(method.returns)
            if "WebSecurity" in kinds:
                self.evaluator.invoke(method, [self.web], self.evaluator.instance(of))
            elif returns == "WebSecurityCustomizer":
                self.evaluator.apply(self.evaluator.bean(of, method), self.web)
            elif (returns in _CHAINS or method.name == "configure") and kinds.keys() & {
                "HttpSecurity",
                "ServerHttpSecurity",
            }:
                http = HttpSecurity(is_reactive="ServerHttpSecurity" in kinds)
                given = [
                    http if each.type in ("HttpSecurity", "ServerHttpSecurity") else self.evaluator.injected(each)
                    for each in method.parameters
                ]
                self.evaluator.invoke(method, given, self.evaluator.instance(of))
                http.order = self._order_of_chain(of, method)
                if "ResourceServerConfigurerAdapter" in of.supers:
                    http.asked.add("oauth2ResourceServer")
                self.chains.append(http)

    def _order_of_chain(self, of: Class, method: Method) -> int:
        for each in (method, of):
            order = self.order_of(each)
            if order is not None:
                return order
        return 3 if "ResourceServerConfigurerAdapter" in of.supers else 100

    def order_of(self, of: Class | Method) -> int | None:
        """What @Order says."""
        at = annotation(of, "Order")
        if at is None:
            return None
        given = at.arguments.get("value")
        value = LAST if given is None else self.evaluator.value(given, Frame({}, self.evaluator.loose))
        return value if isinstance(value, int) else None

    # Filters.

    def _find_filters(self) -> None:
        for of, method in self.evaluator.bean_methods():
            returns = bare(method.returns)
            if returns in _MADE_FILTERS or ((own := self.program.named(returns)) is not None and is_filter(own)):
                made = self.evaluator.bean(of, method)
                one = _registered(made)
                if returns in ("WebFilter", "CorsWebFilter"):
                    one.order = self.order_of(method) or one.order
                if isinstance(made, Instance):
                    one.order = self._order_of_class(made.of)
                self.filters.append(one)
        within = [each for http in self.chains for _, each in http.filters]
        held = [each.value for each in self.filters]
        for of in self.program.classes:
            if not is_filter(of):
                continue
            own_instance = self.evaluator.instance(of)
            is_bean = library.is_bean(own_instance)
            if own_instance in held or (
                any(isinstance(each, Instance) and each.of is of for each in (*within, *held)) and not is_bean
            ):
                continue
            value = _as_cors_filter(own_instance)
            self.filters.append(Filter(value, self._order_of_class(of), self._paths_of(of), unused=not is_bean))

    def _order_of_class(self, of: Class) -> int:
        order = self.order_of(of)
        if order is not None:
            return order
        found = self.evaluator.method_of(of, "getOrder", 0)
        value = None if found is None else self.evaluator.invoke(found[1], [], self.evaluator.instance(of))
        return value if isinstance(value, int) else LAST

    def _paths_of(self, of: Class) -> tuple[str, ...]:
        at = annotation(of, "WebFilter")
        given = None if at is None else at.arguments.get("urlPatterns") or at.arguments.get("value")
        value = [] if given is None else self.evaluator.value(given, Frame({}, self.evaluator.loose))
        return tuple(each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))

    # Beans by their names.

    def bean_named(self, name: str, *types: str) -> Any:
        """The bean of a name that is of one of these types."""
        for of, method in self.evaluator.bean_methods():
            at = annotation(method, "Bean")
            given = None if at is None else at.arguments.get("value") or at.arguments.get("name")
            own = given.value if isinstance(given, Literal) else method.name
            if own == name and bare(method.returns) in types:
                return self.evaluator.bean(of, method)
        return None

    def sources(self) -> list[Any]:
        """The sources that are beans."""
        return [value for _, value in self.evaluator.beans_of(*SOURCES)]

    def configuration_of(self, handler: Handler) -> CorsConfiguration | None:
        return configuration_at(handler, self.evaluator)


def is_filter(of: Class) -> bool:
    """Whether objects of a class are filters."""
    if _CORS_FILTERS & set(of.supers):
        return True
    runs = any(each.name in _RUNS and len(each.parameters) > 1 for each in of.methods)
    return runs and (bool(_FILTERS & set(of.supers)) or any(each.endswith("Filter") for each in of.supers))


def _as_cors_filter(value: Any) -> Any:
    """One of a class that extends Spring's filter, and gives it its source, is as Spring's."""
    if not isinstance(value, Instance) or not _CORS_FILTERS & set(value.of.supers):
        return value
    if any(each.name in _RUNS for each in value.of.methods):
        return value
    given = value.fields.get("super")
    return CorsFilter(given[0] if given else None)


def _registered(value: Any) -> Filter:
    value = _as_cors_filter(value)
    if isinstance(value, FilterRegistration):
        value.filter = _as_cors_filter(value.filter)
        return Filter(value, value.order, tuple(each for each in value.paths if isinstance(each, str)))
    return Filter(value)
