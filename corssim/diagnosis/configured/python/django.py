"""Django's settings with django-cors-headers: what its middleware puts on an answer, where MIDDLEWARE has it.

https://github.com/adamchainz/django-cors-headers/blob/main/src/corsheaders/middleware.py
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ....patterns import lazy_pattern
from ..model import METHODS_OF_ALL, REFLECTED, Grant, Mistake, matches
from ..replies import NotTold
from .described import computed_parts, names_in, told_apart
from .messages import Request, Response
from .values import MISSING, Pattern, Thing, Unknown, shown, unknown_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .running import Run

# https://github.com/adamchainz/django-cors-headers/blob/main/src/corsheaders/defaults.py
HEADERS: Final = ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"]
METHODS: Final = ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"]
_SETTINGS: Final = (
    "CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOW_ALL_ORIGINS",
    "CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_CREDENTIALS", "CORS_URLS_REGEX",
)  # fmt: skip
_MIDDLEWARE: Final = "corsheaders.middleware.CorsMiddleware"
_HARMLESS: Final = lazy_pattern(
    r"^(?:django\.|whitenoise\.|debug_toolbar\.|django_prometheus\.|opencensus\.|allauth\.)|log|requestid"
)


def is_settings(run: Run) -> bool:
    """Whether a text is Django's settings with those of CORS among them."""
    names = run.scope.names
    apps = names.get("INSTALLED_APPS")
    has_app = isinstance(apps, list | tuple) and "corsheaders" in apps
    return has_app or any(name in names for name in _SETTINGS)


class Settings(Thing):
    """The settings of a project, asked as a server."""

    server = "django"

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.program = run

    def setting(self, *names: str, default: Any = None) -> Any:
        """A setting by its names, the one that counts first."""
        for name in names:
            value = self.program.settled(self.program.scope.names.get(name, MISSING))
            if value is not MISSING:
                return value
        return default

    @property
    def everybody(self) -> Any:
        return self.setting("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", default=False)

    @property
    def origins(self) -> Any:
        return self.setting("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST", default=[])

    @property
    def patterns(self) -> Any:
        return self.setting("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST", default=[])

    @property
    def is_installed(self) -> bool:
        """Whether MIDDLEWARE has the one for CORS. Raises `NotTold` where another may answer before it."""
        listed = self.setting("MIDDLEWARE")
        if listed is None and self.setting("MIDDLEWARE_CLASSES") is not None:
            raise NotTold("MIDDLEWARE_CLASSES, which Django has not read since version 2,")
        if not isinstance(listed, list | tuple):
            return True
        if _MIDDLEWARE not in listed:
            if unknown_in(list(listed)) is not None:
                raise NotTold(f"MIDDLEWARE, which may lack {_MIDDLEWARE}")
            return not listed
        for each in listed[: listed.index(_MIDDLEWARE)]:
            if isinstance(each, Unknown) and "*" in each.text:
                continue  # those of the settings that these add to
            if not isinstance(each, str) or _HARMLESS.search(each) is None:
                raise NotTold(f"{shown(each)} before CorsMiddleware")
        return True

    def answered(self, request: Request) -> Response:
        """The answer to a request. What a view answers, the settings do not tell."""
        is_preflight = request.method == "OPTIONS"
        if not self.is_installed or not self._is_at(request.path):
            return Response()
        response = Response(200 if is_preflight and request.asked_method is not None else None)
        allowed = self._allowed(request.origin)
        if allowed is None:
            return response
        put = response.headers.put
        put("Access-Control-Allow-Origin", allowed)
        credentials = self.setting("CORS_ALLOW_CREDENTIALS", default=False)
        if isinstance(credentials, Unknown) or credentials:
            put("Access-Control-Allow-Credentials", credentials if isinstance(credentials, Unknown) else "true")
        if expose := self.setting("CORS_EXPOSE_HEADERS", default=[]):
            put("Access-Control-Expose-Headers", _joined(expose))
        if is_preflight:
            put("Access-Control-Allow-Headers", _joined(self.setting("CORS_ALLOW_HEADERS", default=HEADERS)))
            put("Access-Control-Allow-Methods", _joined(self.setting("CORS_ALLOW_METHODS", default=METHODS)))
            if age := self.setting("CORS_PREFLIGHT_MAX_AGE", default=86400):
                put("Access-Control-Max-Age", age)
        return response

    def _is_at(self, path: str) -> bool:
        paths = self.setting("CORS_URLS_REGEX", default="^.*$")
        if isinstance(paths, Unknown):
            raise NotTold(f"CORS_URLS_REGEX = {paths.text}")
        return matches(f"^(?:{paths.text if isinstance(paths, Pattern) else paths})", path)

    def _allowed(self, origin: str | None) -> Any:
        if origin is None:
            return None
        everybody = self.program.truth(self.everybody)
        if everybody is True:
            credentials = self.program.is_true(self.setting("CORS_ALLOW_CREDENTIALS", default=False))
            return origin if credentials else "*"
        if _is_listed(origin, self.origins) or _is_matched(origin, self.patterns):
            return origin
        return everybody if isinstance(everybody, Unknown) else unknown_in([self.origins, self.patterns])

    def grant(self) -> Grant:
        """What the settings allow."""
        credentials = self.setting("CORS_ALLOW_CREDENTIALS") is True
        origins, unknown = told_apart([] if isinstance(self.origins, str) else self.origins)
        patterns, unknown_patterns = told_apart(self.patterns)
        everybody = self.everybody
        if everybody is True:
            origins = [REFLECTED if credentials else "*"]
        return Grant(
            where="the settings",
            origins=tuple(each for each in origins if isinstance(each, str)),
            patterns=tuple(f"^(?:{each.text if isinstance(each, Pattern) else each})" for each in patterns),
            credentials=credentials,
            methods=names_in(self.setting("CORS_ALLOW_METHODS")) or METHODS_OF_ALL,
            headers=names_in(self.setting("CORS_ALLOW_HEADERS")) or tuple(HEADERS),
            expose=names_in(self.setting("CORS_EXPOSE_HEADERS")) or None,
            max_age=shown(self.setting("CORS_PREFLIGHT_MAX_AGE", default=86400)),
            unknown=(*unknown, *unknown_patterns, *((everybody.text,) if isinstance(everybody, Unknown) else ())),
            computed=computed_parts(
                methods=self.setting("CORS_ALLOW_METHODS"),
                headers=self.setting("CORS_ALLOW_HEADERS"),
                credentials=self.setting("CORS_ALLOW_CREDENTIALS"),
            ),
        )

    def mistakes(self) -> Iterator[Mistake]:
        """What django-cors-headers refuses, and where it is not used."""
        origins = self.origins
        if isinstance(origins, str):
            yield Mistake(
                "refused-at-start",
                f"{origins!r} is a text and no list: django-cors-headers takes each letter for an origin.",
                f"[{origins!r}]",
            )
        bare = [each for each in told_apart(origins)[0] if isinstance(each, str) and _is_bare(each)]
        if bare and not isinstance(origins, str):
            yield Mistake(
                "refused-at-start",
                f"{', '.join(bare)}: django-cors-headers 3 and later refuses to start (corsheaders.E013, missing "
                "scheme or netloc); version 2 let them match any scheme.",
                f"http://{bare[0]} or https://{bare[0]}",
            )
        try:
            is_missing = not self.is_installed
        except NotTold:
            return
        if is_missing:
            yield Mistake(
                "middleware-missing",
                "MIDDLEWARE does not have corsheaders.middleware.CorsMiddleware: nothing of these settings is sent.",
                "'corsheaders.middleware.CorsMiddleware' as its first, before CommonMiddleware.",
            )


def _is_bare(origin: str) -> bool:
    return "://" not in origin and origin not in ("null", "file://", "*")


def _is_listed(origin: str, listed: Any) -> bool:
    if not isinstance(listed, list | tuple):
        return False
    try:
        asked = urlsplit(origin)
        return any(
            urlsplit(each)[:2] == asked[:2] or (origin == "null" and each == "null")
            for each in listed
            if isinstance(each, str)
        )
    except ValueError:
        return False


def _is_matched(origin: str, patterns: Any) -> bool:
    texts = [each.text if isinstance(each, Pattern) else each for each in told_apart(patterns)[0]]
    return any(matches(f"^(?:{each})", origin) for each in texts)


def _joined(values: Any) -> Any:
    unknown = unknown_in(values)
    if unknown is not None:
        return unknown
    return ", ".join(map(str, values)) if isinstance(values, list | tuple) else values
