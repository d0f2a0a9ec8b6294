"""Bodies: the bytes and the Content-Type that each one brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from corssim import Blob, Browser, FormData, FormUrlEncoded, InvalidRequest, MockServer
from corssim.fetch.body import Body, encode, extract_body, text_plain, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

APP = "https://app.example/"


@pytest.mark.parametrize(
    ("body", "content", "content_type"),
    [
        ("grün", "grün".encode(), "text/plain;charset=UTF-8"),
        ("\ud800", b"\xef\xbf\xbd", "text/plain;charset=UTF-8"),
        ("", b"", "text/plain;charset=UTF-8"),
        (b"\xff", b"\xff", None),
        (bytearray(b"a"), b"a", None),
        (memoryview(b"a"), b"a", None),
        (Blob(b"a"), b"a", None),
        (Blob("a", "Text/X"), b"a", "text/x"),
        (Blob("a", "text/\nx"), b"a", None),
        (FormUrlEncoded({"a b": "1&2", "ü": "~*"}), b"a+b=1%262&%C3%BC=%7E*",
         "application/x-www-form-urlencoded;charset=UTF-8"),
        (FormUrlEncoded("a=1&b"), b"a=1&b", "application/x-www-form-urlencoded;charset=UTF-8"),
        (FormUrlEncoded([("a", "1"), ("a", "2")]), b"a=1&a=2", "application/x-www-form-urlencoded;charset=UTF-8"),
    ],
    ids=[
        "string", "lone surrogate", "empty string", "bytes", "bytearray", "memoryview", "blob without type",
        "blob with type", "blob with a bad type", "form fields", "encoded form", "repeated field",
    ],
)  # fmt: skip
def test_bodies_bring_their_content_type(body: object, content: bytes, content_type: str | None) -> None:
    server = MockServer()
    Browser(server).page(APP).fetch("/x", method="POST", body=body)  # type: ignore[arg-type]
    sent = server.requests[0]
    headers = dict(sent.headers)
    assert (sent.body, headers.get("Content-Type"), headers["Content-Length"]) == (
        content,
        content_type,
        str(len(content)),
    )


def test_a_form_goes_out_in_parts() -> None:
    fields = {'na"me\r\n': "line\nline\r\n", "file": Blob("{}", "application/json"), "raw": b"\0"}
    body, content_type = extract_body(FormData(fields))
    assert content_type is not None
    boundary = content_type.removeprefix("multipart/form-data; boundary=")
    assert body.read().split(f"--{boundary}".encode()) == [
        b"",
        b'\r\nContent-Disposition: form-data; name="na%22me%0D%0A"\r\n\r\nline\r\nline\r\n\r\n',
        (
            b'\r\nContent-Disposition: form-data; name="file"; filename="blob"\r\n'
            b"Content-Type: application/json\r\n\r\n{}\r\n"
        ),
        (
            b'\r\nContent-Disposition: form-data; name="raw"; filename="blob"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n\0\r\n"
        ),
        b"--\r\n",
    ]


def test_equal_forms_make_equal_bodies_and_others_do_not() -> None:
    assert FormData({"a": "1"}).encode() == FormData([("a", "1")]).encode()
    assert FormData({"a": "1"}).encode()[1] != FormData({"a": "2"}).encode()[1]
    assert FormData().encode()[0].endswith(b"--\r\n")


def test_a_stream_is_sent_once_without_a_length() -> None:
    server = MockServer()
    Browser(server).page(APP).fetch("/x", method="POST", body=iter([b"a", bytearray(b"b"), memoryview(b"c")]))
    assert server.requests[0].body == b"abc"
    assert not {"content-length", "content-type"} & {name.lower() for name, _ in server.requests[0].headers}


def test_a_stream_that_was_read_is_empty() -> None:
    body = Body(None, iter([b"a"]))
    assert (body.length, body.read(), body.read()) == (None, b"a", b"")


def test_a_stream_is_preflighted_and_read_for_the_real_request_alone() -> None:
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}
    server = MockServer().route("*", headers=headers)
    outcome = Browser(server).page(APP).fetch("https://api.example/", method="POST", body=iter([b"a", b"b"]))
    assert outcome.allowed
    assert [(request.method, request.body) for request in server.requests] == [("OPTIONS", None), ("POST", b"ab")]


def test_a_stream_is_not_touched_when_its_preflight_fails() -> None:
    chunks = iter([b"a"])
    outcome = Browser(MockServer()).page(APP).fetch("https://api.example/", method="POST", body=chunks)
    assert outcome.blocked is not None
    assert list(chunks) == [b"a"]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"a": "1"}, r"FormData\(...\), FormUrlEncoded\(...\) or json.dumps"),
        (3, "a int is no body"),
        (object(), "a object is no body"),
    ],
    ids=["mapping", "number", "object"],
)
def test_what_is_no_body(body: object, hint: str) -> None:
    with pytest.raises(InvalidRequest, match=hint):
        extract_body(body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "make",
    [
        lambda: ["a"],
        lambda: [1],
        lambda: iter(["text"]),
        lambda: FormData({"a": 3}),
        lambda: FormData({3: "a"}),
        lambda: FormData("abc"),
        lambda: FormData(["ab"]),
        lambda: FormData([("a", "b", "c")]),
        lambda: FormData(3),
        lambda: FormUrlEncoded({"a": 3}),
        lambda: FormUrlEncoded({"a": Blob("x")}),
        lambda: Blob(3),
    ],
    ids=[
        "list of strings", "list of numbers", "stream of strings", "number in a form", "number as a field's name",
        "form of a string", "form of strings", "form of triples", "form of a number", "number in fields",
        "file in fields", "blob of a number",
    ],
)  # fmt: skip
def test_a_body_of_something_else_than_bytes_is_an_invalid_request(make: Callable[[], Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Browser(MockServer()).page(APP).fetch("/x", method="POST", body=make())
    assert "\n" not in str(caught.value)


def test_file_fields_are_named_where_a_form_has_no_room_for_files() -> None:
    fields = (("a", "1 2"), ("f", Blob(b"x")))
    assert urlencode(fields) == "a=1+2&f=blob"
    assert text_plain(fields) == b"a=1 2\r\nf=blob\r\n"


def test_encoding_is_utf_8() -> None:
    assert encode("ü\udfff") == "ü\ufffd".encode()
    assert encode(b"\xff") == b"\xff"
