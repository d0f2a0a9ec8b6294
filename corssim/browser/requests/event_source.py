"""Requests of EventSource. https://html.spec.whatwg.org/multipage/server-sent-events.html"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...fetch.request import CacheMode, CredentialsMode, Request, RequestMode
from .given import parsed_url

if TYPE_CHECKING:
    from ...fetch.environment import Environment
    from ...fetch.header_list import HeaderList
    from ...fetch.profile import BrowserProfile


def event_source_request(
    environment: Environment, profile: BrowserProfile, url: str, *, with_credentials: bool = False
) -> Request:
    """What `new EventSource(url)` makes. https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource"""
    headers: HeaderList = [("Accept", "text/event-stream")]
    if profile.cache_control.event_sources_set_it:
        headers.append(("Cache-Control", "no-cache"))
    return Request(
        url_list=[parsed_url(environment, profile, url)],
        client=environment,
        origin=environment.origin,
        header_list=headers,
        initiator_type="other",
        use_url_credentials=True,
        mode=RequestMode.CORS,
        credentials_mode=CredentialsMode.INCLUDE if with_credentials else CredentialsMode.SAME_ORIGIN,
        cache_mode=CacheMode.NO_STORE,
        api="EventSource",
    )
