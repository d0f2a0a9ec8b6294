"""Java, read into the nodes that are evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....records import replace
from .syntax import errors_of, odd, parse, shown, text_of
from .tree import (
    Annotation,
    Assign,
    At,
    Call,
    Choice,
    Class,
    Do,
    Each,
    Field,
    Function,
    If,
    IsOf,
    Leave,
    Listed,
    Literal,
    Local,
    Member,
    Method,
    Name,
    New,
    Not,
    Odd,
    Operation,
    Parameter,
    Program,
    Reference,
    Return,
    Throw,
    Try,
    While,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    from .tree import Expression, Statement

_CLASSES: Final = frozenset({"class_declaration", "interface_declaration", "record_declaration", "enum_declaration"})
_WRAPS: Final = (
    "%s",
    "%s\nclass A {}",
    "%s\nvoid a() {}",
    "class Loose__ {\n%s\n}",
    "class A { void a() {\n%s\n} }",
    "%s }",
    "%s }}",
)
_ESCAPES: Final = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\", "r": "\r", "s": " ", "\n": ""}
LOOSE: Final = "Loose__"


def read_java(text: str) -> Program:
    """A program, or the part of one. Raises `NotParsed`, and ImportError where there is no parser."""
    import tree_sitter
    import tree_sitter_java

    root = parse(text, tree_sitter.Language(tree_sitter_java.language()), _WRAPS)
    reader = _Reader()
    loose = Class("", (), (), (), (), ())
    statements: list[Statement] = []
    fields: list[Field] = []
    methods: list[Method] = []
    for node in root.named_children:
        if node.type in _CLASSES:
            reader.class_of(node, None)
        elif node.type == "method_declaration":
            methods.append(reader.method(node))
        elif node.type == "local_variable_declaration":
            fields += reader.fields(node)
        elif node.type not in ("import_declaration", "package_declaration", "ERROR", *_SKIPPED):
            statements += reader.statement(node)
    wrapped = next((each for each in reader.classes if each.name == LOOSE), None)
    loose = (
        replace(loose, fields=tuple(fields), methods=tuple(methods)) if wrapped is None else replace(wrapped, name="")
    )
    errors = list(errors_of(root))
    return Program(
        tuple(each for each in reader.classes if each.name != LOOSE),
        loose,
        tuple(statements),
        tuple(shown(node, 200) for node in errors),
        tuple(reader.annotation(each) for node in errors for each in _annotations_in(node)),
    )


_SKIPPED: Final = frozenset({"line_comment", "block_comment"})


def _annotations_in(node: Node) -> Iterator[Node]:
    nodes = [node]
    while nodes:
        each = nodes.pop()
        if each.type in ("annotation", "marker_annotation"):
            yield each
        else:
            nodes += reversed(each.named_children)


def simple(name: str) -> str:
    """A type's name without its package and its parameters."""
    bare = name.partition("<")[0].strip()
    return bare.rpartition(".")[2] + ("[]" if name.endswith("[]") and not bare.endswith("[]") else "")


def _children(node: Node | None) -> list[Node]:
    return [] if node is None else [each for each in node.named_children if each.type not in _SKIPPED]


class _Reader:
    def __init__(self) -> None:
        self.classes: list[Class] = []
        self._read: dict[str, Callable[[Node], Expression]] = {
            "identifier": lambda node: Name(text_of(node)),
            "this": lambda _: Name("this"),
            "super": lambda _: Name("super"),
            "string_literal": _string,
            "character_literal": _string,
            "decimal_integer_literal": _number,
            "octal_integer_literal": _number,
            "hex_integer_literal": _number,
            "true": lambda _: Literal(True),
            "false": lambda _: Literal(False),
            "null_literal": lambda _: Literal(None),
            "parenthesized_expression": lambda node: self.expression(_children(node)[0]),
            "cast_expression": lambda node: self.expression(node.child_by_field_name("value")),
            "method_invocation": self._call,
            "field_access": lambda node: Member(
                self._field(node, "object"), text_of(node.child_by_field_name("field"))
            ),
            "object_creation_expression": self._new,
            "array_creation_expression": self._array,
            "array_initializer": lambda node: Listed(self._all(node)),
            "element_value_array_initializer": lambda node: Listed(self._all(node)),
            "array_access": lambda node: At(self._field(node, "array"), self._field(node, "index")),
            "lambda_expression": self._lambda,
            "method_reference": self._reference,
            "binary_expression": lambda node: Operation(
                text_of(node.child_by_field_name("operator")), self._field(node, "left"), self._field(node, "right")
            ),
            "unary_expression": self._unary,
            "ternary_expression": lambda node: Choice(
                self._field(node, "condition"),
                self._field(node, "consequence"),
                self._field(node, "alternative"),
                shown(node.child_by_field_name("condition")),
            ),
            "assignment_expression": lambda node: Assign(
                self._field(node, "left"), text_of(node.child_by_field_name("operator")), self._field(node, "right")
            ),
            "instanceof_expression": lambda node: IsOf(
                self._field(node, "left"), simple(text_of(node.child_by_field_name("right")))
            ),
            "class_literal": lambda node: Member(Name(simple(text_of(node).rpartition(".")[0])), "class"),
            "update_expression": lambda node: Assign(
                self.expression(_children(node)[0]), "+=" if "++" in text_of(node) else "-=", Literal(1)
            ),
        }

    def expression(self, node: Node | None) -> Expression:
        if node is None or node.type not in self._read:
            return odd(node)
        return self._read[node.type](node)

    def _field(self, node: Node, name: str) -> Expression:
        return self.expression(node.child_by_field_name(name))

    def _all(self, node: Node | None) -> tuple[Expression, ...]:
        return tuple(self.expression(each) for each in _children(node))

    def _call(self, node: Node) -> Expression:
        of = node.child_by_field_name("object")
        return Call(
            None if of is None else self.expression(of),
            text_of(node.child_by_field_name("name")),
            self._all(node.child_by_field_name("arguments")),
        )

    def _new(self, node: Node) -> Expression:
        type_ = simple(text_of(node.child_by_field_name("type")))
        body = next((each for each in node.named_children if each.type == "class_body"), None)
        inner = None if body is None else self._body(Class("", (type_,), (), (), (), ()), body)
        return New(type_, self._all(node.child_by_field_name("arguments")), inner)

    def _array(self, node: Node) -> Expression:
        value = node.child_by_field_name("value")
        return Listed(()) if value is None else self.expression(value)

    def _lambda(self, node: Node) -> Expression:
        given = node.child_by_field_name("parameters")
        if given is not None and given.type == "identifier":
            parameters: tuple[str, ...] = (text_of(given),)
        else:
            names = (each.child_by_field_name("name") or each for each in _children(given))
            parameters = tuple(text_of(each) for each in names)
        body = node.child_by_field_name("body")
        if body is not None and body.type == "block":
            return Function(parameters, self.block(body))
        return Function(parameters, (Return(self.expression(body)),))

    def _reference(self, node: Node) -> Expression:
        of, _, name = text_of(node).rpartition("::")
        return Reference(simple(of), name.strip())

    def _unary(self, node: Node) -> Expression:
        sign, of = text_of(node.child_by_field_name("operator")), self._field(node, "operand")
        if sign == "!":
            return Not(of)
        return Operation("-", Literal(0), of) if sign == "-" else odd(node)

    def block(self, node: Node | None) -> tuple[Statement, ...]:
        """The statements of a block, or the one that stands in its place."""
        if node is None:
            return ()
        inner = _children(node) if node.type in ("block", "constructor_body") else [node]
        return tuple(statement for each in inner for statement in self.statement(each))

    def statement(self, node: Node) -> list[Statement]:
        match node.type:
            case "expression_statement":
                return [Do(self.expression(each)) for each in _children(node)]
            case "local_variable_declaration":
                return [Local(each.name, each.type, each.value) for each in self.fields(node)]
            case "if_statement":
                condition = node.child_by_field_name("condition")
                return [
                    If(
                        self.expression(condition),
                        self.block(node.child_by_field_name("consequence")),
                        self.block(node.child_by_field_name("alternative")),
                        shown(condition).removeprefix("(").removesuffix(")"),
                    )
                ]
            case "return_statement":
                inner = _children(node)
                return [Return(self.expression(inner[0]) if inner else None)]
            case "explicit_constructor_invocation" if text_of(node).lstrip().startswith("super"):
                return [Do(Call(None, "super", self._all(node.child_by_field_name("arguments"))))]
            case "throw_statement":
                return [Throw(shown(node))]
            case "enhanced_for_statement":
                name, body = text_of(node.child_by_field_name("name")), self.block(node.child_by_field_name("body"))
                return [Each(name, self._field(node, "value"), body, shown(node))]
            case "for_statement" | "while_statement":
                begin = [one for each in node.children_by_field_name("init") for one in self._part(each)]
                update = [one for each in node.children_by_field_name("update") for one in self._part(each)]
                condition = node.child_by_field_name("condition")
                body = self.block(node.child_by_field_name("body"))
                asked = Literal(True) if condition is None else self.expression(condition)
                return [*begin, While(asked, body, tuple(update), shown(node))]
            case "try_statement" | "try_with_resources_statement":
                final = next((each for each in node.named_children if each.type == "finally_clause"), None)
                resources = node.child_by_field_name("resources")
                opened: list[Statement] = [Do(odd(each)) for each in _children(resources)]
                body = self.block(node.child_by_field_name("body"))
                return [Try((*opened, *body), self.block(_children(final)[0]) if final is not None else ())]
            case "block" | "synchronized_statement" | "labeled_statement":
                return [inner for each in _children(node) for inner in self.statement(each)]
            case "break_statement" | "continue_statement":
                return [Leave(node.type.partition("_")[0])]
            case "class_declaration" | "record_declaration" | "interface_declaration" | "enum_declaration":
                self.class_of(node, None)
                return []
            case "line_comment" | "block_comment" | "import_declaration" | ";":
                return []
            case "assert_statement" | "ERROR":
                return [Do(odd(node))]
            case _ if node.type.endswith("_statement") or node.type == "switch_expression":
                return [Throw(shown(node))]
            case _:
                return [Do(self.expression(node))]

    def _part(self, node: Node) -> list[Statement]:
        """A part of a loop's head."""
        return self.statement(node) if node.type.endswith("_declaration") else [Do(self.expression(node))]

    def annotation(self, node: Node) -> Annotation:
        arguments: dict[str, Expression] = {}
        for each in _children(node.child_by_field_name("arguments")):
            if each.type == "element_value_pair":
                arguments[text_of(each.child_by_field_name("key"))] = self._field(each, "value")
            else:
                arguments["value"] = self.expression(each)
        return Annotation(simple(text_of(node.child_by_field_name("name"))), arguments, shown(node))

    def _annotations(self, node: Node) -> tuple[Annotation, ...]:
        modifiers = next((each for each in node.children if each.type == "modifiers"), None)
        return tuple(
            self.annotation(each) for each in _children(modifiers) if each.type in ("annotation", "marker_annotation")
        )

    def fields(self, node: Node) -> Iterator[Field]:
        type_ = simple(text_of(node.child_by_field_name("type")))
        annotations, words = self._annotations(node), _words(node)
        for each in node.children_by_field_name("declarator"):
            value = each.child_by_field_name("value")
            yield Field(
                text_of(each.child_by_field_name("name")),
                type_,
                None if value is None else self.expression(value),
                annotations,
                "final" in words,
            )

    def method(self, node: Node) -> Method:
        return Method(
            text_of(node.child_by_field_name("name")),
            text_of(node.child_by_field_name("type")),
            tuple(self._parameters(node.child_by_field_name("parameters"))),
            self.block(node.child_by_field_name("body")),
            self._annotations(node),
        )

    def _parameters(self, node: Node | None) -> Iterator[Parameter]:
        for each in _children(node):
            name = each.child_by_field_name("name")
            if each.type == "spread_parameter":
                name = next((part for part in each.named_children if part.type == "variable_declarator"), None)
            if each.type in ("formal_parameter", "spread_parameter"):
                type_ = simple(text_of(each.child_by_field_name("type")))
                yield Parameter(text_of(name), type_, self._annotations(each))

    def class_of(self, node: Node, outer: Class | None) -> None:
        """Read a class and those inside it."""
        supers = [
            simple(text_of(each))
            for part in node.children
            if part.type in ("superclass", "super_interfaces", "extends_interfaces")
            for kind in _children(part)
            for each in (_children(kind) if kind.type == "type_list" else [kind])
        ]
        name, body = text_of(node.child_by_field_name("name")), node.child_by_field_name("body")
        bare = Class(name, tuple(supers), self._annotations(node), (), (), (), outer)
        if body is None:
            return
        made = self._body(bare, body)
        self.classes.append(made)
        for each in _children(body):
            if each.type in _CLASSES:
                self.class_of(each, made)

    def _body(self, bare: Class, body: Node) -> Class:
        members = _children(body)
        return replace(
            bare,
            fields=tuple(
                field
                for each in members
                if each.type in ("field_declaration", "constant_declaration")
                for field in self.fields(each)
            ),
            methods=tuple(self.method(each) for each in members if each.type == "method_declaration"),
            constructors=tuple(self.method(each) for each in members if each.type == "constructor_declaration"),
        )


def _words(node: Node) -> frozenset[str]:
    modifiers = next((each for each in node.children if each.type == "modifiers"), None)
    return frozenset() if modifiers is None else frozenset(each.type for each in modifiers.children)


def _string(node: Node) -> Expression:
    text = text_of(node)
    if text.startswith('"""'):
        return Literal(text[3:-3].strip("\n"))
    found, escaped = [], False
    for letter in text[1:-1]:
        if escaped:
            found.append(_ESCAPES.get(letter, letter))
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            found.append(letter)
    return Literal("".join(found))


def _number(node: Node) -> Expression:
    text = text_of(node).rstrip("lL").replace("_", "")
    base = 16 if text[:2] in ("0x", "0X") else 8 if text[:1] == "0" else 10
    try:
        return Literal(int(text, base))
    except ValueError:
        return Odd(text)
