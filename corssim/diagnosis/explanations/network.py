"""Failures of the network, and requests that could not be made of it: no policy is involved."""

from __future__ import annotations

from corssim.fetch.reasons import Reason, Stage

from .executed import NEVER_CONNECTED, NOTHING_SENT, THE_ANSWER_CAME, UNKNOWN
from .model import FETCH, Explanation, Mender, Myth

_IN_THE_CONSOLE = Myth(
    "The console says CORS, so it is CORS.",
    "Some browsers print a CORS line whenever a cross-origin fetch ends without a response. Here no answer came whose "
    "headers could have been looked at.",
)
_PREFLIGHT_LOST = (
    Stage.PREFLIGHT,
    "If it was the preflight that failed, the request itself was never sent.",
)

NETWORK = (
    Explanation(
        reason=Reason.DNS_FAILURE,
        title="The host's name was not found",
        anchor=FETCH + "resolve-an-origin",
        mender=Mender.BOTH,
        plain=(
            "The browser asked the name system for the address of the URL's host and got none. The name may be "
            "misspelt, not set up yet, or known only inside a company's network."
        ),
        executed=(NEVER_CONNECTED,),
        fix=(
            "Check the host name in the URL, and whether this machine knows it:\n\n"
            "    getent hosts api.example\n\n"
            "A name from a container's network, such as `backend`, is unknown to the browser outside of it."
        ),
        myths=(_IN_THE_CONSOLE,),
        related=("connection-refused", "server-errors"),
    ),
    Explanation(
        reason=Reason.CONNECTION_REFUSED,
        title="Nothing listens at that address and port",
        anchor=FETCH + "connections",
        mender=Mender.SERVER,
        plain=(
            "The host exists, and nothing there accepted the connection. The server is not running, listens on another "
            "port, or on another address of the machine."
        ),
        executed=(NEVER_CONNECTED,),
        fix=(
            "Start the server and compare the port. `localhost` can mean 127.0.0.1 or ::1: a server that listens on "
            "one of them does not answer on the other. In a container, listen on 0.0.0.0 and publish the port."
        ),
        myths=(_IN_THE_CONSOLE,),
        related=("localhost", "dns-failure", "timeout"),
    ),
    Explanation(
        reason=Reason.TLS_FAILURE,
        title="The secure connection could not be made",
        anchor=FETCH + "connections",
        mender=Mender.SERVER,
        plain=(
            "The server was reached, and the two could not agree on a secure connection. Most often the certificate "
            "is self-signed, out of date, or made for another name; or the port speaks plain http. On a fetch no "
            "warning is shown that one could click away."
        ),
        executed=(NEVER_CONNECTED,),
        fix=(
            "Install a certificate for exactly this host name, with the intermediate ones. For development make one "
            "whose issuer the browser trusts (mkcert does that). Opening the URL in a tab shows what the browser "
            "thinks of the certificate.\n\n"
            "`corssim check -k` looks past the certificate, to see whether the rest would work; browsers of visitors "
            "do not."
        ),
        myths=(_IN_THE_CONSOLE,),
        related=("https-pages", "connection-refused"),
    ),
    Explanation(
        reason=Reason.TIMEOUT,
        title="No answer came in time",
        anchor=FETCH + "concept-http-network-fetch",
        mender=Mender.SERVER,
        plain=(
            "The exchange took longer than was allowed for it. A page's fetch() has no such limit of its own: browsers "
            "wait for minutes, and a script that wants less passes AbortSignal.timeout(). The server may have begun "
            "the work, or finished it without being heard."
        ),
        executed=(_PREFLIGHT_LOST, UNKNOWN),
        fix=(
            "Find out what the server waits for. If a firewall drops the packets, the connection never opens; if the "
            "work is long, answer at once with 202 and let the page ask again.\n\n"
            "The limit here is corssim's: `--timeout SECONDS`, or Browser(timeout=…)."
        ),
        myths=(_IN_THE_CONSOLE,),
        related=("connection-refused", "connection-reset"),
    ),
    Explanation(
        reason=Reason.CONNECTION_RESET,
        title="The connection broke before the answer was whole",
        anchor=FETCH + "concept-http-network-fetch",
        mender=Mender.SERVER,
        plain=(
            "The connection was there, and it ended before a whole answer had come. A server that crashed, a proxy "
            "that gave up on it, or a limit on the size of uploads does that. A browser may send a GET again on a new "
            "connection; Firefox does so several times."
        ),
        executed=(_PREFLIGHT_LOST, UNKNOWN),
        fix="Look into the logs of the server and of each proxy in front of it, at the time of the request.",
        myths=(_IN_THE_CONSOLE,),
        related=("timeout", "malformed-response", "server-errors"),
    ),
    Explanation(
        reason=Reason.MALFORMED_RESPONSE,
        title="What came back is not HTTP",
        anchor=FETCH + "concept-http-network-fetch",
        mender=Mender.SERVER,
        plain=(
            "Bytes came, and they break the rules of HTTP so badly that no response can be made of them: no status "
            "line, an illegal header, lengths that contradict each other. Perhaps the port belongs to a service of "
            "another kind, or speaks https where the URL says http."
        ),
        executed=(
            _PREFLIGHT_LOST,
            (Stage.ACTUAL, "The request was sent, and something answered it. It may have been carried out."),
        ),
        fix="Check scheme and port. If both are right, see what comes: `curl -v` shows the bytes as they are.",
        myths=(_IN_THE_CONSOLE,),
        related=("connection-reset", "tls-failure"),
    ),
    Explanation(
        reason=Reason.RESPONSE_TOO_LARGE,
        title="The answer is larger than can be read",
        anchor=FETCH + "concept-http-network-fetch",
        mender=Mender.SERVER,
        plain=(
            "Either its headers are over 256 KiB, which no browser takes (Chromium's limit; servers and proxies have "
            "lower ones), or its body, after decompression, is over the limit that corssim keeps so that no server can "
            "fill the memory; there a browser would have gone on reading. Neither has to do with CORS."
        ),
        executed=(_PREFLIGHT_LOST, THE_ANSWER_CAME),
        fix=(
            "Headers: look for a cookie or a list that grows with each answer, and send less. Body: nothing needs "
            "mending; to read more, `corssim check --max-body 100M`, or Browser(max_body=BYTES)."
        ),
        related=("timeout",),
    ),
    Explanation(
        reason=Reason.NETWORK_FAILURE,
        title="The network failed",
        anchor=FETCH + "concept-network-error",
        mender=Mender.BOTH,
        plain=(
            "The exchange failed in a way that has no name of its own here: no network at all, no way to the server, a "
            "proxy that failed. To the page's script it looks like every other network error: a TypeError without a "
            "reason, so that no page can use it to explore a network."
        ),
        executed=(_PREFLIGHT_LOST, UNKNOWN),
        fix="Read the detail beside the failure, and try the same URL with `curl -v` from the same machine.",
        myths=(_IN_THE_CONSOLE,),
        related=("dns-failure", "connection-refused", "tls-failure"),
    ),
    Explanation(
        reason=Reason.KEEPALIVE_BODY_TOO_LARGE,
        title="A keepalive body over 64 KiB",
        anchor=FETCH + "concept-http-network-or-cache-fetch",
        mender=Mender.PAGE,
        plain=(
            "A request with keepalive, and sendBeacon() makes such requests, may outlive its page. So that nobody "
            "notices, the bodies of all those that a page has under way may hold 64 KiB together. This one would go "
            "over, and is refused; sendBeacon() then returns false. Firefox has no such limit."
        ),
        executed=(NOTHING_SENT,),
        fix="Send less, or earlier and in parts, or without keepalive while the page is still open.",
        related=("opaque-response",),
    ),
    Explanation(
        reason=Reason.NOT_IN_CACHE,
        title="Only the cache was asked, and it has nothing",
        anchor=FETCH + "concept-http-network-or-cache-fetch",
        mender=Mender.PAGE,
        plain=(
            "The page fetched with cache: 'only-if-cached', which never goes to the network. The browser's HTTP cache "
            "has no answer for this URL, so the fetch fails."
        ),
        executed=(NOTHING_SENT,),
        fix="Catch the failure and fetch again with another cache mode, such as 'default' or 'force-cache'.",
        related=("vary",),
    ),
    Explanation(
        reason=Reason.STREAM_NEEDS_HTTP2,
        title="A streamed body needs HTTP/2 or later",
        anchor=FETCH + "concept-http-network-fetch",
        mender=Mender.BOTH,
        plain=(
            "The page sends its body as a stream, whose length nobody knows beforehand. By the standard that is not "
            "done over HTTP/1.1, which many servers in between mishandle. A request with a stream is always "
            "preflighted, and the preflight may well have succeeded."
        ),
        executed=(
            (NOTHING_SENT[0], "The preflight may have been sent; the request itself was not."),
            (Stage.ACTUAL, "The preflight may have been sent; the request itself was not."),
        ),
        fix=(
            "Serve HTTP/2, which browsers speak over https only. Or send a Blob, a string or an ArrayBuffer, whose "
            "length is known."
        ),
        related=("preflight", "stream-not-supported", "redirect-of-a-stream"),
    ),
    Explanation(
        reason=Reason.STREAM_NOT_SUPPORTED,
        title="This browser sends no streams",
        anchor=FETCH + "bodies",
        mender=Mender.PAGE,
        plain=(
            "The page gave a ReadableStream as the body of a request, and this browser has no way to send one. WebKit "
            'throws an error; Firefox sends the text "[object ReadableStream]" in its place.'
        ),
        executed=(NOTHING_SENT,),
        fix=("Collect the stream first, and send what it held:\n\n    body: await new Response(stream).blob()"),
        related=("stream-needs-http2", "redirect-of-a-stream"),
    ),
)
