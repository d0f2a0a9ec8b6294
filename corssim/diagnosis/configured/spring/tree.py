"""A program in the few kinds of nodes that its evaluation tells apart, whichever language it was written in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....records import record

if TYPE_CHECKING:
    from collections.abc import Iterator


@record(frozen=True, eq=False)
class Literal:
    value: Any


@record(frozen=True, eq=False)
class Text:
    """A text with places that are computed: `"https://$host"`."""

    parts: tuple[Expression, ...]


@record(frozen=True, eq=False)
class Name:
    name: str


@record(frozen=True, eq=False)
class Member:
    of: Expression
    name: str


@record(frozen=True, eq=False)
class Call:
    """A call of a method, of the one at hand where `of` is None. `names` are those of arguments that are given by name,
    "" for others."""

    of: Expression | None
    name: str
    arguments: tuple[Expression, ...]
    names: tuple[str, ...] = ()
    is_safe: bool = False


@record(frozen=True, eq=False)
class New:
    type: str
    arguments: tuple[Expression, ...]
    body: Class | None = None


@record(frozen=True, eq=False)
class Listed:
    items: tuple[Expression, ...]


@record(frozen=True, eq=False)
class At:
    """A place of a list or a map."""

    of: Expression
    index: Expression


@record(frozen=True, eq=False)
class Function:
    """A lambda. One without a name for its parameter calls it `it`; its value is that of the last statement."""

    parameters: tuple[str, ...]
    body: tuple[Statement, ...]


@record(frozen=True, eq=False)
class Reference:
    """`Type::method`."""

    of: str
    name: str


@record(frozen=True, eq=False)
class Operation:
    sign: str
    left: Expression
    right: Expression


@record(frozen=True, eq=False)
class Not:
    of: Expression


@record(frozen=True, eq=False)
class Choice:
    """`condition ? then : other`, and Kotlin's `if` where it is a value."""

    condition: Expression
    then: Expression
    other: Expression
    text: str


@record(frozen=True, eq=False)
class Assign:
    target: Expression
    sign: str
    value: Expression


@record(frozen=True, eq=False)
class IsOf:
    of: Expression
    type: str


@record(frozen=True, eq=False)
class Block:
    """Statements where an expression may stand; its value is that of the last."""

    body: tuple[Statement, ...]


@record(frozen=True, eq=False)
class Odd:
    """What is not understood, with its text."""

    text: str


Expression = (
    Literal | Text | Name | Member | Call | New | Listed | At | Function | Reference | Operation | Not | Choice
    | Assign | IsOf | Block | Odd
)  # fmt: skip


@record(frozen=True, eq=False)
class Local:
    name: str
    type: str
    value: Expression | None


@record(frozen=True, eq=False)
class Do:
    of: Expression


@record(frozen=True, eq=False)
class If:
    condition: Expression
    then: tuple[Statement, ...]
    other: tuple[Statement, ...]
    text: str


@record(frozen=True, eq=False)
class Return:
    value: Expression | None


@record(frozen=True, eq=False)
class Throw:
    """What ends it with an exception, or is not understood."""

    text: str


@record(frozen=True, eq=False)
class Each:
    name: str
    of: Expression
    body: tuple[Statement, ...]
    text: str


@record(frozen=True, eq=False)
class While:
    """A loop, with what is done behind each turn."""

    condition: Expression
    body: tuple[Statement, ...]
    update: tuple[Statement, ...]
    text: str


@record(frozen=True, eq=False)
class Try:
    body: tuple[Statement, ...]
    finally_: tuple[Statement, ...]


@record(frozen=True, eq=False)
class Leave:
    """`break` or `continue`."""

    word: str


Statement = Local | Do | If | Return | Throw | Each | While | Try | Leave


@record(frozen=True, eq=False)
class Annotation:
    """Arguments by their names; the one without a name is `value`."""

    name: str
    arguments: dict[str, Expression]
    text: str


@record(frozen=True, eq=False)
class Parameter:
    name: str
    type: str
    annotations: tuple[Annotation, ...] = ()


@record(frozen=True, eq=False)
class Field:
    name: str
    type: str
    value: Expression | None
    annotations: tuple[Annotation, ...] = ()
    is_constant: bool = False


@record(frozen=True, eq=False)
class Method:
    """`of` is the type that Kotlin lets it be called on, besides its class's."""

    name: str
    returns: str
    parameters: tuple[Parameter, ...]
    body: tuple[Statement, ...]
    annotations: tuple[Annotation, ...] = ()
    of: str = ""


@record(frozen=True, eq=False)
class Class:
    """A class, an interface or an object. `outer` is the one that it stands in. One without a name is that of an
    expression, or of what stands in no class at all."""

    name: str
    supers: tuple[str, ...]
    annotations: tuple[Annotation, ...]
    fields: tuple[Field, ...]
    methods: tuple[Method, ...]
    constructors: tuple[Method, ...]
    outer: Class | None = None


@record(frozen=True, eq=False)
class Program:
    """The classes of a text, those inside others too; what stands in none of them is in the `loose` one, and
    `statements` in no method. `odd` are the parts that the parser could not take, `annotations` those in them. One that
    `compares` texts by `==` is in a language that does so."""

    classes: tuple[Class, ...]
    loose: Class
    statements: tuple[Statement, ...]
    odd: tuple[str, ...]
    annotations: tuple[Annotation, ...] = ()
    compares: bool = False

    def everywhere(self) -> Iterator[Class]:
        yield from self.classes
        yield self.loose

    def named(self, name: str) -> Class | None:
        return next((each for each in self.classes if each.name == name), None)


def annotation(of: Class | Method | Field | Parameter, *names: str) -> Annotation | None:
    """The first annotation of one of these names."""
    return next((each for each in of.annotations if each.name in names), None)


def walk(*nodes: object) -> Iterator[object]:
    """Every node below these, and they themselves."""
    left = list(nodes)
    while left:
        node = left.pop()
        if isinstance(node, tuple):
            left += reversed(node)
        elif hasattr(node, "__dataclass_fields__"):
            yield node
            names = [name for name in node.__dataclass_fields__ if name != "outer"]
            left += [getattr(node, name) for name in reversed(names)]
