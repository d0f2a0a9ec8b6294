"""Values of expressions against those that Node.js gives: what is not said to be unknown is the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from random import Random
from urllib.parse import unquote

import pytest

from corssim.scenario.sources import read_source

from .drawn_expressions import drawn_expression

NODE = shutil.which("node")
AROUND = "https://api.example/?v="
BY_NODE = """
const expressions = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(expressions.map((each) => {
  try { return JSON.stringify({ r: eval(each) }); } catch { return null; }
})));
"""


@pytest.mark.skipif(NODE is None, reason="no Node.js is here")
@pytest.mark.parametrize("seed", range(8))
def test_a_drawn_expression_comes_to_what_it_comes_to_in_node(seed: int) -> None:
    random = Random(seed)
    expressions = [drawn_expression(random) for _ in range(40)]
    assert NODE is not None
    ran = subprocess.run(
        [NODE, "-e", BY_NODE], input=json.dumps(expressions), capture_output=True, text=True, check=True
    )
    known = 0
    for expression, real in zip(expressions, json.loads(ran.stdout), strict=True):
        if real is None:
            continue  # it throws
        reading = read_source(f"fetch('{AROUND}' + encodeURIComponent(JSON.stringify({{ r: {expression} }})))")
        if reading.not_known or any(guess.what not in ("page", "mode", "credentials") for guess in reading.guessed):
            continue
        known += 1
        assert unquote(reading.url.removeprefix(AROUND)) == real, expression
    assert known > 20
