"""What kind of configuration a text is, and what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ...errors import UsageError
from ...patterns import lazy_pattern
from ...records import replace
from .adonis import ADONIS_SIGN, read_adonis
from .apache.configuration import read_apache
from .api_gateway import read_responses
from .api_management import read_api_management
from .application_settings import SETTINGS_SIGN, read_settings
from .aspnet.configuration import ASPNET_SIGN, BY_HAND_SIGN, read_aspnet
from .bucket_template import TEMPLATE_SIGN, read_bucket_template
from .buckets import AZURE_SIGN, read_azure_command, read_bucket_json, read_bucket_xml, read_cloudfront
from .caddy.configuration import read_caddy
from .caddy.plugin import read_caddy_plugin
from .cloud_code import BUCKET_SIGN, CDK_SIGN, read_bucket_code, read_cdk
from .envoy.configuration import ENVOY_SIGN, read_envoy
from .error_answers import with_error_answers
from .go_handlers import GO_CALL, read_go
from .haproxy.configuration import read_haproxy
from .here_documents import here_documents
from .iis import read_iis
from .ingress import read_ingress
from .javascript.reading import read_cors_script, read_script
from .kong import KONG_SIGN, read_kong
from .ktor import KTOR_SIGN, read_ktor
from .laravel import read_laravel
from .lighttpd.configuration import LIGHTTPD_SIGN, read_lighttpd
from .named import NAMED_SIGN, TRAEFIK_1_SIGN, read_named
from .nelmio import read_nelmio
from .nginx.configuration import read_nginx
from .python.reading import read_python_program
from .rails import read_rack
from .rust_layers import RUST_LAYER, read_rust
from .sam import read_sam
from .script_settings import SCRIPT_OPTIONS, SCRIPT_SETTING, read_script_options, read_script_setting
from .serverless import SERVERLESS_CORS, read_serverless
from .spring.configuration import SPRING_SIGN, read_spring
from .strapi import STRAPI_SIGN, read_strapi
from .terraform import (
    CLOUDFRONT_BLOCK,
    TERRAFORM_BLOCK,
    TERRAFORM_LIST,
    read_cloudfront_block,
    read_terraform,
    read_terraform_list,
)
from .traefik.configuration import TRAEFIK_SIGN, read_traefik
from .unread import doubts_of, settled
from .written_code import read_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Configured

LONGEST: Final = 1_000_000
"""Characters of a configuration."""


class _Kind(NamedTuple):
    """A sign in a text, the reader of what has it, its layer, and the settings that the reader takes (None: it looks
    itself for what it does not know)."""

    sign: str
    read: Callable[[str], Configured | None]
    layer: str = ""
    knows: frozenset[str] | None = None
    is_code: bool = False
    follows: bool = False
    """Whether the reader says itself, request by request, what it does not understand."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEADER_NAMES: Final = (
    "accesscontrolalloworigin accesscontrolallowmethods accesscontrolallowheaders accesscontrolallowcredentials "
    "accesscontrolexposeheaders accesscontrolmaxage "
)
_OF_ENVOY: Final = _words(
    "alloworigin alloworiginregex alloworiginstringmatch allowmethods allowheaders allowcredentials exposeheaders "
    "alloworigins"
)
_OF_BUCKETS: Final = _words(
    "allowedorigins allowedorigin allowedmethods allowedmethod allowedheaders allowedheader exposeheaders "
    "exposeheader exposedheaders"
)
_OF_SCRIPTS: Final = _words(
    "allowedheaders allowheaders exposedheaders exposeheaders allowmethods methods additionalheaders "
    "additionalexposedheaders"
)
_OF_GO: Final = _words(
    "alloworigins allowedorigins allowmethods allowedmethods allowheaders allowedheaders exposeheaders exposedheaders "
    "allowcredentials allowallorigins alloworiginfunc alloworiginsfunc alloworiginrequestfunc "
    "alloworiginvaryrequestfunc "
    "alloworiginwithcontextfunc allowedoriginvalidator allowprivatenetwork unsafewildcardoriginwithallowcredentials"
)
_OF_RUST: Final = _words(
    "alloworigin allowmethods allowheaders allowcredentials exposeheaders allowedorigin allowedoriginfn allowedmethods "
    "allowedheaders allowedheader allowanyorigin allowanymethod allowanyheader exposeanyheader"
)
_OF_APIS: Final = _words(
    "alloworigins alloworigin allowmethods allowheaders allowcredentials exposeheaders allowedorigins allowedheaders "
    "allowedmethods exposedresponseheaders"
)

_CORS_CALL: Final = (
    r"(?<!\.)\bcors\s*\(|\.enableCors\s*\(|NestFactory\.create|\.use\(\s*cors\s*[,)]|"
    r"(?:from\s+|require\(\s*)[\"'](?:cors|@koa/cors|hono/cors|@fastify/cors)[\"']|"
    r"register\(\s*(?:\w*[cC]ors\b|(?:require|import)\([\"']@?fastify[/-]cors)"
)

# The most particular sign first; the reader of a sign may still find nothing in it.
_KINDS: Final[tuple[_Kind, ...]] = (
    _Kind(r"nginx\.ingress\.kubernetes\.io/", read_ingress, "an Ingress"),
    _Kind(r"\"AccessControlAllowOrigins\"\s*:\s*\{", read_cloudfront),
    _Kind(
        r"\bnelmio_cors\b",
        read_nelmio,
        "",
        _words("allowcredentials alloworigin allowheaders allowmethods exposeheaders"),
    ),
    _Kind(r"\bcorsPolicy\s*[:=]\s*\{\s*allowedOrigins\b", read_settings),
    _Kind(r"\bcorsPolicy[\"']?\s*(?::(?!=)|=\s*\{)", read_envoy, "", _OF_ENVOY),
    _Kind(ENVOY_SIGN, read_envoy, "", _OF_ENVOY),
    _Kind(r"(?is)<CORSRule>", read_bucket_xml),
    _Kind(r"<allowed-origins>", read_api_management),
    _Kind(r"<customHeaders\b|<cors\b[^<>]*\benabled\s*=", read_iis),
    _Kind(
        r"(?m)^[^\S\n]*http-(?:(?:after-)?response\s+(?:set|add)-header|request\s+return|request\s+lua\.cors)\s",
        read_haproxy,
    ),
    _Kind(LIGHTTPD_SIGN, read_lighttpd),
    _Kind(
        r"(?s)\"(?:AllowedOrigins|AllowedMethods|responseHeader)\"\s*:|\"allowed\"\s*:\s*\{\s*\"(?:origins|methods)\"",
        read_bucket_json,
        "",
        _OF_BUCKETS,
    ),
    _Kind(r"(?m)(?:^[^\S\n]*|[;{}]\s*)(?:add_header|more_set_headers|more_clear_headers)\s", read_nginx, "nginx"),
    _Kind(
        r"(?im)^[^\S\n]*Header\s+(?:(?:always|onsuccess)\s+)?(?:set|add|append|merge|setifempty)\s+[\"']?Access-Control-",
        read_apache,
        "Apache",
    ),
    _Kind(TRAEFIK_1_SIGN, read_named),
    _Kind(TRAEFIK_SIGN, read_traefik, "Traefik"),
    _Kind(r"(?m)^[^\S\n]*header\s+(?:[@/*]\S*\s+)?(?:[+>?]?Access-Control-|\{)|^[^\S\n]*reverse_proxy\b", read_caddy),
    _Kind(r"(?m)^[^\S\n]*cors(?:[^\S\n]+[/*{a-z][^\n;()=]*)?$", read_caddy_plugin),
    _Kind(TEMPLATE_SIGN, read_bucket_template, "", _OF_BUCKETS),
    _Kind(CDK_SIGN, read_cdk, is_code=True),
    _Kind(BUCKET_SIGN, read_bucket_code),
    _Kind(SERVERLESS_CORS, read_serverless, "", _OF_APIS),
    _Kind(CLOUDFRONT_BLOCK, read_cloudfront_block),
    _Kind(TERRAFORM_BLOCK, read_terraform, "", _OF_APIS | _OF_BUCKETS),
    _Kind(TERRAFORM_LIST, read_terraform_list, "", _OF_BUCKETS),
    _Kind(RUST_LAYER, read_rust, "Rust", _OF_RUST, is_code=True),
    _Kind(GO_CALL, read_go, "Go", _OF_GO, is_code=True),
    _Kind(r"(?m)^[^\S\n]*(?:AllowOrigins?|CorsConfiguration|Cors)\s*:", read_sam, "", _OF_APIS),
    _Kind(KONG_SIGN, read_kong),
    _Kind(
        r"CORSMiddleware|flask_cors|cross_origin|CORS\(|CORS_[A-Z]+|corsheaders|quart_cors|aiohttp_cors|CORSConfig"
        r"|cors_enable",
        read_python_program,
        "Python",
    ),
    _Kind(r"(?m)\ballow\s+do\b", read_rack),
    _Kind(ASPNET_SIGN, read_aspnet, "ASP.NET"),
    _Kind(SPRING_SIGN, read_spring, "Spring"),
    _Kind(_CORS_CALL, read_cors_script, follows=True),
    _Kind(STRAPI_SIGN, read_strapi, is_code=True),
    _Kind(ADONIS_SIGN, read_adonis, is_code=True),
    _Kind(SCRIPT_SETTING, read_script_setting, "cors()", _OF_SCRIPTS, is_code=True),
    _Kind(SCRIPT_OPTIONS, read_script_options, "cors()", _OF_SCRIPTS, is_code=True),
    _Kind(KTOR_SIGN, read_ktor, "Ktor", is_code=True),
    _Kind(AZURE_SIGN, read_azure_command),
    _Kind(r"\bmethod\.response\.header\.Access-Control-", read_responses),
    _Kind(r"[\"']allowed_origins(?:_patterns)?[\"']\s*=>", read_laravel),
    _Kind(NAMED_SIGN, read_named),
    _Kind(SETTINGS_SIGN, read_settings),
    _Kind(BY_HAND_SIGN, read_aspnet, "ASP.NET"),
    _Kind(r"(?i)Access-Control-Allow-Origin|access_control_allow_origin", read_python_program, "Python"),
    _Kind(r"(?i)Access-Control-Allow-Origin", read_script, follows=True),
    _Kind(r"(?i)Access-Control-Allow-Origin", read_code, "code"),
)


def read_configuration(text: str, *, name: str = "the text") -> Configured:
    """What a configuration allows. Raises UsageError where nothing of CORS is found in it."""
    found = configuration_in(text)
    if found is None:
        raise UsageError(
            f"{name}: no CORS settings of a kind that is known are in there; it reads nginx, Apache, Caddy, HAProxy, "
            "lighttpd, IIS, Ingress, Traefik, Envoy, Istio, Kong, S3, SAM, Terraform, Serverless, Symfony, Strapi, "
            "AdonisJS, Python, JavaScript, Java, C#, Ruby, Go and Rust settings, and headers that code sets"
        )
    return found


def configuration_in(text: str) -> Configured | None:
    """What a configuration allows; None where nothing of CORS is found in it.

    Raises `UsageError` for JSON that is not well-formed: of what is broken no reader of code knows what it says.
    """
    if len(text) > LONGEST:
        return None
    written = [(read, each.doubt) for each in here_documents(text) if (read := _read(each.text)) is not None]
    if not written:
        read = _read(text)
        return None if read is None else replace(read, named=tuple(dict.fromkeys(_ORIGIN.findall(text)))[:_MOST_NAMED])
    several = "more than one file that is written" if len(written) > 1 else ""
    doubts = tuple(each for each in (written[0][1], several) if each)
    return settled(written[0][0], doubts) if doubts else written[0][0]


_ORIGIN: Final = lazy_pattern(r"https?://[\w.-]{1,200}(?::[0-9]{1,5})?")
_MOST_NAMED: Final = 50


def _read(text: str) -> Configured | None:
    for kind in _KINDS:
        if re.search(kind.sign, text):
            try:
                configured = kind.read(text)
            except (ValueError, RecursionError) as error:
                if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
                    raise UsageError(
                        f"the configuration is JSON that cannot be read ({error}): what it allows is not known"
                    ) from error
                continue
            if configured is not None:
                configured = with_error_answers(configured, text)
                if kind.follows:
                    return configured
                doubts = doubts_of(text, layer=kind.layer, knows=kind.knows, is_code=kind.is_code)
                return settled(configured, doubts)
    return None
