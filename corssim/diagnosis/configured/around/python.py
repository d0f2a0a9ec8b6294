"""Python: middlewares outside of the one for CORS, functions that answer before it, and applications beside its own."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..python_syntax import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HARMLESS: Final = lazy_pattern(
    r"(?i)CORS|gzip|brotli|compress|trustedhost|session|httpsredirect|proxyheaders|requestid|correlation|logg|timing|"
    r"processtime|prometheus|metric|tracing|sentry|otel|opentelemetry|securityheaders|babel|locale|i18n|profil"
)
_OF_DJANGO: Final = lazy_pattern(
    r"^(?:django\.|whitenoise\.|corsheaders\.|debug_toolbar\.|django_prometheus\.|opencensus\.|allauth\.)|log|requestid"
)
_CORS_OF_DJANGO: Final = "corsheaders.middleware.CorsMiddleware"


def around_python(tree: ast.Module) -> list[str]:
    """Doubts of one program, each a few words."""
    return [*_of_starlette(tree), *_of_flask(tree), *_of_django(tree)][:1]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _made(tree: ast.Module, *kinds: str) -> list[str]:
    """The names that are given an instance of one of these classes."""
    return [
        name_of(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and name_of(node.value.func) in kinds
        for target in node.targets
    ]


def _of_starlette(tree: ast.Module) -> Iterator[str]:
    """The middleware that is added last is outside of all others, and sees a preflight first."""
    added = [call for call in _calls(tree) if name_of(call.func) == "add_middleware" and call.args]
    own = next((call for call in added if name_of(call.args[0]) == "CORSMiddleware"), None)
    if own is None:
        yield from _of_a_list(tree)
        return
    receiver = name_of(own.func.value) if isinstance(own.func, ast.Attribute) else ""
    apps = _made(tree, "FastAPI", "Starlette")
    if len(apps) > 1:
        yield f"more than one application, and the middleware on {receiver}"
    for call in added:
        if call.lineno > own.lineno and _HARMLESS.search(name_of(call.args[0])) is None:
            yield f"{name_of(call.args[0]) or 'a middleware'}, which is outside of CORSMiddleware"
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or function.lineno < own.lineno:
            continue
        is_middleware = any(
            isinstance(each, ast.Call) and name_of(each.func) == "middleware" for each in function.decorator_list
        )
        if is_middleware and not _hands_on(function):
            yield f"the middleware {function.name}, which is outside of CORSMiddleware"


def _of_a_list(tree: ast.Module) -> Iterator[str]:
    """`middleware=[Middleware(A), Middleware(CORSMiddleware, …)]`: the first of the list is outside."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.List):
            continue
        names = [name_of(each.args[0]) if isinstance(each, ast.Call) and each.args else "" for each in node.elts]
        if "CORSMiddleware" in names:
            before = names[: names.index("CORSMiddleware")]
            yield from (
                f"{each or 'a middleware'} before CORSMiddleware" for each in before if not _HARMLESS.search(each)
            )


def _hands_on(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function of a middleware answers with what the next one does, always."""
    answers: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and "call_next" in ast.unparse(node.value)[:200]:
            answers |= {name_of(target) for target in node.targets}
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    passes = all(
        value is not None and (name_of(value) in answers or "call_next" in ast.unparse(value)[:200])
        for value in returned
    )
    return passes and not any(isinstance(node, ast.Raise) for node in ast.walk(function))


def _of_flask(tree: ast.Module) -> Iterator[str]:
    """Functions before each request, a blueprint's own CORS, and CORS twice."""
    cors = [call for call in _calls(tree) if name_of(call.func) == "CORS"]
    if not cors and not any(name_of(call.func) in ("cross_origin", "Flask") for call in _calls(tree)):
        return
    if len({ast.unparse(call)[:500].partition(",")[2] for call in cors}) > 1:
        yield "more than one call of CORS"
    blueprints = _made(tree, "Blueprint")
    for call in cors:
        if call.args and name_of(call.args[0]) in blueprints:
            yield f"CORS of the blueprint {name_of(call.args[0])}, which is for its routes alone"
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(
            name_of(each) in ("before_request", "before_app_request") for each in function.decorator_list
        ):
            text = ast.unparse(function)[:20_000]
            returns = any(isinstance(node, ast.Return) and node.value is not None for node in ast.walk(function))
            if (returns or "abort" in text or "raise " in text) and "OPTIONS" not in text:
                yield f"{function.name}(), which answers before a request"


def _of_django(tree: ast.Module) -> Iterator[str]:
    """A list of middlewares without the one for CORS, or with one of the program's own in front of it."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.List | ast.Tuple):
            continue
        if not any(name_of(target) in ("MIDDLEWARE", "MIDDLEWARE_CLASSES") for target in node.targets):
            continue
        names = [
            each.value for each in node.value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
        if _CORS_OF_DJANGO not in names:
            if len(names) < len(node.value.elts):
                yield f"{name_of(node.targets[0])}, which may lack {_CORS_OF_DJANGO}"
            continue
        before = names[: names.index(_CORS_OF_DJANGO)]
        yield from (f"{each} before CorsMiddleware" for each in before if _OF_DJANGO.search(each) is None)
