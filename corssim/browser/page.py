"""Pages: documents and workers, and the APIs that their script has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from ..errors import InvalidRequest
from ..fetch.environment import EnvironmentKind
from ..fetch.pairs import header_pairs
from ..url import require_url
from .apis import beacon, connecting, fetching, loading, navigating
from .call import Call, new_call
from .documents import document_environment, srcdoc_environment, worker_environment
from .requests.fetch import fetch_request

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Mapping

    from ..fetch.body import Blob, BodyInit, FieldValue
    from ..fetch.environment import Environment
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.pairs import HeadersInit
    from ..fetch.request import Request
    from ..origin import Origin
    from .argument_types import Cache, Credentials, Element, Mode, Redirect, ReferrerPolicyName
    from .outcome import Outcome
    from .session import Session

R = TypeVar("R")
"""What a fetch gives back: an Outcome from a Browser, an awaitable of one from an AsyncBrowser."""


class Page(Generic[R]):
    """A document (or worker) open in a browser. Its methods are the APIs of its script.

    Each gives an Outcome; on an AsyncBrowser, an awaitable of one. Raises InvalidRequest where the API would throw.
    """

    def __init__(self, session: Session[R], environment: Environment, navigation: Outcome | None = None) -> None:
        self._session = session
        self.environment = environment
        self.navigation = navigation
        """How `visit` got here; None for a page that was opened without a request."""

    @property
    def url(self) -> str:
        return self.environment.url.href

    @property
    def origin(self) -> Origin:
        return self.environment.origin

    def __repr__(self) -> str:
        return f"<Page {self.url} origin={self.origin}>"

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit = (),
        body: BodyInit | None = None,
        mode: Mode = "cors",
        credentials: Credentials = "same-origin",
        redirect: Redirect = "follow",
        cache: Cache = "default",
        referrer: str = "about:client",
        referrer_policy: ReferrerPolicyName = "",
        integrity: str = "",
        keepalive: bool = False,
        target_address_space: str = "",
    ) -> R:
        """fetch(url, init). https://fetch.spec.whatwg.org/#fetch-method

        `url` is whole or relative to the page. `method` is sent as written, but for six names that become capitals.
        `headers` are a mapping or (name, value) pairs; what script may not set (Cookie, Origin, …) is left out. `body`
        is str, bytes, Blob, FormData, FormUrlEncoded, or an iterator of bytes (a stream, which is preflighted).
        `mode` "cors" lets script read what the server allows, "no-cors" sends and reads nothing, "same-origin" refuses
        other origins. `credentials`: "omit" sends no cookies, "same-origin" to the page's own origin alone, "include"
        everywhere; then `*` does not count. `redirect`: "follow", "error" fails at one, "manual" shows that there was
        one. `cache` is how the HTTP cache is used: "reload" asks again, "only-if-cached" never. `referrer` and
        `referrer_policy` decide about the Referer; `integrity` is a hash that the body has to have; `keepalive` lets
        the request outlive the page, with 64 KiB of body at most. `target_address_space` says in which network the
        server is meant to be ("local", "loopback"), as local network access has it.
        """
        pairs = header_pairs(headers)
        asked = {
            "method": method,
            "headers": pairs,
            "body": body,
            "mode": mode,
            "credentials": credentials,
            "redirect": redirect,
            "cache": cache,
            "referrer": referrer,
            "referrer_policy": referrer_policy,
            "integrity": integrity,
            "keepalive": keepalive,
            "target_address_space": target_address_space,
        }
        user_agent = self._session.user_agent
        request = fetch_request(
            self.environment,
            user_agent.profile,
            url,
            method=method,
            headers=pairs,
            body=body,
            mode=mode,
            credentials=credentials,
            redirect=redirect,
            cache=cache,
            referrer=referrer,
            referrer_policy=referrer_policy,
            integrity=integrity,
            keepalive=keepalive,
            target_address_space=target_address_space,
        )
        return self._session.run(fetching(user_agent, request, new_call("fetch", url, asked)))

    def xhr(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeadersInit = (),
        body: BodyInit | None = None,
        with_credentials: bool = False,
        upload_listener: bool = False,
        synchronous: bool = False,
        username: str | None = None,
        password: str | None = None,
    ) -> R:
        """XMLHttpRequest: open, setRequestHeader (`headers`), send (`body`). https://xhr.spec.whatwg.org/

        `body` is as for fetch; bytes stand for an ArrayBuffer, a memoryview for a view of one. `with_credentials`
        sends cookies to other origins, too; `upload_listener`, one on xhr.upload, has every cross-origin request
        preflighted; `synchronous` is open()'s async=false.
        `username` and `password` are the last arguments of open(): they are put into the URL.
        """
        from .requests.xhr import url_with_user, xhr_request

        if username is not None or password is not None:
            url = url_with_user(self.environment, self._session.profile, url, username, password)

        asked = {
            "method": method,
            "headers": header_pairs(headers),
            "body": body,
            "with_credentials": with_credentials,
            "upload_listener": upload_listener,
            "synchronous": synchronous,
        }
        request = xhr_request(self.environment, self._session.profile, url, **asked)  # type: ignore[arg-type]
        return self._session.run(fetching(self._session.user_agent, request, Call("xhr", url, asked)))

    def load(
        self,
        element: Element,
        url: str,
        crossorigin: str | None = None,
        *,
        as_: str = "fetch",
        integrity: str = "",
        referrer_policy: str = "",
        family: str = "",
    ) -> R:
        """Load what an element points to. `crossorigin` is the attribute (None: absent), `as_` a preload's destination.

        `family` is the font-family of a font, by which Firefox's console tells of it; without one (`""`) those lines,
        which nobody could write out, are left out.

        https://html.spec.whatwg.org/multipage/urls-and-fetching.html#create-a-potential-cors-request
        """
        from .requests.elements import element_request

        asked = {
            "element": element,
            "crossorigin": crossorigin,
            "as_": as_,
            "integrity": integrity,
            "referrer_policy": referrer_policy,
        }
        request = element_request(self.environment, self._session.profile, url=url, **asked)  # type: ignore[arg-type]
        run = navigating if element == "iframe" else loading
        call = Call("load", url, asked | {"family": family} if family else asked)
        return self._session.run(run(self._session.user_agent, request, call))

    def send_beacon(self, url: str, data: BodyInit | None = None, content_type: str | None = None) -> R:
        """navigator.sendBeacon(url, data). `outcome.returned` is what it returns. https://w3c.github.io/beacon/"""
        from .requests.beacon import beacon_request

        request = beacon_request(self.environment, self._session.profile, url, data, content_type)
        call = Call("send_beacon", url, {"data": data, "content_type": content_type})
        return self._session.run(beacon(self._session.user_agent, request, call))

    def event_source(self, url: str, *, with_credentials: bool = False) -> R:
        """new EventSource(url): its first connection; `with_credentials` sends cookies to other origins, too. https://html.spec.whatwg.org/multipage/server-sent-events.html"""
        from .requests.event_source import event_source_request

        request = event_source_request(self.environment, self._session.profile, url, with_credentials=with_credentials)
        call = Call("event_source", url, {"with_credentials": with_credentials})
        return self._session.run(loading(self._session.user_agent, request, call))

    def submit_form(
        self,
        url: str,
        *,
        method: str = "POST",
        fields: Mapping[str, FieldValue] | Iterable[tuple[str, FieldValue]] = (),
        enctype: str = "application/x-www-form-urlencoded",
        target: Literal["_self", "iframe"] = "_self",
    ) -> R:
        """Submit a form: a navigation, which CORS never stops. `target="iframe"` submits into a frame of the page.

        In a frame, `"_self"` is the frame. `fields` go into the query (GET) or the body, which `enctype` says how.

        https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-algorithm
        """
        from .requests.navigations import form_request

        request = form_request(
            self.environment,
            self._session.profile,
            url,
            method=method,
            fields=fields,
            enctype=enctype,
            target=target,
        )
        arguments = {"method": method, "fields": fields, "enctype": enctype, "target": target}
        return self._session.run(navigating(self._session.user_agent, request, Call("submit_form", url, arguments)))

    def web_socket(self, url: str, protocols: str | Iterable[str] = ()) -> R:
        """new WebSocket(url, protocols): its opening handshake, which CORS never stops; readable where it opens.

        https://websockets.spec.whatwg.org/#the-websocket-interface
        """
        from .requests.web_socket import web_socket_request

        asked = protocols if isinstance(protocols, str) else tuple(protocols)
        request = web_socket_request(self.environment, self._session.profile, url, asked)
        call = Call("web_socket", url, {"protocols": asked})
        return self._session.run(connecting(self._session.user_agent, request, call))

    @overload
    def navigate(self: Page[Outcome], url: str) -> Page[Outcome]: ...

    @overload
    def navigate(
        self: Page[Coroutine[Any, Any, Outcome]], url: str
    ) -> Coroutine[Any, Any, Page[Coroutine[Any, Any, Outcome]]]: ...

    def navigate(self, url: str) -> Any:
        """Follow a link of this page to `url`: the page that it leads to, whose `navigation` is the outcome.

        In a frame, the frame is navigated. https://html.spec.whatwg.org/multipage/links.html#following-hyperlinks-2
        """
        from .requests.navigations import link_request

        if self.environment.kind is EnvironmentKind.WORKER:
            raise InvalidRequest("a worker has no links to follow")
        request = link_request(self.environment, self._session.profile, url)
        return self._session.open(opening(self._session, request, self.environment))

    def create_object_url(self, blob: Blob) -> str:
        """URL.createObjectURL(blob): a blob: URL of this page's origin. https://w3c.github.io/FileAPI/#creating-revoking"""
        from uuid import NAMESPACE_URL, uuid5

        blob_urls = self._session.user_agent.blob_urls
        url = f"blob:{self.origin}/{uuid5(NAMESPACE_URL, f'{self.origin}#{len(blob_urls)}')}"
        blob_urls[url] = blob
        return url

    def frame(
        self,
        url: str | None = None,
        headers: HeadersInit = (),
        allow: str = "",
        sandboxed: bool = False,
        *,
        srcdoc: bool = False,
    ) -> Page[R]:
        """A document in an iframe of this page: at `url` with its response's `headers`, or (without one) a srcdoc.

        `allow` is the attribute that hands permissions to the frame. No request is made.
        """
        if url is None or srcdoc:
            return Page(self._session, srcdoc_environment(self.environment, sandboxed=sandboxed, allow=allow))
        return Page(
            self._session,
            document_environment(
                require_url(url, self.environment.base_url),
                header_pairs(headers),
                self._session.profile,
                sandboxed=sandboxed,
                embedder=self.environment,
                allow=allow,
            ),
        )

    def worker(self, url: str | None = None, *, headers: HeadersInit = ()) -> Page[R]:
        """A dedicated worker of this page, whose script is at `url` (default: beside the page). No request is made."""
        return Page(
            self._session,
            worker_environment(self.environment, url, header_pairs(headers), self._session.profile),
        )


def opening(session: Session[R], request: Request, source: Environment) -> Fetching[Page[R]]:
    """Navigate: what came becomes the page; an error page, of an origin of its own, where nothing did."""
    outcome = yield from navigating(session.user_agent, request)
    profile = session.profile
    embedder = source.container if request.destination == "iframe" else None
    url, headers = request.current_url, () if outcome.response is None else outcome.response.headers
    environment = document_environment(
        url,
        headers,
        profile,
        sandboxed=outcome.response is None,
        embedder=embedder,
        allow=source.allow if embedder is not None else "",
    )
    return Page(session, environment, outcome)
