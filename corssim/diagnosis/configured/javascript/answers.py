"""The answer to one request, as it comes to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ..replies import NotTold, Reply
from .values import UNDEFINED, Plain, Thrown, Unknown, Value, text_of

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest

_PREFIX: Final = "access-control-"


class Answer:
    """Status and headers. Once the headers are `sent` nothing changes them; `left_to` is what may have answered in
    the meantime, and `before` the headers that there were then."""

    def __init__(self, request: WireRequest) -> None:
        self.request = request
        self.status: int | None = 200
        self.headers: list[tuple[str, Value]] = []
        self.sent = False
        self.left_to = ""
        self.is_decided = False
        """Whether something has decided on CORS, if only that the origin is allowed nothing."""
        self._was_decided = False
        self._before: list[tuple[str, Value]] = []
        self.handed_on = False
        """Whether the layer that runs has handed on already."""

    def set(self, name: Value, value: Value) -> None:
        """One header, in place of those of its name."""
        key = self._key(name)
        self.headers = [each for each in self.headers if each[0].lower() != key.lower()]
        self._put(key, value)

    def append(self, name: Value, value: Value) -> None:
        self._put(self._key(name), value)

    def remove(self, name: Value) -> None:
        key = self._key(name)
        self.headers = [each for each in self.headers if each[0].lower() != key.lower()]

    def get(self, name: Value) -> Value:
        key = text_of(name)
        found = [value for other, value in self.headers if key is not None and other.lower() == key.lower()]
        return UNDEFINED if not found else found[0] if len(found) == 1 else found

    def _key(self, name: Value) -> str:
        if self.sent:
            raise Thrown(Plain({"message": "Cannot set headers after they are sent to the client"}))
        key = text_of(name)
        if key is None:
            raise NotTold(f"a header with the name {name.text if isinstance(name, Unknown) else 'of an object'}")
        if self.handed_on and key.lower().startswith(_PREFIX):
            raise NotTold(f"{key} behind next()")
        return key

    def _put(self, name: str, value: Value) -> None:
        values = value if isinstance(value, list) else [value]
        for each in values:
            text = text_of(each)
            if text is not None and any(sign in text for sign in "\r\n\0"):
                raise Thrown(Plain({"message": "Invalid character in header content"}))
            self.headers.append(
                (name, (Unknown("an object") if not isinstance(each, Unknown) else each) if text is None else text)
            )

    def end(self) -> None:
        if self.sent:
            raise Thrown(Plain({"message": "Cannot set headers after they are sent to the client"}))
        self.sent = True

    def leave_to(self, what: str) -> None:
        """Something that is not known may answer here, with the headers that there are."""
        if "proxy" in what.lower() and not self.sent:
            raise NotTold(f"{what}, with the headers of another server,")
        if not self.left_to and not self.sent:
            self.left_to = what
            self._before = self._of_cors()
            self._was_decided = self.decides

    @property
    def decides(self) -> bool:
        return self.is_decided or bool(self._of_cors())

    def _of_cors(self) -> list[tuple[str, Value]]:
        return [(name.lower(), value) for name, value in self.headers if name.lower().startswith(_PREFIX)]

    def reply(self) -> Reply:
        """The answer, as far as it is told."""
        of_cors = self._of_cors()
        if self.left_to and (of_cors != self._before or not self._was_decided):
            return Reply(doubt=self.left_to)
        status = None if self.left_to else self.status
        return told(self.request, of_cors, status)


_FAVOURABLE: Final = {
    "access-control-allow-origin": "Origin",
    "access-control-allow-methods": "Access-Control-Request-Method",
    "access-control-allow-headers": "Access-Control-Request-Headers",
}


_DECIDE: Final = frozenset({*_FAVOURABLE, "access-control-allow-credentials"})


def told(request: WireRequest, headers: list[tuple[str, Value]], status: int | None) -> Reply:
    """A reply. A value that is not known stands in it as the one that allows most, and that is said."""
    from ....fetch.header_list import get

    found: list[tuple[str, str]] = []
    assumed: list[tuple[str, str]] = []
    for name, value in headers:
        if isinstance(value, Unknown):
            if name not in _DECIDE:
                continue
            asked = get(request.headers, _FAVOURABLE.get(name, "")) if name in _FAVOURABLE else None
            assumed.append((name, value.text))
            found.append((name, asked or "true"))
        else:
            found.append((_written(name), value))
    if not request.is_preflight:
        status = 200
    elif status is None:
        assumed.append((":status", "what answers the preflight"))
        status = 204
    return Reply(status=status, headers=tuple((_written(name), value) for name, value in found), assumed=tuple(assumed))


def _written(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def joined(value: Value, between: str) -> Value:
    """A list as one text; anything else as it is."""
    if not isinstance(value, list):
        return value
    doubt = next((each for each in value if isinstance(each, Unknown)), None)
    return between.join(str(text_of(each)) for each in value) if doubt is None else doubt
