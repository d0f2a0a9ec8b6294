"""What a document has loaded before: modules and images are not asked for again, whatever they say of caches."""

from __future__ import annotations

from typing import Any

import pytest

from corssim import Browser, MockServer

APP, API = "https://app.example/", "https://api.example/x"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
NO_STORE = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
JS = {**NO_STORE, "Content-Type": "text/javascript"}


def requests_of(
    loads: list[tuple[str, str, str | None]], *, profile: str = "standard", new_page: bool = False, **answer: Any
) -> int:
    server = MockServer().route("*", **answer)
    browser = Browser(server, profile=profile)
    page = browser.page(APP)
    for element, url, crossorigin in loads:
        if element == "fetch":
            page.fetch(url)
        else:
            page.load(element, url, crossorigin)  # type: ignore[arg-type]
        page = browser.page(APP) if new_page else page
    return len(server.requests)


@pytest.mark.parametrize(
    ("loads", "by_url_and_cors_mode", "by_url"),
    [
        pytest.param([("img", API, None)] * 3, 1, 1, id="an image three times"),
        pytest.param([("img", API, None), ("img", API + "#a", None)], 2, 1, id="an image with another fragment"),
        pytest.param([("img", API, None), ("img", API + "?a", None)], 2, 2, id="an image with another query"),
        pytest.param([("img", API, None), ("img", API, "anonymous")], 2, 2, id="an image with crossorigin"),
        pytest.param(
            [("img", API, None), ("img", API, "anonymous"), ("img", API, None)], 2, 3, id="with crossorigin in between"
        ),
        pytest.param([("img", API, None), ("fetch", API, None), ("img", API, None)], 2, 3, id="a fetch in between"),
    ],
)
def test_available_images(loads: list[tuple[str, str, str | None]], by_url_and_cors_mode: int, by_url: int) -> None:
    assert requests_of(loads, headers=NO_STORE, body=PNG) == by_url_and_cors_mode
    assert requests_of(loads, profile="chromium", headers=NO_STORE, body=PNG) == by_url


def test_another_document_has_no_images_yet() -> None:
    assert requests_of([("img", API, None)] * 2, new_page=True, headers=NO_STORE, body=PNG) == 2


def test_what_was_no_image_is_asked_for_again() -> None:
    assert requests_of([("img", API, None)] * 2, headers=NO_STORE, body=b"text") == 2


@pytest.mark.parametrize(
    ("loads", "sent"),
    [
        pytest.param([("module", API, None)] * 3, 1, id="a module three times"),
        pytest.param([("module", API, None), ("module", API, "use-credentials")], 1, id="whatever crossorigin says"),
        pytest.param([("script", API, None), ("script", API, None)], 2, id="not a classic script"),
        pytest.param([("script", API, "anonymous"), ("module", API, None)], 2, id="not a classic script before it"),
        pytest.param([("stylesheet", API, None), ("stylesheet", API, None)], 2, id="not a style sheet"),
    ],
)
def test_the_module_map(loads: list[tuple[str, str, str | None]], sent: int) -> None:
    assert requests_of(loads, headers=JS, body="1") == sent
