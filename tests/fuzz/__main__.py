"""`python -m tests.fuzz TARGET… [--minutes 20]`: atheris searches the targets, in turn; `--list` names them.

It needs `pip install 'corssim[prove]'`, stops at the first fault, and prints the text that showed it. `--growth` makes
texts long in place of strange, needs nothing, and names all that grow too fast.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .target import Target

_GROWS_ONE_IN = 40  # runs after which a text is made long


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a target, or a part of its name")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--corpus", metavar="FOLDER", help="where texts that reached something new are kept")
    parser.add_argument("--growth", action="store_true", help="look at what long texts cost, and at nothing else")
    parser.add_argument("--seed", type=int, default=0, help="for --growth")
    parser.add_argument("--list", action="store_true", help="name the targets")
    arguments = parser.parse_args()
    atheris = None if arguments.growth or arguments.list else _atheris(parser)
    targets = _targets(atheris)
    chosen = {name: each for name, each in targets.items() if any(part in name for part in arguments.targets or [""])}
    if arguments.list or not chosen:
        print("\n".join(targets))
        return 0 if arguments.list else 2
    if arguments.growth:
        return _look_at_growth(chosen, arguments.minutes * 60, Random(arguments.seed))
    with tempfile.TemporaryDirectory() as folder:
        _search(
            atheris, chosen, arguments.minutes * 60, Path(arguments.corpus or folder, "corpus"), Path(folder, "words")
        )
    return 0


def _atheris(parser: argparse.ArgumentParser) -> Any:
    try:
        import atheris
    except ModuleNotFoundError:
        parser.error("atheris is not installed; pip install 'corssim[prove]'")
    return atheris


def _targets(atheris: Any) -> Mapping[str, Target]:
    if atheris is None:
        from .every import TARGETS

        return TARGETS
    with atheris.instrument_imports(include=["corssim"]):
        from .every import TARGETS
    return TARGETS


def _look_at_growth(chosen: Mapping[str, Target], seconds: float, random: Random) -> int:
    from .damage import GrowsTooFast, a_growing_text, assert_it_grows_in_step

    end, texts, faults = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        name = random.choice(list(chosen))
        texts += 1
        try:
            assert_it_grows_in_step(chosen[name], *a_growing_text(chosen[name], random))
        except GrowsTooFast as error:
            faults += 1
            print(f"{name}: {error}", flush=True)
    print(f"{texts} texts, {faults} of them cost too much")
    return 1 if faults else 0


def _search(atheris: Any, chosen: Mapping[str, Target], seconds: float, corpus: Path, words: Path) -> None:
    searched = list(chosen.values())
    corpus.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(searched):
        for at, seed in enumerate(each.seeds):
            (corpus / f"seed-{number}-{at}").write_bytes(bytes([number]) + _bytes_of(seed, each))
    every_word = dict.fromkeys(word for each in searched for word in each.words)
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in every_word))
    options = {"max_total_time": int(seconds), "timeout": 120, "rss_limit_mb": 2048, "max_len": 8192, "len_control": 10}
    flags = [f"-{name}={value}" for name, value in options.items()]
    keeps = [f"-dict={words}", f"-artifact_prefix={corpus.parent}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], str(corpus), *flags, *keeps], _one_input(list(chosen), searched))
    atheris.Fuzz()


def _one_input(names: list[str], searched: list[Target]) -> Callable[[bytes], None]:
    from .damage import a_growing_text, assert_it_grows_in_step

    random = Random()
    runs = 0

    def one_input(data: bytes) -> None:
        nonlocal runs
        if not data:
            return
        runs += 1
        number = data[0] % len(searched)
        target = searched[number]
        text = data[1:].decode("latin-1") if target.is_bytes else data[1:].decode("utf-8", "replace")
        try:
            target.check(text)
            if runs % _GROWS_ONE_IN == 0:
                assert_it_grows_in_step(target, *a_growing_text(target._replace(seeds=[text]), random))
        except BaseException:
            print(f"\nFAULT in {names[number]!r}: {text!r}", file=sys.stderr, flush=True)
            raise

    return one_input


def _bytes_of(text: str, target: Target) -> bytes:
    return text.encode("latin-1" if target.is_bytes else "utf-8", "replace")


def _escaped(word: str) -> str:
    return "".join(chr(byte) if byte < 0x80 and chr(byte).isalnum() else f"\\x{byte:02x}" for byte in word.encode())


if __name__ == "__main__":
    sys.exit(main())
