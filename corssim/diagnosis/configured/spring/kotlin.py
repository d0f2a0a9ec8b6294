"""Kotlin, read into the nodes that are evaluated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ....records import replace
from .java import LOOSE, simple
from .syntax import errors_of, odd, parse, shown, text_of
from .tree import (
    Annotation,
    Assign,
    At,
    Block,
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
    Text,
    Throw,
    Try,
    While,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

    from .tree import Expression, Statement

_KOTLIN: Final = lazy_pattern(
    r"\bfun\s+(?:<[^<>\n]{1,80}>\s*)?\w[\w.]*\s*\(|\bval\s+\w+|\b(?:listOf|arrayOf|mutableListOf|setOf)\s*\("
    r"|\bhttp\s*\{|@CrossOrigin\s*\([^)\n]{0,200}\["
)
_WRAPS: Final = ("%s", "%s\nclass A", "class Loose__ {\n%s\n}", "%s }")
_SKIPPED: Final = frozenset({"line_comment", "block_comment", "package_header", "import", "shebang"})
_TYPES: Final = frozenset({"user_type", "nullable_type", "function_type", "type_identifier", "parenthesized_type"})
_CLASSES: Final = frozenset({"class_declaration", "object_declaration", "companion_object"})
_WORDS: Final = {"true": True, "false": False, "null": None}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r"}
_JUMPS: Final = ("break", "continue")


def is_kotlin(text: str) -> bool:
    """Whether a text is Kotlin's, and not Java's."""
    return _KOTLIN.search(text) is not None


def read_kotlin(text: str) -> Program:
    """A program, or the part of one. Raises `NotParsed`, and ImportError where there is no parser."""
    import tree_sitter
    import tree_sitter_kotlin

    root = parse(text, tree_sitter.Language(tree_sitter_kotlin.language()), _WRAPS)
    reader = _Reader()
    statements: list[Statement] = []
    fields: list[Field] = []
    methods: list[Method] = []
    for node in _children(root):
        if node.type in _CLASSES:
            reader.class_of(node, None)
        elif node.type == "function_declaration":
            methods.append(reader.method(node))
        elif node.type == "property_declaration":
            fields.append(reader.property(node))
        elif node.type != "ERROR":
            statements += reader.statement(node)
    wrapped = next((each for each in reader.classes if each.name == LOOSE), None)
    loose = Class("", (), (), tuple(fields), tuple(methods), ()) if wrapped is None else replace(wrapped, name="")
    errors = list(errors_of(root))
    return Program(
        tuple(each for each in reader.classes if each.name != LOOSE),
        loose,
        tuple(statements),
        tuple(shown(node, 200) for node in errors),
        tuple(reader.annotation(each) for node in errors for each in _annotations_in(node)),
        compares=True,
    )


def _annotations_in(node: Node) -> Iterator[Node]:
    nodes = [node]
    while nodes:
        each = nodes.pop()
        if each.type == "annotation":
            yield each
        else:
            nodes += reversed(each.named_children)


def _children(node: Node | None) -> list[Node]:
    return [] if node is None else [each for each in node.named_children if each.type not in _SKIPPED]


def _first(node: Node | None, *types: str) -> Node | None:
    return None if node is None else next((each for each in node.named_children if each.type in types), None)


def _has(node: Node, word: str) -> bool:
    return any(each.type == word for each in node.children)


class _Reader:
    def __init__(self) -> None:
        self.classes: list[Class] = []
        self._read: dict[str, Callable[[Node], Expression]] = {
            "identifier": _name,
            "this_expression": lambda _: Name("this"),
            "super_expression": lambda _: Name("super"),
            "string_literal": self._string,
            "multiline_string_literal": self._string,
            "number_literal": _number,
            "parenthesized_expression": lambda node: self.expression(_children(node)[0]),
            "as_expression": lambda node: self.expression(_children(node)[0]),
            "annotated_lambda": lambda node: self.expression(_children(node)[-1]),
            "spread_expression": lambda node: self.expression(_children(node)[0]),
            "call_expression": self._call,
            "navigation_expression": self._navigation,
            "lambda_literal": self._lambda,
            "anonymous_function": self._anonymous,
            "collection_literal": lambda node: Listed(self._all(node)),
            "index_expression": lambda node: At(*self._all(node)[:2]) if len(_children(node)) > 1 else odd(node),
            "callable_reference": self._reference,
            "binary_expression": self._binary,
            "infix_expression": self._infix,
            "in_expression": self._binary,
            "is_expression": self._is,
            "unary_expression": self._unary,
            "if_expression": self._if,
            "when_expression": self._when,
            "object_literal": self._object,
            "try_expression": lambda node: Block(tuple(self.statement(node))),
            "return_expression": lambda node: Block(tuple(self.statement(node))),
            "throw_expression": lambda node: Block(tuple(self.statement(node))),
            "assignment": self._assignment,
            "block": lambda node: Block(self.block(node)),
            "control_structure_body": lambda node: Block(self.block(node)),
        }

    def expression(self, node: Node | None) -> Expression:
        if node is None or node.type not in self._read:
            return odd(node)
        return self._read[node.type](node)

    def _all(self, node: Node | None) -> tuple[Expression, ...]:
        return tuple(self.expression(each) for each in _children(node))

    # Expressions.

    def _string(self, node: Node) -> Expression:
        parts: list[Expression] = []
        pending = False  # a `$` in front of a name
        for each in node.named_children:
            text = text_of(each)
            if each.type == "interpolation":
                parts.append(self.expression(_children(each)[0]) if _children(each) else odd(each))
            elif each.type == "escape_sequence":
                parts.append(Literal(_ESCAPES.get(text[1:], text[1:])))
            elif pending and (found := re.match(r"[A-Za-z_]\w*", text)) is not None:
                parts[-1:] = [Name(found[0]), Literal(text[found.end() :])]
            else:
                parts.append(Literal(text))
            pending = each.type == "string_content" and text.endswith("$")
            if pending and isinstance(parts[-1], Literal):
                parts[-1:] = [Literal(text[:-1]), Literal("$")]
        if all(isinstance(each, Literal) for each in parts):
            return Literal("".join(each.value for each in parts if isinstance(each, Literal)))
        return Text(tuple(parts))

    def _call(self, node: Node) -> Expression:
        of, *rest = _children(node)
        arguments: list[Expression] = []
        names: list[str] = []
        types = _first(node, "type_arguments")
        for each in rest:
            if each.type == "value_arguments":
                for given in _children(each):
                    name, value = self._argument(given)
                    names.append(name)
                    arguments.append(value)
            elif each.type != "type_arguments":
                names.append("")
                arguments.append(self.expression(each))
        called = self.expression(of)
        if isinstance(called, Name):
            owner, name, is_safe = None, called.name, False
        elif isinstance(called, Member):
            owner, name, is_safe = called.of, called.name, _has(of, "?.")
        else:
            return Call(called, "invoke", tuple(arguments), tuple(names))
        if types is not None and name.startswith("addFilter"):
            arguments.append(Member(Name(simple(text_of(types)[1:-1])), "class"))
        return Call(owner, name, tuple(arguments), tuple(names), is_safe)

    def _argument(self, node: Node) -> tuple[str, Expression]:
        inner = _children(node)
        if not inner:
            return "", odd(node)
        name = text_of(inner[0]) if _has(node, "=") and len(inner) > 1 else ""
        return name, self.expression(inner[-1])

    def _navigation(self, node: Node) -> Expression:
        inner = _children(node)
        if _has(node, "::"):
            return self._reference(node)
        if len(inner) < 2:
            return odd(node)
        of = self.expression(inner[0])
        if isinstance(of, Member) and of.name == "class":
            return of  # X::class.java
        if isinstance(of, Reference) and of.name == "class":
            return Member(Name(of.of), "class")
        return Member(of, text_of(inner[-1]))

    def _reference(self, node: Node) -> Expression:
        of, _, name = text_of(node).rpartition("::")
        return Member(Name(simple(of)), "class") if name == "class" else Reference(simple(of), name.strip())

    def _lambda(self, node: Node) -> Expression:
        given = _first(node, "lambda_parameters")
        names = tuple(text_of(_first(each, "identifier") or each) for each in _children(given))
        body = [each for each in _children(node) if each.type != "lambda_parameters"]
        return Function(names, tuple(one for each in body for one in self.statement(each)))

    def _anonymous(self, node: Node) -> Expression:
        parameters = tuple(each.name for each in self._parameters(_first(node, "function_value_parameters")))
        return Function(parameters, self._body_of(_first(node, "function_body")))

    def _binary(self, node: Node) -> Expression:
        sign = next((each.type for each in node.children if not each.is_named), "")
        left, right = (self.expression(each) for each in _children(node)[:2])
        if sign == ">" and isinstance(left, Operation) and isinstance(left.left, Name):
            # A call with a type, which the grammar takes for two comparisons.
            return Call(None, left.left.name, (right, Member(left.right, "class")))
        return Operation(sign, left, right)

    def _infix(self, node: Node) -> Expression:
        inner = _children(node)
        if len(inner) != 3:
            return odd(node)
        if text_of(inner[1]) == "to":
            return Operation("to", self.expression(inner[0]), self.expression(inner[2]))
        return Call(self.expression(inner[0]), text_of(inner[1]), (self.expression(inner[2]),))

    def _is(self, node: Node) -> Expression:
        of, type_ = _children(node)[0], _children(node)[-1]
        asked = IsOf(self.expression(of), simple(text_of(type_)))
        return Not(asked) if _has(node, "!is") else asked

    def _unary(self, node: Node) -> Expression:
        of = self.expression(_children(node)[0])
        sign = next((each.type for each in node.children if not each.is_named), "")
        if sign == "!":
            return Not(of)
        return Operation("-", Literal(0), of) if sign == "-" else of

    def _if(self, node: Node) -> Expression:
        condition, then, other = _branches(node)
        return Choice(
            self.expression(condition),
            Block(self.block(then)),
            Block(self.block(other)) if other is not None else Literal(None),
            shown(condition),
        )

    def _when(self, node: Node) -> Expression:
        subject = _first(node, "when_subject")
        of = None if subject is None else self.expression(_children(subject)[-1])
        result: Expression = Literal(None)
        for entry in reversed([each for each in _children(node) if each.type == "when_entry"]):
            conditions = entry.children_by_field_name("condition")
            body = Block(self.block(_children(entry)[-1]))
            if not conditions:
                result = body
                continue
            asked: Expression | None = None
            for each in conditions:
                one = self.expression(each)
                one = one if of is None else Operation("==", of, one)
                asked = one if asked is None else Operation("||", asked, one)
            assert asked is not None
            result = Choice(asked, body, result, shown(conditions[0]))
        return result

    def _object(self, node: Node) -> Expression:
        supers = self._supers(node)
        body = self._members(Class("", supers, (), (), (), ()), _first(node, "class_body"))
        return New(supers[0] if supers else "", (), body)

    def _assignment(self, node: Node) -> Expression:
        sign = next((each.type for each in node.children if not each.is_named), "=")
        return Assign(
            self.expression(node.child_by_field_name("left")), sign, self.expression(node.child_by_field_name("right"))
        )

    # Statements.

    def block(self, node: Node | None) -> tuple[Statement, ...]:
        """The statements of a block, or the one that stands in its place."""
        if node is None:
            return ()
        inner = _children(node) if node.type in ("block", "control_structure_body", "statements") else [node]
        return tuple(statement for each in inner for statement in self.statement(each))

    def statement(self, node: Node) -> list[Statement]:
        match node.type:
            case "property_declaration":
                made = self.property(node)
                return [Local(made.name, made.type, made.value)]
            case "if_expression":
                condition, then, other = _branches(node)
                return [If(self.expression(condition), self.block(then), self.block(other), shown(condition))]
            case "return_expression":
                inner = [each for each in _children(node) if each.type != "label"]
                return [Return(self.expression(inner[-1]) if inner else None)]
            case "throw_expression":
                return [Throw(shown(node))]
            case "for_statement":
                name, of, *body = _children(node)
                run = tuple(one for each in body for one in self.block(each))
                return [Each(text_of(_first(name, "identifier") or name), self.expression(of), run, shown(node))]
            case "while_statement":
                asks, *turns = _children(node)
                turn = tuple(one for each in turns for one in self.block(each))
                return [While(self.expression(asks), turn, (), shown(node))]
            case "do_while_statement":
                return [Throw(shown(node))]
            case "try_expression":
                final = _first(node, "finally_block")
                return [Try(self.block(_first(node, "block")), self.block(_first(final, "block")))]
            case "statements" | "block":
                return list(self.block(node))
            case "break_expression" | "continue_expression":
                return [Leave(node.type.partition("_")[0])]
            case "class_declaration" | "object_declaration":
                self.class_of(node, None)
                return []
            case _ if text_of(node) in _JUMPS:
                return [Leave(text_of(node))]
            case _ if node.type in _SKIPPED:
                return []
            case _:
                return [Do(self.expression(node))]

    # Declarations.

    def annotation(self, node: Node) -> Annotation:
        made = _first(node, "constructor_invocation")
        name = _first(made or node, "user_type")
        arguments: dict[str, Expression] = {}
        rest: list[Expression] = []
        for each in _children(_first(made, "value_arguments")):
            key, value = self._argument(each)
            if key:
                arguments[key] = value
            else:
                rest.append(value)
        if rest:
            arguments["value"] = rest[0] if len(rest) == 1 else Listed(tuple(rest))
        return Annotation(simple(text_of(name)), arguments, shown(node))

    def _annotations(self, node: Node) -> tuple[Annotation, ...]:
        modifiers = _first(node, "modifiers", "parameter_modifiers")
        return tuple(self.annotation(each) for each in _children(modifiers) if each.type == "annotation")

    def property(self, node: Node) -> Field:
        declared = _first(node, "variable_declaration")
        type_ = _first(declared, *_TYPES)
        rest = [each for each in _children(node) if each.type not in ("modifiers", "variable_declaration", "getter")]
        return Field(
            text_of(_first(declared, "identifier")),
            simple(text_of(type_)).removesuffix("?"),
            self.expression(rest[-1]) if rest else None,
            self._annotations(node),
            "const" in text_of(_first(node, "modifiers")),
        )

    def method(self, node: Node) -> Method:
        body = self._body_of(_first(node, "function_body"))
        name = node.child_by_field_name("name")
        at = 0 if name is None else name.start_byte
        receivers = [each for each in _children(node) if each.type in _TYPES and each.start_byte < at]
        types = [each for each in _children(node) if each.type in _TYPES and each.start_byte > at]
        return Method(
            text_of(name),
            text_of(types[-1]).removesuffix("?") if types else _given_by(body),
            tuple(self._parameters(_first(node, "function_value_parameters"))),
            body,
            self._annotations(node),
            simple(text_of(receivers[-1])) if receivers else "",
        )

    def _body_of(self, node: Node | None) -> tuple[Statement, ...]:
        inner = _children(node)
        if not inner:
            return ()
        return self.block(inner[0]) if inner[0].type == "block" else (Return(self.expression(inner[0])),)

    def _parameters(self, node: Node | None) -> Iterator[Parameter]:
        annotations: tuple[Annotation, ...] = ()
        for each in _children(node):
            if each.type == "parameter_modifiers":
                annotations = tuple(self.annotation(one) for one in _children(each) if one.type == "annotation")
            elif each.type in ("parameter", "class_parameter"):
                type_ = simple(text_of(_first(each, *_TYPES))).removesuffix("?")
                name = text_of(_first(each, "identifier"))
                yield Parameter(name, type_, annotations or self._annotations(each))
                annotations = ()

    def _supers(self, node: Node) -> tuple[str, ...]:
        return tuple(
            simple(text_of(_first(_first(each, "constructor_invocation") or each, "user_type")))
            for each in _children(_first(node, "delegation_specifiers"))
        )

    def class_of(self, node: Node, outer: Class | None) -> None:
        """Read a class and those inside it; what a companion has is its class's."""
        name = text_of(node.child_by_field_name("name"))
        taken = [*self._parameters(_first(_first(node, "primary_constructor"), "class_parameters"))]
        fields = tuple(Field(each.name, each.type, None, each.annotations) for each in taken)
        bare = Class(name, self._supers(node), self._annotations(node), fields, (), self._made_by(node, taken), outer)
        body = _first(node, "class_body")
        made = self._members(bare, body)
        self.classes.append(made)
        for each in _children(body):
            if each.type in ("class_declaration", "object_declaration"):
                self.class_of(each, made)

    def _made_by(self, node: Node, taken: list[Parameter]) -> tuple[Method, ...]:
        """What the constructor does with what it is given."""
        body: list[Statement] = [Do(Assign(Member(Name("this"), each.name), "=", Name(each.name))) for each in taken]
        for each in _children(_first(node, "delegation_specifiers")):
            given = _first(_first(each, "constructor_invocation"), "value_arguments")
            if given is not None:
                arguments = tuple(self._argument(one)[1] for one in _children(given))
                body.append(Do(Call(None, "super", arguments)))
        return (Method("", "", tuple(taken), tuple(body)),) if body else ()

    def _members(self, bare: Class, body: Node | None) -> Class:
        members = _children(body)
        for each in [one for one in members if one.type == "companion_object"]:
            members += _children(_first(each, "class_body"))
        fields = [self.property(each) for each in members if each.type == "property_declaration"]
        methods = [self.method(each) for each in members if each.type == "function_declaration"]
        return replace(bare, fields=(*bare.fields, *fields), methods=tuple(methods))


def _branches(node: Node) -> tuple[Node | None, Node | None, Node | None]:
    """The condition of an `if`, and what runs where it holds and where it does not."""
    condition = node.child_by_field_name("condition")
    then: Node | None = None
    other: Node | None = None
    behind = is_other = False
    for each in node.children:
        if each.type == ")" and not behind:
            behind = True
        elif each.type == "else":
            is_other = True
        elif behind and each.is_named and each.type not in _SKIPPED:
            if is_other:
                other = each
            else:
                then = each
    return condition, then, other


def _given_by(body: tuple[Statement, ...]) -> str:
    """The type of what one expression makes."""
    value: object = body[0].value if body and isinstance(body[0], Return) else None
    while isinstance(value, Call) and value.of is not None:
        value = value.of
    if isinstance(value, New):
        return value.type
    return value.name if isinstance(value, Call) and value.name[:1].isupper() else ""


def _name(node: Node) -> Expression:
    text = text_of(node).strip("`")
    return Literal(_WORDS[text]) if text in _WORDS else Name(text)


def _number(node: Node) -> Expression:
    text = text_of(node).rstrip("uULl").replace("_", "")
    return Literal(int(text)) if text.isdecimal() else Odd(text)
