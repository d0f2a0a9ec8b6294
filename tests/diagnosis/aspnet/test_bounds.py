"""A text of C# that would take long, or go too deep, is not known in a moment."""

from __future__ import annotations

import time

import pytest

from corssim.diagnosis.configured.judge import judged
from corssim.diagnosis.configured.read import configuration_in

NINE = "new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }"
TEXTS = {
    "a long chain": "app.UseCors(p => p" + '.WithOrigins("https://a.example")' * 3000 + ");",
    "brackets": "app.UseCors(" + "(" * 20_000 + ");",
    "conditions inside each other": "if (a) {" * 3000 + "app.UseCors();" + "}" * 3000,
    "many conditions": "".join(f'if (c{n}) {{ app.UseCors("x{n}"); }}\n' for n in range(2000)),
    "loops inside each other": f"foreach (var a in {NINE}) " * 6 + "app.UseCors();",
    "a function that calls itself": "app.UseCors(p => F(p)); void F(CorsPolicyBuilder p) { F(p); F(p); }",
    "a text that doubles": 'var s = "aaaaaaaa";' + "s = s + s;" * 60 + "app.UseCors(p => p.WithOrigins(s));",
    "a list that doubles": (
        'var l = new List<string> { "a" };' + "l.AddRange(l);" * 60 + "app.UseCors(p => p.WithOrigins(l));"
    ),
    "many attributes": '[EnableCors("*", "*", "*")] class A {}\n' * 5000,
    "many policies": (
        "".join(f'o.AddPolicy("p{n}", p => p.AllowAnyOrigin());\n' for n in range(9000)) + 'app.UseCors("p1");'
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_without_end_is_not_known_in_a_moment(name: str) -> None:
    begun = time.process_time()
    configured = configuration_in(TEXTS[name])
    assert configured is not None
    assert {each.verdict for each in judged(configured)} == {None}
    assert time.process_time() - begun < 15
