"""Amazon's services: S3, CloudFront, API Gateway and Lambda's function URLs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .model import Snippet, header_names, one_list, without_star

if TYPE_CHECKING:
    from .model import ServerChange

_S3_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE")
_CLOUDFRONT_METHODS: Final = (*_S3_METHODS, "OPTIONS", "PATCH")
_LAMBDA_METHODS: Final = (*_S3_METHODS, "PATCH")


def s3(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
    """
    # The first rule that matches answers, and one for named origins allows credentials.
    text = json.dumps([_s3_rule(part) for part in change.rules()], indent=2) + "\n"
    note = (
        "In the bucket's permissions, above the rules that are there: they stay, and the first that matches origin, "
        "method and every header answers; where none does, a preflight is answered 403. "
        "For a named origin it allows credentials on its own."
    )
    note += _left_out(change, _S3_METHODS, "S3")
    return Snippet("s3", "S3: the bucket's CORS rules", "json", text, note)


def _s3_rule(change: ServerChange) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "AllowedOrigins": ["*"] if change.any_origin else list(change.named_origins),
        "AllowedMethods": _known(change, _S3_METHODS) or list(_S3_METHODS),
        "AllowedHeaders": ["*"] if "*" in change.headers else list(change.headers),
        "ExposeHeaders": list(without_star(change.expose)),
    }
    if change.max_age is not None:
        rule["MaxAgeSeconds"] = change.max_age
    return rule


def cloudfront(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html"""
    shown, narrower = one_list(change, "A response headers policy")
    headers = header_names(shown)
    cors: dict[str, Any] = {
        "AccessControlAllowOrigins": _items(["*"] if shown.any_origin else list(shown.named_origins)),
        "AccessControlAllowMethods": _items(_known(shown, _CLOUDFRONT_METHODS) or ["ALL"]),
        # The list may not be empty; naming a safelisted header changes nothing.
        "AccessControlAllowHeaders": _items(headers or ("Accept",)),
        "AccessControlAllowCredentials": shown.allow_credentials,
        "OriginOverride": True,
    }
    if shown.expose:
        cors["AccessControlExposeHeaders"] = _items(shown.expose)
    if shown.max_age is not None:
        cors["AccessControlMaxAgeSec"] = shown.max_age
    text = json.dumps({"Name": "cors-for-pages", "CorsConfig": cors}, indent=2) + "\n"
    note = (
        "A response headers policy (aws cloudfront create-response-headers-policy), to attach to the behaviour; the "
        "behaviour has to allow the method OPTIONS, and a bucket behind needs CORS rules of its own (--for s3), or it "
        "answers preflights 403. Without such a policy the server behind has to see Origin, "
        "Access-Control-Request-Method and Access-Control-Request-Headers: forward them with an origin request policy, "
        "and put Origin into the cache key with a cache policy, or one page gets the answer of another, for "
        "Vary: Origin alone does not part them there."
    )
    note += _left_out(shown, _CLOUDFRONT_METHODS, "CloudFront")
    return Snippet("cloudfront", "CloudFront: response headers policy", "json", text, narrower + note)


def api_gateway(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"""
    shown, narrower = one_list(change, "An HTTP API")
    cors = _lists(shown, "Allow", "Expose")
    text = json.dumps({"CorsConfiguration": cors}, indent=2) + "\n"
    note = (
        "For an HTTP API: aws apigatewayv2 update-api --api-id ID --cors-configuration with what is inside, or "
        "CorsConfiguration of AWS::Serverless::HttpApi. It answers preflights by itself and replaces the CORS headers "
        "of the integration. For a REST API take --for api-gateway-rest."
    )
    return Snippet("api-gateway", "Amazon API Gateway: HTTP API", "json", text, narrower + note)


def lambda_url(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html"""
    shown, narrower = one_list(change, "A function URL")
    cors = _lists(shown, "Allow", "Expose")
    if shown.all_methods != ("*",):
        cors["AllowMethods"] = _known(shown, _LAMBDA_METHODS)
    if shown.max_age is not None:
        cors["MaxAge"] = min(shown.max_age, 86400)
    text = json.dumps({"Cors": cors}, indent=2) + "\n"
    note = (
        "aws lambda update-function-url-config --function-name NAME --cors with what is inside. The function itself "
        "then sends no CORS headers: both together fail."
    )
    note += _left_out(shown, _LAMBDA_METHODS, "A function URL")
    return Snippet("lambda-url", "AWS Lambda: function URL", "json", text, narrower + note)


def _lists(change: ServerChange, allow: str, expose: str) -> dict[str, Any]:
    headers = header_names(change)
    cors: dict[str, Any] = {
        f"{allow}Origins": ["*"] if change.any_origin else list(change.named_origins),
        f"{allow}Methods": list(change.all_methods),
    }
    if headers:
        cors[f"{allow}Headers"] = list(headers)
    if change.allow_credentials:
        cors[f"{allow}Credentials"] = True
    if change.expose:
        cors[f"{expose}Headers"] = list(change.expose)
    if change.max_age is not None:
        cors["MaxAge"] = change.max_age
    return cors


def api_gateway_rest(change: ServerChange) -> Snippet:
    """https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-corsconfiguration.html"""
    shown, narrower = one_list(change, "A mock answer of a REST API")
    origin = "*" if shown.any_origin else shown.named_origins[0]
    lines = [
        "Globals:",
        "  Api:",
        "    Cors:",
        f"      AllowOrigin: \"'{origin}'\"",
        f"      AllowMethods: \"'{','.join(dict.fromkeys((*shown.all_methods, 'OPTIONS')))}'\"",
        *([f"      AllowHeaders: \"'{','.join(shown.headers)}'\""] if shown.headers else []),
        *(["      AllowCredentials: true"] if shown.allow_credentials else []),
        *([f"      MaxAge: \"'{shown.max_age}'\""] if shown.max_age is not None else []),
        "    GatewayResponses:",
        "      DEFAULT_4XX: &errors",
        "        ResponseParameters:",
        "          Headers:",
        f"            Access-Control-Allow-Origin: \"'{origin}'\"",
        "      DEFAULT_5XX: *errors",
    ]
    note = (
        "SAM, REST API; the inner single quotes belong to the values. It answers preflights alone: with a proxy "
        "integration the function itself sends Access-Control-Allow-Origin (and the rest) on its answers. Deploy the "
        "stage afterwards; an authorizer must not stand on OPTIONS (AddDefaultAuthorizerToCorsPreflight: false)."
    )
    if len(shown.named_origins) > 1:
        rest = ", ".join(shown.named_origins[1:])
        note = f"It can name one origin alone: for {rest} let the function answer OPTIONS, or take an HTTP API. {note}"
    return Snippet(
        "api-gateway-rest", "Amazon API Gateway: REST API (SAM)", "yaml", "\n".join(lines) + "\n", narrower + note
    )


def _items(values: list[str] | tuple[str, ...]) -> dict[str, Any]:
    return {"Quantity": len(values), "Items": list(values)}


def _known(change: ServerChange, known: tuple[str, ...]) -> list[str]:
    """The methods that the service has a name for; none stands for `*`."""
    return [method for method in change.all_methods if method in known]


def _left_out(change: ServerChange, known: tuple[str, ...], name: str) -> str:
    left_out = [method for method in change.methods if method not in (*known, "*")]
    return f" {name} cannot allow {', '.join(left_out)}." if left_out else ""
