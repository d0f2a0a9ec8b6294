"""The flags that say what is fetched, from where and how; and the fetch that they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import UsageError
from .arguments import header
from .user_flags import add_user_flags

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..browser.page import Page
    from ..scenario.what_if import Changes
    from .environment import Environment

R = TypeVar("R")

_ELEMENTS = ("img", "script", "module", "stylesheet", "font", "video", "audio", "iframe", "preload")
_APIS = ("fetch", "xhr", *_ELEMENTS, "send_beacon", "event_source", "web_socket", "submit_form")
_ONLY_FETCH = ("mode", "redirect", "cache")
_LONGEST_BODY_FILE = 100 * 1024 * 1024  # bytes


def add_fetch_flags(parser: argparse.ArgumentParser) -> None:
    """What curl has, as curl has it; the rest by its names in the Fetch Standard."""
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        help="what the page asks for; or a pasted curl command, fetch(), axios or jQuery call (- is standard input)",
    )
    _add_flags_of_curl(parser)
    parser.add_argument("-X", "--request", metavar="METHOD", help="the method (default: GET, or POST with -d)")
    parser.add_argument("-H", "--header", action="append", default=[], metavar="'NAME: VALUE'", help="(repeatable)")
    parser.add_argument(
        "-d",
        "--data",
        metavar="DATA",
        help="the body, as a form's unless -H names another Content-Type; @FILE reads a file, @- standard input",
    )
    parser.add_argument(
        "--page",
        metavar="URL",
        help="the page that asks (default: https://app.example/, or http://app.example/ for an http URL, or "
        "http://localhost:3000/ for a URL of this machine or its network)",
    )
    parser.add_argument(
        "--page-header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="a header that the page came with, such as Content-Security-Policy (repeatable)",
    )
    parser.add_argument("--sandboxed", action="store_true", help="the page is sandboxed: its origin is null")
    parser.add_argument("--api", choices=_APIS, default="fetch", metavar="API", help=f"{', '.join(_APIS)}")
    parser.add_argument("--credentials", choices=("omit", "same-origin", "include"), help="(default: same-origin)")
    parser.add_argument("--mode", choices=("cors", "no-cors", "same-origin"), help="(default: cors)")
    parser.add_argument("--redirect", choices=("follow", "error", "manual"), help="(default: follow)")
    parser.add_argument(
        "--cache", choices=("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached")
    )
    parser.add_argument("--crossorigin", choices=("anonymous", "use-credentials"), help="the attribute of an element")
    parser.add_argument("--upload-listener", action="store_true", help="the XMLHttpRequest listens to its upload")
    parser.add_argument(
        "-b",
        "--cookie",
        action="append",
        default=[],
        metavar="'NAME=VALUE; ATTRIBUTES'",
        help="a cookie that the server has set before, as Set-Cookie has it (repeatable)",
    )
    add_user_flags(parser)


def _add_flags_of_curl(parser: argparse.ArgumentParser) -> None:
    """Flags that hands type out of habit: what they mean here, or why they mean nothing."""
    parser.add_argument("--data-raw", metavar="DATA", help="as -d, and @ is a character")
    parser.add_argument("-u", "--user", metavar="NAME:PASSWORD", help="send Authorization: Basic, as script sets it")
    parser.add_argument("-i", "--include", dest="verbose", action="store_true", help="show all headers, as -v")
    parser.add_argument("-L", "--location", action="store_true", help="follow redirects, as pages do by themselves")
    parser.add_argument("-s", "--silent", action="store_true", help="nothing: there is no progress to silence")
    parser.add_argument("-o", "--output", metavar="FILE", help="nothing is saved: --json shows the body")


def fetch_of(
    arguments: argparse.Namespace, environment: Environment, changes: Changes | None = None
) -> Callable[[Page[R]], R]:
    """The fetch that the flags ask for, to be made on any page, with `changes` to its headers.

    Raises `UsageError` where flags do not fit.
    """
    if arguments.reading is not None:
        from ..scenario.run import act

        step = arguments.reading.step if changes is None else changes.step(arguments.reading.step)
        return lambda page: act(step, page)
    api: str = arguments.api
    url: str = arguments.url
    headers = [header(text) for text in arguments.header]
    headers += () if changes is None else changes.add_headers
    data = None if arguments.data is None else _data(arguments.data, environment)
    if arguments.data_raw is not None:
        data = arguments.data_raw if data is None else f"{data}&{arguments.data_raw}"
    if arguments.user is not None and not any(name.lower() == "authorization" for name, _ in headers):
        headers.append(("Authorization", f"Basic {_base64(arguments.user)}"))
    if arguments.output is not None:
        raise UsageError("-o saves nothing here: --json shows the body that script reads")
    if arguments.location and arguments.redirect not in (None, "follow"):
        raise UsageError(f"-L follows redirects; --redirect {arguments.redirect} does not")
    method: str = arguments.request or ("GET" if data is None else "POST")
    for name in _ONLY_FETCH:
        if getattr(arguments, name) is not None and api != "fetch" and not (name == "mode" and api in _ELEMENTS):
            raise UsageError(f"--{name} goes with --api fetch, not with {api}")
    if api not in ("fetch", "xhr"):
        _refuse_flags_of_requests(arguments, api)
    if arguments.crossorigin is not None and api not in _ELEMENTS:
        raise UsageError(f"--crossorigin goes with an element, not with {api}")
    if arguments.upload_listener and api != "xhr":
        raise UsageError(f"--upload-listener goes with --api xhr, not with {api}")
    with_credentials = arguments.credentials == "include"
    body = None if data is None else _body(data, headers)
    if api == "fetch":
        names = ("credentials", *_ONLY_FETCH)
        options: dict[str, Any] = {name: value for name in names if (value := getattr(arguments, name)) is not None}
        return lambda page: page.fetch(url, method=method, headers=headers, body=body, **options)
    if api == "xhr":
        return lambda page: page.xhr(
            url,
            method=method,
            headers=headers,
            body=body,
            with_credentials=with_credentials,
            upload_listener=arguments.upload_listener,
        )
    if api == "send_beacon":
        return lambda page: page.send_beacon(url, data)
    if api == "event_source":
        return lambda page: page.event_source(url, with_credentials=with_credentials)
    if api == "web_socket":
        return lambda page: page.web_socket(url)
    if api == "submit_form":
        fields = _form_fields(data)
        return lambda page: page.submit_form(url, method=arguments.request or "POST", fields=fields)
    crossorigin = _crossorigin(arguments)
    return lambda page: page.load(arguments.api, url, crossorigin)


def _refuse_flags_of_requests(arguments: argparse.Namespace, api: str) -> None:
    if arguments.user is not None:
        raise UsageError(f"-u goes with --api fetch or xhr: {api} sets no headers of its own")
    if arguments.header:
        raise UsageError(f"-H goes with --api fetch or xhr: {api} sets no headers of its own")
    if arguments.request and api != "submit_form":
        raise UsageError(f"-X goes with --api fetch, xhr or submit_form, not with {api}")
    if (arguments.data is not None or arguments.data_raw is not None) and api not in ("send_beacon", "submit_form"):
        raise UsageError(f"-d goes with --api fetch, xhr, send_beacon or submit_form, not with {api}")
    if arguments.credentials is not None and api in ("send_beacon", "submit_form"):
        raise UsageError(f"--credentials does not go with {api}: it always sends cookies")


def _crossorigin(arguments: argparse.Namespace) -> str | None:
    """The attribute that makes an element ask with this mode and these credentials."""
    if arguments.crossorigin is not None:
        attribute: str = arguments.crossorigin
        return attribute
    if arguments.mode == "same-origin":
        raise UsageError("--mode same-origin does not go with an element")
    if arguments.mode == "no-cors" or (arguments.mode is None and arguments.credentials is None):
        return None
    return "use-credentials" if arguments.credentials == "include" else "anonymous"


def _data(text: str, environment: Environment) -> str:
    """The body of -d. A file's line breaks are dropped, as curl does."""
    if not text.startswith("@"):
        return text
    if text == "@-":
        read = environment.stdin.read()
    else:
        from ..named_file import not_waiting

        try:
            with open(text[1:], encoding="utf-8", newline="", opener=not_waiting) as file:
                read = file.read(_LONGEST_BODY_FILE)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
            raise UsageError(f"-d: {text[1:]} cannot be read: {reason}") from error
    return read.replace("\r", "").replace("\n", "")


def _body(data: str, headers: list[tuple[str, str]]) -> Any:
    """A form's body, as curl's -d has it, unless a Content-Type is given."""
    if any(name.lower() == "content-type" for name, _ in headers):
        return data
    from ..fetch.body import FormUrlEncoded

    return FormUrlEncoded(data)


def _base64(text: str) -> str:
    from base64 import b64encode

    return b64encode(text.encode()).decode()


def _form_fields(data: str | None) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(data or "", keep_blank_values=True)
