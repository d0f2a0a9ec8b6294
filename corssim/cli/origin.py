"""`corssim origin`: the origin of a URL, and how two URLs are related."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..origin import Origin, registrable_domain, same_origin, same_site, schemelessly_same_site, url_origin
from ..url import URL, require_url
from .environment import ExitStatus
from .typed import typed_origin

if TYPE_CHECKING:
    import argparse

    from .environment import Environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `origin`."""
    parser.add_argument("url", metavar="URL")
    parser.add_argument("other", metavar="URL", nargs="?", help="a second one to compare with")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Tell one origin, or compare two. Different origins are an answer, not an error."""
    given = [text for text in (arguments.url, arguments.other) if text is not None]
    given = [typed_origin(text) for text in given]
    urls = [require_url(text) for text in given]
    described = [_described(text, url) for text, url in zip(given, urls, strict=True)]
    comparison = _compared(*(url_origin(url) for url in urls)) if len(urls) == 2 else None
    if arguments.json:
        import json

        document = described[0] if comparison is None else {"urls": described, **comparison}
        environment.write(json.dumps(document, indent=2))
        return ExitStatus.OK
    _write(described, comparison, environment)
    return ExitStatus.OK


def _described(text: str, url: URL) -> dict[str, Any]:
    from ..masking import mask_text
    from ..serialized_origin import check_serialized_origin

    origin = url_origin(url)
    problem = check_serialized_origin(text)
    return {
        "url": mask_text(url.href),
        "origin": origin.serialized,
        "opaque": origin.is_opaque,
        "scheme": origin.scheme or None,
        "host": origin.host or None,
        "port": origin.effective_port,
        "registrable_domain": registrable_domain(origin.host) if origin.host else None,
        "is_serialized_origin": problem is None,
        "problem": None if problem is None else mask_text(problem.message),
    }


def _compared(a: Origin, b: Origin) -> dict[str, Any]:
    return {
        "same_origin": same_origin(a, b),
        "same_origin_because": _why_origins(a, b),
        "same_site": same_site(a, b),
        "schemelessly_same_site": schemelessly_same_site(a, b),
        "same_site_because": _why_sites(a, b),
    }


def _why_origins(a: Origin, b: Origin) -> str:
    if a.is_opaque or b.is_opaque:
        return "an opaque origin (null) is the same as no other"
    differing = []
    for part, left, right in (
        ("scheme", a.scheme, b.scheme),
        ("host", a.host, b.host),
        ("port", a.effective_port, b.effective_port),
    ):
        if left != right:
            differing.append(f"the {part} ({left}, {right})")
    if not differing:
        return "scheme, host and port are equal"
    return f"{' and '.join(differing)} differ{'s' if len(differing) == 1 else ''}"


def _why_sites(a: Origin, b: Origin) -> str:
    if a.is_opaque or b.is_opaque:
        return "an opaque origin (null) is a site of its own"
    if schemelessly_same_site(a, b):
        domain = registrable_domain(a.host)
        shared = f"both are under {domain}" if domain and a.host != b.host else "the host is the same"
        return shared if a.scheme == b.scheme else f"{shared}, but the scheme differs"
    domains = [registrable_domain(origin.host) for origin in (a, b)]
    if None in domains:
        return "without a registrable domain (an IP address, a single label, a public suffix) hosts must be equal"
    return f"the registrable domains differ ({domains[0]}, {domains[1]})"


def _write(described: list[dict[str, Any]], comparison: dict[str, Any] | None, environment: Environment) -> None:
    from ..report.lines import BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded

    columns = environment.columns
    lines: list[Line] = []
    for one in described:
        lines += folded([(one["origin"], BOLD), (f"  {one['url']}", DIM)], columns=columns, indent=2, start=0)
        if one["opaque"]:
            text = "An opaque origin: it is sent as null and equals no other."
            lines += folded([(text, NOTE)], columns=columns, indent=2, start=2)
        else:
            parts = f"scheme {one['scheme']}, host {one['host']}"
            parts += f", port {one['port']}" if one["port"] is not None else ""
            parts += f", registrable domain {one['registrable_domain']}" if one["registrable_domain"] else ""
            lines += folded([(parts, PLAIN)], columns=columns, indent=2, start=2)
        if comparison is None and one["problem"] is not None:
            text = f"As a value of Access-Control-Allow-Origin: {one['problem']}."
            lines += folded([(text, NOTE)], columns=columns, indent=2, start=2)
    if comparison is not None:
        lines.append(Line())
        for label, key in (("same origin", "same_origin"), ("same site", "same_site")):
            answer = ("yes", GOOD) if comparison[key] else ("no", NOTE)
            because = f": {comparison[f'{key}_because']}"
            lines += folded(
                [(answer[0], answer[1]), (because, PLAIN)], columns=columns, indent=13, first=((label, BOLD),)
            )
    environment.write_lines(lines)
