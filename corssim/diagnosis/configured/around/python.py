"""Python: middlewares outside of the one for CORS, functions that answer before it, and applications beside its own."""

from __future__ import annotations

import ast
import re
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
    return [*_of_starlette(tree), *_of_flask(tree), *_of_django(tree), *_of_both(tree)][:1]


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
        if call.lineno > own.lineno and _may_answer(tree, name_of(call.args[0])):
            yield f"{name_of(call.args[0]) or 'a middleware'}, which is outside of CORSMiddleware"
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or function.lineno < own.lineno:
            continue
        is_middleware = any(
            isinstance(each, ast.Call) and name_of(each.func) == "middleware" for each in function.decorator_list
        )
        if is_middleware and not _hands_on(function):
            yield f"the middleware {function.name}, which is outside of CORSMiddleware"


def _may_answer(tree: ast.Module, name: str) -> bool:
    """Whether a middleware may answer itself: one of the text's own by what it does, another by its name."""
    made = next((node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name == name), None)
    if made is None:
        return _HARMLESS.search(name) is None
    own = [each for each in made.body if isinstance(each, ast.AsyncFunctionDef) and each.name == "dispatch"]
    return not own or not all(map(_hands_on, own))


def _of_both(tree: ast.Module) -> Iterator[str]:
    """What every framework has: a header in a text of its own, a layer in a function that nothing calls, or of none."""
    layers = [
        call for call in _calls(tree) if {"CORSMiddleware", "CORS"} & {name_of(call.func), *map(name_of, call.args)}
    ]
    if not layers:
        return
    inside = {id(node) for call in layers for node in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in inside and isinstance(node.value, str):
            if node.value.lower() == "access-control-allow-origin":
                yield f"{node.value}, in line {node.lineno},"
        elif isinstance(node, ast.Attribute) and node.attr == "user_middleware":
            yield "user_middleware"
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and name_of(node.value.func) == "CORSMiddleware"
        ):
            yield "CORSMiddleware(…), which nothing uses"
    if not any(name_of(call.func) in ("FastAPI", "Starlette", "Flask") for call in _calls(tree)):
        return
    used = {name_of(node) for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for statement in tree.body:
        has_layer = any(node in layers for node in ast.walk(statement))
        if has_layer and isinstance(statement, ast.FunctionDef) and statement.name not in used:
            makes = any(name_of(call.func) in ("FastAPI", "Starlette", "Flask") for call in _calls(statement))
            if not makes:
                yield f"{statement.name}(), which nothing calls"
        if has_layer and isinstance(statement, ast.Assign) and isinstance(statement.value, ast.List):
            names = {name_of(target) for target in statement.targets}
            if not names & used:
                yield f"{', '.join(sorted(names))}, which nothing uses"


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
    caught = {id(node) for each in ast.walk(function) if isinstance(each, ast.ExceptHandler) for node in ast.walk(each)}
    return passes and not any(id(node) not in caught and _may_change(node, answers) for node in ast.walk(function))


def _may_change(node: ast.AST, answers: set[str]) -> bool:
    """Whether a statement may put another answer in the place of what came, or take a header away."""
    if isinstance(node, ast.Assign) and answers & {name_of(target) for target in node.targets}:
        return "call_next" not in ast.unparse(node.value)[:200]
    return isinstance(node, ast.Raise | ast.Delete) or (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("pop", "clear", "popitem", "remove")
        and name_of(node.func.value) in ("headers", "raw_headers")
    )


def _of_flask(tree: ast.Module) -> Iterator[str]:
    """Functions before each request, a blueprint's own CORS, and CORS twice."""
    cors = [call for call in _calls(tree) if name_of(call.func) == "CORS"]
    if not cors and not any(name_of(call.func) in ("cross_origin", "Flask") for call in _calls(tree)):
        return
    if len({ast.unparse(call)[:500].partition(",")[2] for call in cors}) > 1:
        yield "more than one call of CORS"
    yield from _of_its_applications(tree, cors)
    blueprints = _made(tree, "Blueprint")
    for call in cors:
        if call.args and name_of(call.args[0]) in blueprints:
            yield f"CORS of the blueprint {name_of(call.args[0])}, which is for its routes alone"
    for function in ast.walk(tree):
        if (
            isinstance(function, ast.FunctionDef)
            and any(name_of(each) in ("before_request", "before_app_request") for each in function.decorator_list)
            and _answers(function)
        ):
            yield f"{function.name}(), which answers before a request"
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(
            name_of(each) in ("after_request", "after_app_request") for each in function.decorator_list
        ):
            given = {each.arg for each in function.args.args}
            returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
            is_same = all(value is not None and name_of(value) in given for value in returned)
            if not is_same or any(_may_change(node, given) for node in ast.walk(function)):
                yield f"{function.name}(), which changes answers"


def _answers(function: ast.FunctionDef) -> bool:
    """Whether a function before requests may answer one, an OPTIONS among them."""
    for statement in function.body:
        text = ast.unparse(statement)[:20_000]
        ends = any(
            (isinstance(node, ast.Return) and node.value is not None) or isinstance(node, ast.Raise)
            for node in ast.walk(statement)
        )
        if not ends and "abort(" not in text:
            if isinstance(statement, ast.If) and _ONLY_OPTIONS.fullmatch(ast.unparse(statement.test)[:500]):
                return False  # what follows is for others
            continue
        test = ast.unparse(statement.test)[:500] if isinstance(statement, ast.If) else ""
        if _NO_OPTIONS.search(test) is not None:
            continue
        if _ONLY_OPTIONS.fullmatch(test) is None or "abort(" in text or _REFUSES.search(text) is not None:
            return True
        if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Return):
            return False
    return False


_ONLY_OPTIONS: Final = lazy_pattern(
    r"(?:flask\.)?request\.method(?:\.upper\(\) == 'OPTIONS'|\.lower\(\) == 'options'| == 'OPTIONS')"
)
_NO_OPTIONS: Final = lazy_pattern(
    r"^(?:request\.method(?:\.upper\(\))? != 'OPTIONS'(?: and .*)?|.* and request\.method != 'OPTIONS')$"
)
_REFUSES: Final = lazy_pattern(r"\b[345]\d\d\b|\braise\b")


def _of_its_applications(tree: ast.Module, cors: list[ast.Call]) -> Iterator[str]:
    """Whether CORS is given the application that runs, and nothing stands outside of that one."""
    made = _made(tree, "Flask")
    given = [name_of(call.args[0]) for call in cors if call.args]
    names = set(_made(tree, "CORS"))
    functions = [call.func for call in _calls(tree)]
    started = {name_of(each.value) for each in functions if isinstance(each, ast.Attribute) and each.attr == "init_app"}
    is_given = bool(given) or any(each.arg == "app" for call in cors for each in call.keywords)
    if cors and made and not is_given and names.isdisjoint(started):
        yield "CORS() that is given no application"
    if len(set(made)) > 1 and given:
        yield f"more than one application, and CORS of {given[0]}"
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign)
            and any(name_of(target) == "wsgi_app" for target in node.targets)
            and re.search(r"ProxyFix|White[nN]oise|Dispatcher|socketio", ast.unparse(node.value)[:200]) is None
        ):
            yield "wsgi_app, which is wrapped"
    first = min((call.lineno for call in cors), default=0)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and first and node.lineno > first:
            for target in node.targets:
                if isinstance(target, ast.Subscript) and re.search(
                    r"'CORS_(?!HEADERS')\w+'", ast.unparse(target.slice)[:100]
                ):
                    yield f"{ast.unparse(target)[:50]}, which is set behind CORS(…),"


def _of_django(tree: ast.Module) -> Iterator[str]:
    """A list of middlewares without the one for CORS, or with one of the program's own in front of it."""
    for call in _calls(tree):
        is_insert = name_of(call.func) == "insert" and isinstance(call.func, ast.Attribute)
        if is_insert and re.match(r"MIDDLEWARE\.(?!.*corsheaders)", ast.unparse(call)[:200], re.DOTALL) is not None:
            yield "MIDDLEWARE.insert(…)"
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
