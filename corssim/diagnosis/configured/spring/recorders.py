"""What a program gives its settings to: each holds what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..replies import NotTold
from .cors_configuration import CorsConfiguration
from .paths import is_for
from .values import Unknown

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .values import Request


class Recorder:
    """`odd` is what it was handed to, and is not in the text."""

    odd = ""

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        """A call of one of its methods. Raises AttributeError for one that it does not have."""
        raise AttributeError(name)


class Registration(Recorder):
    """CorsRegistration: what is allowed at one pattern of paths."""

    def __init__(self, path: Any) -> None:
        self.path = path
        self.config = CorsConfiguration().call("applyPermitDefaultValues", [])

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Registration:
        made = self.config.call(name, arguments)
        if name == "combine":
            self.config = made
        return self


class Registry(Recorder):
    """CorsRegistry, of Spring MVC, WebFlux and Spring Data REST."""

    def __init__(self) -> None:
        self.registrations: list[Registration] = []

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name != "addMapping":
            raise AttributeError(name)
        self.registrations.append(Registration(arguments[0] if arguments else Unknown("a path")))
        return self.registrations[-1]


class Source(Recorder):
    """UrlBasedCorsConfigurationSource: the first pattern that is for the path counts."""

    def __init__(self) -> None:
        self.configurations: dict[str, Any] = {}

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name == "registerCorsConfiguration" and len(arguments) == 2:
            self.configurations[_path(arguments[0])] = arguments[1]
        elif name == "setCorsConfigurations" and arguments and isinstance(arguments[0], dict):
            self.configurations = {_path(path): config for path, config in arguments[0].items()}
        elif name == "setCorsConfigurations":
            self.odd = "setCorsConfigurations(…)"
        elif name == "getCorsConfiguration":
            return next((each for each in self.configurations.values()), None)
        elif name not in ("setAlwaysUseFullPath", "setUrlDecode", "setPathMatcher", "setAllowInitLookupPath"):
            raise AttributeError(name)
        return None


def _path(given: Any) -> str:
    return given if isinstance(given, str) else f"\0{given.name if isinstance(given, Unknown) else given}"


def configuration_of(source: Any, request: Request, evaluator: Evaluator) -> CorsConfiguration | None:
    """What a source gives for a request. Raises `NotTold` where that is not known."""
    from .objects import Instance, Lambda

    if isinstance(source, Recorder) and source.odd:
        raise NotTold(source.odd)
    if isinstance(source, Source):
        found = None
        for path, config in source.configurations.items():
            if path.startswith("\0"):
                raise NotTold(path[1:])
            if is_for(path, request.path):
                found = config
                break
    elif isinstance(source, Lambda):
        found = evaluator.apply(source, request)
    elif isinstance(source, Instance):
        found = evaluator.call_on(source, "getCorsConfiguration", [request])
    else:
        raise NotTold(source.name if isinstance(source, Unknown) else "a CorsConfigurationSource")
    if found is None or isinstance(found, CorsConfiguration):
        return found
    raise NotTold(found.name if isinstance(found, Unknown) else "a CorsConfiguration")


class CorsFilter(Recorder):
    """CorsFilter, and CorsWebFilter."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        if name == "setCorsProcessor":
            self.odd = "setCorsProcessor(…)"
            return None
        raise AttributeError(name)


class FilterRegistration(Recorder):
    """FilterRegistrationBean: a filter with its order and its paths."""

    def __init__(self, filter_: Any = None) -> None:
        self.filter, self.order, self.is_on = filter_, 2**31 - 1, True
        self.paths: list[Any] = []

    def call(self, name: str, arguments: list[Any], evaluator: Evaluator) -> Any:
        given = arguments[0] if arguments else None
        match name:
            case "setFilter":
                self.filter = given
            case "setOrder":
                self.order = given if isinstance(given, int) else 2**31 - 1
                self.odd = self.odd or (given.name if isinstance(given, Unknown) else "")
            case "addUrlPatterns" | "setUrlPatterns":
                flat = [each for one in arguments for each in (one if isinstance(one, list) else [one])]
                self.paths = flat if name.startswith("set") else [*self.paths, *flat]
            case "setEnabled":
                self.is_on = given is not False
                self.odd = self.odd or (given.name if isinstance(given, Unknown) else "")
            case "setName" | "setAsyncSupported" | "addInitParameter" | "setMatchAfter" | "setDispatcherTypes":
                pass
            case "getFilter":
                return self.filter
            case _:
                raise AttributeError(name)
        return None
