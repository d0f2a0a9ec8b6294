"""What an input means, and the comparison of a reading with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET

from corssim import Browser, MockServer
from corssim.scenario.model import BodyTable
from corssim.scenario.run import act
from corssim.scenario.sources.reading import default_page_for

if TYPE_CHECKING:
    from corssim.scenario.sources import Reading

INPUTS = Path(__file__).parents[2] / "data" / "inputs"


class Means(NamedTuple):
    """`asks` are the names that Access-Control-Request-Headers holds, None where there is no preflight. `guesses` are
    what must be told as guessed, `headers` those of script in lower case; `body` a part of the body, or its fields."""

    url: str
    method: str = "GET"
    page: str | None = None
    headers: dict[str, str] | None = None
    asks: str | None = None
    credentials: str = "same-origin"
    mode: str = "cors"
    guesses: str = "credentials"
    body: Any = ""
    cookies: tuple[str, ...] = ()
    not_known: str = ""
    kind: str = ""
    define: dict[str, str] | None = None


def text_of(name: str) -> str:
    """An input as it was pasted, its line ends included."""
    with open(INPUTS / name, encoding="utf-8", newline="") as file:
        return file.read()


def check_reading(reading: Reading, means: Means) -> None:
    """Compare all of it."""
    step: Any = reading.step
    assert (reading.method, reading.url) == (means.method, means.url)
    assert (None if reading.page is None else reading.page.url) == means.page
    headers = {} if step.headers is UNSET else {name.lower(): value for name, value in dict(step.headers).items()}
    assert headers == (means.headers or {})
    assert [guess.what for guess in reading.guessed] == means.guesses.split()
    assert (" ".join(unknown.name for unknown in reading.not_known)) == means.not_known
    assert reading.cookies == means.cookies
    if means.kind:
        assert reading.kind == means.kind
    if isinstance(means.body, list):
        assert isinstance(step.body, BodyTable)
        assert step.body.form_data == means.body or step.body.form_urlencoded == means.body
    elif means.body:
        assert means.body in step.body
    else:
        assert step.body in (UNSET, "")
    started, preflight = made_of(reading)
    assert (started.mode, started.credentials) == (means.mode, means.credentials)
    assert preflight == means.asks


def made_of(reading: Reading) -> tuple[Any, str | None]:
    """What a browser makes of the step: the start of the fetch, and the names that a preflight asks for."""
    everything = {"Access-Control-Allow-Origin": "{origin}", "Access-Control-Allow-Credentials": "true"}
    allowed = {"Access-Control-Allow-Headers": "{acrh}", "Access-Control-Allow-Methods": "{acrm}"}
    server = MockServer().route("*", headers=everything | allowed)
    page = reading.page.url if reading.page is not None else default_page_for(reading.url)
    with Browser(server) as browser:
        outcome = act(reading.step, browser.page(page))  # type: ignore[arg-type]
    preflight = next((request for request in server.requests if request.method == "OPTIONS"), None)
    if preflight is None:
        return outcome.trace[0], None
    headers = {name.lower(): value for name, value in preflight.headers}
    return outcome.trace[0], headers.get("access-control-request-headers", "")
