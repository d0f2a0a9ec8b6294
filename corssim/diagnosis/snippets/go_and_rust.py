"""What is written in Go and Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import (
    USUAL_METHODS,
    Snippet,
    header_names,
    in_capitals,
    listed_headers,
    no_age_of_zero,
    one_list,
    without_star,
)
from .quoting import arguments, quoted

if TYPE_CHECKING:
    from .model import ServerChange


def go(change: ServerChange) -> Snippet:
    """https://github.com/rs/cors/blob/master/cors.go"""
    shown, narrower = one_list(change, "rs/cors")
    fields = [
        f"AllowedOrigins: []string{_go(shown)}",
        f"AllowedMethods: []string{{{arguments(without_star(shown.all_methods) or USUAL_METHODS)}}}",
    ]
    if headers := listed_headers(shown):
        fields.append(f"AllowedHeaders: []string{{{arguments(headers)}}}")
    if shown.allow_credentials:
        fields.append("AllowCredentials: true")
    if shown.expose:
        fields.append(f"ExposedHeaders: []string{{{arguments(shown.expose)}}}")
    if shown.max_age is not None:
        # 0 stands for no header, and a negative number for 0.
        fields.append(f"MaxAge: {shown.max_age or -1}")
    lines = "".join(f"\t{field},\n" for field in fields)
    text = f'import "github.com/rs/cors"\n\nhandler := cors.New(cors.Options{{\n{lines}}}).Handler(mux)\n'
    note = (
        narrower + "Around the whole mux, outside what checks the sign-in; then http.ListenAndServe(address, handler)."
    )
    return Snippet("go", "Go: rs/cors", "go", text, note)


def _go(change: ServerChange) -> str:
    return '{"*"}' if change.any_origin else f"{{{arguments(change.named_origins)}}}"


def gin(change: ServerChange) -> Snippet:
    """https://github.com/gin-contrib/cors/blob/master/config.go"""
    shown, narrower = one_list(change, "gin-contrib/cors")
    fields = [
        "AllowAllOrigins: true" if shown.any_origin else f"AllowOrigins: []string{_go(shown)}",
        f"AllowMethods: []string{{{arguments(without_star(shown.all_methods) or USUAL_METHODS)}}}",
    ]
    if headers := header_names(shown):
        fields.append(f"AllowHeaders: []string{{{arguments(headers)}}}")
    if shown.allow_credentials:
        fields.append("AllowCredentials: true")
    if shown.expose:
        fields.append(f"ExposeHeaders: []string{{{arguments(shown.expose)}}}")
    if shown.max_age:
        fields.append(f"MaxAge: {shown.max_age} * time.Second")
    lines = "".join(f"\t{field},\n" for field in fields)
    imports = (
        'import (\n\t"time"\n\n\t"github.com/gin-contrib/cors"\n)\n'
        if shown.max_age
        else 'import "github.com/gin-contrib/cors"\n'
    )
    text = f"{imports}\nrouter.Use(cors.New(cors.Config{{\n{lines}}}))\n"
    note = narrower + "Before the routes. A request whose Origin is not allowed is answered 403."
    note += in_capitals(shown, "gin-contrib/cors") + no_age_of_zero(shown, "gin-contrib/cors")
    return Snippet("gin", "Gin: gin-contrib/cors", "go", text, note)


def axum(change: ServerChange) -> Snippet:
    """https://docs.rs/tower-http/latest/tower_http/cors/struct.CorsLayer.html"""
    shown, narrower = one_list(change, "tower-http's CorsLayer")
    origins = ", ".join(f'"{origin}".parse::<HeaderValue>().unwrap()' for origin in shown.named_origins)
    methods = ", ".join(
        f'Method::from_bytes(b"{method}").unwrap()' if method not in _RUST else f"Method::{method}"
        for method in shown.all_methods
    )
    calls = [
        ".allow_origin(Any)" if shown.any_origin else f".allow_origin([{origins}])",
        ".allow_methods(Any)" if shown.all_methods == ("*",) else f".allow_methods([{methods}])",
    ]
    headers = tuple(name.lower() for name in listed_headers(shown))
    if shown.any_header:
        # The layer sends Any as `*`, and panics over it beside credentials.
        calls.append(".allow_headers(AllowHeaders::mirror_request())")
    elif headers:
        named = ", ".join(f'HeaderName::from_static("{name}")' for name in headers)
        calls.append(".allow_headers(Any)" if headers == ("*",) else f".allow_headers([{named}])")
    if shown.allow_credentials:
        calls.append(".allow_credentials(true)")
    if shown.expose:
        exposed = ", ".join(f'HeaderName::from_static("{name.lower()}")' for name in shown.expose)
        calls.append(".expose_headers(Any)" if shown.expose == ("*",) else f".expose_headers([{exposed}])")
    if shown.max_age is not None:
        calls.append(f".max_age(Duration::from_secs({shown.max_age}))")
    chain = "\n".join(f"    {call}" for call in calls)
    used = [name for name in ("HeaderName", "HeaderValue", "Method") if f"{name}:" in chain or f"<{name}>" in chain]
    imports = f"use axum::http::{{{', '.join(used)}}};\n" if used else ""
    imports += "use std::time::Duration;\n" if shown.max_age is not None else ""
    own = [name for name in ("AllowHeaders", "Any") if f"({name}" in chain]
    imports += f"use tower_http::cors::{{{', '.join([*own, 'CorsLayer'])}}};\n"
    text = f"{imports}\nlet cors = CorsLayer::new()\n{chain};\n\nlet app = app.layer(cors);\n"
    note = narrower + 'tower-http with the feature "cors". Added last, so that it stands outside the other layers.'
    return Snippet("axum", "axum: tower-http's CorsLayer", "rust", text, note)


_RUST = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def actix(change: ServerChange) -> Snippet:
    """https://docs.rs/actix-cors/latest/actix_cors/struct.Cors.html"""
    shown, narrower = one_list(change, "actix-cors")
    calls = (
        [".allow_any_origin()", ".send_wildcard()"]
        if shown.any_origin
        else [f".allowed_origin({quoted(origin)})" for origin in shown.named_origins]
    )
    calls.append(
        ".allow_any_method()" if shown.all_methods == ("*",) else f".allowed_methods([{arguments(shown.all_methods)}])"
    )
    if headers := listed_headers(shown):
        calls.append(".allow_any_header()" if "*" in headers else f".allowed_headers([{arguments(headers)}])")
    if shown.allow_credentials:
        calls.append(".supports_credentials()")
    if shown.expose:
        calls.append(".expose_any_header()" if "*" in shown.expose else f".expose_headers([{arguments(shown.expose)}])")
    if shown.max_age is not None:
        calls.append(f".max_age({shown.max_age})")
    calls.append(".block_on_origin_mismatch(false)")
    chain = "\n".join(f"    {call}" for call in calls)
    text = f"use actix_cors::Cors;\n\nlet cors = Cors::default()\n{chain};\n\nApp::new().wrap(cors)\n"
    note = (
        narrower
        + "The last wrap() stands outermost. Inside the closure of HttpServer::new: Cors is made anew for each worker."
    )
    return Snippet("actix", "Actix Web: actix-cors", "rust", text, note)
