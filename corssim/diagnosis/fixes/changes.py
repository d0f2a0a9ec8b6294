"""What a fix changes: headers and statuses of the server's answers, or what the page asks for. Data, with its words."""

from __future__ import annotations

from enum import StrEnum

from ...fetch.reasons import Stage
from ...records import record

_ANSWERS = {
    Stage.PREFLIGHT: "the preflight's answer",
    Stage.REDIRECT: "the redirect",
    Stage.ACTUAL: "the response",
    Stage.REQUEST: "the response",
}


@record(frozen=True)
class Where:
    """Which answer of a server: that to the preflight of `url`, or the one to the request itself.

    A redirect and a response of the same URL are one place: `stage` tells them apart for readers only.
    """

    stage: Stage
    url: str

    @property
    def key(self) -> tuple[bool, str]:
        """What two places are compared by."""
        return self.stage is Stage.PREFLIGHT, self.url

    def __str__(self) -> str:
        link = "for" if self.stage is Stage.PREFLIGHT else "of"
        return f"{_ANSWERS[self.stage]} {link} {self.url}"


@record(frozen=True)
class SetHeader:
    """One line of this name, in place of all lines of it that are there."""

    where: Where
    name: str
    value: str

    @property
    def key(self) -> tuple[object, ...]:
        """Changes of the same key replace each other."""
        return (*self.where.key, self.name.lower())

    @property
    def line(self) -> str:
        return f"{self.name}: {self.value}"

    def __str__(self) -> str:
        return f"set {self.line} on {self.where}"


@record(frozen=True)
class SetStatus:
    """This status in place of the one that came."""

    where: Where
    status: int

    @property
    def key(self) -> tuple[object, ...]:
        """Changes of the same key replace each other."""
        return (*self.where.key, ":status")

    def __str__(self) -> str:
        return f"give {self.where} the status {self.status}"


class RequestChangeKind(StrEnum):
    """What can be changed about a request by whoever writes the page."""

    DROP_HEADER = "drop-header"
    DROP_UPLOAD_LISTENER = "drop-upload-listener"
    BUFFER_BODY = "buffer-body"
    METHOD = "method"
    URL = "url"
    MODE = "mode"
    CREDENTIALS = "credentials"
    REDIRECT = "redirect"
    CACHE = "cache"
    KEEPALIVE = "keepalive"
    CROSSORIGIN = "crossorigin"


@record(frozen=True)
class RequestChange:
    """A change of what the page asks for. `value` is the new value, for `drop-header` the header's name."""

    kind: RequestChangeKind
    value: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Changes of the same key replace each other."""
        if self.kind is RequestChangeKind.DROP_HEADER:
            return (self.kind, self.value.lower())
        return (self.kind,)

    def __str__(self) -> str:
        match self.kind:
            case RequestChangeKind.DROP_HEADER:
                return f"do not send the request header {self.value}"
            case RequestChangeKind.DROP_UPLOAD_LISTENER:
                return "do not listen to the upload's progress"
            case RequestChangeKind.BUFFER_BODY:
                return "send the body as a whole, not as a stream"
            case RequestChangeKind.METHOD:
                return f"write the method {self.value}"
            case RequestChangeKind.URL:
                return f"ask for {self.value} directly"
            case RequestChangeKind.KEEPALIVE:
                return "leave keepalive out"
            case RequestChangeKind.CROSSORIGIN:
                return f'give the element crossorigin="{self.value}"'
            case RequestChangeKind.CREDENTIALS if self.value == "none":
                return "do not ask for credentials (withCredentials)"
            case _:
                return f'use {self.kind.value}: "{self.value}"'


ServerAnswerChange = SetHeader | SetStatus
Change = ServerAnswerChange | RequestChange
Changes = tuple[Change, ...]


def merged(present: Changes, added: Changes) -> Changes:
    """Both, where of two changes of the same thing the added one counts."""
    by_key = {change.key: change for change in present}
    by_key.update({change.key: change for change in added})
    return tuple(by_key.values())


def server_changes(changes: Changes) -> tuple[ServerAnswerChange, ...]:
    """Those of the server's answers."""
    return tuple(change for change in changes if not isinstance(change, RequestChange))


def request_changes(changes: Changes) -> tuple[RequestChange, ...]:
    """Those of the request."""
    return tuple(change for change in changes if isinstance(change, RequestChange))
