"""What the program's calls of Java, Kotlin and Spring do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .cors_configuration import ALL, CorsConfiguration
from .exchanges import Chain, Exchange, Headers, ReactiveRequest, of_request, of_response
from .objects import SOURCES, Lambda
from .recorders import CorsFilter, FilterRegistration, Recorder, Registry, Source
from .security import ANY, HttpSecurity, Matcher, Rules, path_matcher
from .texts import equal, of_list, of_map, of_text, operation, plus
from .tree import Reference
from .values import Constant, Request, Response, Seconds, Unknown, as_text, header_named

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .objects import Frame, Instance

__all__ = ["Recorder", "equal", "operation", "plus"]

FILTERS: Final = ("CorsFilter", "CorsWebFilter")
STATIC_METHODS: Final = frozenset({
    "String.valueOf", "Objects.nonNull", "Objects.isNull", "StringUtils.hasText", "StringUtils.hasLength", "List.of",
    "Arrays.asList", "HttpMethod.valueOf", "StringUtils.isNotBlank", "StringUtils.isNotEmpty", "StringUtils.isEmpty",
    "CorsUtils.isPreFlightRequest", "CorsUtils.isCorsRequest", "Arrays.stream", "List.copyOf",
})  # fmt: skip
_LISTS: Final = frozenset({
    "List.of", "Set.of", "Arrays.asList", "Collections.singletonList", "Collections.singleton", "Stream.of",
    "ImmutableList.of", "ImmutableSet.of", "Lists.newArrayList", "Sets.newHashSet", "Collections.emptyList",
    "Collections.emptySet",
})  # fmt: skip
_SAME: Final = frozenset({
    "Arrays.stream", "List.copyOf", "Set.copyOf", "Collections.unmodifiableList", "Collections.unmodifiableSet",
    "ImmutableList.copyOf", "ImmutableSet.copyOf", "Optional.ofNullable", "Optional.of", "String.valueOf",
    "Objects.requireNonNull", "HttpMethod.valueOf", "Mono.just", "StringUtils.trimAllWhitespace", "Long.valueOf",
    "Integer.valueOf", "Boolean.valueOf", "CollectionUtils.arrayToList",
})  # fmt: skip
_MADE_LISTS: Final = frozenset(
    {"ArrayList", "LinkedList", "HashSet", "LinkedHashSet", "TreeSet", "CopyOnWriteArrayList"}
)
_SECONDS: Final = {"Days": 86_400, "Hours": 3600, "Minutes": 60, "Seconds": 1, "Millis": 0.001}
_UNITS: Final = {"DAYS": 86_400, "HOURS": 3600, "MINUTES": 60, "SECONDS": 1}
_ENUMS: Final = frozenset({"HttpMethod", "RequestMethod", "HttpStatus"})
STATUSES: Final = {
    "OK": 200, "CREATED": 201, "ACCEPTED": 202, "NO_CONTENT": 204, "FOUND": 302, "BAD_REQUEST": 400,
    "UNAUTHORIZED": 401, "FORBIDDEN": 403, "NOT_FOUND": 404, "METHOD_NOT_ALLOWED": 405, "INTERNAL_SERVER_ERROR": 500,
    "NON_AUTHORITATIVE_INFORMATION": 203,
}  # fmt: skip
_CONSTANTS: Final[dict[str, Any]] = {
    "HIGHEST_PRECEDENCE": -(2**31), "LOWEST_PRECEDENCE": 2**31 - 1, "DEFAULT_FILTER_ORDER": -100,
    "BASIC_AUTH_ORDER": 2**31 - 6, "ACCESS_OVERRIDE_ORDER": 2**31 - 7, "IGNORED_ORDER": -(2**31),
    "REQUEST_WRAPPER_FILTER_MAX_ORDER": 0,
}  # fmt: skip
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})


def constant(owner: str, name: str) -> Any:
    """`HttpMethod.GET`, `HttpHeaders.AUTHORIZATION`, `Ordered.HIGHEST_PRECEDENCE`."""
    if owner in _ENUMS and name.isupper():
        return Constant(owner, name)
    if owner == "HttpHeaders" and name.isupper():
        return header_named(name)
    if owner == "CorsConfiguration" and name == "ALL":
        return ALL
    if owner == "TimeUnit" and name in _UNITS:
        return Constant(owner, name)
    if name.startswith("SC_"):
        return STATUSES.get(name[3:], Unknown(f"{owner}.{name}"))
    if name in _CONSTANTS and owner in ("Ordered", "SecurityProperties", "OrderedFilter", "FilterRegistrationBean"):
        return _CONSTANTS[name]
    if owner == "Integer" and name in ("MIN_VALUE", "MAX_VALUE"):
        return -(2**31) if name == "MIN_VALUE" else 2**31 - 1
    return Unknown(f"{owner}.{name}")


def imported(name: str) -> Any:
    """A constant that stands alone, as one does that is imported by itself."""
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if name in _METHODS:
        return Constant("HttpMethod", name)
    return header_named(name) if name.startswith("ACCESS_CONTROL_") or name == "ORIGIN" else Unknown(name)


def member(evaluator: Evaluator, owner: Any, name: str) -> Any:
    """`owner.name`, where it is no field: a length, or what Kotlin writes for a getter. None where it is none."""
    if isinstance(owner, Rules) and name in ("anyRequest", "anyExchange"):
        return ANY
    if isinstance(owner, Rules) and name in ("permitAll", "authenticated", "denyAll"):
        return name
    if name in ("length", "size") and isinstance(owner, list | str):
        return len(owner)
    if isinstance(owner, str | list | dict | Unknown | int | Recorder) or owner is None:
        return None
    for getter in (f"get{name[:1].upper()}{name[1:]}", name):
        try:
            return called(evaluator, owner, getter, [])
        except AttributeError:
            continue
    return None


def is_of(value: Any, type_: str) -> Any:
    """`value instanceof Type`: preflights have no method that handles them."""
    if isinstance(value, Constant) and value.type == "handler":
        return value.name == type_
    if isinstance(value, Request | Response):
        return True
    return Unknown(f"instanceof {type_}")


def static(evaluator: Evaluator, owner: str, name: str, arguments: list[Any]) -> Any:
    """A method of a class."""
    full, given = f"{owner}.{name}", arguments[0] if arguments else None
    if full in _LISTS:
        return [
            part for each in arguments for part in (each if isinstance(each, list) and len(arguments) == 1 else [each])
        ]
    if full in _SAME:
        return Constant("HttpMethod", given) if owner == "HttpMethod" and isinstance(given, str) else given
    if owner == "Duration" and name.startswith("of") and isinstance(given, int) and name[2:] in _SECONDS:
        return Seconds(int(given * _SECONDS[name[2:]]))
    if owner == "Customizer":
        return Unknown("withDefaults()")
    if owner in ("Map", "Collections") and name in ("of", "singletonMap"):
        return dict(zip(arguments[::2], arguments[1::2], strict=False))
    if name == "isPreFlightRequest" and isinstance(given, Request | ReactiveRequest):
        return given.is_preflight
    if name == "isCorsRequest" and isinstance(given, Request | ReactiveRequest):
        return given.is_cors
    if owner in ("AntPathRequestMatcher", "PathPatternRequestMatcher", "ServerWebExchangeMatchers"):
        return Matcher() if name == "withDefaults" else path_matcher(arguments)
    if owner == "String" and name == "join" and len(arguments) > 1:
        rest = arguments[1] if isinstance(arguments[1], list) else arguments[1:]
        odd = next((each for each in (given, *rest) if isinstance(each, Unknown)), None)
        return as_text(given).join(map(as_text, rest)) if odd is None else odd
    if name == "empty" and owner in ("Mono", "Optional", "Stream"):
        return [] if owner == "Stream" else None
    return _of_helpers(evaluator, full, arguments)


def _of_helpers(evaluator: Evaluator, full: str, arguments: list[Any]) -> Any:
    owner, _, name = full.partition(".")
    given = arguments[0] if arguments else None
    odd = next((each for each in arguments if isinstance(each, Unknown)), None)
    if odd is None:
        match full:
            case "Objects.equals" if len(arguments) == 2:
                return equal(*arguments)
            case "Objects.nonNull" | "Objects.isNull":
                return (given is None) == (name == "isNull")
            case "StringUtils.hasText" | "StringUtils.hasLength" | "StringUtils.isNotBlank" | "StringUtils.isNotEmpty":
                return bool(given and str(given).strip())
            case "StringUtils.isEmpty" | "StringUtils.isBlank" | "ObjectUtils.isEmpty" | "CollectionUtils.isEmpty":
                return not given
            case "StringUtils.split" | "StringUtils.commaDelimitedListToStringArray" if isinstance(given, str):
                return given.split(",")
            case "StringUtils.equals" | "StringUtils.equalsIgnoreCase" if len(arguments) == 2:
                pair = [each.lower() if "Case" in name and isinstance(each, str) else each for each in arguments]
                return equal(*pair)
            case "Boolean.parseBoolean" if isinstance(given, str):
                return given.lower() == "true"
            case "Integer.parseInt" | "Long.parseLong" if isinstance(given, str) and given.isdecimal():
                return int(given)
            case "Boolean.TRUE" | "Boolean.FALSE":
                return full.endswith("TRUE")
    if owner in ("Collectors", "Comparator", "Function"):
        return Unknown(name)
    if owner in ("ResponseEntity",):
        return Unknown(full)
    return evaluator.handed_on(arguments, f"{full}({as_text(given) if isinstance(given, str) else '…'})")


def made(evaluator: Evaluator, type_: str, arguments: list[Any]) -> Any:
    """`new Type(…)` of a class that is not in the text."""
    given = arguments[0] if arguments else None
    if type_ == "CorsConfiguration":
        return CorsConfiguration().combine(given) if isinstance(given, CorsConfiguration) else CorsConfiguration()
    if type_ in SOURCES:
        return Source()
    if type_ in FILTERS:
        return CorsFilter(given)
    if type_ in ("FilterRegistrationBean", "DelegatingFilterProxyRegistrationBean"):
        return FilterRegistration(given)
    if type_ in _MADE_LISTS:
        return list(given) if isinstance(given, list) else []
    if type_.endswith("Map"):
        return dict(given) if isinstance(given, dict) else {}
    if type_ in ("AntPathRequestMatcher", "PathPatternRequestMatcher", "PathPatternParserServerWebExchangeMatcher"):
        return path_matcher(arguments)
    if type_ in ("String", "Long", "Integer", "Boolean"):
        return given
    if type_ == "HttpHeaders":
        return Headers(Response())
    if type_ == "StaticHeadersWriter" and isinstance(given, str):
        return Unknown(f"a StaticHeadersWriter of {given}")
    return evaluator.handed_on(arguments, f"new {type_}(…)")


def of_super(evaluator: Evaluator, this: Any, name: str, arguments: list[Any]) -> Any:
    """A method of the class that one extends, which is not in the text."""
    for each in arguments:
        if isinstance(each, HttpSecurity) and name == "configure":
            # WebSecurityConfigurerAdapter: everybody has to be signed in.
            each.asked |= {"rules", "formLogin", "httpBasic"}
            each.rules.append((ANY, "asks"))
            return None
    chain = next((each for each in arguments if isinstance(each, Chain)), None)
    if chain is not None and name in ("doFilter", "doFilterInternal"):
        return evaluator.handed_on([each for each in arguments if isinstance(each, Response)], f"super.{name}(…)")
    if name in ("addCorsMappings", "shouldNotFilter", "configure", "init", "destroy", "preHandle"):
        return name == "preHandle"
    return evaluator.handed_on(arguments, f"super.{name}(…)")


def here(evaluator: Evaluator, name: str, arguments: list[Any]) -> Any:
    """A call of nothing, which is of no method in the text: one that is imported, or of Kotlin's."""
    if name in _MAKES_LISTS:
        return [part for each in arguments for part in (each if isinstance(each, list) else [each])]
    if name in ("listOfNotNull", "emptyList", "emptyArray", "emptySet"):
        return [each for each in arguments if each is not None]
    if name in ("mapOf", "mutableMapOf", "hashMapOf"):
        return dict(each for each in arguments if isinstance(each, tuple))
    if name == "withDefaults":
        return Unknown("withDefaults()")
    if name == "antMatcher":
        return path_matcher(arguments)
    if name in ("run", "with") and arguments:
        return evaluator.apply(arguments[-1], *arguments[:-1])
    if name[:1].isupper():
        return made(evaluator, name, arguments)
    if name in ("println", "print"):
        return None
    return evaluator.handed_on(arguments, f"{name}(…)")


_MAKES_LISTS: Final = frozenset({
    "listOf", "setOf", "arrayOf", "mutableListOf", "mutableSetOf", "arrayListOf", "asList", "hashSetOf",
})  # fmt: skip
FREE: Final = _MAKES_LISTS | {"listOfNotNull", "emptyList", "mapOf", "mutableMapOf", "withDefaults", "println", "setOf"}
"""What is called on nothing, whatever a block of Kotlin's is of."""
_GIVE_LISTS: Final = frozenset({"split", "toMutableList", "toList", "stream", "asList", "toMutableSet", "toSet"})
_OVER_LISTS: Final = frozenset({"map", "filter", "flatMap", "forEach", "anyMatch", "any", "noneMatch", "none"})
_SCOPES: Final = frozenset({"apply", "also", "let", "run", "with"})


def called(evaluator: Evaluator, owner: Any, name: str, arguments: list[Any]) -> Any:
    """A method of a value. Raises AttributeError for one that is not known."""
    if name in _SCOPES and len(arguments) == 1 and isinstance(arguments[0], Lambda):
        found = evaluator.apply(arguments[0], owner)
        return owner if name in ("apply", "also") else found
    if isinstance(owner, Recorder):
        return owner.call(name, arguments, evaluator)
    if isinstance(owner, CorsConfiguration):
        return owner.call(name, arguments)
    if isinstance(owner, Request | ReactiveRequest):
        return of_request(owner, name, arguments)
    if isinstance(owner, Response | Headers | Exchange | Chain):
        return of_response(evaluator, owner, name, arguments)
    if isinstance(owner, bool):
        if name in ("equals", "booleanValue"):
            return owner if name == "booleanValue" else equal(owner, arguments[0])
    elif isinstance(owner, str):
        return of_text(evaluator, owner, name, arguments)
    elif isinstance(owner, list):
        return of_list(evaluator, owner, name, arguments)
    elif isinstance(owner, dict):
        return of_map(owner, name, arguments)
    elif isinstance(owner, Constant):
        return _of_constant(owner, name, arguments)
    elif isinstance(owner, Unknown):
        return _of_unknown(evaluator, owner, name, arguments)
    elif isinstance(owner, Seconds) and name in ("getSeconds", "toSeconds"):
        return owner.count
    raise AttributeError(name)


def _of_constant(owner: Constant, name: str, arguments: list[Any]) -> Any:
    given = arguments[0] if arguments else None
    match name:
        case "name" | "toString" | "getName":
            return owner.name
        case "equals":
            return equal(owner, given)
        case "matches" if isinstance(given, str):
            return owner.name == given
        case "value" | "getValue" if owner.type == "HttpStatus":
            return STATUSES.get(owner.name, Unknown(f"HttpStatus.{owner.name}"))
        case "toSeconds" if owner.type == "TimeUnit" and isinstance(given, int):
            return given * _UNITS[owner.name]
    raise AttributeError(name)


def _of_unknown(evaluator: Evaluator, owner: Unknown, name: str, arguments: list[Any]) -> Any:
    """A method of what is not known, which gives nothing that is known either, and does nothing that matters."""
    if name in _GIVE_LISTS:
        return [owner]
    if arguments and isinstance(arguments[0], Lambda | Reference) and name in _OVER_LISTS:
        return of_list(evaluator, [owner], name, arguments)
    if any(not isinstance(each, str | int | list | Unknown | Reference | Constant | dict) for each in arguments):
        raise AttributeError(name)
    return Unknown(f"{owner.name}.{name}()") if name.startswith("get") and len(owner.name) < 60 else owner


def is_bean(instance: Instance) -> bool:
    """Whether an annotation of its class makes it one that Spring has."""
    return any(each.name in STEREOTYPES or each.name.startswith("Enable") for each in instance.of.annotations)


STEREOTYPES: Final = frozenset({
    "Component", "Configuration", "Service", "Repository", "Controller", "RestController", "SpringBootApplication",
    "ControllerAdvice", "RestControllerAdvice", "WebFilter", "TestConfiguration", "AutoConfiguration", "Bean",
    "RepositoryRestController", "SpringBootConfiguration",
})  # fmt: skip


def made_by_framework(type_: str) -> Any:
    """What a method is given by its type; None for another."""
    match type_:
        case "CorsRegistry":
            return Registry()
        case "HttpSecurity":
            return HttpSecurity()
        case "ServerHttpSecurity":
            return HttpSecurity(is_reactive=True)
    return None


def frame_of(variables: dict[str, Any], this: Any) -> Frame:
    """A frame for statements that stand in no method."""
    from .objects import Frame

    return Frame(variables, this)
