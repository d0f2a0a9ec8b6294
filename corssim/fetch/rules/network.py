"""Connections, and what HTTP leaves to its clients."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules


class AuthenticationRules(Rules):
    """HTTP authentication without a prompt. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch"""

    urls_answer: Literal["where-flagged", "without-cors", "always"] = "where-flagged"  # challenges; always: to all
    entries_answer_with_cors: bool = False
    entries_are_partitioned: bool = False  # by the top-level site
    entries_have_the_url_speak: bool = False  # before it is asked
    own_authorization: Literal["sent-again", "final", "replaced"] = "sent-again"  # script's, once it is challenged
    beacons_know_entries: bool = True
    directories_end_in_a_slash: bool = True  # so that /ab is not below /a/
    reads_one_challenge_a_line: bool = False
    takes_the_user_out_of_the_url: bool = False  # once they are sent
    names_are_sent_as: Literal["utf-8", "latin-1"] = "utf-8"  # Basic
    challenge_order: tuple[str, ...] = ("digest", "basic")  # schemes that are looked at; what stands first is preferred
    only_the_first_challenge: bool = False  # of that order: where it has no answer, no other is given
    first_ntlm_message: str = ""  # base64; "": NTLM is not answered
    digest_algorithms: tuple[str, ...] = ("SHA-256", "SHA-256-sess", "MD5", "MD5-sess")
    digest_strength_counts: bool = False  # rather than which challenge stands first
    digest_is_sent_without_its_qop: bool = False
    digest_domains: Literal["the-text", "the-directory"] = "the-text"  # where a digest is sent without being asked for
    digest_names_beyond_ascii: Literal["encoded", "bytes", "unanswered"] = "encoded"


class AnswerRules(Rules):
    """How HTTP/1 answers are read that are not as they should be. https://httpwg.org/specs/rfc9112.html"""

    status_lines: Literal["exact", "forgiving", "any"] = "exact"  # any: also of no version, without a number
    not_http: Literal["refused", "a-body-at-default-ports", "a-body"] = "refused"
    icy_is_http: bool = False
    bare_cr: Literal["a-blank", "ends-the-line", "spoils-the-line"] = "a-blank"
    blanks_before_colons: Literal["dropped", "spoil-the-line"] = "dropped"
    cut_heads: Literal["complete-lines", "without-tls", "as-they-are"] = "complete-lines"  # are taken
    largest_head: int = 256 * 1024  # bytes
    content_lengths: Literal["the-same", "the-last"] = "the-same"  # unreadable ones: ignored, refused
    transfer_encodings: Literal["any", "chunked-alone"] = "any"  # unknown ones: ignored, refused
    chunk_sizes: Literal["exact", "forgiving", "forgiving-to-the-end"] = "exact"
    chunks_may_be_the_last: bool = False  # without saying so
    broken_chunks_fail_the_head: bool = False  # that came with them
    old_answers_may_be_chunked: bool = True  # HTTP/1.0
    old_answers_may_be_cut: bool = False  # HTTP/1.0


class NetworkRules(Rules):
    """What is tried again, and which answers count as failures. https://fetch.spec.whatwg.org/#http-network-fetch"""

    retries_of_dropped_connections: int = 0  # of GET, HEAD and OPTIONS
    retries_on_reused_connections: Literal["never", "safe-methods", "idempotent-methods", "any-method"] = (
        "idempotent-methods"
    )
    headers_that_may_not_differ: frozenset[str] = frozenset()  # given twice
    refuses_proxy_authentication_without_a_proxy: bool = False
