"""Whether what came is of the type that was wanted, as far as Firefox says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.nosniff import determine_nosniff
from ..fetch.reasons import Reason, Stage
from ..fetch.response import is_ok_status
from ..origin import same_origin
from ..url import parse_url
from . import firefox_texts as texts

if TYPE_CHECKING:
    from .story import Story
    from .template import Template


def is_refused_for_its_type_too(story: Story) -> bool:
    """Report whether what CORS refused, a redirect too, is refused for its type: as a module's, or by nosniff."""
    mime_type, response = story.mime_type, story.response
    if story.started.api == "module":
        return mime_type is None or not mime_type.is_javascript
    fits = mime_type is not None and (
        mime_type.is_javascript if story.started.destination == "script" else mime_type.essence == "text/css"
    )
    is_checked = story.started.destination in ("script", "style") and not fits
    return is_checked and response is not None and determine_nosniff(list(response.headers))


def is_a_module_led_to_mixed_content(story: Story) -> bool:
    """Report whether a redirect that is not followed had no type of a module."""
    is_mixed = story.blocked is not None and story.blocked.reason is Reason.MIXED_CONTENT
    return is_mixed and story.was_redirected and story.started.api == "module" and story.mime_type is None


def is_no_stylesheet(story: Story) -> bool:
    """Report whether what came now for a stylesheet was refused for its type."""
    blocked = story.blocked
    return (
        blocked is not None
        and (blocked.reason is Reason.MIME_TYPE_BLOCKED or is_refused_for_its_type_before_its_integrity(story))
        and story.started.destination == "style"
        and not story.found_in_document
    )


def is_refused_for_its_type_before_its_integrity(story: Story) -> bool:
    """Report whether it is no style sheet, which is looked at before the integrity is."""
    blocked, mime_type = story.blocked, story.mime_type
    return (
        blocked is not None
        and blocked.reason is Reason.INTEGRITY_MISMATCH
        and story.started.destination == "style"
        and mime_type is not None
        and mime_type.essence != "text/css"
    )


def is_told_though_refused(story: Story) -> bool:
    """Report whether a script that the CORS check of what came refused says that it is none."""
    blocked = story.blocked
    return (
        story.started.api == "script"
        and blocked is not None
        and blocked.reason in texts.OF_CORS
        and blocked.stage is Stage.ACTUAL
        and story.is_script_of_another_type
        and story.response is not None
        and is_ok_status(story.response.status)
    )


def has_another_type(story: Story) -> bool:
    """Report whether something came for a script, and not for a module, that says it is something else, or nothing."""
    return (
        story.started.api in ("script", "preload")
        and story.is_script_of_another_type
        and story.response is not None
        and is_ok_status(story.response.status)
    )


def is_no_xml(story: Story) -> bool:
    """Report whether XMLHttpRequest took what came for XML, which it does without a Content-Type."""
    mime_type, response = story.mime_type, story.response
    return (
        story.started.api == "XMLHttpRequest"
        and (not story.was_redirected or story.tainting == "basic")
        and response is not None
        and (mime_type is None or mime_type.is_xml)
        and response.body.lstrip()[:1] not in (b"", b"<")
    )


def xml_error(story: Story) -> Template:
    """What is wrong with a text that is no XML: it begins with a word, or with what can begin nothing."""
    response = story.response
    first = response.body.lstrip()[:1] if response is not None else b""
    return texts.XML if first.isalnum() or first == b"<" else texts.XML_NOT_WELL_FORMED


def comes_with_a_document(story: Story) -> bool:
    return story.response is not None and story.response.status not in (204, 205, 304)


def is_without_doctype(story: Story) -> bool:
    """Report whether an HTML document came without <!DOCTYPE>."""
    mime_type, response = story.mime_type, story.response
    return (
        story.started.destination in ("document", "iframe")
        and story.blocked is None
        and mime_type is not None
        and mime_type.is_html
        and response is not None
        and response.body.lstrip()[:9].lower() != b"<!doctype"
    )


def is_framed_without_encoding(story: Story) -> bool:
    mime_type = story.mime_type
    embedder, url = parse_url(story.started.origin), parse_url(story.url)
    return (
        story.started.destination == "iframe"
        and (mime_type is None or (mime_type.is_html and mime_type.parameter("charset") is None))
        and embedder is not None
        and url is not None
        and same_origin(embedder, url)
    )
