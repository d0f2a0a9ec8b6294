"""nginx's configurations, followed as nginx does: its rewrite phase, the place, the place's headers and its handler."""

from __future__ import annotations

import pytest

from corssim.diagnosis.configured.judge import mistakes_of
from corssim.diagnosis.configured.read import read_configuration
from tests.diagnosis.test_configured_kinds import APP, OTHER, verdict

READABLE, BLOCKED, NOT_KNOWN = "readable", "blocked", None
ORIGIN = "add_header Access-Control-Allow-Origin"
PUTS = "add_header Access-Control-Allow-Methods PUT;"
PREFLIGHTS = f"if ($request_method = OPTIONS) {{ {ORIGIN} *; {PUTS} return 204; }}"
NAMED = (
    "map $http_origin $named { default ''; https://APP.example $http_origin; }"
    f"server {{ location / {{ {ORIGIN} $named;"
)
BY_ANOTHER = "map $named $methods { default GET; ~app PUT; }"

CASES: dict[str, tuple[str, dict[tuple[str, str, str], str | None]]] = {
    "a condition that has a header takes the place of those around it": (
        f"location / {{ {PREFLIGHTS} {ORIGIN} *; if ($request_method = PUT) {{ {ORIGIN} {OTHER}; }} return 200; }}",
        {("GET", "/", APP): READABLE, ("PUT", "/", APP): BLOCKED, ("PUT", "/", OTHER): READABLE},
    ),
    "of conditions that hold the last one counts": (
        (f"location / {{ if ($http_origin ~ example$) {{ {ORIGIN} $http_origin; }}\n"
        f"if ($http_origin = {APP}) {{ add_header X-A b; }} return 200; }}"),
        {("GET", "/", APP): BLOCKED, ("GET", "/", OTHER): READABLE},
    ),
    "a condition without headers inherits those around it": (
        f"location / {{ {ORIGIN} *; {PUTS} if ($request_method = OPTIONS) {{ return 204; }} return 200; }}",
        {("GET", "/", APP): READABLE, ("PUT", "/", APP): READABLE},
    ),
    "files are not written to, and an error has no header without always": (
        f"location / {{ {PREFLIGHTS} {ORIGIN} *; root /a; }}",
        {("GET", "/", APP): READABLE, ("PUT", "/", APP): BLOCKED},
    ),
    "files are not written to, and always shows it": (
        f"location / {{ {PREFLIGHTS} {ORIGIN} * always; root /a; }}",
        {("PUT", "/", APP): READABLE},
    ),
    "a PUT to files is answered as a GET": (
        f"location / {{ {PREFLIGHTS} {ORIGIN} *; root /a; error_page 405 =200 $uri; }}",
        {("GET", "/", APP): READABLE, ("PUT", "/", APP): READABLE},
    ),
    "what an error leads to is asked for with GET": (
        f"location / {{ return 405; error_page 405 =200 /a; }} location /a {{ {PREFLIGHTS} return 200; }}",
        {("PUT", "/", APP): BLOCKED, ("PUT", "/a", APP): BLOCKED, ("GET", "/", APP): BLOCKED},
    ),
    "an error leads to a named place": (
        f"location / {{ return 418; error_page 418 = @cors; }} location @cors {{ {ORIGIN} *; return 200; }}",
        {("GET", "/", APP): READABLE},
    ),
    "what is no file leads to another place": (
        f"location / {{ {ORIGIN} *; try_files $uri @app; }} location @app {{ {ORIGIN} {OTHER}; return 200; }}",
        {("GET", "/items", APP): BLOCKED, ("GET", "/items", OTHER): READABLE, ("GET", "/a.js", APP): READABLE},
    ),
    "a file of a name may be there": (
        f"location / {{ {ORIGIN} *; try_files /closed.html @app; }} location @app {{ {ORIGIN} {OTHER}; return 200; }}",
        {("GET", "/items", APP): None},
    ),
    "a page for an error keeps the status of the error": (
        f"location / {{ error_page 403 /ok; deny all; }} location = /ok {{ {ORIGIN} *; return 200; }}",
        {("GET", "/", APP): BLOCKED},
    ),
    "a rewritten path has the headers of where it leads": (
        (f"location /old {{ {ORIGIN} {OTHER}; rewrite ^/old/(.*)$ /new/$1; }}\n"
        f"location /new {{ {ORIGIN} *; return 200; }}"),
        {("GET", "/old/a", APP): READABLE, ("GET", "/new/a", APP): READABLE},
    ),
    "a map knows no case, and one without a default is empty": (
        f"{NAMED} return 200; }} }}",
        {("GET", "/", APP): READABLE, ("GET", "/", OTHER): BLOCKED},
    ),
    "a map of a map": (
        f"{BY_ANOTHER} {NAMED} add_header Access-Control-Allow-Methods $methods; return 204; }} }}",
        {("PUT", "/", APP): READABLE},
    ),
    "groups of a map's expression": (
        (f'map $http_origin $o {{ "~^https://(?<name>app|www)\\.example$" https://$name.example; }}\n'
        f"server {{ location / {{ {ORIGIN} $o; return 200; }} }}"),
        {("GET", "/", APP): READABLE, ("GET", "/", OTHER): BLOCKED},
    ),
    "a variable that one condition sets and another asks for": (
        (f"location / {{ if ($request_method = OPTIONS) {{ set $c P; }} if ($http_origin ~ app) {{ set $c ${{c}}O; }}\n"
        f"if ($c = PO) {{ {ORIGIN} *; {PUTS} return 204; }} {ORIGIN} $http_origin; return 200; }}"),
        {("PUT", "/", APP): READABLE, ("PUT", "/", OTHER): BLOCKED, ("GET", "/", OTHER): READABLE},
    ),
    "the server answers before its places": (
        (f"server {{ if ($request_method = OPTIONS) {{ return 204; }}\n"
        f"location / {{ {PREFLIGHTS} {ORIGIN} *; return 200; }} }}"),
        {("GET", "/", APP): READABLE, ("PUT", "/", APP): BLOCKED},
    ),
    "a place inside another": (
        f"location /a {{ {ORIGIN} *; return 200; location /a/b {{ add_header X-A b; return 200; }} }}",
        {("GET", "/a/c", APP): READABLE, ("GET", "/a/b", APP): BLOCKED},
    ),
    "a condition of which nothing is told, that changes nothing": (
        f"location / {{ {ORIGIN} *; if ($cookie_a) {{ set $b c; }} return 200; }}",
        {("GET", "/", APP): READABLE},
    ),
    "a condition of which nothing is told, that changes the answer": (
        f"location / {{ {ORIGIN} *; if ($cookie_a) {{ {ORIGIN} {OTHER}; }} return 200; }}",
        {("GET", "/", APP): NOT_KNOWN},
    ),
    "a value of which nothing is told": (
        f"location / {{ {ORIGIN} $upstream_http_x; return 200; }}", {("GET", "/", APP): NOT_KNOWN},
    ),
    "the program behind may send what is missing": (
        f"location / {{ {ORIGIN} $http_origin; proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://a; }}",
        {("GET", "/", APP): READABLE, ("with credentials", "/", APP): NOT_KNOWN, ("PUT", "/", APP): NOT_KNOWN},
    ),
    "a place to be filled in": (
        f"location / {{ {ORIGIN} '<your page>'; return 200; }}", {("GET", "/", APP): NOT_KNOWN},
    ),
    "a program that sends one of the headers sends the origin too": (
        f"location / {{ {ORIGIN} {APP}; proxy_pass http://a; }}", {("with credentials", "/", APP): BLOCKED},
    ),
    "the program behind may send a second origin": (
        f"location / {{ {ORIGIN} {APP}; proxy_pass http://a; }}",
        {("GET", "/", APP): NOT_KNOWN, ("GET", "/", OTHER): BLOCKED},
    ),
    "a snippet of a place that is passed on elsewhere": (
        f"proxy_set_header Host $host;\nproxy_buffering off;\n{ORIGIN} {APP};",
        {("GET", "/", APP): NOT_KNOWN, ("GET", "/", OTHER): BLOCKED, ("PUT", "/", APP): NOT_KNOWN},
    ),
    "a snippet of such a place that hides what the program sends": (
        f"proxy_set_header Host $host;\nproxy_hide_header Access-Control-Allow-Origin;\n{ORIGIN} {APP};",
        {("GET", "/", APP): READABLE},
    ),
    "a snippet of a place of which nothing tells that it is passed on": (
        f"{ORIGIN} {APP};", {("GET", "/", APP): READABLE},
    ),
    "settings of a server for what is passed on, and a place of files": (
        f"proxy_set_header Host $host;\nlocation / {{ root /srv; {ORIGIN} {APP}; }}", {("GET", "/", APP): READABLE},
    ),
    "what the program sends is hidden, and nothing in its place": (
        ("location / { add_header Vary Origin; proxy_hide_header Access-Control-Allow-Origin; proxy_pass http://a; }"
        f"location /a {{ {ORIGIN} *; return 200; }}"),
        {("GET", "/", APP): BLOCKED},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_followed_to_its_answer(name: str) -> None:
    text, expected = CASES[name]
    assert {each: verdict(text, *each) for each in expected} == expected


def test_a_variable_that_doubles_is_not_known() -> None:
    doubled = "set $a $a$a;" * 60
    assert verdict(f"location / {{ set $a x; {doubled} {ORIGIN} $a; return 200; }}", "GET", "/", APP) is None


def test_what_nginx_refuses_is_a_mistake_and_not_known() -> None:
    text = f"server {{ if ($request_method = OPTIONS) {{ {ORIGIN} *; return 204; }} location / {{ {ORIGIN} *; }} }}"
    assert "add-header-outside-location" in [each.code for each in mistakes_of(read_configuration(text))]
    assert verdict(text, "GET", "/", APP) is None


def test_the_origins_of_a_map_of_a_map_are_told() -> None:
    text = (
        f"map $http_origin $is_known {{ default 0; {APP} 1; }}\n"
        f"map $is_known $origin {{ default ''; 1 $http_origin; }}\n"
        f"server {{ location / {{ {ORIGIN} $origin; add_header Access-Control-Allow-Credentials true; return 200; }} }}"
    )
    configured = read_configuration(text)
    assert {origin for grant in configured.grants for origin in grant.origins} == {APP}
    assert "any-origin-with-credentials" not in [each.code for each in mistakes_of(configured)]
