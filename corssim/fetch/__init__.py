"""The Fetch Standard without I/O: generators that yield HTTP requests and are sent what came of them.

In reading order: `fetching` (the ring: main fetch, HTTP fetch, redirects), `request` and `response`, `redirects`,
`preflight_need`, `cors_preflight_fetch` and `preflight_cache`, `http_network_or_cache_fetch` with `request_headers`,
`cookies` and `http_cache_use`, `http_network_fetch` (the one place that yields); then the checks: `cors_check`,
`tao_check`, `request_policies` (before anything is sent) and `response_policies` (once something came).
`trace` has the events of every decision, `reasons` the ways to be refused, `ports` what the browser around it brings.

Where browsers leave the text is data: `rules` (a module a room), `browsers` (a file a browser), read through `profile`.
In a file of algorithms it stands below the line "what browsers do beyond the text". No clock, no network, no asyncio,
and nothing above: console, browser, server.
"""
