"""`python -m tests.attack [PART OF A NAME…]`: the whole attack. Exit status 1 where anything broke."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter

from .clients import PROFILES, attack_a_browser, attack_async_browsers, attack_commands
from .kinds import cut_connections, misbehaviours
from .servers import Servers


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("names", nargs="*", help="only the kinds with one of these in their name")
    parser.add_argument("--only", choices=("browser", "async", "commands"), action="append")
    arguments = parser.parse_args()
    parts = arguments.only or ["browser", "async", "commands"]

    def chosen(name: str) -> bool:
        return not arguments.names or any(part in name for part in arguments.names)

    servers_of_kinds = [kind for name, kind in misbehaviours().items() if chosen(name)]
    cuts = [kind for name, kind in cut_connections().items() if chosen(name)]
    faults: Counter[str] = Counter()

    def tell(part: str, name: str, fault: str) -> None:
        faults[part] += 1
        print(f"{part}: {name}: {fault}", flush=True)

    with Servers() as servers:
        if "browser" in parts:
            started = time.monotonic()
            for number, kind in enumerate((*servers_of_kinds, *cuts)):
                for fault in attack_a_browser(servers, kind, PROFILES[number % len(PROFILES)]):
                    tell("browser", kind.name, fault)
            _report("browser", len(servers_of_kinds), len(cuts), faults["browser"], started)
        if "async" in parts:
            started = time.monotonic()
            for name, fault in attack_async_browsers(servers, (*servers_of_kinds, *cuts), at_once=8):
                tell("async", name, fault)
            _report("async", len(servers_of_kinds), len(cuts), faults["async"], started)
        if "commands" in parts:
            started = time.monotonic()
            some = cuts[:: max(1, len(cuts) // 100)]
            for kind in (*servers_of_kinds, *some):
                for fault in attack_commands(servers, kind):
                    tell("commands", kind.name, fault)
            _report("commands", len(servers_of_kinds), len(some), faults["commands"], started)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
    return 1 if faults else 0


def _report(part: str, servers: int, cuts: int, faults: int, started: float) -> None:
    print(f"{part}: {servers} servers, {cuts} cuts, {faults} faults, {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
