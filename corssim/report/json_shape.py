"""The shape of `--json`, field by field: what a test holds reports to, and what this folder's README is made from.

Keys are added, never renamed and never taken away. Headers are `[name, value]` pairs; sizes are bytes.
"""

from __future__ import annotations

from typing import Annotated, Any, TypedDict, get_args, get_origin, get_type_hints


class RequestShape(TypedDict):
    """What the page asked for."""

    api: Annotated[str, "`fetch`, `XMLHttpRequest`, an element's name …"]
    method: Annotated[str, "as it goes on the wire"]
    url: Annotated[str, "the first URL"]
    page: Annotated[str, "the URL of the page that asked"]
    origin: Annotated[str, "the page's origin, `null` if it is opaque"]
    mode: Annotated[str, "the request's mode"]
    credentials: Annotated[str, "the credentials mode"]
    destination: Annotated[str, "the request's destination, empty for fetch() and XMLHttpRequest"]
    headers: Annotated[list[list[str]], "those that script set, without what it may not set; `[name, value]`"]


class BlockedShape(TypedDict):
    """The check that failed, and what it looked at."""

    reason: Annotated[str, "as at the top"]
    anchor: Annotated[str, "where the standard has the check"]
    url: Annotated[str, "the URL that was checked"]
    stage: Annotated[str, "`request`, `preflight`, `redirect` or `actual`"]
    header: Annotated[str, "the header that was read"]
    received: Annotated[str | None, "its value as it came; null: absent"]
    compared_with: Annotated[str, "what it was compared with"]
    subject: Annotated[str, "the method, header name or directive that it is about"]
    origin: Annotated[str, "the origin that asked"]
    status: Annotated[int | None, "the status of the answer"]
    detail: Annotated[str, "more, where there is more"]


class FailureShape(TypedDict):
    """How the network failed."""

    kind: Annotated[str, "`refused`, `reset`, `timeout`, `dns`, `tls` …"]
    detail: Annotated[str, "in words"]


class ResponseShape(TypedDict):
    """What script sees."""

    type: Annotated[str, "`basic`, `cors`, `opaque`, `opaqueredirect`"]
    status: Annotated[int, "0 if script may not see it"]
    status_text: Annotated[str, "as above"]
    url: Annotated[str, "the URL that answered, after redirects"]
    redirected: Annotated[bool, "whether redirects were followed"]
    headers: Annotated[list[list[str]], "those that script may read"]
    body: Annotated[str, "at most 100,000 characters"]
    body_size: Annotated[int, "bytes"]
    body_complete: Annotated[bool, "whether all of it came"]


class SentShape(TypedDict):
    """A request on the wire."""

    method: str
    url: str
    headers: list[list[str]]
    body_size: int


class AnswerShape(TypedDict):
    """An answer on the wire."""

    status: int
    reason: Annotated[str, "the status line's phrase"]
    headers: list[list[str]]
    body_size: int


class ExchangeShape(TypedDict):
    """One HTTP exchange."""

    kind: Annotated[str, "`preflight`, `actual` or `redirect`"]
    request: SentShape
    response: Annotated[AnswerShape | None, "null: none came"]
    failure: Annotated[FailureShape | None, "null: an answer came"]


class StepShape(TypedDict):
    """One step of the story."""

    kind: Annotated[str, "`decision`, `preflight`, `request`, `redirect`, `check`, `cookies`, `cache`, `script`"]
    result: Annotated[str | None, "`passed`, `failed` or `note`"]
    summary: Annotated[str, "in words"]
    details: Annotated[list[list[str]], "`[label, value]` pairs"]


class SymptomShape(TypedDict):
    """What happened that only looks like CORS."""

    code: str
    title: str
    text: str


class FixShape(TypedDict):
    """A change that mends it."""

    summary: str
    side: Annotated[str, "`server` or `page`"]
    changes: Annotated[list[str], "each in words"]
    headers: Annotated[list[str], "the header lines that it adds"]
    danger: Annotated[str | None, "what it gives away"]
    assumptions: list[str]
    advice: list[str]
    verified: Annotated[bool, "replayed with this change, the fetch is allowed"]
    verified_up_to: Annotated[str | None, "the first request whose answer nobody has seen"]
    asked: Annotated[list[str], "what was sent for the proof alone"]


class ConfigurationShape(TypedDict):
    """The fix as the configuration of one server's software."""

    server: Annotated[str, "the origin of the server"]
    software: Annotated[str, "what `--for` takes"]
    title: str
    language: Annotated[str, "`nginx`, `json` …, for highlighting"]
    text: str
    note: Annotated[str, "what to mind"]
    why: Annotated[str | None, "how the software was recognised; null: it was named"]


class FollowingShape(TypedDict):
    """What comes of a pending fetch once the user has decided, by making it again."""

    decision: Annotated[str, "`granted` or `denied`"]
    permission: Annotated[str, "`loopback-network`, `local-network` or `insecure-form`"]
    verdict: Annotated[str | None, "null: it hangs on an answer that nobody asked for"]
    reason: str | None
    summary: Annotated[str, "in a sentence: the verdict, and what is sent"]


class ReportShape(TypedDict):
    """One fetch in one browser."""

    profile: Annotated[str, "`standard`, `chromium` …"]
    request: Annotated[RequestShape | None, "null: the page could not even ask"]
    verdict: Annotated[str, "`readable`, `opaque`, `blocked`, `failed` or `pending`"]
    allowed: Annotated[bool, "whether script can read it"]
    reason: Annotated[str | None, "why not; `corssim explain REASON` tells more"]
    why: Annotated[str | None, "the reason in a sentence"]
    blocked: BlockedShape | None
    failure: FailureShape | None
    response: Annotated[ResponseShape | None, "null: script gets an error"]
    reached_server: Annotated[
        bool,
        "whether the request itself was sent and may have been carried out; by whom it was answered, symptoms tell",
    ]
    timing_allowed: Annotated[bool | None, "whether script may see the timing; null: there is no entry"]
    returned: Annotated[bool | None, "what sendBeacon() returned"]
    exchanges: list[ExchangeShape]
    timeline: list[StepShape]
    console: Annotated[list[str], "the lines that the browser prints"]
    symptoms: list[SymptomShape]
    fixes: list[FixShape]
    no_fix: Annotated[str | None, "why there is none"]
    rightly_blocked: Annotated[str | None, "why the block is what the server's owner wants; null: nothing says so"]
    configurations: list[ConfigurationShape]
    front_end: Annotated[str | None, "what a development server can do in the server's place"]
    follows: Annotated[list[FollowingShape], "pending: what comes of it if the user grants the permission, and if not"]


class VerdictShape(TypedDict):
    """What one browser makes of it."""

    verdict: Annotated[str | None, "as at the top; null: what was given does not tell, or the server has the last word"]
    reason: Annotated[str | None, "as at the top"]


class SourceShape(TypedDict):
    """What was read of a command, a call or a transcript."""

    kind: Annotated[str, "`curl`, `httpie`, `powershell`, `fetch`, `axios`, `transcript` …"]
    guessed: Annotated[list[dict[str, str]], "`what`, `value`, `sure` (`likely` or `guess`), `why`"]
    not_known: Annotated[list[dict[str, str]], "`name`, `where`, and the `flag` that gives it"]
    passed_over: Annotated[list[str], "what means nothing to a browser"]
    missing: Annotated[list[str], "what would be needed to decide"]
    further: Annotated[list[dict[str, str]], "`method` and `url` of other requests in the text"]


class CheckShape(TypedDict, total=False):
    """What `corssim check --json` adds to the first browser's report."""

    browsers: Annotated[dict[str, VerdictShape], "every browser that was asked, by name"]
    reports: Annotated[list[ReportShape], "with several `--browser`: the report of each"]
    source: Annotated[SourceShape, "where something other than a URL was given"]


SHAPES: tuple[type[Any], ...] = (
    ReportShape,
    CheckShape,
    VerdictShape,
    SourceShape,
    RequestShape,
    BlockedShape,
    FailureShape,
    ResponseShape,
    ExchangeShape,
    SentShape,
    AnswerShape,
    StepShape,
    SymptomShape,
    FixShape,
    ConfigurationShape,
    FollowingShape,
)


def shape_tables() -> str:
    """The Markdown tables of every shape."""
    lines: list[str] = []
    for shape in SHAPES:
        lines += [f"### {_title(shape)}", "", str(shape.__doc__), "", "| key | type | |", "|---|---|---|"]
        for key, hint in get_type_hints(shape, include_extras=True).items():
            told = hint.__metadata__[0] if get_origin(hint) is Annotated else ""
            lines.append(f"| `{key}` | {_type(hint)} | {told} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def _title(shape: type[Any]) -> str:
    return shape.__name__.removesuffix("Shape").lower()


def _type(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        return _type(get_args(hint)[0])
    if hint in SHAPES:
        return f"[{_title(hint)}](#{_title(hint)})"
    if get_origin(hint) is list:
        return f"list of {_type(get_args(hint)[0])}"
    if get_origin(hint) is dict:
        return f"table of {_type(get_args(hint)[1])}"
    if get_args(hint):
        return " or ".join(_type(each) for each in get_args(hint))
    return "null" if hint is type(None) else {"str": "string", "bool": "boolean", "int": "number"}[hint.__name__]
