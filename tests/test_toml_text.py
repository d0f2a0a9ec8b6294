"""TOML of others: what the library takes for ever for, or cannot hold, is one error; all else is what it reads."""

from __future__ import annotations

import tomllib

import pytest

from corssim.toml_text import toml_of

_DOTS = "a." * 40


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n" + "a." * 5000 + "b = 1", "a key of more than 32 parts (at line 2)"),
        ("[" + "a . " * 5000 + "b]", "a key of more than 32 parts (at line 1)"),
        ('x = """\n\n"""\nx.y = { ' + "\"a\".'b'." * 5000 + "c = 1 }", "a key of more than 32 parts (at line 4)"),
        ("x = 1\nx = " + "9" * 5000, "a number of too many digits (at line 2)"),
        ("x = " + "[" * 5000, "brackets are nested too deeply"),
    ],
    ids=["a key", "a table's name", "quoted, in a table of one line", "a number", "brackets"],
)
def test_what_is_refused(text: str, said: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        toml_of(text)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    "text",
    [
        "a." * 31 + "b = 1",
        f'x = "{_DOTS}"',
        f"x = '{_DOTS}'  # {_DOTS}",
        f'x = "\\"{_DOTS}"',
        f'x = """"\n{_DOTS}\\"""{_DOTS}\n"""',
        f"x = ''''{_DOTS}\n''{_DOTS}\n'''",
        f'"{_DOTS}" = 1\n[x."{_DOTS}"."{_DOTS}"]',
    ],
    ids=["32 parts", "a text", "a literal", "an escape", "lines", "literal lines", "a part with dots"],
)
def test_dots_elsewhere_are_none_of_a_key(text: str) -> None:
    assert toml_of(text) == tomllib.loads(text)
