"""Programs in Python that set CORS up with a layer of their framework, or write the headers themselves."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ....records import replace
from .. import error_answers
from ..model import Configured, Grant, Mistake
from ..paths import example_of
from ..replies import Branch, NotTold
from . import described, django, flask, quart, starlette
from .flask_cors import options_of, resources_of
from .probed import path_with_headers, probed_grant
from .program import Program, ProgramRun, has_layer
from .routes import example_of_route
from .syntax import parsed
from .values import Pattern, Raised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_SUPPOSED: Final = 20
_OF_PYTHON: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)
"""What a line of another language that reads as Python does not have."""
_KINDS: Final = {
    "aiohttp": ("aiohttp", ""),
    "litestar": ("Litestar: CORSConfig", ""),
    "falcon": ("Falcon: CORSMiddleware", ""),
    "quart": ("Quart: quart-cors", ""),
    "django": ("Django: django-cors-headers", "django"),
    "flask": ("Flask: flask-cors", "flask"),
    "handler": ("a program that writes the headers itself", ""),
    "starlette": ("Starlette or FastAPI: CORSMiddleware", "fastapi"),
}


def read_python_program(text: str) -> Configured | None:
    """What it answers; None where it has no layer of CORS and no header that is known."""
    tree = parsed(text)
    if tree is None or not (has_layer(tree) or any(isinstance(each, _OF_PYTHON) for each in ast.walk(tree))):
        return None
    program = Program(tree)
    try:
        return _supposing(lambda supposed: _described(program, program.followed(supposed), supposed))
    except NotTold as told:
        doubt = str(told)[:60]
    except RecursionError:
        doubt = "a program that is nested too deep"
    return Configured(kind="a program in Python", software="", grants=(), not_understood=(doubt,))


def _supposing(described: Callable[[dict[str, bool]], Configured | None]) -> Configured | None:
    """A description under conditions of which nothing is told: they are taken not to be met, where that will do."""
    supposed: dict[str, bool] = {}
    for _ in range(_MOST_SUPPOSED):
        try:
            return described(dict(supposed))
        except Branch as branch:
            supposed[str(branch)] = False
        except Raised:
            if not any(value is False for value in supposed.values()):
                break
            supposed[list(supposed)[-1]] = True
    raise NotTold(f"the condition {next(iter(supposed))}" if supposed else "a program that does not start")


def _described(program: Program, run: ProgramRun, supposed: dict[str, bool]) -> Configured | None:
    if not run.made or not (program.touching or any(map(_has_layers, run.made))):
        return None
    grants, example = tuple(dict.fromkeys(_grants(run))), _example(run)
    if example == "/items" and not grants:
        example = path_with_headers(program.tree, program.replies) or example
    if not grants and (probed := probed_grant(program.tree, program.replies, example)) is not None:
        grants = (probed,)
    hangs_on = tuple(supposed)[:1]
    grants = tuple(each if _has_origins(each) else replace(each, unknown=hangs_on) for each in grants)
    kind, software = _KINDS[run.made[0].server]  # type: ignore[attr-defined]
    if not any(map(_has_layers, run.made)):
        kind = f"{kind.partition(':')[0]}: headers that it writes itself" if ":" in kind else kind
    return Configured(
        kind=kind,
        software=software,
        grants=grants,
        mistakes=tuple(_mistakes(run)),
        notes=tuple(dict.fromkeys(_notes(run))),
        preflight_status=200,
        example_path=example,
        replies=program.replies,
    )


def _has_origins(grant: Grant) -> bool:
    return bool(grant.origins or grant.patterns or grant.unknown)


def _has_layers(app: object) -> bool:
    if isinstance(app, flask.FlaskApp):
        return app.has_settings or bool(app.layers) or any(one.layers for one in app.blueprints())
    return isinstance(app, django.Settings) or bool(getattr(app, "layers", ()))


def _grants(run: ProgramRun) -> Iterator[Grant]:
    for app in run.made:
        if isinstance(app, flask.FlaskApp):
            yield from _of_flask(app)
        elif isinstance(app, starlette.Application | starlette.Wrapped):
            for kind, named in app.layers:
                if getattr(kind, "last", "") == "CORSMiddleware":
                    yield described.of_starlette(named)
        elif isinstance(app, django.Settings) and not any(each.code == "middleware-missing" for each in app.mistakes()):
            yield app.grant()


def _of_flask(app: flask.FlaskApp) -> Iterator[Grant]:
    if isinstance(app, quart.QuartApp):
        return
    if not app.layers and app.has_settings:
        yield described.of_flask(options_of(app.config), "app.config")
    for one in (app, *app.blueprints()):
        for layer in one.layers:
            for _, own in resources_of(layer):
                yield described.of_flask(layer | own)
    for route, _ in app.all_routes():
        if isinstance(route.handler, flask.CrossOrigin):
            try:
                yield described.of_flask(options_of(app.config, route.handler.options), route.path)
            except Raised:
                continue  # which answers errors


def _mistakes(run: ProgramRun) -> Iterator[Mistake]:
    for app in run.made:
        if isinstance(app, django.Settings):
            yield from app.mistakes()
        elif isinstance(app, flask.FlaskApp) and not app.layers and app.has_settings:
            yield flask.NOT_CALLED


def _notes(run: ProgramRun) -> Iterator[str]:
    """What the layers of an app leave without headers. One around an app is on every answer."""
    for app in run.made:
        if isinstance(app, starlette.Application):
            if any(getattr(kind, "last", "") == "CORSMiddleware" for kind, _ in app.layers):
                yield error_answers.OF_STARLETTE
        elif isinstance(app, flask.FlaskApp) and app.layers:
            yield error_answers.OF_FLASK
        elif isinstance(app, django.Settings) and not any(each.code == "middleware-missing" for each in app.mistakes()):
            yield error_answers.OF_DJANGO


def _example(run: ProgramRun) -> str:
    for app in run.made:
        routes = getattr(app, "routes", [])
        if isinstance(app, flask.FlaskApp):
            routes = [each for each, _ in app.all_routes()]
        for route in routes:
            if len(route.path) > 1:
                return example_of_route(route.path)
        if isinstance(app, flask.FlaskApp) and not isinstance(app, quart.QuartApp):
            for layer in app.layers:
                for path, _ in resources_of(layer):
                    text = path.text if isinstance(path, Pattern) else path
                    if isinstance(text, str) and (example := example_of(text.lstrip("^"))):
                        return example
        if isinstance(app, django.Settings):
            paths = app.setting("CORS_URLS_REGEX")
            return (example_of(paths.lstrip("^")) if isinstance(paths, str) else "") or "/items"
    return "/items"
