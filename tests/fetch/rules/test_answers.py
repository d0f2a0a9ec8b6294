"""Each rule of `AnswerRules`, flipped alone, changes what it says it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim.browser.transports.http1.whole import read_whole_answer
from corssim.fetch.wire import WireRequest, WireResponse

from .world import Row, check, row_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from corssim import BrowserProfile

OK = "HTTP/1.1 200 OK\r\n"
CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n"


def read(raw: str, url: str = "http://app.example/") -> Callable[[BrowserProfile], Any]:
    """What comes of an answer when its connection ends: status, X- headers, body, what cut it; or a failure."""

    def run(profile: BrowserProfile) -> Any:
        got = read_whole_answer(raw.encode("latin-1"), WireRequest("GET", url, ()), profile.answers, ended=True)
        if not isinstance(got, WireResponse):
            return str(got.kind)
        own = [f"{name}: {value}" for name, value in got.headers if name.lower().startswith("x-")]
        cut = [str(got.body_failure.kind)] if got.body_failure is not None else []
        return [got.status, *own, got.body.decode("latin-1"), *cut]

    return run


BAD, RESET = "malformed-http", "connection-reset"
TWO = OK + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabcd"
ROWS = [
    Row("answers.status_lines", "any", read("http/2.7 abc\r\n\r\nb"), BAD, [200, "b"]),
    Row("answers.status_lines", "forgiving", read("xxxxHTTP/1.1 99\r\n\r\nb"), BAD, [99, "b"]),
    Row("answers.not_http", "a-body", read("hello there", "http://app.example:3000/"), BAD, [200, "hello there"]),
    Row("answers.not_http", "a-body-at-default-ports", read("hello there"), BAD, [200, "hello there"]),
    Row("answers.icy_is_http", True, read("ICY 200 OK\r\n\r\nb"), BAD, [200, "b"]),
    Row("answers.bare_cr", "ends-the-line", read(OK + "X-A: a\rb\r\n\r\n"), [200, "X-A: a b", ""], [200, "X-A: a", ""]),
    Row("answers.bare_cr", "spoils-the-line", read(OK + "X-A: a\rb\r\n\r\n"), [200, "X-A: a b", ""], [200, ""]),
    Row(
        "answers.blanks_before_colons",
        "spoil-the-line",
        read(OK + "X-A : a\r\n\r\n"),
        [200, "X-A: a", ""],
        [200, ""],
    ),
    Row("answers.cut_heads", "as-they-are", read(OK + "X-A: a"), BAD, [200, "X-A: a", ""]),
    Row("answers.cut_heads", "without-tls", read(OK + "X-A: a\r\n", "https://app.example/"), [200, "X-A: a", ""], BAD),
    Row("answers.largest_head", 20, read(OK + "X-A: a\r\n\r\n"), [200, "X-A: a", ""], "too-large"),
    Row("answers.content_lengths", "the-last", read(TWO), BAD, [200, "abc"]),
    Row("answers.content_lengths", "the-last", read(OK + "Content-Length: x\r\n\r\nab"), [200, "ab"], BAD),
    Row(
        "answers.transfer_encodings",
        "chunked-alone",
        read(OK + "Transfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"),
        [200, "a"],
        BAD,
    ),
    Row("answers.chunk_sizes", "forgiving", read(CHUNKED + " +0x1\r\na\r\n0\r\n\r\n"), [200, "", BAD], [200, "a"]),
    Row("answers.chunk_sizes", "forgiving-to-the-end", read(CHUNKED + "1\r\na\r\nx\r\n"), [200, "a", BAD], [200, "a"]),
    Row("answers.chunks_may_be_the_last", True, read(CHUNKED + "1\r\na\r\n"), [200, "a", RESET], [200, "a"]),
    Row("answers.broken_chunks_fail_the_head", True, read(CHUNKED + "x\r\n"), [200, "", BAD], BAD),
    Row(
        "answers.old_answers_may_be_chunked",
        False,
        read(CHUNKED.replace("1.1", "1.0") + "1\r\na\r\n0\r\n\r\n"),
        [200, "a"],
        [200, "1\r\na\r\n0\r\n\r\n"],
    ),
    Row(
        "answers.old_answers_may_be_cut",
        True,
        read("HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nab"),
        [200, "ab", RESET],
        [200, "ab"],
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=row_id)
def test_a_rule_changes_what_it_is_about(row: Row) -> None:
    check(row)
