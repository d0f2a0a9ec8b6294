"""`python -m tests.attack [PART OF A NAME…]`: the whole attack. Exit status 1 where anything broke.

What took too long is done once more at the end, each alone: on a busy machine that tells a slow answer from a late one.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from .clients import PROFILES, Late, attack_a_browser, attack_async_browsers, attack_commands
from .kinds import cut_connections, misbehaviours
from .servers import Servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .clients import Fault
    from .misbehaviour import Misbehaviour

    Attack = Callable[[list[Misbehaviour]], Iterator[tuple[Misbehaviour, Fault]]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("names", nargs="*", help="only the kinds with one of these in their name")
    parser.add_argument("--only", choices=("browser", "async", "commands"), action="append")
    arguments = parser.parse_args()

    def chosen(name: str) -> bool:
        return not arguments.names or any(part in name for part in arguments.names)

    servers_of_kinds = [kind for name, kind in misbehaviours().items() if chosen(name)]
    cuts = [kind for name, kind in cut_connections().items() if chosen(name)]
    some = cuts[:: max(1, len(cuts) // 100)]
    faults = 0
    with Servers(packed=True) as servers:
        parts: dict[str, tuple[Attack, list[Misbehaviour]]] = {
            "browser": (partial(_on_browsers, servers), cuts),
            "async": (partial(_on_async_browsers, servers), cuts),
            "commands": (partial(_on_commands, servers), some),
        }
        for name in arguments.only or parts:
            attack, of_cuts = parts[name]
            started = time.monotonic()
            found = _found(name, attack, [*servers_of_kinds, *of_cuts])
            faults += found
            took = time.monotonic() - started
            print(
                f"{name}: {len(servers_of_kinds)} servers, {len(of_cuts)} cuts, {found} faults, {took:.0f} s",
                flush=True,
            )
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
    return 1 if faults else 0


def _found(part: str, attack: Attack, kinds: list[Misbehaviour]) -> int:
    """Tell what broke, and how often it did. What was late counts if it is again, alone."""
    faults = 0
    late: dict[str, Misbehaviour] = {}
    for kind, fault in attack(kinds):
        if isinstance(fault, Late):
            late[kind.name] = kind
        else:
            faults += 1
        print(f"{part}: {kind.name}: {fault}", flush=True)
    for kind in late.values():
        again = [fault for _, fault in attack([kind])]
        faults += len(again)
        print(f"{part}: {kind.name}: alone: {'; '.join(again) or 'in time'}", flush=True)
    return faults


def _on_browsers(servers: Servers, kinds: list[Misbehaviour]) -> Iterator[tuple[Misbehaviour, Fault]]:
    for number, kind in enumerate(kinds):
        for fault in attack_a_browser(servers, kind, PROFILES[number % len(PROFILES)], number):
            yield kind, fault


def _on_async_browsers(servers: Servers, kinds: list[Misbehaviour]) -> Iterator[tuple[Misbehaviour, Fault]]:
    yield from attack_async_browsers(servers, kinds, at_once=8)


def _on_commands(servers: Servers, kinds: list[Misbehaviour]) -> Iterator[tuple[Misbehaviour, Fault]]:
    for kind in kinds:
        for fault in attack_commands(servers, kind):
            yield kind, fault


if __name__ == "__main__":
    sys.exit(main())
