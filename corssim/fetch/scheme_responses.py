"""The responses of schemes that no network is asked for: about:, blob: and data:. https://fetch.spec.whatwg.org/#scheme-fetch"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blob_url import blob_response
from .reasons import Reason
from .response import Response

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .request import Request
    from .rules import SchemeRules

_ANCHOR = "scheme-fetch"


def response_without_network(params: FetchParams) -> Response:
    """What scheme fetch returns for every scheme but http and https. https://fetch.spec.whatwg.org/#scheme-fetch"""
    request, url = params.request, params.request.current_url
    match url.scheme:
        case "about" if url.path == "blank" and _may_fetch_about_blank(request, params.profile.schemes):
            return Response(status_message="OK", header_list=[("Content-Type", "text/html;charset=utf-8")], body=b"")
        case "blob":
            return _blob(params)
        case "data":
            return _data(params)
        case "file" if _is_a_file_of_a_file(request, params.profile.schemes):
            # Nothing is read from the disk: what is in it is not known here.
            return Response(status_message="OK")
        case _:
            return params.refuse_request(Reason.SCHEME_NOT_HTTP, _ANCHOR, subject=url.scheme)


def _blob(params: FetchParams) -> Response:
    request = params.request
    blob = params.user_agent.blob_urls.get(request.current_url.without_fragment().href)
    if blob is None or request.method != "GET":
        return params.refuse_request(Reason.BLOB_URL_NOT_FOUND, _ANCHOR)
    answer = blob_response(blob, request.header_list)
    return answer or params.refuse_request(Reason.BLOB_URL_NOT_FOUND, _ANCHOR, header="Range")


def _data(params: FetchParams) -> Response:
    from .data_url import process_data_url  # here, because few fetches need it

    request = params.request
    data = process_data_url(request.current_url)
    if data is None:
        return params.refuse_request(Reason.DATA_URL_INVALID, "data-url-processor")
    headers = [("Content-Type", data.mime_type.serialize())]
    if params.profile.schemes.data_url_has_content_length and request.api != "XMLHttpRequest":
        headers.append(("Content-Length", str(len(data.body))))
    return Response(status_message="OK", header_list=headers, body=data.body)


# Below: what browsers do beyond the text.


def _is_a_file_of_a_file(request: Request, rules: SchemeRules) -> bool:
    return rules.files_load_files and request.client.base_url.scheme == "file"


def _may_fetch_about_blank(request: Request, rules: SchemeRules) -> bool:
    return rules.about_blank_is_fetched or request.is_navigation
