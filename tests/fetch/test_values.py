"""What is a value, and no state: whoever holds it can rely on it, and put it into a set."""

from __future__ import annotations

import pytest

from corssim import Blob, BrowserSettings, FormData, FormUrlEncoded
from corssim.fetch.content_security_policy import Directive, Disposition, Violation, parse_serialized_policy
from corssim.fetch.data_url import DataURL
from corssim.fetch.mime_type import parse_mime_type
from corssim.fetch.reasons import Blocked, Reason
from corssim.fetch.subresource_integrity import HashExpression

TEXT = parse_mime_type("text/plain")
assert TEXT is not None

VALUES = [
    Blob("a"),
    FormData({"a": "1"}),
    FormUrlEncoded({"a": "1"}),
    BrowserSettings(),
    TEXT,
    DataURL(TEXT, b""),
    HashExpression("sha256", "abc"),
    Directive("img-src"),
    parse_serialized_policy("img-src 'self'"),
    Violation("img-src", "default-src", "default-src 'self'", Disposition.ENFORCE),
    Blocked(reason=Reason.REDIRECT_MODE_ERROR, anchor="", url=""),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_stays_as_it_is_and_has_a_hash(value: object) -> None:
    for name in type(value).__dataclass_fields__:  # type: ignore[attr-defined]
        with pytest.raises(AttributeError, match="stays as it is"):
            setattr(value, name, None)
        with pytest.raises(AttributeError, match="stays as it is"):
            delattr(value, name)
    assert value in {value}
