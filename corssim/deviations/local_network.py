"""Local networks, and the handshakes of WebSockets."""

from __future__ import annotations

from .deviation import Deviation, yes_no

LOCAL_NETWORK = (
    Deviation(
        "local_network.access",
        "a page of the public network that reaches into a local one (a setting)",
        {"off": "is let through", "ask": "asks the user first"},
        "lna-space-denied-localhost",
    ),
    Deviation(
        "local_network.local_to_loopback",
        "a page of the local network that reaches loopback",
        yes_no("is checked, too", "is let through"),
        "lna-page-local-ip-to-loopback",
    ),
    Deviation(
        "local_network.needs_a_secure_context",
        "a public page over http that reaches a local network, with permission",
        yes_no("blocked", "let through"),
        "lna-http-page-loopback-granted",
    ),
    Deviation(
        "local_network.checks_web_sockets",
        "WebSockets to local networks",
        yes_no("are checked", "are not checked"),
        "lna-websocket-local-denied",
    ),
    Deviation(
        "local_network.knows_the_target_address_space",
        "`targetAddressSpace` of fetch()",
        yes_no("is compared with where it goes", "is not read"),
        "lna-target-public-to-loopback-https",
    ),
    Deviation(
        "local_network.exempts_local_hosts_from_mixed_content",
        "http to a local IP address or a name in .local, from an https page",
        yes_no("is no mixed content", "mixed content"),
        "lna-space-granted-192-168",
    ),
    Deviation(
        "local_network.treats_as_public_address",
        "`treat-as-public-address` in a CSP",
        yes_no("makes the page public", "means nothing"),
        "lna-page-treat-as-public",
    ),
    Deviation(
        "local_network.reads_the_permissions_policy_header",
        "`Permissions-Policy: loopback-network=()`",
        yes_no("forbids it", "is not read"),
        "lna-policy-loopback-none",
    ),
    Deviation(
        "local_network.knows_the_old_permission_name",
        '`allow="local-network-access"` on a frame',
        yes_no("hands over both permissions", "means nothing"),
        "lna-frame-cross-site-allow-old-name",
    ),
    Deviation(
        "local_network.judges_sandboxed_frames_by_their_src",
        "a sandboxed frame of the page's own that reaches into a local network",
        yes_no("is asked for as the page is", "needs `allow`"),
        "sandboxed-srcdoc-scripts-granted",
    ),
    Deviation(
        "local_network.keeps_decisions_for_opaque_pages",
        "what the user has decided for a page whose policy sandboxes it",
        yes_no("is kept", "is asked each time"),
        "sandboxed-page-csp-granted",
    ),
    Deviation(
        "local_network.preflights_are_cached",
        "preflights to local networks",
        yes_no("are cached", "are sent each time"),
        "lna-preflight-cached-granted",
    ),
    Deviation(
        "local_network.data_pages",
        "a page at a data: URL that reaches into a local network",
        {
            "as-others": "is checked as others are",
            "insecure": "is no secure context",
            "unchecked": "is not checked",
        },
        "cousin-lna-data-page-denied",
        more_cases=("cousin-lna-data-page-granted",),
    ),
    Deviation(
        "web_sockets.accept_anything",
        "`Accept: */*` in the handshake of a WebSocket",
        yes_no("sent", "not sent"),
        "lna-websocket-local-denied",
    ),
    Deviation(
        "web_sockets.say_fetch_metadata",
        "Sec-Fetch-Dest in the handshake of a WebSocket",
        {"no": "not sent", "as-empty": "`empty`", "as-websocket": "`websocket`"},
        "lna-websocket-local-denied",
        more_cases=("lna-api-websocket-granted",),
    ),
)
