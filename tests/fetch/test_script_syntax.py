"""Which texts could be scripts, by their tokens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from corssim.fetch.script_syntax import has_the_tokens_of_a_script

SCRIPTS = [
    "",
    "// only a comment",
    "self.__ran = 1;",
    "(function () { self.__ran = 1 })()",
    "!function () { run() }()",
    "-!+~1",
    "'use strict'; let a = 1",
    "a: 1\nb: 2",
    "a,b\n1,2",
    "x = /['\"/]/g; y = x / 2 / 3",
    "x=/a/",
    "if (x) /'/.test(y)",
    "return_ = tag`a`",
    "`${a} 'b`",
    "\\u0061 = 1",
    "for (const a of b) ; for (const c in d) { break }",
    "class A extends B { #a = 1; static get b() { return !this.#a } }",
    "#!/usr/bin/env node\nself.a = 1",
    "<!-- hidden\nself.a = 1\n--> the end",
    "import('./x.js')",
    "await\n1",
    "await",
    ".5 + 1e+5",
    "a\n++b",
    "typeof /a/",
    "a++ / 2",
    "[1] / 2",
    "a\n{ b: 1 }",
    "class A { b() { return 1 } }",
]
NO_SCRIPTS = [
    "not html",
    "Error: not found",
    "ok\nnot found here",
    "2026-01-01 12:00 started",
    "42 apples",
    "Hello, world!",
    "wait ~x",
    "'a' 'b'",
    "https://a.example/",
    "/a/b",
    "/a/ /b/",
    "100%",
    "(hello",
    "(a]",
    "a)",
    '"hello',
    "It's ok",
    "a@b.example",
    "# Title",
    "< 5",
    ".foo",
    "return 1",
    "else x",
    'import "./y.js";',
    "import",
    "export default 1;",
    "await 1",
    "self.a = 1 /* no end",
    "=/[a",
    "body { color: red }",
    "'a' { b: 1 }",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_could_be_a_script(text: str) -> None:
    assert has_the_tokens_of_a_script(text)


@pytest.mark.parametrize("text", NO_SCRIPTS)
def test_what_is_no_script(text: str) -> None:
    assert not has_the_tokens_of_a_script(text)


def test_a_text_too_long_to_be_looked_at_could_be_a_script() -> None:
    assert not has_the_tokens_of_a_script("a b " * (1 << 16))
    assert has_the_tokens_of_a_script("a b " * (1 << 16) + "c")


@pytest.mark.parametrize("unit", ["/*", "/[", "=/[", "`${", "<!--\n", "/*\n", "'\\\n"])
def test_texts_that_open_and_never_close_are_read_once(unit: str) -> None:
    # What is read again from each opening to the end would take hours here.
    assert isinstance(has_the_tokens_of_a_script(unit * 200_000), bool)


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("ab1 \n'\"`/\\$({[]})+-!=.;:#@<>*"), max_size=30))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(has_the_tokens_of_a_script(text), bool)
