"""Elements, beacons, preloads, and what a document keeps of what it loaded."""

from __future__ import annotations

from typing import Literal

from .rule_set import Rules

LoadKind = Literal["font", "frame", "image", "script", "scripted", "stylesheet"]
"""What asks: "scripted" are fetch(), XMLHttpRequest and preloads for them; a module asks as a script does."""


class ElementRules(Rules):
    """Whether an element uses what came."""

    take_statuses_below_400: frozenset[Literal["font", "module", "preloaded stylesheet", "script", "stylesheet"]] = (
        frozenset()
    )
    event_sources_are_utf_8_alone: bool = False
    svg_images_have_a_charset: bool = True
    image_bytes_outweigh_svg_types: bool = False
    stylesheets_of_other_types_fire_load: bool = False  # without effect
    mute_errors_of_opaque_scripts: bool = True
    blocked_frames_stay_as_they_are_by: frozenset[
        Literal[
            "cross-origin-embedder-policy",
            "cross-origin-resource-policy",
            "frame-src",
            "local-network-access-denied",
            "mixed-content",
        ]
    ] = frozenset()  # CSP directives and reasons
    not_modified_is_no_document: bool = False  # status 304
    frames_that_fail_fire: Literal["load", "nothing"] = "load"  # where nothing came
    new_iframes_stay_empty_by: frozenset[Literal["url-credentials-refused"]] = frozenset()  # without load
    new_iframes_if_blocked: Literal["load", "error", "as-others"] = "load"  # what they fire, if nothing was sent


class BeaconRules(Rules):
    """What `navigator.sendBeacon()` returns. https://w3c.github.io/beacon/"""

    have_the_keepalive_limit: bool = True
    blocked_by_csp_returns: bool = True
    to_bad_port_returns: bool = True


class DocumentRules(Rules):
    """What a document keeps of what its elements loaded. https://html.spec.whatwg.org/multipage/images.html#update-the-image-data"""

    keep: frozenset[Literal["font", "img", "module", "script", "stylesheet"]] = frozenset({"img", "module"})  # elements
    keep_while_fresh: frozenset[Literal["font", "script", "stylesheet"]] = frozenset()  # elements
    keep_one_of_a_url: bool = False  # whatever its fragment and mode
    keep_by_upgraded_urls: bool = False  # else by those that were asked for
    keep_failed_modules: bool = True
    keep_what_varies_by_anything: bool = True  # Vary: *
    keep_what_redirects_to_fragments_led_to: bool = True
    load_anew_what_is_stale: bool = False  # when it is used, if its Cache-Control says stale-while-revalidate
    remember: frozenset[LoadKind] = frozenset()  # kinds of load: the last of each URL, which is validated on its own


class PreloadRules(Rules):
    """Which requests a preload serves. https://html.spec.whatwg.org/multipage/links.html#link-type-preload"""

    of_fonts_are_anonymous: bool = False  # whatever crossorigin says
    are_fetched_once: Literal["no", "with-equal-mode", "with-any-mode"] = "no"
    failure_is_an_error: bool = True  # where script can read nothing
    not_modified_serve: bool = True  # status 304
    need_their_type: frozenset[Literal["script", "style"]] = frozenset({"script", "style"})  # destinations
    take_the_place_of: Literal["nothing", "others", "others-in-another-mode"] = "nothing"  # of what elements loaded
    of_another_type_are_forgotten: bool = False  # where they need it
    of_no_image_are_forgotten: bool = False  # as="image"
    as_fetch_need_an_ok_status: bool = False
    dropped_by_other: frozenset[Literal["integrity", "requests"]] = frozenset()  # that they do not serve
    are_ended_by_script: bool = False  # fetch() and XMLHttpRequest of the same URL; but as="fetch", or with no-store
    do_not_serve: frozenset[
        Literal["cache mode", "keepalive", "own origin with CORS", "redirect mode", "same-origin"]
    ] = frozenset()
    serve_headers: Literal["none", "safelisted", "all-but-conditions", "of-accept-and-caches"] = "none"  # of script
    serve_other_integrity_to: frozenset[Literal["elements", "fetch"]] = frozenset()
    match_by: Literal["credentials-mode", "crossorigin", "credentials"] = "credentials-mode"
    have_what_was_loaded_by: frozenset[Literal["script", "stylesheet"]] = frozenset()  # elements, with equal mode
    serve_event_sources: bool = True
    serve_modules: bool = True
    fetched_anew_if_failed: frozenset[Literal["fetch", "font", "image", "script", "style"]] = (
        frozenset()
    )  # destinations
    are_lost_at_fragments: bool = False  # of the URL that a redirect led them to
    heed_vary: bool = False
    serve_again: bool = False
    serve_elements_of_any_mode: bool = False
