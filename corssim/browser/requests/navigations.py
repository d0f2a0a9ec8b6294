"""Requests of navigations: a form that is submitted, a link that is followed, a URL that is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ...fetch.body import Body, FormData, encode, text_plain, urlencode
from ...fetch.request import CacheMode, CredentialsMode, Request, RequestMode
from .given import parsed_url

if TYPE_CHECKING:
    from ...fetch.body import Fields
    from ...fetch.environment import Environment
    from ...fetch.header_list import HeaderList
    from ...fetch.profile import BrowserProfile

_FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def form_request(
    environment: Environment,
    profile: BrowserProfile,
    url: str,
    *,
    method: str,
    fields: Fields,
    enctype: str,
    target: Literal["_self", "iframe"],
) -> Request:
    """What submitting a form makes: a navigation. https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission-algorithm"""
    is_framed = target == "iframe" or environment.container is not None
    parsed = parsed_url(environment, profile, url)
    enctype = enctype if enctype in _FORM_TYPES else "application/x-www-form-urlencoded"
    form = FormData(fields)
    body: Body | None = None
    headers: HeaderList = [("Accept", profile.request_headers.document_accept)]
    # Whatever is not POST is GET.
    method = "POST" if method.upper() == "POST" else "GET"
    if method == "GET":
        where, mark, fragment = parsed.href.partition("#")
        query = urlencode(form.fields)
        parsed = parsed_url(environment, profile, f"{where.partition('?')[0]}?{query}{mark}{fragment}")
    elif enctype == "multipart/form-data":
        data, boundary = form.encode()
        body = Body(data)
        headers.append(("Content-Type", f"multipart/form-data; boundary={boundary}"))
    else:
        body = Body(text_plain(form.fields) if enctype == "text/plain" else encode(urlencode(form.fields)))
        headers.append(("Content-Type", enctype))
    return Request(
        url_list=[parsed],
        client=environment,
        origin=environment.origin,
        method=method,
        header_list=headers,
        body=body,
        initiator_type="form",
        destination="iframe" if is_framed else "document",
        mode=RequestMode.NAVIGATE,
        credentials_mode=CredentialsMode.INCLUDE,
        use_url_credentials=True,
        cache_mode=CacheMode.NO_CACHE
        if method == "POST" and profile.cache_control.form_posts_revalidate
        else CacheMode.DEFAULT,
        top_level_navigation_initiator_origin=None if is_framed else environment.origin,
        user_activated=target == "_self",
        api="form",
    )


def link_request(environment: Environment, profile: BrowserProfile, url: str) -> Request:
    """What following a link of a page makes. https://html.spec.whatwg.org/multipage/links.html#following-hyperlinks-2"""
    is_framed = environment.container is not None
    return Request(
        url_list=[parsed_url(environment, profile, url)],
        client=environment,
        origin=environment.origin,
        header_list=[("Accept", profile.request_headers.document_accept)],
        initiator_type="navigation",
        destination="iframe" if is_framed else "document",
        mode=RequestMode.NAVIGATE,
        credentials_mode=CredentialsMode.INCLUDE,
        use_url_credentials=True,
        top_level_navigation_initiator_origin=None if is_framed else environment.origin,
        user_activated=True,
        api="navigate",
    )


def visit_request(environment: Environment, profile: BrowserProfile, url: str) -> Request:
    """What typing a URL into the address bar makes. https://html.spec.whatwg.org/multipage/browsing-the-web.html#navigate"""
    return Request(
        url_list=[parsed_url(environment, profile, url)],
        client=environment,
        origin=environment.origin,
        header_list=[("Accept", profile.request_headers.document_accept)],
        initiator_type="navigation",
        destination="document",
        mode=RequestMode.NAVIGATE,
        credentials_mode=CredentialsMode.INCLUDE,
        use_url_credentials=True,
        referrer="no-referrer",
        user_activated=True,
        api="visit",
    )
