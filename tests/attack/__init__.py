"""An attack on corssim: servers that misbehave, and connections that are cut at every place of an exchange.

`python -m tests.attack` sets all of them on Browser, AsyncBrowser, `corssim check` and `corssim audit`, for some
minutes, and tells what broke. `test_sample.py` does it with a few of each kind.

`servers.py` is the process they run in, `http1.py`, `http2.py`, `tls.py` and `cuts.py` are what they do,
`clients.py` is what is set on and what is asked of it.
"""
