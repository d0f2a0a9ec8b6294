"""What a set of rules is: an immutable value whose defaults are the text of the standard.

A rule is an annotated class attribute with a default. Nothing is generated when a class is made, so that importing all
of them costs next to nothing. The class itself keeps no default in the rule's place: an instance holds all of its
rules, because Python is three times slower to read what it finds in the class alone, and a fetch reads a hundred.
"""

from __future__ import annotations

import sys
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NoReturn, Self, dataclass_transform, get_args, get_origin

from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = {"bool": bool, "int": int, "str": str}  # what most rules are: told without a look into their module


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Rules:
    """Rules of one subject. Equal if they say the same; the repr tells where they leave the defaults.

    Raises UsageError for a rule that there is not, and for a value that a rule can't have.
    """

    by_the_text: ClassVar[dict[str, Any]] = {}
    """Each rule's default, by its name."""

    def __init_subclass__(cls) -> None:
        cls.by_the_text = {name: vars(cls)[name] for name in cls.__annotations__}
        for name in cls.by_the_text:
            delattr(cls, name)

    def __init__(self, **given: Any) -> None:
        annotations, module = self.__annotations__, type(self).__module__
        for name, value in given.items():
            annotation = annotations.get(name, "")  # which nothing is as written to
            if type(value) is not _PLAIN.get(annotation) and not _is_as_written(value, annotation, module):
                self.check(name, value)
        self.__dict__.update(self.by_the_text)
        self.__dict__.update(given)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of the rules, in their order."""
        return tuple(cls.__annotations__)

    @classmethod
    def check(cls, name: str, value: object) -> None:
        """Raise UsageError unless there is such a rule and it can have this value."""
        if name not in cls.__annotations__:
            raise UsageError(f"{name!r} is no rule of {cls.__name__}{_meant(name, cls.names())}")
        annotation = cls.__annotations__[name]
        wanted = _meaning(annotation, cls.__module__)
        if not _is_a(value, wanted):
            raise UsageError(f"{cls.__name__}: {name} can't be {value!r:.80}; it can be {_in_words(wanted)}")

    def changed(self, name: str, value: object) -> Self:
        """These rules with another value for one of them."""
        return type(self)(**{**self._beyond_the_text(), name: value})

    def _beyond_the_text(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value != self.by_the_text[name]}

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} can't be changed; changed({name!r}, …) gives another")

    def __delattr__(self, name: str) -> NoReturn:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), frozenset(self._beyond_the_text().items())))

    def __repr__(self) -> str:
        told = (f"{name}={value!r}" for name, value in self._beyond_the_text().items())
        return f"{type(self).__name__}({', '.join(told)})"


def _is_as_written(value: object, annotation: str, module: str) -> bool:
    """Does the text of the annotation tell that it has this value? To make sense of each would be a tenth of a dry run.

    False for all that is not that plain.
    """
    kind = type(value)
    if kind is _PLAIN.get(annotation):
        return True
    if kind is int and annotation.startswith("Literal["):
        return str(value) in annotation[8:-1].split(", ")
    if type(value) is str and annotation.startswith("Literal["):
        return f"'{value}'" in annotation and "'" not in value and ", " not in value and annotation.count("[") == 1
    if annotation.endswith(" | None"):
        return value is None or _is_as_written(value, annotation.removesuffix(" | None"), module)
    if isinstance(value, Rules):
        return kind.__name__ == annotation
    if isinstance(value, frozenset) and annotation.startswith("frozenset["):
        return _are_as_written(value, annotation[10:-1], module)
    if isinstance(value, tuple) and annotation.startswith("tuple[") and annotation.endswith(", ...]"):
        return _are_as_written(value, annotation[6:-6], module)
    if annotation == "float":
        return kind is int or kind is float
    named = vars(sys.modules[module]).get(annotation)  # what several rules can be is written once
    return kind is str and get_origin(named) is Literal and value in get_args(named)


def _are_as_written(values: Iterable[object], annotation: str, module: str) -> bool:
    plain = _PLAIN.get(annotation)
    if plain is not None:
        return {plain}.issuperset(map(type, values))
    return all(_is_as_written(each, annotation, module) for each in values)


@cache
def _meaning(annotation: str, module: str) -> Any:
    return eval(annotation, vars(sys.modules[module]))


def _meant(name: str, names: tuple[str, ...]) -> str:
    """What somebody who wrote `name` may have meant, or else all that there is."""
    from difflib import get_close_matches  # here, because only mistakes need it

    near = get_close_matches(name, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(names)}"


def _is_a(value: object, wanted: Any) -> bool:
    """Is the value of that type, of those which rules have?"""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return any(value is each or (type(value) is type(each) and value == each) for each in arguments)
    if origin is UnionType:
        return any(_is_a(value, each) for each in arguments)
    if origin is frozenset:
        return isinstance(value, frozenset) and all(_is_a(each, *arguments) for each in value)
    if origin is tuple and arguments[-1] is Ellipsis:
        return isinstance(value, tuple) and all(_is_a(each, arguments[0]) for each in value)
    if origin is tuple:
        return isinstance(value, tuple) and len(value) == len(arguments) and all(map(_is_a, value, arguments))
    if wanted is None:
        return value is None
    if wanted is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, wanted) and not (wanted is int and isinstance(value, bool))


def _in_words(wanted: Any) -> str:
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return " or ".join(repr(each) for each in arguments)
    if origin is UnionType:
        return " or ".join(_in_words(each) for each in arguments)
    if origin is frozenset:
        return f"a frozenset of {_in_words(*arguments)}"
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"a tuple of {_in_words(arguments[0])}"
    if origin is tuple:
        return f"a pair of ({', '.join(map(_in_words, arguments))})"
    if wanted is bool:
        return "True or False"
    return "None" if wanted is type(None) else wanted.__name__
