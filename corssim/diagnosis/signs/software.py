"""Which software answered, by what its answers say of themselves: whose configuration is to be written. Data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...fetch.header_list import get
from ...records import NamedTuple
from .programs.sign import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...fetch.wire import WireResponse


class SoftwareSign(NamedTuple):
    """A header (`:body` for the text) whose value fits an expression, and the software that such an answer is of.

    `is_in_front` marks what often only passes on what a program behind it answers.
    """

    software: str
    header: str
    value: str
    is_in_front: bool = False


class Recognised(NamedTuple):
    """The software that configures CORS, most likely; `why` says what showed it, `or_else` what stands before it."""

    software: str
    why: str
    or_else: tuple[str, ...] = ()


# The programs themselves before what stands in front of them.
_SIGNS: tuple[SoftwareSign, ...] = (
    # Texts of CORS support and of errors, each its framework's own.
    SoftwareSign("spring", ":body", r"^\s*Invalid CORS request\s*$"),
    SoftwareSign("starlette", ":body", r"^\s*Disallowed CORS (?:origin|method|headers)"),
    SoftwareSign("spring", ":body", r'^\{"timestamp":.*"status":\d+,"error":".*"path":'),
    SoftwareSign("express", ":body", r"<pre>Cannot (?:GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD) /"),
    SoftwareSign(
        "fastify", ":body", r'^\{"message":"Route [A-Z]+:.* not found","error":"Not Found","statusCode":404\}'
    ),
    SoftwareSign("nestjs", ":body", r'^\{"message":"Cannot [A-Z]+ /.*","error":"Not Found","statusCode":404\}'),
    SoftwareSign("fastapi", ":body", r'^\{"detail":"(?:Not Found|Method Not Allowed|Not authenticated)"\}$'),
    SoftwareSign("laravel", ":body", r'"exception":\s*"(?:Symfony|Illuminate)\\'),
    # What programs say of themselves.
    SoftwareSign("nextjs", "x-powered-by", r"^Next\.js"),
    SoftwareSign("express", "x-powered-by", r"^Express"),
    SoftwareSign("aspnet", "x-powered-by", r"^ASP\.NET"),
    SoftwareSign("aspnet", "server", r"^Kestrel"),
    SoftwareSign("laravel", "set-cookie", r"(?:^|, )laravel[_-]session="),
    SoftwareSign("spring", "x-application-context", r""),
    SoftwareSign("rails", "x-powered-by", r"Phusion Passenger"),
    SoftwareSign("rails", "server", r"^(?:Puma|Phusion Passenger|WEBrick|thin)"),
    SoftwareSign("rails", "x-runtime", r"^\d+\.\d+$"),
    SoftwareSign("flask", "server", r"^Werkzeug"),
    SoftwareSign("django", "server", r"^(?:WSGIServer|daphne)"),
    SoftwareSign("starlette", "server", r"^(?:uvicorn|hypercorn|granian)"),
    SoftwareSign("spring", "server", r"^(?:Apache-Coyote|Apache Tomcat|Jetty|undertow)"),
    SoftwareSign("php", "x-powered-by", r"^PHP"),
    # Storage and gateways.
    SoftwareSign("s3", "server", r"^(?:AmazonS3|MinIO|Ceph)"),
    SoftwareSign("s3", "x-amz-id-2", r""),
    SoftwareSign("gcs", "x-goog-storage-class", r""),
    SoftwareSign("gcs", "server", r"^UploadServer"),
    SoftwareSign("azure-blob", "server", r"^Windows-Azure-Blob"),
    SoftwareSign("api-gateway", "apigw-requestid", r""),
    SoftwareSign("api-gateway-rest", "x-amz-apigw-id", r""),
    SoftwareSign("api-gateway-rest", "x-amzn-errortype", r""),
    SoftwareSign("supabase", "sb-gateway-version", r""),
    SoftwareSign("supabase", "x-sb-edge-region", r""),
    SoftwareSign("vercel", "server", r"^Vercel"),
    SoftwareSign("netlify", "server", r"^Netlify"),
    SoftwareSign("kong", "server", r"^kong", is_in_front=True),
    SoftwareSign("kong", "via", r"\bkong/", is_in_front=True),
    SoftwareSign("envoy", "server", r"^envoy|^istio-envoy", is_in_front=True),
    SoftwareSign("iis", "server", r"^Microsoft-IIS", is_in_front=True),
    SoftwareSign("nginx", "server", r"^(?:nginx|openresty|Tengine)", is_in_front=True),
    SoftwareSign("apache", "server", r"^(?:Apache(?!-Coyote| Tomcat)|LiteSpeed)", is_in_front=True),
    SoftwareSign("caddy", "server", r"^Caddy", is_in_front=True),
    SoftwareSign("caddy", "via", r"\bCaddy\b", is_in_front=True),
    SoftwareSign("cloudfront", "x-amz-cf-id", r"", is_in_front=True),
    SoftwareSign("nginx", ":body", r"<center>(?:nginx|openresty)", is_in_front=True),
    SoftwareSign("apache", ":body", r"<address>Apache/", is_in_front=True),
)


def software_of(answers: Sequence[WireResponse]) -> Recognised | None:
    """The software whose answers these are; None where they do not tell.

    Where a web server stands before the program, the program is named, and the web server as what else would do.
    """
    found: dict[str, tuple[SoftwareSign, str]] = {}
    for sign in _SIGNS:
        for answer in answers:
            value = text_of(answer) if sign.header == ":body" else get(answer.headers, sign.header)
            if value is not None and re.search(sign.value, value, re.IGNORECASE):
                where = _told(sign.header, value)
                found.setdefault(sign.software, (sign, where))
                break
    if not found:
        return None
    software, (_, why) = next(iter(found.items()))
    in_front = tuple(name for name, (sign, _) in found.items() if sign.is_in_front and name != software)
    return Recognised(software, why, in_front)


def _told(header: str, value: str) -> str:
    """What showed it; a cookie by its name alone."""
    if header == ":body":
        return "the text of an answer"
    name = "-".join(part.capitalize() for part in header.split("-"))
    return f"{name}: {value.partition('=')[0] if header == 'set-cookie' else value[:40]}"
