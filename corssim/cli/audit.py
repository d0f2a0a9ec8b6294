"""`corssim audit`: ask a server which policy it shows, and name what is dangerous in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from .environment import Environment, ExitStatus

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
    from ..report.audit import Audit
    from ..server.infer import Probing
    from ..server.inferred_policy import InferredPolicy
    from ..url import URL

ABOUT = "ask a server of yours which CORS policy it shows, and name what is dangerous in it"

_RATE = 5.0  # requests a second
_MAX_BODY = 64 * 1024  # bytes; nobody looks at the bodies


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `audit`."""
    from ..server.infer import HEADERS, MAX_REQUESTS, METHODS
    from .arguments import positive_seconds

    parser.add_argument("urls", nargs="+", metavar="URL", help="what to ask: a server that is yours (several)")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="an origin that it should allow; look-alikes are made of it (repeatable; default: likely ones)",
    )
    parser.add_argument(
        "-X",
        "--request",
        action="append",
        metavar="METHOD",
        help=f"a method that preflights ask for (repeatable; default: {', '.join(METHODS)})",
    )
    parser.add_argument(
        "-H",
        "--header",
        action="append",
        default=[],
        metavar="'NAME: VALUE'",
        help="a header to send along, as for a login; NAME alone is one that preflights ask for (repeatable; default: "
        f"{', '.join(HEADERS)})",
    )
    parser.add_argument(
        "-b", "--cookie", action="append", default=[], metavar="NAME=VALUE", help="a cookie to send along (repeatable)"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before asking a host beyond this machine")
    parser.add_argument("--rate", type=_rate, default=_RATE, metavar="N", help="requests a second (default: 5)")
    parser.add_argument(
        "--max-requests",
        type=int,
        default=MAX_REQUESTS,
        metavar="N",
        help=f"requests at most to each URL, GET and OPTIONS alone (default: {MAX_REQUESTS})",
    )
    parser.add_argument("--timeout", type=positive_seconds, default=30.0, metavar="SECONDS", help="for each request")
    parser.add_argument("-k", "--insecure", action="store_true", help="do not check certificates")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--html", metavar="FILE", help="also write one HTML page (- for standard output)")
    parser.add_argument("--sarif", metavar="FILE", help="also write SARIF, for continuous integration (- as above)")
    parser.add_argument("--force", action="store_true", help="write over a file that corssim did not write")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Ask, infer, judge. The worst of all URLs decides how it ends."""
    from ..report.audit import Audit, audit_html, audit_json, audit_lines
    from ..server.lint import lint
    from ..url import require_url
    from .output_file import write_output

    if [arguments.html, arguments.sarif].count("-") + arguments.json > 1:
        raise UsageError("--json, --html - and --sarif - are for standard output: one of them can have it")
    urls = [require_url(url) for url in arguments.urls]
    questions = [_questions(url, arguments) for url in arguments.urls]
    if not (arguments.yes or _confirmed(urls, arguments, environment)):
        environment.error("nothing was sent")
        return ExitStatus.USAGE
    policies = _ask(questions, arguments, environment)
    audits = [Audit(policy, lint(policy)) for policy in policies]
    if arguments.html:
        write_output("--html", arguments.html, audit_html(audits), environment, force=arguments.force)
    if arguments.sarif:
        import json

        from ..report.sarif import sarif

        text = json.dumps(sarif(audits), indent=2) + "\n"
        write_output("--sarif", arguments.sarif, text, environment, force=arguments.force)
    if arguments.json:
        documents = [audit_json(audit) for audit in audits]
        environment.write_json(documents[0] if len(documents) == 1 else {"audits": documents})
    elif "-" not in (arguments.html, arguments.sarif):
        for number, audit in enumerate(audits):
            if number:
                environment.write()
            environment.write_lines(audit_lines(audit, environment.columns))
    return _status(audits)


def _status(audits: Sequence[Audit]) -> int:
    """A fault outdoes a network that failed, and that what could not be told."""
    if any(audit.is_faulty for audit in audits):
        return ExitStatus.NOT_READABLE
    if any(audit.policy.failure for audit in audits):
        return ExitStatus.NETWORK_FAILED
    return ExitStatus.COULD_NOT_TELL if any(audit.could_not_tell for audit in audits) else ExitStatus.OK


def _questions(url: str, arguments: argparse.Namespace) -> Probing:
    from ..server.infer import HEADERS, METHODS, probing
    from .arguments import header

    sent_along = [header(text) for text in arguments.header if ":" in text]
    asked_for = [text.strip() for text in arguments.header if ":" not in text]
    unsafe = [name for name, _ in sent_along if name.lower() not in ("cookie", "accept", "user-agent", *HEADERS)]
    if any(name.lower() == "origin" for name, _ in sent_along):
        raise UsageError("-H Origin: an audit asks as many origins; --origin names one that should be allowed")
    for cookie in arguments.cookie:
        if "=" not in cookie:
            raise UsageError("--cookie: what is given is no cookie; write it as NAME=VALUE")
    if arguments.cookie:
        sent_along.append(("Cookie", "; ".join(cookie.partition(";")[0].strip() for cookie in arguments.cookie)))
    return probing(
        url,
        origins=arguments.origin,
        methods=arguments.request or METHODS,
        headers=asked_for or (*HEADERS, *unsafe),
        sent_along=sent_along,
        max_requests=arguments.max_requests,
    )


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1000:
        raise UsageError(f"--rate: {text!r} is no number of requests a second, up to 1000")
    return rate


def _confirmed(urls: Sequence[URL], arguments: argparse.Namespace, environment: Environment) -> bool:
    """Ask before more than one request goes to somebody else's machine, as it may be."""
    from ..origin import host_is_loopback

    hosts = list(dict.fromkeys(host for url in urls if not host_is_loopback(host := url.host or "")))
    if not hosts or arguments.max_requests <= 1:
        return True
    question = (
        f"This sends up to {arguments.max_requests} requests (GET and OPTIONS) to {', '.join(hosts)}, "
        f"{arguments.rate:g} a second."
    )
    if not environment.stdin.isatty():
        raise UsageError(f"{question} Give --yes if the server is yours")
    environment.stderr.write(f"{question} Is the server yours? [y/N] ")
    environment.stderr.flush()
    return environment.stdin.readline().strip().lower() in ("y", "yes")


def _ask(questions: Sequence[Probing], arguments: argparse.Namespace, environment: Environment) -> list[InferredPolicy]:
    import time

    from ..browser.transports import NetworkOptions, sync_exchange
    from .progress import progress

    exchange = sync_exchange(None, network=NetworkOptions(verify=not arguments.insecure, timeout=arguments.timeout))
    try:
        with progress(arguments.max_requests * len(questions), environment, quiet=arguments.json) as advance:

            def send(request: WireRequest) -> WireResponse | NetworkFailure:
                advance(f"{request.method} {request.url}")
                return exchange.exchange(request, timeout=arguments.timeout, max_body=_MAX_BODY)

            interval = 1 / arguments.rate
            return [
                paced(probes, send, interval=interval, clock=time.monotonic, sleep=time.sleep) for probes in questions
            ]
    finally:
        exchange.close()


def paced(
    probes: Probing,
    send: Callable[[WireRequest], WireResponse | NetworkFailure],
    *,
    interval: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> InferredPolicy:
    """Run a probing, its requests at least `interval` seconds apart, as `clock` measures and `sleep` waits."""
    answer: WireResponse | NetworkFailure | None = None
    due = clock()
    while True:
        try:
            request = next(probes) if answer is None else probes.send(answer)
        except StopIteration as stop:
            policy: InferredPolicy = stop.value
            return policy
        if (early := due - clock()) > 0:
            sleep(early)
        due = max(due, clock()) + interval
        answer = send(request)
