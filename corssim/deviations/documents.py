"""Elements, beacons, preloads, and what a document keeps of what it loaded."""

from __future__ import annotations

from .deviation import Deviation, names, yes_no

DOCUMENTS = (
    Deviation(
        "elements.take_statuses_below_400",
        "elements that use what comes with a status of 300 to 399",
        names,
        "element-script-status-300",
    ),
    Deviation(
        "elements.event_sources_are_utf_8_alone",
        "an EventSource whose answer says another charset than UTF-8",
        yes_no("an error", "read as UTF-8"),
        "eventsource-type-text-event-stream-charset-iso-8859-1",
    ),
    Deviation(
        "elements.svg_images_have_a_charset",
        "the charset in Content-Type of an SVG image",
        yes_no("counts", "ignored"),
        "orb-image-svg-charset-utf16le",
    ),
    Deviation(
        "elements.image_bytes_outweigh_svg_types",
        "an image by its bytes with the type image/svg+xml",
        yes_no("shown", "an error: it is no SVG"),
        "orb-img-image-svg-xml-is-gif-nosniff",
    ),
    Deviation(
        "elements.stylesheets_of_other_types_fire_load",
        "a stylesheet served as text/plain fires",
        yes_no("load, without effect", "error"),
        "orb-css-text-livescript",
    ),
    Deviation(
        "elements.mute_errors_of_opaque_scripts",
        "errors of a cross-origin script without `crossorigin`",
        yes_no("muted", "readable"),
        "element-script-absent-star",
    ),
    Deviation(
        "elements.blocked_frames_stay_as_they_are_by",
        "checks beside form-action that leave a frame without an error page, and without load",
        names,
        "csp-form-frame-self",
        more_cases=(
            "mixed-form",
            "coep-require-corp-form-none",
        ),
    ),
    Deviation(
        "elements.new_iframes_stay_empty_by",
        "checks that leave a new iframe empty, without load",
        names,
        "http-auth-user-in-iframe",
    ),
    Deviation(
        "elements.new_iframes_if_blocked",
        "an iframe to http on an https page",
        {"load": "fires load", "error": "fires error", "as-others": "fires nothing"},
        "mixed-iframe",
    ),
    Deviation(
        "beacons.have_the_keepalive_limit",
        "a beacon over 64 KiB",
        yes_no("refused", "sent"),
        "beacon-big",
    ),
    Deviation(
        "beacons.blocked_by_csp_returns",
        "sendBeacon() stopped by CSP returns",
        yes_no("true", "false"),
        "csp-connect-self-beacon",
    ),
    Deviation(
        "beacons.to_bad_port_returns",
        "sendBeacon() to a blocked port returns",
        yes_no("true", "false"),
        "beacon-url-port-25",
    ),
    Deviation(
        "documents.keep",
        "elements whose resources a document keeps, and does not fetch twice",
        names,
        "element-twice-link-stylesheet-absent-plain",
        more_cases=("httpcache-document-link-stylesheet-no-store",),
    ),
    Deviation(
        "documents.keep_one_of_a_url",
        "images and preloads that differ in the fragment",
        yes_no("the same", "apart"),
        "element-twice-img-fragment",
        more_cases=("httpcache-document-img-anonymous-no-store",),
    ),
    Deviation(
        "documents.keep_failed_modules",
        "a second module script of a URL that failed",
        yes_no("fails without a request", "is fetched"),
        "element-twice-module-script-404-then-200",
    ),
    Deviation(
        "preloads.of_fonts_are_anonymous",
        "a preload as=font without `crossorigin`",
        yes_no("mode cors all the same, and serves nothing", "mode no-cors"),
        "element-preload-font-absent-own",
    ),
    Deviation(
        "preloads.are_fetched_once",
        "a preload of what is preloaded or loaded already",
        {"no": "fetched", "with-equal-mode": "not fetched", "with-any-mode": "not fetched, whatever its mode"},
        "element-preload-img-preload-twice",
    ),
    Deviation(
        "preloads.failure_is_an_error",
        "a preload that fails where script could read nothing fires",
        yes_no("error", "load"),
        "element-preload-fetch-anonymous-none",
    ),
    Deviation(
        "preloads.need_their_type",
        "a preload of another MIME type fires",
        yes_no("error", "load"),
        "element-preload-style-html",
    ),
    Deviation(
        "preloads.as_fetch_need_an_ok_status",
        "a preload as=fetch of a 404 fires",
        yes_no("error", "load"),
        "element-preload-fetch-500-use",
    ),
    Deviation(
        "preloads.that_do_not_match_are_dropped",
        "a preload that was looked at and did not match",
        yes_no("is dropped", "waits on"),
        "element-preload-fetch-use-credentials-none",
    ),
    Deviation(
        "preloads.do_not_serve",
        "what a fetch() that a preload serves may not have",
        lambda value: ", ".join(sorted(value)) or "another method, headers",
        "element-preload-fetch-anonymous-then-manual",
    ),
    Deviation(
        "preloads.serve_safelisted_headers",
        "a preload serves a fetch() with Accept-Language",
        yes_no("yes", "no"),
        "element-preload-fetch-anonymous-then-language",
    ),
    Deviation(
        "preloads.match_by",
        "a preload and the fetch() that it serves have the same",
        {
            "credentials-mode": "mode and credentials mode",
            "crossorigin": "`crossorigin`, as far as fetch() has it",
            "credentials": "mode, and both send credentials or neither",
        },
        "element-preload-fetch-anonymous-then-omit",
    ),
    Deviation(
        "preloads.redirected_cors_serves_nothing",
        "a preload in mode cors that was redirected",
        yes_no("serves nothing", "serves what it is for"),
        "rnd-0041",
    ),
    Deviation(
        "preloads.serve_event_sources",
        "a preload as=fetch serves an EventSource",
        yes_no("yes", "no"),
        "element-preload-fetch-anonymous-then-es",
    ),
    Deviation(
        "preloads.serve_modules",
        "a preload as=script serves a module",
        yes_no("yes", "no"),
        "element-preload-script-then-module",
    ),
    Deviation(
        "preloads.fetched_anew_if_failed",
        "preloads that failed and are fetched anew when they are used",
        names,
        "element-preload-script-404-then-script",
    ),
    Deviation(
        "preloads.serve_again",
        "a preload that was used",
        yes_no("serves the next as well", "is gone"),
        "element-preload-link-stylesheet-then-twice",
    ),
    Deviation(
        "preloads.serve_elements_of_any_mode",
        "a preload serves an element of another CORS mode",
        yes_no("yes", "no"),
        "element-preload-font-anonymous-exact-then",
    ),
)
