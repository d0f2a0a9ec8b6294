"""Expressions of script drawn by chance, that come to the same wherever they run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

# {n}: a number, {s}: a text, {b}: true or false, {a}: a list, {o}: an object, {u}: null or undefined, {x}: any of them
_FORMS = {
    "n": (
        "0", "1", "2", "3.5", "1e3", "({n} + {n})", "({n} - {n})", "({n} * {n})", "{a}.length", "{s}.length",
        "Number('12')", "Number('')", "parseInt('12px', 10)", "{s}.indexOf('a')",
    ),
    "s": (
        "'a'", "'abc'", "'a-b-c'", "''", "'Été'", "\"it's\"", "({s} + {s})", "({s} + {n})", "({s} + {u})",
        "`p${{{s}}}`", "`${{{a}}}`",
        "{s}.toUpperCase()", "{s}.slice(1)", "{s}.slice(-2)",
        "{s}.substring(2, 0)", "typeof {x}",
        "{s}.replace('a', 'b')", "{s}.replace('a', (m) => m + '!')", "{s}.split('-').reverse().join('+')",
        "{a}.join('-')", "String({n})", "encodeURIComponent({s})", "JSON.stringify({o})",
    ),
    "b": (
        "true", "false", "!{x}", "({x} == {u})", "({x} === {x})", "({x} != {u})", "({n} < {n})", "{a}.includes({n})",
        "{s}.startsWith('a')", "('a' in {o})", "{a}.some((x) => x > 1)",
    ),
    "u": ("null", "undefined", "void 0"),
    "a": (
        "[]", "[{n}, {s}]", "[{s}]", "[...{a}, {n}]", "{a}.map((x) => x + 1)", "{a}.filter((x) => x)",
        "{a}.filter(Boolean)",
        "{a}.concat([9])", "Object.keys({o})", "Object.entries({o})", "{s}.split('-')", "(([a, , ...r]) => r)({a})",
        "{a}.filter((x) => typeof x === 'number')",
    ),
    "o": (
        "({{ a: {x}, 'd-e': {n} }})", "({{ [`b`]: {x} }})", "({{ ...{o}, a: {x} }})", "Object.assign({{}}, {o}, {o})",
        "Object.fromEntries(Object.entries({o}))", "(({{ a, ...rest }}) => rest)({o})",
        "(({{ a = 5, b: z = 'd' }} = {{}}) => ({{ a, z }}))({o})", "({{ ...new Headers({{ a: 'b' }}) }})",
    ),
    "x": (
        "{n}", "{s}", "{b}", "{u}", "{a}", "{o}", "({b} ? {x} : {x})", "({x} || {x})", "({x} && {x})", "({x} ?? {x})",
        "{o}?.a", "{o}.a?.b", "{a}[1]", "((x, y = {x}) => y)({x})", "((...xs) => xs.length)({x}, ...{a})",
        "(() => {{ let v = {n}; v += {n}; return [v++, ++v]; }})()", "{a}.find((x) => x)",
        "(() => {{ if ({x}) return {x}; return {x}; }})()", "(() => {{ let v = {u}; v ??= {x}; return v; }})()",
        "(() => {{ const out = []; for (const x of {a}) out.push(x); return out; }})()",
        "(() => {{ const o = {o}; o.q = {x}; delete o.a; return o; }})()",
        "(() => {{ switch ({n}) {{ case 1: return 'one'; default: return 'many'; }} }})()",
        "(() => {{ const [first, ...others] = {a}; return [others, first]; }})()",
    ),
}  # fmt: skip
_PLAIN = {"n": "7", "s": "'t'", "b": "true", "u": "null", "a": "[2, 'b']", "o": "({ b: 2 })", "x": "'v'"}


class _Drawn(dict[str, str]):
    """Fills the holes of a form: each is drawn anew."""

    def __init__(self, random: Random, depth: int) -> None:
        self._random, self._depth = random, depth

    def __getitem__(self, kind: str) -> str:
        return drawn_expression(self._random, self._depth - 1, kind)


def drawn_expression(random: Random, depth: int = 3, kind: str = "x") -> str:
    if depth < 0:
        return _PLAIN[kind]
    form = random.choice(_FORMS[kind])
    return form.format_map(_Drawn(random, depth))
