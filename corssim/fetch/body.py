"""Bodies: what script can send and the Content-Type each one brings. https://fetch.spec.whatwg.org/#bodyinit-unions"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..errors import InvalidRequest
from ..records import as_function, record
from .pairs import name_value_pairs


@record(frozen=True)
class Blob:
    """Bytes with a type, as `new Blob([data], {type})`. https://w3c.github.io/FileAPI/#blob-section"""

    data: bytes | str
    type: str = ""

    @property
    def content(self) -> bytes:
        return encode(self.data)

    @property
    def content_type(self) -> str:
        """The type in lower case, or "" where it holds a character outside printable ASCII."""
        return self.type.lower() if all(" " <= char <= "~" for char in self.type) else ""


FieldValue = str | bytes | Blob
Fields = Mapping[str, FieldValue] | Iterable[tuple[str, FieldValue]]


@record(frozen=True)
class FormData:
    """Fields that go out as multipart/form-data. A Blob or bytes becomes a file part.

    https://xhr.spec.whatwg.org/#formdata
    """

    fields: tuple[tuple[str, FieldValue], ...]

    def __init__(self, fields: Fields = ()) -> None:
        object.__setattr__(self, "fields", _fields(fields, str | bytes | Blob))

    def encode(self) -> tuple[bytes, str]:
        """Body and boundary. The boundary is a digest of the fields, so that equal forms make equal requests.

        https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
        """
        import hashlib  # here, because it takes a while to import

        digest = hashlib.sha256(repr(self.fields).encode("utf-8", "surrogatepass")).hexdigest()
        boundary = f"----corssimFormBoundary{digest[:16]}"
        parts: list[bytes] = []
        for name, value in self.fields:
            disposition = f'Content-Disposition: form-data; name="{_escape(name)}"'
            if isinstance(value, str):
                head, data = disposition, encode(value.replace("\r\n", "\n").replace("\n", "\r\n"))
            else:
                blob = value if isinstance(value, Blob) else Blob(value)
                content_type = blob.content_type or "application/octet-stream"
                head = f'{disposition}; filename="blob"\r\nContent-Type: {content_type}'
                data = blob.content
            parts.append(encode(f"--{boundary}\r\n{head}\r\n\r\n") + data + b"\r\n")
        return b"".join(parts) + f"--{boundary}--\r\n".encode(), boundary


@record(frozen=True)
class FormUrlEncoded:
    """Fields that go out as application/x-www-form-urlencoded, as URLSearchParams.

    https://url.spec.whatwg.org/#urlsearchparams
    """

    encoded: str

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] | str = ()) -> None:
        text = fields if isinstance(fields, str) else urlencode(_fields(fields, str))
        object.__setattr__(self, "encoded", text)


BodyInit = str | bytes | bytearray | memoryview | Blob | FormData | FormUrlEncoded | Iterable[bytes]


@record()
class Body:
    """A request's body. `source` is None for a stream: it can be sent once, and never again after a redirect.

    https://fetch.spec.whatwg.org/#concept-body
    """

    source: bytes | None
    stream: Iterator[bytes] | None = None

    @property
    def length(self) -> int | None:
        return None if self.source is None else len(self.source)

    def read(self) -> bytes:
        """All of the body. A stream is read to its end, once."""
        if self.source is not None:
            return self.source
        stream, self.stream = self.stream, None
        return b"".join(map(_chunk, stream or ()))


_new_body = as_function(Body)


def _chunk(chunk: Any) -> bytes:
    if not isinstance(chunk, bytes | bytearray | memoryview):
        raise InvalidRequest(f"a stream gives bytes, not a {type(chunk).__name__}: {chunk!r:.60}")
    return bytes(chunk)


def extract_body(init: BodyInit) -> tuple[Body, str | None]:
    """A body and the Content-Type that a browser adds for it, if any.

    https://fetch.spec.whatwg.org/#concept-bodyinit-extract

    Raises InvalidRequest for an object that is none of the body types.
    """
    match init:
        case str():
            return _new_body(encode(init)), "text/plain;charset=UTF-8"
        case bytes() | bytearray() | memoryview():
            return Body(bytes(init)), None
        case Blob():
            return Body(init.content), init.content_type or None
        case FormUrlEncoded():
            return Body(encode(init.encoded)), "application/x-www-form-urlencoded;charset=UTF-8"
        case FormData():
            data, boundary = init.encode()
            return Body(data), f"multipart/form-data; boundary={boundary}"
        case Mapping():
            raise InvalidRequest(
                "a mapping is no body: wrap it in FormData(...), FormUrlEncoded(...) or json.dumps(...)"
            )
        case Iterable():
            return Body(None, iter(init)), None
        case _:
            raise InvalidRequest(
                f"a {type(init).__name__} is no body: pass str, bytes, Blob, FormData, FormUrlEncoded or a stream"
            )


def encode(text: str | bytes) -> bytes:
    """UTF-8 of a string, lone surrogates replaced as a USVString has them.

    https://infra.spec.whatwg.org/#scalar-value-string
    """
    if not isinstance(text, str):
        return _chunk(text)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def urlencode(fields: Iterable[tuple[str, FieldValue]]) -> str:
    """The application/x-www-form-urlencoded serializer. https://url.spec.whatwg.org/#concept-urlencoded-serializer"""
    return "&".join(f"{_quote(name)}={_quote(value if isinstance(value, str) else 'blob')}" for name, value in fields)


def text_plain(fields: Iterable[tuple[str, FieldValue]]) -> bytes:
    """The text/plain encoding of a form.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#plain-text-form-data
    """
    return encode("".join(f"{name}={value if isinstance(value, str) else 'blob'}\r\n" for name, value in fields))


def _quote(text: str) -> str:
    from urllib.parse import quote_plus  # here, because it takes a while to import

    # quote_plus leaves "~" alone and escapes "*"; the serializer does the opposite.
    return quote_plus(encode(text), safe="*").replace("~", "%7E")


def _escape(name: str) -> str:
    return name.replace("\r\n", "\n").replace("\n", "%0D%0A").replace("\r", "%0D").replace('"', "%22")


def _fields(
    fields: Fields | Mapping[str, str] | Iterable[tuple[str, str]], kinds: Any
) -> tuple[tuple[str, FieldValue], ...]:
    pairs = tuple(name_value_pairs(fields, "a form's fields"))
    for name, value in pairs:
        if not isinstance(name, str) or not isinstance(value, kinds):
            raise InvalidRequest(f"the field {name!r:.60} can't be a {type(value).__name__}: {value!r:.60}")
    return pairs
