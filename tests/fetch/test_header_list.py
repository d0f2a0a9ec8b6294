"""Header lists, and the three results of parsing a header."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corssim import Browser, MockServer
from corssim.fetch.header_list import (
    FAILURE,
    ReceivedHeaders,
    appended,
    combined_by_name,
    contains,
    delete,
    extract_delta_seconds,
    extract_token_list,
    get,
    get_decode_and_split,
    is_header_name,
    is_header_value,
    normalize_header_value,
    received,
    sort_and_combine,
)

WPT = Path(__file__).parents[1] / "data" / "wpt"


def test_get_joins_repeated_lines_with_a_comma_and_a_space() -> None:
    assert get([("A", "1"), ("b", "x"), ("a", "2")], "a") == "1, 2"


def test_get_tells_an_absent_header_from_an_empty_one() -> None:
    assert get([("B", "1")], "A") is None
    assert get([("A", "")], "A") == ""


@pytest.mark.parametrize(
    ("headers", "values"),
    [
        ([], None),
        ([("A", "nosniff,")], ["nosniff", ""]),
        ([("A", "nosniff"), ("A", "")], ["nosniff", ""]),
        ([("A", 'text/html;", x/x')], ['text/html;", x/x']),
        ([("A", 'x/x;test="hi"'), ("C", "**bingo**"), ("A", "y/y")], ['x/x;test="hi"', "y/y"]),
        ([("A", '"1,2"'), ("D", "4"), ("A", "3")], ['"1,2"', "3"]),
    ],
    ids=["absent", "trailing comma", "empty line", "open quote", "parameter quoted", "comma in quotes"],
)
def test_get_decode_and_split_keeps_quoted_commas(headers: list[tuple[str, str]], values: list[str] | None) -> None:
    assert get_decode_and_split(headers, "a") == values


def test_contains_ignores_case() -> None:
    assert contains([("X-Test", "1")], "x-tEST")
    assert not contains([("X-Test", "1")], "x-tes")


def test_appending_reuses_the_casing_that_is_there() -> None:
    headers = [("B", "0"), ("X-Test", "1"), ("x-test", "2"), ("New", "3")]
    assert appended(headers) == [("B", "0"), ("X-Test", "1"), ("X-Test", "2"), ("New", "3")]


def test_delete_takes_every_line_of_the_name() -> None:
    headers = [("A", "1"), ("b", "2"), ("a", "3")]
    delete(headers, "A")
    assert headers == [("b", "2")]


def test_sort_and_combine_keeps_set_cookie_lines_apart() -> None:
    headers = [("Set-Cookie", "b"), ("Z", "1"), ("set-cookie", "a"), ("A", "2"), ("z", "3")]
    assert sort_and_combine(headers) == [("a", "2"), ("set-cookie", "b"), ("set-cookie", "a"), ("z", "1, 3")]


def test_combined_by_name_keeps_order_and_the_first_casing() -> None:
    assert combined_by_name([("B", "1"), ("A", "2"), ("b", "3")]) == [("B", "1, 3"), ("A", "2")]


@pytest.mark.parametrize("name", ["", "a b", "a:", "a\n", "é", "(a)", "\u212a"], ids=ascii)
def test_not_a_header_name(name: str) -> None:
    assert not is_header_name(name)


def test_a_token_is_a_header_name() -> None:
    assert is_header_name("!#$%&'*+-.^_`|~09azAZ")


@pytest.mark.parametrize("value", ["\n", "a\rb", "a\0", " a", "a\t", "\u0100"], ids=ascii)
def test_not_a_header_value(value: str) -> None:
    assert not is_header_value(value)


@pytest.mark.parametrize("value", ["", "a b", "\xff", "a\x01"], ids=ascii)
def test_a_header_value(value: str) -> None:
    assert is_header_value(value)


def test_normalizing_strips_line_breaks_too_but_nothing_else() -> None:
    assert normalize_header_value("\r\n \ta\x0b \n") == "a\x0b"


@pytest.mark.parametrize(
    ("lines", "tokens"),
    [
        ([], None),
        ([""], []),
        ([" , ,"], []),
        (["a"], ["a"]),
        (["a,b ,\tc"], ["a", "b", "c"]),
        (["a", "b,a"], ["a", "b", "a"]),
        (["", "a"], ["a"]),
        (["a b"], FAILURE),
        (["a", "b c"], FAILURE),
        (["a,@"], FAILURE),
        (['"a"'], FAILURE),
        (["a\x0c"], FAILURE),
        (["é"], FAILURE),
    ],
    ids=[
        "absent is null",
        "empty is a list",
        "empty elements are fine",
        "one",
        "white space around commas",
        "lines add up",
        "an empty line and a full one",
        "space inside",
        "one bad line fails the whole",
        "one bad token fails the whole",
        "quotes",
        "form feed",
        "non-ASCII",
    ],
)
def test_a_list_of_tokens_is_null_failure_or_a_list(lines: list[str], tokens: object) -> None:
    assert extract_token_list([("X", line) for line in lines], "x") == tokens


@pytest.mark.parametrize(
    "line", [", " * 20_000 + "@", " " * 100_000 + "@", "a " * 50_000, "," * 100_000 + "\x00"], ids=lambda v: repr(v[:4])
)
def test_a_list_of_tokens_that_fails_at_its_end_fails_at_once(line: str) -> None:
    assert extract_token_list([("X", line)], "X") is FAILURE


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ([], None),
        (["0"], 0),
        (["600"], 600),
        (["0" * 30 + "60"], 60),
        (["000"], 0),
        (["9" * 5000], 10**20 - 1),
        (["-1"], FAILURE),
        (["+1"], FAILURE),
        (["60s"], FAILURE),
        (["1.5"], FAILURE),
        ([""], FAILURE),
        (["60", "60"], FAILURE),
        (["٣"], FAILURE),
    ],
    ids=[
        "absent",
        "zero",
        "ten minutes",
        "leading zeros",
        "only zeros",
        "more digits than anyone lives",
        "negative",
        "plus",
        "unit",
        "fraction",
        "empty",
        "sent twice",
        "digits of another script",
    ],
)
def test_delta_seconds_are_null_failure_or_a_number(lines: list[str], seconds: object) -> None:
    assert extract_delta_seconds([("Max", line) for line in lines], "max") == seconds


def _lines(text: str) -> list[tuple[str, str]]:
    return [(name, value) for line in text.split("\r\n") for name, _, value in [line.partition(":")]]


@pytest.mark.parametrize(
    "row", json.loads((WPT / "access-control-expose-headers.json").read_text()), ids=lambda row: ascii(row["input"])
)
def test_expose_headers_as_web_platform_tests_have_them(row: dict[str, object]) -> None:
    headers = [*_lines(str(row["input"])), ("Access-Control-Allow-Origin", "*"), ("BB-8", "hey")]
    server = MockServer().route("*", headers=headers)
    response = Browser(server).page("https://app.example/").fetch("https://api.example/").response
    assert response is not None
    assert (response.header("bb-8") == "hey") is row["exposed"]


def test_what_is_made_of_a_received_list_is_kept_and_nobody_shares_it() -> None:
    headers = ReceivedHeaders([("B", "2"), ("a", "1"), ("b", "3")])
    assert headers.of_names(frozenset({"b"})) == [("B", "2"), ("b", "3")]
    assert headers.of_names(frozenset({"b"})) is headers.of_names(frozenset({"b"}))
    assert headers.of_names(frozenset({"a", "b", "c"})) is headers
    assert [headers.of_names(frozenset({f"x-{number}", "a"})) for number in range(20)] == [[("a", "1")]] * 20
    combined = sort_and_combine(headers)
    combined.append(("c", "4"))
    assert sort_and_combine(headers) == [("a", "1"), ("b", "2, 3")]


def test_headers_that_come_again_are_read_once() -> None:
    assert received((("A", "1"),)) is received((("A", "1"),))
    assert received((("A", "1"),)) != received((("A", "2"),))
