"""Gateways, CDNs, platforms and buckets: what they answer where they have no route, no login, no app or no CORS."""

from __future__ import annotations

from .sign import Sign, SignKind

_AMAZON = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_APIM = "https://learn.microsoft.com/azure/api-management/cors-policy"
_KONG = "https://developer.konghq.com/plugins/cors/"
_OPTIONS_OPEN = "A preflight never carries a login: let OPTIONS pass without one there, or have it answered there."

NO_ROUTES = (
    Sign(
        SignKind.NO_ROUTE,
        "Amazon API Gateway",
        "“Missing Authentication Token” is how it says that this path and method do not exist there; it is not about "
        "a login.",
        "For a preflight, add the OPTIONS method to the resource (enable CORS for it) and deploy the stage; else "
        "compare the path, the stage's name and the method.",
        _AMAZON + "how-to-cors.html",
        headers=(("x-amzn-errortype", "MissingAuthenticationToken"),),
        statuses=frozenset({403}),
    ),
    Sign(
        SignKind.NO_ROUTE,
        "Amazon API Gateway",
        "“Missing Authentication Token” is how it says that this path and method do not exist there; it is not about "
        "a login.",
        "For a preflight, add the OPTIONS method to the resource (enable CORS for it) and deploy the stage; else "
        "compare the path, the stage's name and the method.",
        _AMAZON + "how-to-cors.html",
        body=r'^\s*\{"message":\s*"Missing Authentication Token"\}\s*$',
        statuses=frozenset({403}),
    ),
    Sign(
        SignKind.NO_ROUTE,
        "Amazon API Gateway (HTTP API)",
        "It has no route for this method and path.",
        "Configure CORS on the API itself: it then answers OPTIONS without a route; else add the route.",
        _AMAZON + "http-api-cors.html",
        headers=(("apigw-requestid", ""),),
        body=r'^\s*\{"message":\s*"Not Found"\}\s*$',
        statuses=frozenset({404}),
    ),
    Sign(
        SignKind.NO_ROUTE,
        "CloudFront",
        "Its behaviour for this path does not allow the method.",
        "Choose the allowed methods “GET, HEAD, OPTIONS” or more in that behaviour, and let it forward Origin and the "
        "Access-Control-Request headers.",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/header-caching.html",
        body=r"not configured to allow the HTTP request method",
    ),
    Sign(
        SignKind.NO_ROUTE,
        "Azure API Management",
        "It has no operation for this method and path.",
        "Add the cors policy to the API or the operation: it then answers OPTIONS.",
        _APIM,
        body=r'"statusCode":\s*404,\s*"message":\s*"(?:Resource not found|Unable to match incoming request)',
        statuses=frozenset({404}),
    ),
    Sign(
        SignKind.NO_ROUTE,
        "Kong",
        "It has no route for this method and path.",
        "Let the route take OPTIONS as well, and add the cors plugin to it.",
        _KONG,
        body=r"no Route matched with those values",
    ),
    Sign(
        SignKind.NO_ROUTE,
        "the default backend of a Kubernetes ingress",
        "No ingress has this host and path.",
        "Compare the host and the path with the rules of the ingress; the app behind it was not asked.",
        "https://kubernetes.github.io/ingress-nginx/user-guide/default-backend/",
        body=r"^\s*default backend - 404\s*$",
        statuses=frozenset({404}),
    ),
)

REFUSALS = (
    Sign(
        SignKind.REFUSED,
        "Envoy (such as in Istio), by an authorization policy",
        "No rule of the policy allows this request.",
        "Let the policy allow it; a preflight comes without a login and with the method OPTIONS.",
        "https://istio.io/latest/docs/ops/common-problems/security-issues/",
        body=r"^\s*RBAC: access denied\s*$",
        statuses=frozenset({403}),
    ),
    Sign(
        SignKind.REFUSED,
        "Amazon API Gateway",
        "It refuses: for want of an API key, by a resource policy or a firewall, or because no API has this name.",
        "Look at its access log for which; for a preflight, OPTIONS needs no API key.",
        _AMAZON + "supported-gateway-response-types.html",
        headers=(("x-amzn-errortype", "Forbidden"),),
    ),
)

LOGINS = (
    Sign(
        SignKind.LOGIN,
        "Amazon Lambda, a function's URL",
        "The URL takes signed calls only, or its permission does not let everybody call it.",
        "Set its authorization to NONE with a permission for everybody, and check logins in the function; or sign the "
        "calls. The URL's own CORS settings answer OPTIONS.",
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
        headers=(("x-amzn-errortype", "AccessDenied"),),
        body=r'^\s*\{"Message":\s*"Forbidden',
        statuses=frozenset({403}),
    ),
    Sign(
        SignKind.LOGIN,
        "Envoy (such as in Istio)",
        "It wants a JSON Web Token that it accepts.",
        f"{_OPTIONS_OPEN} Its filter has bypass_cors_preflight for that.",
        "https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter",
        body=r"^\s*Jwt (?:is (?:missing|expired|not )|issuer is not configured|verification fails|header |cannot be)",
        statuses=frozenset({401, 403}),
    ),
    Sign(
        SignKind.LOGIN,
        "Amazon API Gateway",
        "It wants a login for this method ({error}).",
        f"{_OPTIONS_OPEN} Its OPTIONS methods need no authorizer and no API key.",
        _AMAZON + "how-to-cors.html",
        headers=(("x-amzn-errortype", "Unauthorized|AccessDenied|InvalidSignature|IncompleteSignature|ExpiredToken"),),
    ),
    Sign(
        SignKind.LOGIN,
        "Azure API Management",
        "It wants a subscription key.",
        f"{_OPTIONS_OPEN} Its cors policy does that.",
        _APIM,
        body=r"missing subscription key|invalid subscription key",
        statuses=frozenset({401}),
    ),
    Sign(
        SignKind.LOGIN,
        "Kong",
        "It wants a key or a token.",
        f"{_OPTIONS_OPEN} Its authentication plugins have run_on_preflight for that.",
        _KONG,
        headers=(("Server", "^kong"),),
        statuses=frozenset({401}),
    ),
    Sign(
        SignKind.LOGIN,
        "Google's Identity-Aware Proxy",
        "It wants a login.",
        "Allow HTTP OPTIONS in the proxy's CORS settings; requests then need its login or a token.",
        "https://cloud.google.com/iap/docs/customizing",
        headers=(("x-goog-iap-generated-response", ""),),
    ),
    Sign(
        SignKind.LOGIN,
        "Google Cloud, before the app (Cloud Run or Functions)",
        "The service takes calls of named users only.",
        "A preflight never carries a login: allow unauthenticated calls and check the login in the app, or put "
        "something in front that answers OPTIONS.",
        "https://cloud.google.com/run/docs/authenticating/end-users",
        body=r"Your client does not have permission to get URL",
        statuses=frozenset({401, 403}),
    ),
    Sign(
        SignKind.LOGIN,
        "Vercel, its deployment protection",
        "The deployment can be seen by its owners only.",
        "Turn the protection off for it, exempt OPTIONS in its settings, or send the header for automation.",
        "https://vercel.com/docs/deployment-protection",
        headers=(("Set-Cookie", "_vercel_sso_nonce"),),
    ),
    Sign(
        SignKind.LOGIN,
        "Vercel, its deployment protection",
        "The deployment can be seen by its owners only.",
        "Turn the protection off for it, exempt OPTIONS in its settings, or send the header for automation.",
        "https://vercel.com/docs/deployment-protection",
        body=r"vercel\.com/sso-api",
    ),
)

_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors-troubleshooting.html"
_BUCKET_RULES = "Give the bucket a CORS rule with this origin and method, and, for a preflight, the headers asked for."

BUCKETS = (
    Sign(
        SignKind.BUCKET,
        "Amazon S3",
        "The bucket has no CORS rules.",
        _BUCKET_RULES,
        _S3,
        body=r"CORS is not enabled for this bucket",
    ),
    Sign(
        SignKind.BUCKET,
        "Amazon S3, or a store that speaks as it does",
        "The bucket has CORS rules, and none covers this origin, method and these headers.",
        _BUCKET_RULES,
        _S3,
        body=r"This CORS request is not allowed",
    ),
    Sign(
        SignKind.BUCKET,
        "Cloudflare R2",
        "No CORS rule of the bucket covers this: there is none, or none for this origin, method and these headers. R2 "
        "says the same of both, and at the endpoint of another jurisdiction than the bucket's.",
        _BUCKET_RULES,
        "https://developers.cloudflare.com/r2/buckets/cors/",
        body=r"CORS not configured for this bucket",
    ),
    Sign(
        SignKind.BUCKET,
        "Azure Storage",
        "The account has no CORS rule that matches.",
        "Give the storage service a CORS rule with this origin and method, and the headers asked for.",
        "https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services",
        body=r"CorsPreflightFailure|CORS not enabled or no matching rule found",
    ),
    Sign(
        SignKind.BUCKET,
        "Amazon S3",
        "It adds CORS headers by itself, to what its bucket's CORS rules cover: none of them covers this request, or "
        "a cache in front kept an answer made without Origin.",
        f"{_BUCKET_RULES} Where a cache stands in front, let it keep answers apart by Origin (CloudFront: in the cache "
        "policy), and empty it.",
        _S3,
        headers=(("Server", "^AmazonS3"),),
    ),
    Sign(
        SignKind.BUCKET,
        "Azure Storage",
        "It adds CORS headers by itself, to what the account's CORS rules cover: none of them covers this request.",
        "Give the storage service a CORS rule with this origin and method, and the headers asked for.",
        "https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services",
        headers=(("Server", "^Windows-Azure-(?:Blob|File|Table|Queue)"),),
    ),
    Sign(
        SignKind.BUCKET,
        "Google Cloud Storage",
        "It adds CORS headers by itself, to what its bucket's CORS settings cover: none of them covers this request.",
        "Set the bucket's CORS configuration with this origin and method, and the headers asked for; the URL has to "
        "be one of storage.googleapis.com that takes note of it.",
        "https://cloud.google.com/storage/docs/cross-origin",
        headers=(("x-guploader-uploadid", ""),),
    ),
)

_START_IT = "Look at that platform's logs: the app has to run and answer first. CORS headers are a later question."

FAILURES = (
    Sign(
        SignKind.FAILED,
        "Cloudflare Workers",
        "The worker ended with an exception, before its answer and its CORS headers.",
        "Mend that first; the worker's log says what it was. Where the worker catches it, it can answer with the CORS "
        "headers.",
        "https://developers.cloudflare.com/workers/observability/errors/",
        body=r"Worker threw exception|error code: 1101|Error 1101\b",
        statuses=frozenset({500, 503, 530}),
    ),
    Sign(
        SignKind.FAILED,
        "Supabase, its Edge Functions",
        "The function did not start, or was ended, before its answer and its CORS headers.",
        "Mend that first; the function's log says what it was.",
        "https://supabase.com/docs/guides/functions/troubleshooting",
        body=r'"code":\s*"(?:BOOT_ERROR|WORKER_ERROR|WORKER_LIMIT|WORKER_RESOURCE_LIMIT)"',
    ),
)

NOT_RUNNING = (
    Sign(
        SignKind.NOT_RUNNING,
        "ngrok",
        "It answers for the tunnel, with an error of its own ({error}).",
        "Look that error up; most of them mean that the tunnel, or the program at its end, is not running.",
        "https://ngrok.com/docs/errors",
        headers=(("ngrok-error-code", "^ERR_NGROK_"),),
    ),
    Sign(
        SignKind.NOT_RUNNING,
        "Heroku",
        "Its router answers for an app that crashed, sleeps or does not exist.",
        _START_IT,
        "https://devcenter.heroku.com/articles/error-codes",
        body=r"herokucdn\.com/error-pages|herokuapp\.com/error-pages",
    ),
    Sign(
        SignKind.NOT_RUNNING,
        "Railway",
        "Its edge answers for an app that does not.",
        _START_IT,
        "https://docs.railway.com/reference/errors/application-failed-to-respond",
        headers=(("x-railway-fallback", "true"),),
    ),
    Sign(
        SignKind.NOT_RUNNING,
        "Render",
        "Its router found no server of the app's.",
        _START_IT,
        "https://render.com/docs/troubleshooting-deploys",
        headers=(("x-render-routing", r"no-server|suspend|hibernate"),),
    ),
    Sign(
        SignKind.NOT_RUNNING,
        "Vercel",
        "It tells why the function or the deployment did not answer ({error}).",
        _START_IT,
        "https://vercel.com/docs/errors",
        headers=(("x-vercel-error", ""),),
    ),
    Sign(
        SignKind.NOT_RUNNING,
        "Cloudflare",
        "It got no answer, or none that it takes, from the server behind it.",
        "Mend the server behind it first; its own CORS headers were never asked for.",
        "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/",
        statuses=frozenset({520, 521, 522, 523, 524, 525, 526, 530}),
    ),
    Sign(
        SignKind.NOT_RUNNING,
        "Amazon API Gateway",
        "What it calls failed, or answered what it cannot pass on.",
        "Look at the logs of the function; its CORS headers are part of the answer that did not come.",
        _AMAZON + "handle-errors-in-lambda-integration.html",
        headers=(("x-amzn-errortype", "InternalServerError"),),
    ),
)
