"""Properties, rack-cors, and headers that a program sets itself."""

from __future__ import annotations

import re
from typing import Final

from .model import METHODS_OF_ALL, Configured, Grant
from .scan import flag_of, list_of, scalar_of, strings_in, without_comments
from .written_headers import grant_of_headers, written_headers

_RACK_HEADERS: Final = ("accept", "accept-language", "content-language", "content-type")


def read_properties(text: str) -> Configured | None:
    """Settings of an application by their usual names, as in Spring's application.yml; None where there are none."""
    text = without_comments(text)
    origins = list_of(text, "allowedOrigins", "allowed_origins", "allow_origins", "allowOrigins")
    if origins is None:
        return None
    headers = list_of(text, "allowedHeaders", "allowed_headers", "allowHeaders")
    methods = list_of(text, "allowedMethods", "allowed_methods", "allowMethods")
    php = "=>" in text or "<?php" in text
    grant = Grant(
        where="the settings",
        origins=origins,
        credentials=flag_of(text, "allowCredentials", "supports_credentials", "allow_credentials"),
        methods=METHODS_OF_ALL if methods is not None and "*" in methods else methods or ("GET", "HEAD", "POST"),
        headers=headers,
        any_header=headers is not None and "*" in headers,
        expose=list_of(text, "exposedHeaders", "exposed_headers"),
        max_age=scalar_of(text, "maxAge", "max_age"),
    )
    return Configured(
        kind="Laravel" if php else "settings of an application",
        software="laravel" if php else "spring",
        grants=(grant,),
    )


def read_rack(text: str) -> Configured | None:
    """https://github.com/cyu/rack-cors/blob/master/lib/rack/cors/resource.rb ; None where no `allow do` is in there."""
    text = without_comments(text)
    grants = []
    answered: list[str] = []
    for block in re.findall(r"(?s)\ballow\s+do\b(.*?)\n\s*end\b", text):
        named = re.search(r"\borigins\b([^\n]*)", block)
        line = named[1] if named else ""
        methods = re.search(r"methods:\s*(\[[^\]]*\]|:any)", block)
        headers = re.search(r"\bheaders:\s*(:any|\[[^\]]*\]|\"[^\"]*\"|'[^']*')", block)
        any_header = headers is not None and (":any" in headers[1] or "*" in headers[1])
        origins = tuple("https://" + each if "://" not in each and each != "*" else each for each in strings_in(line))
        grants.append(
            Grant(
                where="allow",
                origins=origins,
                patterns=tuple(re.findall(r"%r\{(.+?)\}|(?<![\w/])/((?:[^/\\\n]|\\.)+)/", line)[0][:1])
                if "%r{" in line
                else (),
                credentials=re.search(r"credentials:\s*true", block) is not None,
                methods=("GET",)
                if methods is None
                else METHODS_OF_ALL
                if methods[1] == ":any"
                else tuple(each.upper() for each in re.findall(r":(\w+)", methods[1])),
                # These need not be listed.
                headers=None if any_header else (*_RACK_HEADERS, *(strings_in(headers[1]) if headers else ())),
                any_header=any_header,
                expose=list_of(block, "expose"),
                max_age=scalar_of(block, "max_age") or "7200",
                compares_methods=200,
                # The first block with the origin and the path answers.
                only_for=(f"^(?!(?:{'|'.join(map(re.escape, answered))})$)",) if answered else (),
            )
        )
        if re.search(r"resource\s*\(?\s*[\"']/?\*[\"']", block):
            answered += origins
    return (
        Configured(kind="Rails: rack-cors", software="rails", grants=tuple(grants), preflight_status=200)
        if grants
        else None
    )


def read_code(text: str) -> Configured | None:
    """Headers that code sets itself, in any language; None where it sets none."""
    pairs = written_headers(without_comments(text))
    if not any(name.lower().endswith("allow-origin") for name, _ in pairs):
        return None
    answers = re.search(r"OPTIONS", text) is not None
    return Configured(
        kind="headers that are written out",
        software="php"
        if "<?php" in text or re.search(r"\bheader\s*\(\s*[\"']Access", text)
        else "spring"
        if "setHeader(" in text and ";" in text and "response." in text and "require(" not in text
        else "",
        grants=(grant_of_headers("every answer", pairs),),
        preflight_status=204 if answers else 200,
        fixed_origin=True,
        notes=()
        if answers
        else ("Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx.",),
    )
