"""The objects of a program: of its own classes, the beans that Spring makes of them, and what is in their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ....records import field, record
from .java import simple
from .tree import Class, Field, Function, Literal, Method, Parameter, Program, annotation
from .values import Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .tree import Expression

SOURCES: Final = ("CorsConfigurationSource", "UrlBasedCorsConfigurationSource")


@record(eq=False)
class Frame:
    """The variables of a call; `this` is what methods are called on that are called on nothing."""

    variables: dict[str, Any]
    this: Any = None
    parent: Frame | None = None


@record(eq=False)
class Instance:
    """An object of a class of the text's own."""

    of: Class
    fields: dict[str, Any] = field(default_factory=dict)
    around: Frame | None = None


@record(eq=False)
class Lambda:
    """A function with the frame that it was made in."""

    of: Function
    frame: Frame


@record(frozen=True)
class Type:
    """A class by its name, which methods are called on."""

    name: str


def bare(type_: str) -> str:
    """The name of a type without what stands around it."""
    return simple(type_).removesuffix("?").removesuffix("[]")


class Objects:
    """The objects of one run."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.loose = Instance(program.loose)
        self._instances: dict[int, Instance] = {id(program.loose): self.loose}
        self._beans: dict[int, Any] = {}

    def value(self, of: Expression, frame: Frame) -> Any:
        """What an expression gives."""
        raise NotImplementedError

    def invoke(self, method: Method, arguments: Sequence[Any], instance: Instance) -> Any:
        """Run a method with these arguments."""
        raise NotImplementedError

    def adopt(self, made: Instance) -> None:
        """Have an object be the one of its class."""
        self._instances[id(made.of)] = made

    def instance(self, of: Class) -> Instance:
        """The one object of a class, as Spring makes it."""
        if id(of) not in self._instances:
            made = self._instances[id(of)] = Instance(of)
            self.construct(made, None)
        return self._instances[id(of)]

    def construct(self, made: Instance, arguments: Sequence[Any] | None) -> None:
        """Run the constructor: with what is given, or with what Spring puts there."""
        count = None if arguments is None else len(arguments)
        fits = [each for each in made.of.constructors if count is None or len(each.parameters) == count]
        if fits:
            given = [self.injected(each) for each in fits[0].parameters] if arguments is None else list(arguments)
            self.invoke(fits[0], given, made)

    def injected(self, parameter: Parameter) -> Any:
        """What Spring puts in the place of a parameter or a field."""
        value = annotation(parameter, "Value")
        if value is not None:
            told = value.arguments.get("value")
            return Unknown(told.value if isinstance(told, Literal) else value.text)
        beans = self.beans_of(*(SOURCES if parameter.type in SOURCES else (parameter.type,)))
        if beans:
            return beans[0][1]
        own = self._class_for(parameter.type)
        return Unknown(parameter.name) if own is None else self.instance(own)

    def _class_for(self, type_: str) -> Class | None:
        own = self.program.named(type_)
        made = [each for each in self.program.classes if type_ in each.supers]
        return made[0] if len(made) == 1 else own

    def beans_of(self, *types: str) -> list[tuple[Method, Any]]:
        """The beans that methods make which give one of these types, with their methods."""
        found = []
        for of, method in self.bean_methods():
            if bare(method.returns) in types:
                found.append((method, self.bean(of, method)))
        return found

    def bean_methods(self) -> list[tuple[Class, Method]]:
        """Methods with @Bean; where there is none in the text, those that stand in no class."""
        every = [(of, each) for of in self.program.everywhere() for each in of.methods]
        beans = [(of, each) for of, each in every if annotation(each, "Bean") is not None]
        return beans if beans else [(of, each) for of, each in every if of is self.program.loose]

    def bean(self, of: Class, method: Method) -> Any:
        """What a method gives as a bean, once."""
        if id(method) not in self._beans:
            self._beans[id(method)] = Unknown(f"{method.name}()")  # where it asks for itself
            given = [self.injected(each) for each in method.parameters]
            self._beans[id(method)] = self.invoke(method, given, self.instance(of))
        return self._beans[id(method)]

    def field_of(self, instance: Instance, name: str) -> Any:
        """A field of an object, of its class or of one around it. Raises KeyError where there is none."""
        if name in instance.fields:
            return instance.fields[name]
        of: Class | None = instance.of
        while of is not None:
            for owner in self._lineage(of):
                for each in owner.fields:
                    if each.name == name:
                        value = self._field_value(owner, each, instance)
                        instance.fields[name] = value
                        return value
            of = of.outer
        raise KeyError(name)

    def _field_value(self, owner: Class, each: Field, instance: Instance) -> Any:
        if annotation(each, "Value") is not None or each.value is None:
            return self.injected(Parameter(each.name, each.type, each.annotations))
        if annotation(owner, "ConfigurationProperties") is not None and not each.is_constant:
            return Unknown(each.name)
        return self.value(each.value, Frame({}, instance, instance.around))

    def _lineage(self, of: Class) -> list[Class]:
        found = [of]
        for each in of.supers:
            own = self.program.named(each)
            if own is not None and own not in found:
                found += [more for more in self._lineage(own) if more not in found] if len(found) < 10 else []
        return found

    def extension(self, name: str) -> tuple[Class, Method] | None:
        """A method that Kotlin lets be called on another type, with the class that it stands in."""
        every = ((of, each) for of in self.program.everywhere() for each in of.methods)
        return next(((of, each) for of, each in every if each.name == name and each.of), None)

    def method_of(self, of: Class, name: str, count: int) -> tuple[Class, Method] | None:
        """A method of a class, of those that it extends or of one around it."""
        at: Class | None = of
        while at is not None:
            for owner in self._lineage(at):
                named = [each for each in owner.methods if each.name == name]
                fits = [each for each in named if len(each.parameters) == count]
                if named:
                    return owner, (fits or named)[0]
            at = at.outer
        return None
