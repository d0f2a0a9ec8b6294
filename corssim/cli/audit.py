"""`corssim audit`: ask a server which policy it shows, and name what is dangerous in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from .environment import Environment, ExitStatus

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..fetch.wire import NetworkFailure, WireRequest, WireResponse
    from ..report.lines import Line
    from ..server.infer import Probing
    from ..server.inferred_policy import InferredPolicy
    from ..server.lint import Finding
    from ..url import URL

ABOUT = "ask a server of yours which CORS policy it shows, and name what is dangerous in it"

_RATE = 5.0  # requests a second
_MAX_BODY = 64 * 1024  # bytes; nobody looks at the bodies
_LABEL = 14  # columns


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `audit`."""
    from ..server.infer import HEADERS, MAX_REQUESTS, METHODS
    from .arguments import positive_seconds

    parser.add_argument("url", metavar="URL", help="what to ask: a server that is yours")
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
        metavar="NAME",
        help=f"a header name that preflights ask for (repeatable; default: {', '.join(HEADERS)})",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before asking a host beyond this machine")
    parser.add_argument("--rate", type=_rate, default=_RATE, metavar="N", help="requests a second (default: 5)")
    parser.add_argument(
        "--max-requests",
        type=int,
        default=MAX_REQUESTS,
        metavar="N",
        help=f"requests at most, GET and OPTIONS alone (default: {MAX_REQUESTS})",
    )
    parser.add_argument("--timeout", type=positive_seconds, default=30.0, metavar="SECONDS", help="for each request")
    parser.add_argument("-k", "--insecure", action="store_true", help="do not check certificates")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace, environment: Environment) -> int:
    """Ask, infer, judge. 1 where something is wrong with the policy (notes alone are not), 3 where nothing answers."""
    from ..server.infer import HEADERS, METHODS, probing
    from ..server.lint import Severity, lint
    from ..url import require_url

    url = require_url(arguments.url)
    probes = probing(
        arguments.url,
        origins=arguments.origin,
        methods=arguments.request or METHODS,
        headers=arguments.header or HEADERS,
        max_requests=arguments.max_requests,
    )
    if not (arguments.yes or _confirmed(url, arguments, environment)):
        environment.error("nothing was sent")
        return ExitStatus.USAGE
    policy = _ask(probes, arguments)
    findings = lint(policy)
    if arguments.json:
        environment.write_json({"policy": policy.to_dict(), "findings": [_as_json(finding) for finding in findings]})
    else:
        environment.write_lines(_lines(policy, findings, environment.columns))
    if policy.failure:
        return ExitStatus.NETWORK_FAILED
    return ExitStatus.NOT_READABLE if any(each.severity is not Severity.NOTE for each in findings) else ExitStatus.OK


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate <= 1000:
        raise UsageError(f"--rate: {text!r} is no number of requests a second, up to 1000")
    return rate


def _confirmed(url: URL, arguments: argparse.Namespace, environment: Environment) -> bool:
    """Ask before more than one request goes to somebody else's machine, as it may be."""
    from ..origin import host_is_loopback

    if host_is_loopback(url.host or "") or arguments.max_requests <= 1:
        return True
    question = (
        f"This sends up to {arguments.max_requests} requests (GET and OPTIONS) to {url.host}, "
        f"{arguments.rate:g} a second."
    )
    if not environment.stdin.isatty():
        raise UsageError(f"{question} Give --yes if the server is yours")
    environment.stderr.write(f"{question} Is the server yours? [y/N] ")
    environment.stderr.flush()
    return environment.stdin.readline().strip().lower() in ("y", "yes")


def _ask(probes: Probing, arguments: argparse.Namespace) -> InferredPolicy:
    import time

    from ..browser.transports import NetworkOptions, sync_exchange

    exchange = sync_exchange(None, network=NetworkOptions(verify=not arguments.insecure, timeout=arguments.timeout))

    def send(request: WireRequest) -> WireResponse | NetworkFailure:
        return exchange.exchange(request, timeout=arguments.timeout, max_body=_MAX_BODY)

    try:
        return paced(probes, send, interval=1 / arguments.rate, clock=time.monotonic, sleep=time.sleep)
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


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "advice": finding.advice,
    }


def _lines(policy: InferredPolicy, findings: list[Finding], columns: int) -> list[Line]:
    from ..report.lines import BAD, BOLD, DIM, GOOD, NOTE, PLAIN, Line, folded
    from ..server.lint import Severity

    styles = {Severity.ERROR: BAD, Severity.WARNING: NOTE, Severity.NOTE: DIM}
    count = f" ({policy.requests} request{'' if policy.requests == 1 else 's'})"
    lines = folded([(policy.url, BOLD), (count, DIM)], columns=columns, indent=2, start=0)
    for label, value in policy.lines():
        lines += folded([(value, PLAIN)], columns=columns, indent=_LABEL, first=((f"  {label}", DIM),))
    if policy.left_out:
        text = f"{len(policy.left_out)} probes, by --max-requests"
        lines += folded([(text, NOTE)], columns=columns, indent=_LABEL, first=(("  left out", DIM),))
    if policy.failure:
        return lines
    lines.append(Line())
    for each in findings:
        told = [(f"{each.message} {each.advice}", PLAIN), (f" [{each.code}]", DIM)]
        lines += folded(told, columns=columns, indent=_LABEL, first=((f"  {each.severity}", styles[each.severity]),))
    if not findings:
        lines += folded([("nothing dangerous shows", GOOD)], columns=columns, indent=2, start=2)
    return lines
