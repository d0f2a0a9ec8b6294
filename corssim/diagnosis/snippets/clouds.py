"""Storage and hosting: Google's and Azure's buckets, Azure's API Management, Netlify, Firebase and Cloudflare Pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .model import Snippet, header_names, one_list, without_star
from .quoting import quoted

if TYPE_CHECKING:
    from .model import ServerChange


def gcs(change: ServerChange) -> Snippet:
    """https://cloud.google.com/storage/docs/cors-configurations"""
    shown, narrower = one_list(change, "A bucket")
    rule: dict[str, Any] = {
        "origin": ["*"] if shown.any_origin else list(shown.named_origins),
        "method": list(without_star(shown.all_methods)) or ["GET", "HEAD", "POST", "PUT", "DELETE"],
        # One list for both: what a request may send, and what script may read.
        "responseHeader": list(dict.fromkeys((*without_star(shown.headers), *without_star(shown.expose))))
        or ["Content-Type"],
    }
    if "*" in shown.headers and not shown.allow_credentials:
        rule["responseHeader"] = ["*"]
    if shown.max_age is not None:
        rule["maxAgeSeconds"] = shown.max_age
    text = json.dumps([rule], indent=2) + "\n"
    note = (
        "gcloud storage buckets update gs://BUCKET --cors-file=cors.json, with the rules that are there. It holds "
        "for the XML API "
        "(storage.googleapis.com/BUCKET); the JSON API and storage.cloud.google.com do not follow it. Cookies are "
        "never allowed there: sign the URLs."
    )
    return Snippet("gcs", "Google Cloud Storage", "json", text, narrower + note)


def azure_blob(change: ServerChange) -> Snippet:
    """https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services"""
    # The first rule that matches answers; credentials are allowed with every named origin.
    parts = change.rules()

    def rule(of: ServerChange) -> list[str]:
        methods = (
            [method for method in dict.fromkeys((*of.all_methods, "OPTIONS")) if method in _AZURE]
            if of.all_methods != ("*",)
            else list(_AZURE)
        )
        return [
            "  <CorsRule>",
            f"    <AllowedOrigins>{'*' if of.any_origin else ','.join(of.named_origins)}</AllowedOrigins>",
            f"    <AllowedMethods>{','.join(methods)}</AllowedMethods>",
            f"    <AllowedHeaders>{'*' if '*' in of.headers else _xml(','.join(of.headers))}</AllowedHeaders>",
            f"    <ExposedHeaders>{_xml(','.join(of.expose))}</ExposedHeaders>",
            f"    <MaxAgeInSeconds>{of.max_age or 0}</MaxAgeInSeconds>",
            "  </CorsRule>",
        ]

    lines = ["<Cors>", *(line for part in parts for line in rule(part)), "</Cors>"]
    note = (
        "The storage account's Blob service (Resource sharing (CORS) in the portal), above its rules, which stay: the "
        "first that matches answers, and there are five at most; it takes up to a minute. "
        "Without a rule that matches, a preflight is answered 403."
    )
    left_out = [method for method in change.methods if method not in (*_AZURE, "*")]
    note += f" Azure cannot allow {', '.join(left_out)}." if left_out else ""
    return Snippet("azure-blob", "Azure Blob Storage", "xml", "\n".join(lines) + "\n", note)


_AZURE = ("DELETE", "GET", "HEAD", "MERGE", "POST", "OPTIONS", "PUT", "PATCH")


def azure_api_management(change: ServerChange) -> Snippet:
    """https://learn.microsoft.com/azure/api-management/cors-policy"""
    shown, narrower = one_list(change, "The cors policy")
    origins = ["*"] if shown.any_origin else list(shown.named_origins)
    credentials = "true" if shown.allow_credentials else "false"
    age = "" if shown.max_age is None else f' preflight-result-max-age="{shown.max_age}"'
    lines = [
        "<inbound>",
        "  <base />",
        f'  <cors allow-credentials="{credentials}" terminate-unmatched-request="false">',
    ]
    lines += [
        "    <allowed-origins>",
        *(f"      <origin>{origin}</origin>" for origin in origins),
        "    </allowed-origins>",
    ]
    lines += [
        f"    <allowed-methods{age}>",
        *(f"      <method>{_xml(method)}</method>" for method in shown.all_methods),
        "    </allowed-methods>",
    ]
    lines += [
        "    <allowed-headers>",
        # The element is required and may not be empty; naming a safelisted header changes nothing.
        *(f"      <header>{_xml(name)}</header>" for name in header_names(shown) or ("Accept",)),
        "    </allowed-headers>",
    ]
    if shown.expose:
        lines += [
            "    <expose-headers>",
            *(f"      <header>{_xml(name)}</header>" for name in shown.expose),
            "    </expose-headers>",
        ]
    lines += ["  </cors>", "</inbound>"]
    note = "In the policy of the API or of all APIs; on one operation alone it never sees a preflight."
    return Snippet("azure-api-management", "Azure API Management", "xml", "\n".join(lines) + "\n", narrower + note)


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def netlify(change: ServerChange) -> Snippet:
    """https://docs.netlify.com/manage/routing/headers/"""
    return _fixed(
        change,
        "netlify",
        "Netlify: _headers",
        "The file _headers in the published folder; it holds for files, while functions send headers of their own.",
    )


def cloudflare_pages(change: ServerChange) -> Snippet:
    """https://developers.cloudflare.com/pages/configuration/headers/"""
    return _fixed(
        change,
        "cloudflare-pages",
        "Cloudflare Pages: _headers",
        "The file _headers in the published folder; it holds for files, while functions send headers of their own.",
    )


def _fixed(change: ServerChange, software: str, title: str, note: str) -> Snippet:
    shown, narrower = one_list(change, "Such a file")
    name, more = _one_origin(shown)
    lines = ["/*", f"  Access-Control-Allow-Origin: {name}"]
    if shown.allow_credentials:
        lines.append("  Access-Control-Allow-Credentials: true")
    if shown.expose:
        lines.append(f"  Access-Control-Expose-Headers: {', '.join(shown.expose)}")
    lines.append(f"  Access-Control-Allow-Methods: {', '.join(shown.all_methods)}")
    if shown.headers:
        lines.append(f"  Access-Control-Allow-Headers: {', '.join(shown.headers)}")
    if shown.max_age is not None:
        lines.append(f"  Access-Control-Max-Age: {shown.max_age}")
    return Snippet(software, title, "text", "\n".join(lines) + "\n", f"{narrower}{more}{note}")


def firebase(change: ServerChange) -> Snippet:
    """https://firebase.google.com/docs/hosting/full-config#headers"""
    shown, narrower = one_list(change, "firebase.json")
    name, more = _one_origin(shown)
    rows = [("Access-Control-Allow-Origin", name)]
    if shown.allow_credentials:
        rows.append(("Access-Control-Allow-Credentials", "true"))
    if shown.expose:
        rows.append(("Access-Control-Expose-Headers", ", ".join(shown.expose)))
    rows.append(("Access-Control-Allow-Methods", ", ".join(shown.all_methods)))
    if shown.headers:
        rows.append(("Access-Control-Allow-Headers", ", ".join(shown.headers)))
    if shown.max_age is not None:
        rows.append(("Access-Control-Max-Age", str(shown.max_age)))
    document = {
        "hosting": {"headers": [{"source": "**", "headers": [{"key": key, "value": value} for key, value in rows]}]}
    }
    note = (
        "firebase.json, for Hosting. A callable or HTTP function takes cors in its options instead: "
        f"onRequest({{ cors: [{', '.join(map(quoted, ['*'] if shown.any_origin else shown.named_origins))}] }}, …). "
        "Cloud Storage's bucket has CORS rules of its own: --for gcs."
    )
    return Snippet(
        "firebase", "Firebase Hosting", "json", json.dumps(document, indent=2) + "\n", f"{narrower}{more}{note}"
    )


def _one_origin(change: ServerChange) -> tuple[str, str]:
    """The one origin that a fixed line can name, and what to mind where there are more."""
    if change.any_origin:
        return "*", ""
    first, *others = change.named_origins
    if not others:
        return first, ""
    rest = ", ".join(others)
    return (
        first,
        f"A fixed line names one origin: for {rest} a function has to answer, or `*` where no cookie is needed. ",
    )
