"""Classes that are their fields: what `dataclasses` and `typing.NamedTuple` give, at a tenth of the price at start.

`dataclasses` imports `inspect`, `ast`, `dis` and `tokenize`, more than one and a half times what a bare interpreter
takes, and half a millisecond a class: a short command would take half as long again. Here a class is made at once,
and its `__init__` or `__new__` written when it is asked for or has been used some times; from then on instances are
made as fast. Type checkers take them for what they stand for, and so does the standard library:
`dataclasses.replace`, `fields`, `asdict`, `is_dataclass` and all who read a class by its `__dataclass_fields__` work
with records, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NamedTuple as NamedTuple, ParamSpec

    P = ParamSpec("P")

T = TypeVar("T")

_MADE_ANEW = object()  # the default, in the signature, of a field that has a factory


class _Field:
    def __init__(
        self,
        default: Any,
        default_factory: Callable[[], Any] | None = None,
        init: bool = True,
        repr: bool = True,
        compare: bool = True,
    ) -> None:
        self.default, self.default_factory = default, default_factory
        self.init, self.repr, self.compare = init, repr, compare


_NONE = object()  # no default: the field has to be given


def field(
    *,
    default: Any = _NONE,
    default_factory: Callable[[], Any] | None = None,
    init: bool = True,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """A field of a `record` that says more than its default, as `dataclasses.field`."""
    return _Field(default, default_factory, init, repr, compare)


@dataclass_transform(field_specifiers=(field,))
def record(
    *, frozen: bool = False, eq: bool = True, kw_only: bool = False, slots: bool = True
) -> Callable[[type[T]], type[T]]:
    """A class decorator, as `dataclasses.dataclass`: `__init__`, `__repr__` and, with `eq`, equality by the fields.

    `frozen` instances cannot be changed and, with `eq`, have a hash. Methods that the class defines stay. Fields are
    those of the class itself, not of its bases.
    """

    def decorate(cls: type[T]) -> type[T]:
        fields = {name: _field_of(cls, name) for name in cls.__annotations__}
        own: dict[str, Any] = {
            "__record_fields__": fields,
            "__dataclass_fields__": _AsDataclass(frozen=frozen, eq=eq, kw_only=kw_only),
            "__dataclass_params__": _AsDataclass(frozen=frozen, eq=eq, kw_only=kw_only),
            "__replace__": replace,
            "__match_args__": () if kw_only else tuple(name for name, each in fields.items() if each.init),
            "__repr__": _shown,
        }
        if "__init__" not in vars(cls):
            own["__init__"] = _InitWrittenLater(
                lambda of: _init_of(of, fields, frozen=frozen, kw_only=kw_only, slots=slots), fields, kw_only=kw_only
            )
        if eq:
            own |= {"__eq__": _is_equal, "__hash__": _hash_of if frozen else None}
        if frozen:
            own |= {"__setattr__": _refuse, "__delattr__": _refuse, "__setstate__": _restore}
        own |= {name: value for name, value in vars(cls).items() if name not in fields}
        if slots:
            own["__slots__"] = tuple(fields)
        own.pop("__dict__", None)
        own.pop("__weakref__", None)
        made: type[T] = type(cls.__name__, cls.__bases__, own)
        return made

    return decorate


def replace(instance: T, /, **changes: Any) -> T:
    """A copy of a record with other values for some fields."""
    fields: dict[str, _Field] = instance.__record_fields__  # type: ignore[attr-defined]
    return type(instance)(**{name: getattr(instance, name) for name, each in fields.items() if each.init} | changes)


def as_dict(instance: Any) -> dict[str, Any]:
    """A record's values by the fields' names, in their order."""
    return {name: getattr(instance, name) for name in instance.__record_fields__}


def as_function(cls: Callable[P, T]) -> Callable[P, T]:
    """A function that makes a record (not one of `kw_only`) or a named tuple as its class does, at half the price.

    It is for what every fetch makes: Python calls a class by way of a tuple and a dictionary, a function without.
    """
    uses = 0

    def make(given: Any, named: Any) -> Any:
        nonlocal uses
        uses += 1
        if uses == _OFTEN:
            _write_function(function, cls)
        return cls(*given, **named)

    kind: Any = type(_made_by_its_class)
    function: Callable[P, T] = kind(_made_by_its_class.__code__, {"_make": make})
    return function


_OFTEN = 16
"""Uses of a method before it is written: to write one takes as long as twenty uses of what does the same by a loop."""


class _WrittenLater:
    """A method that is written when its class is asked for it or has used it often. Then it takes this one's place."""

    def __init__(self, write: Callable[[type], Any]) -> None:
        self._write, self._used = write, 0

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def written(self) -> Any:
        """The method, in its place."""
        setattr(self._owner, self._name, self._write(self._owner))
        return getattr(self._owner, self._name)

    def is_used_often(self) -> bool:
        """Count a use; was it one too many?"""
        self._used += 1
        return self._used > _OFTEN


class _InitWrittenLater(_WrittenLater):
    """The `__init__` of a record."""

    def __init__(self, write: Callable[[type], Any], fields: dict[str, _Field], *, kw_only: bool) -> None:
        super().__init__(write)
        self._fields = fields
        self._positional = [] if kw_only else [name for name, each in fields.items() if each.init]

    def __get__(self, instance: object, cls: type | None = None) -> Any:
        if type(instance) is not self._owner or self.is_used_often():
            return self.written().__get__(instance, cls)
        return lambda *given, **named: self._fill(instance, given, named)

    def _fill(self, instance: Any, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        """What the method does. Of whatever is wrong with the arguments it tells itself."""
        values = dict(zip(self._positional, given, strict=False))
        is_right = len(values) == len(given) and values.keys().isdisjoint(named)
        values |= named
        for name, each in self._fields.items():
            if each.init and name in values:
                value = values.pop(name)
            elif each.default_factory is not None:
                value = each.default_factory()
            else:
                value = each.default
                is_right = is_right and (value is not _NONE or not each.init)
            object.__setattr__(instance, name, value)
        if values or not is_right:
            self.written()(instance, *given, **named)
        elif hasattr(instance, "__post_init__"):
            instance.__post_init__()


class _AsDataclass:
    """What `dataclasses` knows its classes by. It is told by a twin of the record that `dataclasses` has made."""

    def __init__(self, **options: Any) -> None:
        self._options = options

    def __set_name__(self, owner: type, name: str) -> None:
        self._owner, self._name = owner, name

    def __get__(self, instance: object, cls: type | None = None) -> Any:
        import dataclasses

        owner: Any = self._owner
        fields = [
            (
                name,
                owner.__annotations__[name],
                dataclasses.field(
                    default=dataclasses.MISSING if each.default is _NONE else each.default,
                    default_factory=each.default_factory or dataclasses.MISSING,
                    init=each.init,
                    repr=each.repr,
                    compare=each.compare,
                ),
            )
            for name, each in owner.__record_fields__.items()
        ]
        twin = dataclasses.make_dataclass(owner.__name__, fields, **self._options)
        told = getattr(twin, self._name)
        setattr(owner, self._name, told)
        return told


def _field_of(cls: type, name: str) -> _Field:
    default = cls.__dict__.get(name, _NONE)
    return default if isinstance(default, _Field) else _Field(default)


def _init_of(cls: type, fields: dict[str, _Field], *, frozen: bool, kw_only: bool, slots: bool) -> Any:
    """The `__init__` of a record, written out: nothing that loops over fields is as fast."""
    parameters, lines, around = _filling(cls, fields, frozen=frozen, slots=slots)
    parameters = ["self", "*", *parameters] if kw_only else ["self", *parameters]
    return _written("__init__", parameters, lines, around, cls.__qualname__, cls.__module__)


def _filling(
    cls: type, fields: dict[str, _Field], *, frozen: bool, slots: bool
) -> tuple[list[str], list[str], dict[str, Any]]:
    """The parameters that fill `self`, the lines that do it, and what stands around them."""
    around: dict[str, Any] = {"_MADE_ANEW": _MADE_ANEW}
    parameters: list[str] = []
    lines = [] if slots or not frozen else ["_own = self.__dict__"]
    for name, each in fields.items():
        value = name
        around[f"_{name}"] = each.default if each.default_factory is None else each.default_factory
        if each.default_factory is not None:
            value = f"_{name}() if {name} is _MADE_ANEW else {name}" if each.init else f"_{name}()"
        elif not each.init:
            value = f"_{name}"
        if each.init:
            default = f"_{name}" if each.default_factory is None else "_MADE_ANEW"
            parameters.append(name if each.default is _NONE and each.default_factory is None else f"{name}={default}")
        if frozen and slots:  # past `__setattr__`, and three times as fast as that of `object`
            around[f"_set_{name}"] = getattr(cls, name).__set__
            lines.append(f"_set_{name}(self, {value})")
        elif frozen:
            lines.append(f"_own[{name!r}] = {value}")
        else:
            lines.append(f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    return parameters, lines, around


def _tupling(fields: Sequence[str], defaults: dict[str, Any]) -> tuple[list[str], list[str], dict[str, Any]]:
    """The parameters that a named tuple is made of, the line that makes it of `_cls`, and what stands around it."""
    around = {"_new": tuple.__new__, **{f"_{each}": value for each, value in defaults.items()}}
    lines = [f"return _new(_cls, ({', '.join(fields)},))" if fields else "return _new(_cls)"]
    return [f"{each}=_{each}" if each in defaults else each for each in fields], lines, around


def _made_by_its_class(*given: Any, **named: Any) -> Any:
    """The code of a function of `as_function`, among whose globals is `_make`, until it has been used often."""
    return _make(given, named)  # type: ignore[name-defined]  # noqa: F821


def _write_function(function: Any, cls: Any) -> None:
    """Give the function the code that makes and fills an instance itself."""
    if issubclass(cls, tuple):
        parameters, lines, around = _tupling(cls._fields, cls._field_defaults)
    else:
        parameters, lines, around = _filling(
            cls, cls.__record_fields__, frozen=cls.__setattr__ is _refuse, slots="__slots__" in vars(cls)
        )
        around["_new"] = object.__new__
        lines = ["self = _new(_cls)", *lines, "return self"]
    around["_cls"] = cls
    written = _written(cls.__name__, parameters, lines, around, cls.__qualname__, cls.__module__)
    function.__globals__.update(around)
    function.__defaults__, function.__code__ = written.__defaults__, written.__code__


def _written(
    name: str, parameters: list[str], lines: list[str], around: dict[str, Any], of: str, module: str
) -> Callable[..., Any]:
    exec(f"def {name}({', '.join(parameters)}):\n " + "\n ".join(lines), around)
    function: Callable[..., Any] = around[name]
    function.__qualname__, function.__module__ = f"{of}.{name}", module
    return function


def _shown(self: Any) -> str:
    told = (f"{name}={getattr(self, name)!r}" for name, each in self.__record_fields__.items() if each.repr)
    return f"{type(self).__qualname__}({', '.join(told)})"


def _values(instance: Any) -> tuple[Any, ...]:
    return tuple(getattr(instance, name) for name, each in instance.__record_fields__.items() if each.compare)


def _is_equal(self: object, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash_of(self: object) -> int:
    return hash(_values(self))


def _refuse(self: object, name: str, *_: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"{type(self).__name__} can't be changed: {name!r} stays as it is")


def _restore(self: object, state: tuple[dict[str, Any] | None, dict[str, Any]]) -> None:
    """What `pickle` and `copy` ask of an instance that cannot be changed."""
    for values in state if isinstance(state, tuple) else (state,):
        for name, value in (values or {}).items():
            object.__setattr__(self, name, value)


if not TYPE_CHECKING:
    from collections import _tuplegetter

    class _NamedTuple(tuple):
        """What all named tuples can do, as those of `typing` can."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012

        @classmethod
        def _make(cls, values):
            return cls(*values)

        def _replace(self, /, **changes):
            replaced = tuple.__new__(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"{type(self).__name__} has no field {next(iter(changes))!r}")
            return replaced

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            told = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({', '.join(told)})"

        __replace__ = _replace

        def __getnewargs__(self):
            return tuple(self)

    class _NewWrittenLater(_WrittenLater):
        """The `__new__` of a named tuple."""

        def __init__(self, write, fields, defaults):
            super().__init__(write)
            self._fields, self._defaults = fields, defaults

        def __get__(self, instance, cls=None):
            return self.written() if self.is_used_often() else self

        @property
        def __signature__(self):
            from inspect import signature

            return signature(self.written())

        def __call__(self, cls, *given, **named):
            """What the method does. Of whatever is wrong with the arguments it tells itself."""
            values = self._defaults | dict(zip(self._fields, given, strict=False)) | named
            is_given_once = len(given) <= len(self._fields) and named.keys().isdisjoint(self._fields[: len(given)])
            if not is_given_once or values.keys() != set(self._fields):
                return self.written()(cls, *given, **named)
            return tuple.__new__(cls, [values[name] for name in self._fields])

    def _new_of(cls, fields, defaults):
        """The `__new__` of a named tuple, written out."""
        parameters, lines, around = _tupling(fields, defaults)
        return staticmethod(_written("__new__", ["_cls", *parameters], lines, around, cls.__qualname__, cls.__module__))

    class _Maker(type):
        """Makes a tuple of what inherits from `NamedTuple`."""

        def __new__(mcls, name, bases, own):
            if not bases:
                return super().__new__(mcls, name, bases, own)
            fields = tuple(own.get("__annotations__", ()))
            defaults = {each: own.pop(each) for each in fields if each in own}
            own["__new__"] = _NewWrittenLater(lambda of: _new_of(of, fields, defaults), fields, defaults)
            own |= {each: _tuplegetter(index, None) for index, each in enumerate(fields)}
            own |= {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            return type(name, (_NamedTuple,), own)

    class NamedTuple(metaclass=_Maker):
        """The base of a named tuple: annotated names are its fields, what they are set to their defaults."""
