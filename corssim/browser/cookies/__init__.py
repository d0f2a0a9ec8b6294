"""Cookies by RFC 6265bis, and as browsers keep them.

In order: `set_cookie` parses a field (`set_cookie_of_libsoup` does it as WebKitGTK's library does), `storing` makes a
cookie of it or says why not, `cookie` is the cookie and the rules by which it goes with a request, `jar` keeps them,
`store` is what the engine asks. Nothing here reads a clock or sends anything.
"""
