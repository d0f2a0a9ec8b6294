"""From a scenario file to a `Scenario`. A mistake is one `ScenarioError`: file, line, key path, and what to write."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ..errors import CorssimError, UsageError
from ..fetch.reasons import Reason
from ..fetch.settings import BrowserSettings, languages_in
from ..masking import mask_prose, mask_text
from ..named_file import not_waiting
from ..serialized_origin import check_serialized_origin
from ..toml_text import toml_of
from ..url import require_url
from .mistakes import Mistake, close_to, explain_validation_error, line_of
from .model import STEPS, AnyStep, BodyTable, Expectations, PageTable, RuleTable, Scenario, ScenarioTable, Step
from .servers import add_rule, body_of, mock_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_T = TypeVar("_T")
_LONGEST = 20_000_000  # characters of a file: a device has no end
_SERVER_KEYS_OF_POLICY = ("origin", "policy")
_KEYS_OF_URL_RULES = ("method", "delay", "fail", "truncate", "times")


class ScenarioError(UsageError):
    """A scenario file that cannot be read, or that says something it cannot mean. One line."""


def load_scenario(path: str | Path) -> Scenario:
    """Read one file. Raises `ScenarioError`."""
    try:
        with open(path, encoding="utf-8", opener=not_waiting) as file:
            text = file.read(_LONGEST + 1)
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}: not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read: {error.strerror or error}") from error
    if len(text) > _LONGEST:
        raise ScenarioError(f"{path}: more than {_LONGEST} characters; split it into scenarios of their own")
    return parse_scenario(text, path=str(path))


def find_scenarios(paths: Iterable[str | Path]) -> list[Path]:
    """The files that paths name: themselves, or all `*.toml` under a folder, in the order of their names.

    Raises `ScenarioError` for a path that is not there and for a folder without scenarios.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        try:
            found += _scenarios_at(path)
        except (OSError, ValueError) as error:  # a name that is too long, a folder that goes while it is looked at
            reason = error.strerror if isinstance(error, OSError) else error
            raise ScenarioError(f"{path}: cannot be read: {reason}") from error
    return list(dict.fromkeys(found))


def _scenarios_at(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(path.rglob("*.toml"), key=_reading_order)
        if not inside:
            raise ScenarioError(f"{path}: no scenario (*.toml) in this folder")
        return inside
    if not path.exists():
        raise ScenarioError(f"{path}: no such file or folder")
    return [path]


def _reading_order(path: Path) -> list[tuple[int, str]]:
    """Numbers count as numbers, so that chapter 10 comes after chapter 9."""
    order = []
    for part in path.parts:
        number = part.split("-", 1)[0]
        order.append((int(number) if number.isdecimal() else 0, part))
    return order


def parse_scenario(text: str, *, path: str = "") -> Scenario:
    """Read a scenario's TOML. `path` is for messages. Raises `ScenarioError`."""
    try:
        data = toml_of(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise ScenarioError(f"{_place(path, int(at[1]) if at else None)}: not TOML: {error}") from error
    try:
        return _scenario(data, path)
    except Mistake as mistake:
        raise ScenarioError(f"{_place(path, line_of(text, mistake.path))}: {mistake}") from mistake


def _place(path: str, line: int | None) -> str:
    return f"{path or 'scenario'}:{line}" if line else path or "scenario"


def _scenario(data: dict[str, Any], path: str) -> Scenario:
    top = {key: value for key, value in data.items() if key not in ("server", "step")}
    table = _convert(top, ScenarioTable, "", also=("server", "step"))
    page = PageTable(url=table.page) if isinstance(table.page, str) else table.page
    page_path = "page" if isinstance(table.page, str) else "page.url"
    _check_page(page, page_path)
    rules = tuple(_rule(rule, f"server[{number}]") for number, rule in _tables(data, "server"))
    steps = tuple(_step(step, f"step[{number}]") for number, step in _tables(data, "step"))
    if not steps:
        raise Mistake("", "nothing happens: give at least one [[step]]")
    return Scenario(
        title=mask_text(table.title),
        page=page,
        lesson=mask_prose(table.lesson.strip()),
        browser=table.browser,
        rules=rules,
        steps=steps,
        settings=BrowserSettings(
            third_party_cookies=table.third_party_cookies,
            local_network_access=table.local_network_access,
            https_first=table.https_first,
            languages=None if table.languages is None else _languages(table.languages),
        ),
        timeout=table.timeout,
        max_body=table.max_body,
        permissions=table.permissions,
        addresses=table.addresses,
        path=path,
    )


def _tables(data: dict[str, Any], key: str) -> Iterator[tuple[int, Any]]:
    tables = data.get(key, [])
    if not isinstance(tables, list):
        raise Mistake(key, f"give each {key} as a table of its own, headed [[{key}]]")
    return enumerate(tables, start=1)


def _convert(data: Any, kind: type[_T], path: str, *, also: tuple[str, ...] = ()) -> _T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise explain_validation_error(error, data, kind, path, also=also) from None


def _languages(text: str) -> tuple[str, ...]:
    try:
        return languages_in(text)
    except UsageError as error:
        raise Mistake("languages", str(error)) from error


def _check_page(page: PageTable, path: str) -> None:
    try:
        require_url(page.url)
    except CorssimError as error:
        raise Mistake(path, str(error)) from error


def _rule(data: Any, path: str) -> RuleTable:
    rule = _convert(data, RuleTable, path)
    by_policy = [name for name in _SERVER_KEYS_OF_POLICY if getattr(rule, name) is not msgspec.UNSET]
    if rule.url is msgspec.UNSET and by_policy != ["origin", "policy"]:
        raise Mistake(path, "give url (a URL, a path, or *), or origin together with policy")
    if rule.url is not msgspec.UNSET and "origin" in by_policy:
        raise Mistake(f"{path}.origin", "a rule has a url or an origin, not both")
    if rule.url is msgspec.UNSET:
        given = [name for name in _KEYS_OF_URL_RULES if name in data]
        if given:
            raise Mistake(f"{path}.{given[0]}", "goes with a url, not with an origin")
    if isinstance(rule.origin, str) and rule.origin != "*":
        problem = check_serialized_origin(rule.origin)
        if problem is not None:
            raise Mistake(f"{path}.origin", problem.message)
    try:
        add_rule(mock_server(()), rule)
    except CorssimError as error:
        raise Mistake(path, str(error)) from error
    return rule


def _step(data: Any, path: str) -> AnyStep:
    if not isinstance(data, dict):
        raise Mistake(path, "give each step as a table of its own, headed [[step]]")
    actions = [key for key in data if key in STEPS]
    if len(actions) > 1:
        raise Mistake(path, f"a step does one thing, and this one has {' and '.join(actions)}")
    if not actions:
        known = f"one of {', '.join(STEPS)}"
        guess = next((guess for key in data if (guess := close_to(key, STEPS))), None)
        raise Mistake(path, f"a step needs {known}" + (f"; did you mean {guess}?" if guess else ""))
    step = _convert(data, STEPS[actions[0]], path)
    if isinstance(step, Step):
        _check_step(step, path)
    return step


def _check_step(step: Step, path: str) -> None:
    if step.page is not msgspec.UNSET:
        page = PageTable(url=step.page) if isinstance(step.page, str) else step.page
        _check_page(page, f"{path}.page")
    for name in ("body", "data"):
        body = getattr(step, name, msgspec.UNSET)
        if isinstance(body, BodyTable):
            try:
                body_of(body)
            except CorssimError as error:
                raise Mistake(f"{path}.{name}", str(error)) from error
    _check_reason(step.expect, f"{path}.expect")
    for browser, own in step.expect.by_browser().items():
        _check_reason(own, f"{path}.expect.{browser}")


def _check_reason(expect: Expectations, path: str) -> None:
    reason = expect.reason
    if isinstance(reason, str) and reason not in {"", *Reason}:
        guess = close_to(reason, [known.value for known in Reason])
        hint = f"did you mean {guess}?" if guess else "`corssim explain` lists them"
        raise Mistake(f"{path}.reason", f"{reason!r} is no reason; {hint}")
