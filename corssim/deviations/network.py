"""Connections, and what HTTP leaves to its clients."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

_SCHEMES = {"ntlm": "NTLM"}

NETWORK = (
    Deviation(
        "network.retries_of_dropped_connections",
        "a GET whose connection is dropped is tried again",
        lambda value: f"{value} times" if value else "never",
        "check-net-closed",
    ),
    Deviation(
        "network.retries_on_reused_connections",
        "tried again if a kept-alive connection is dropped",
        {
            "never": "nothing",
            "safe-methods": "GET, HEAD and OPTIONS",
            "idempotent-methods": "GET, HEAD, OPTIONS, PUT and DELETE",
            "any-method": "any method",
        },
        "preflight-net-close-actual-once",
        more_cases=("preflight-net-reused-fetch-get",),
    ),
    Deviation(
        "network.headers_that_may_not_differ",
        "response headers that make an answer an error if they are given twice and differ",
        names,
        "expose-twice-10-location-fetch",
    ),
    Deviation(
        "network.refuses_proxy_authentication_without_a_proxy",
        "status 407 where there is no proxy",
        yes_no("an error", "returned"),
        "check-status-407",
    ),
    Deviation(
        "answers.status_lines",
        "status lines that are taken",
        {
            "exact": "of HTTP/1.0 and 1.1, with three digits",
            "forgiving": "of HTTP/1, 2 and 3, also without a status (200), and after up to 4 other bytes",
            "any": "whatever begins with `HTTP`, also without a readable status (200), and after up to 4 other bytes",
        },
        "raw-status-4-digits",
        more_cases=("raw-no-reason", "raw-leading-4-junk"),
    ),
    Deviation(
        "answers.not_http",
        "what does not begin like HTTP",
        {
            "refused": "an error",
            "a-body-at-default-ports": "a body with status 200, from ports 80 and 443",
            "a-body": "a body with status 200",
        },
        "raw-http-09-body",
    ),
    Deviation("answers.icy_is_http", "a status line that begins with `ICY`", yes_no("taken", "not taken"), "raw-icy"),
    Deviation(
        "answers.bare_cr",
        "a CR alone in a header line",
        {"a-blank": "is a blank", "ends-the-line": "ends the line", "spoils-the-line": "has the line passed over"},
        "raw-cr-in-value",
    ),
    Deviation(
        "answers.blanks_before_colons",
        "a header line with a blank before its colon",
        {"dropped": "is read", "spoil-the-line": "is passed over"},
        "raw-space-before-colon-acao",
    ),
    Deviation(
        "answers.cut_heads",
        "headers that end with the connection are taken",
        {
            "complete-lines": "if their last line is complete",
            "without-tls": "as they are, but not over https",
            "as-they-are": "as they are",
        },
        "raw-headers-ended-in-line",
        more_cases=("raw-headers-ended-by-close",),
    ),
    Deviation(
        "answers.largest_head",
        "headers of an answer may have",
        lambda value: f"{value // 1024} KiB",
        "raw-huge-header",
    ),
    Deviation(
        "answers.content_lengths",
        "a Content-Length",
        {
            "the-same": "counts if it is a number, and is an error if given twice and differing",
            "the-last": "counts as it was given last, and is an error if that is no number",
        },
        "raw-length-twice-other",
        more_cases=("raw-length-text",),
    ),
    Deviation(
        "answers.transfer_encodings",
        "a Transfer-Encoding other than `chunked`",
        {"any": "counts if `chunked` is in it", "chunked-alone": "is an error"},
        "raw-te-gzip-chunked",
    ),
    Deviation(
        "answers.chunk_sizes",
        "the size of a chunk",
        {
            "exact": "is a hexadecimal number",
            "forgiving": "may have blanks, a plus or `0x` before it",
            "forgiving-to-the-end": "may have blanks, a plus or `0x` before it; what is none ends the body",
        },
        "raw-chunk-size-0x",
        more_cases=("raw-chunk-size-text",),
    ),
    Deviation(
        "answers.chunks_may_be_the_last",
        "a chunked body without its last, empty chunk",
        yes_no("is complete", "is cut"),
        "raw-chunk-no-last",
    ),
    Deviation(
        "answers.broken_chunks_fail_the_head",
        "chunks that can't be read, right after the headers",
        yes_no("fail the fetch", "fail the body"),
        "raw-chunk-size-text",
    ),
    Deviation(
        "answers.old_answers_may_be_chunked",
        "a Transfer-Encoding under HTTP/1.0",
        yes_no("counts", "does not count"),
        "raw-chunked-10",
    ),
    Deviation(
        "answers.old_answers_may_be_cut",
        "a body shorter than its Content-Length under HTTP/1.0",
        yes_no("is complete", "is cut"),
        "raw-length-long-10",
    ),
    Deviation(
        "authentication.urls_answer",
        "a 401 is answered with the user and password in the URL",
        {
            "where-flagged": "not cross-origin with CORS, and where the API uses them",
            "without-cors": "not cross-origin with CORS",
            "always": "always, of preflights and requests without credentials too",
        },
        "http-auth-cross-without-carried",
        more_cases=("http-auth-cross-preflight-401", "http-auth-redirect-location-has-user-fetch"),
    ),
    Deviation(
        "authentication.entries_answer_with_cors",
        "a 401 to a cross-origin request with CORS and credentials is answered with what the server took before",
        yes_no("yes", "no"),
        "http-auth-from-another-page-put-challenged",
    ),
    Deviation(
        "authentication.entries_are_partitioned",
        "names and passwords that a server took",
        yes_no("are known to pages of one top-level site", "are known to every page"),
        "http-auth-from-another-page-fetch-include",
    ),
    Deviation(
        "authentication.entries_have_the_url_speak",
        "the user in a URL, where the server is known to ask for one",
        yes_no("is sent at once", "is sent once the server asks"),
        "http-auth-same-user-again",
    ),
    Deviation(
        "authentication.own_authorization",
        "an Authorization that script has set, and the browser could answer the 401",
        {
            "sent-again": "is sent a second time",
            "final": "counts: the 401 is returned",
            "replaced": "is replaced, also by what the server took before",
        },
        "http-auth-own-bearer-xhr-user",
        more_cases=("http-auth-entry-then-own",),
    ),
    Deviation(
        "authentication.beacons_know_entries",
        "beacons carry and leave authentication",
        yes_no("as other requests", "neither"),
        "http-auth-carried-by-beacon",
    ),
    Deviation(
        "authentication.directories_end_in_a_slash",
        "what was taken at `/a/b/x` is sent",
        yes_no("below `/a/b/`", "wherever the path begins with `/a/b`"),
        "http-auth-deep-path",
    ),
    Deviation(
        "authentication.reads_one_challenge_a_line",
        "several challenges in one line of WWW-Authenticate",
        yes_no("the first is read", "are read"),
        "http-auth-challenge-bearer-then-basic",
    ),
    Deviation(
        "authentication.takes_the_user_out_of_the_url",
        "the response's URL, once its user was sent",
        yes_no("has no user", "is as it was asked for"),
        "http-auth-xhr-arguments",
    ),
    Deviation(
        "authentication.names_are_sent_as",
        "user and password go out as",
        {"utf-8": "UTF-8", "latin-1": "Latin-1"},
        "http-auth-url-not-ascii",
    ),
    Deviation(
        "authentication.challenge_order",
        "of the schemes that a 401 asks for, what counts is",
        lambda value: ", then ".join(_SCHEMES.get(scheme, scheme.title()) for scheme in value),
        "http-auth-choice-ntlm-digest",
        more_cases=("http-auth-choice-negotiate-basic",),
    ),
    Deviation(
        "authentication.only_the_first_challenge",
        "of several challenges",
        yes_no("that which counts most is answered, or none", "the first that there is an answer to is answered"),
        "http-auth-choice-unknown-basic-line",
    ),
    Deviation(
        "authentication.first_ntlm_message",
        "a challenge of NTLM",
        lambda value: f"is answered with NTLM `{value}`" if value else "is not answered",
        "http-auth-choice-negotiate-ntlm",
    ),
    Deviation("authentication.digest_algorithms", "algorithms of Digest", names, "http-auth-digest-sha-256"),
    Deviation(
        "authentication.digest_strength_counts",
        "of several digests that are asked for",
        yes_no("the strongest is sent", "the first that is known is sent"),
        "http-auth-choice-md5-sha",
    ),
    Deviation(
        "authentication.digest_is_sent_without_its_qop",
        "a digest whose `qop` has no `auth`",
        yes_no("is sent as if there were no `qop`", "is not sent"),
        "http-auth-digest-auth-int",
    ),
    Deviation(
        "authentication.digest_domains",
        "a digest is sent without being asked for",
        {"the-text": "where the challenge's `domain` says, or in the whole origin", "the-directory": "as Basic is"},
        "http-auth-digest-entry-below",
        more_cases=("http-auth-digest-entry-domain",),
    ),
    Deviation(
        "authentication.digest_names_beyond_ascii",
        "a user's name beyond ASCII, in a digest",
        {"encoded": "is sent as `username*`", "bytes": "is sent as UTF-8", "unanswered": "is not sent: no answer is"},
        "http-auth-digest-user-utf8",
    ),
)
