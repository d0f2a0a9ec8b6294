"""The browser around the algorithms: its state, its pages, and what carries requests out.

In reading order: `browser` (Browser and AsyncBrowser), `page` (the APIs of its script), `requests` (what each API
makes of its arguments), `apis` (from the request to the outcome), `outcome` (what came of it); `drivers` run the
algorithms, `transports` carry one HTTP exchange each. State: `cookies`, `http_cache` with `stored_response` and
`freshness`, `documents` (a page's origin and policies), `document_resources` (what it has preloaded),
`loaded_resources` (what its elements loaded) and
`element_responses` (what an element uses).

May import fetch and console, never server, scenario or anything that prints. `transports` know neither pages nor
policies, `cookies` no pages.
"""
