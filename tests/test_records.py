"""Records do what the standard library's data classes and named tuples do, without importing them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
from typing import Any

import pytest

import corssim
from corssim.records import NamedTuple, as_dict, as_function, field, record, replace


@record(frozen=True)
class Point:
    x: int
    y: int = 0
    note: str = field(default="", repr=False, compare=False)
    told: list[str] = field(default_factory=list, compare=False)


@record()
class Counter:
    name: str
    count: int = field(default=0, init=False)
    length: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.length = len(self.name)


class Pair(NamedTuple):
    """Two."""

    left: str
    right: tuple[str, ...] = ()

    def both(self) -> int:
        return 1 + len(self.right)


def test_a_record_is_its_fields() -> None:
    point = Point(1, note="a", told=["b"])
    assert point == Point(1, 0, note="other")
    assert point != Point(1, 1)
    assert point != (1, 0)
    assert hash(point) == hash(Point(1))
    assert repr(point) == "Point(x=1, y=0, told=['b'])"
    assert as_dict(point) == {"x": 1, "y": 0, "note": "a", "told": ["b"]}
    assert replace(point, y=2) == Point(1, 2)
    assert Point(1).told is not Point(1).told
    assert copy.copy(point) == copy.deepcopy(point) == pickle.loads(pickle.dumps(point)) == point


def test_an_init_is_written_once_it_was_used_often_and_not_for_a_field_that_nobody_gives() -> None:
    @record()
    class Current:
        before: list[int]
        last: int = field(init=False)

        def __post_init__(self) -> None:
            self.last = self.before[-1]

    assert [Current([1, number]).last for number in range(3)] == [0, 1, 2]
    assert not inspect.isfunction(vars(Current)["__init__"])
    assert [Current([number]).last for number in range(30)] == list(range(30))
    assert inspect.isfunction(vars(Current)["__init__"])


MADE_OF = {
    "by position": ((1, 2), {}),
    "by name": ((), {"y": 3, "x": 1}),
    "the defaults": ((1,), {}),
    "everything": ((1, 2, "a", ["b"]), {}),
}


@pytest.mark.parametrize("uses", [1, 30], ids=["before it is written", "once it is written"])
@pytest.mark.parametrize(("given", "named"), MADE_OF.values(), ids=MADE_OF)
def test_a_function_makes_what_its_class_does(given: tuple[Any, ...], named: dict[str, Any], uses: int) -> None:
    made = as_function(Point)
    points = [made(*given, **named) for _ in range(uses)]
    assert [(type(point), as_dict(point)) for point in points] == [(Point, as_dict(Point(*given, **named)))] * uses
    if "told" not in named and len(given) < 4:
        assert len({id(point.told) for point in points}) == uses


@pytest.mark.parametrize("uses", [1, 30], ids=["before it is written", "once it is written"])
def test_a_function_makes_named_tuples(uses: int) -> None:
    made = as_function(Pair)
    pairs = [pair for _ in range(uses) for pair in (made("a"), made(right=("b",), left="a"), made("a", ("b",)))]
    assert pairs == [Pair("a"), Pair("a", ("b",)), Pair("a", ("b",))] * uses
    assert {type(pair) for pair in pairs} == {Pair}
    with pytest.raises(TypeError, match="left"):
        made()  # type: ignore[call-arg]


def test_a_function_of_a_record_is_written_once_it_was_used_often() -> None:
    made = as_function(Counter)
    named = {made(str(number)).name for number in range(30)}
    assert named == {str(number) for number in range(30)}
    assert made("abc").length == 3
    assert list(inspect.signature(made).parameters) == ["name"]
    with pytest.raises(TypeError, match="name"):
        made()  # type: ignore[call-arg]


def test_the_standard_library_takes_a_record_for_a_data_class() -> None:
    point = Point(1, note="a", told=["b"])
    assert dataclasses.is_dataclass(Point)
    assert dataclasses.replace(point, y=2) == Point(1, 2)
    assert dataclasses.replace(point, y=2).told is point.told
    assert dataclasses.asdict(point) == {"x": 1, "y": 0, "note": "a", "told": ["b"]}
    assert dataclasses.astuple(point) == (1, 0, "a", ["b"])
    told = {
        each.name: (each.type, each.default, each.init, each.repr, each.compare) for each in dataclasses.fields(Point)
    }
    missing = dataclasses.MISSING
    assert told == {
        "x": ("int", missing, True, True, True),
        "y": ("int", 0, True, True, True),
        "note": ("str", "", True, False, False),
        "told": ("list[str]", missing, True, True, False),
    }
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(ValueError, match="init=False"):
        dataclasses.replace(Counter("a"), count=2)


def test_public_records_are_data_classes_to_their_users() -> None:
    settings = corssim.BrowserSettings()
    changed = dataclasses.replace(settings, third_party_cookies="allow")
    assert (changed.third_party_cookies, type(changed)) == ("allow", corssim.BrowserSettings)
    assert dataclasses.asdict(settings)["third_party_cookies"] == settings.third_party_cookies
    for public in (corssim.Blocked, corssim.Outcome, corssim.CorsPolicy, corssim.MockResponse):
        assert {each.name for each in dataclasses.fields(public)} <= set(inspect.signature(public).parameters)


def test_signatures_are_those_of_the_fields() -> None:
    @record()
    class Fresh:
        left: int
        right: int = 2

    class FreshPair(NamedTuple):
        left: int
        right: int = 2

    assert (
        list(inspect.signature(Fresh).parameters) == list(inspect.signature(FreshPair).parameters) == ["left", "right"]
    )


def test_a_subclass_of_a_record_makes_instances_of_its_own() -> None:
    @record()
    class Base:
        left: int

    class Derived(Base):
        def __init__(self, left: int) -> None:
            super().__init__(left + 1)

    class Tuple(NamedTuple):
        left: int

    class DerivedTuple(Tuple):
        pass

    assert (Derived(1).left, Base(1).left) == (2, 1)
    assert type(DerivedTuple(1)) is DerivedTuple
    assert type(Tuple(1)) is Tuple


def test_a_frozen_record_stays_as_it_is() -> None:
    with pytest.raises(AttributeError, match="Point can't be changed"):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del Point(1).x  # type: ignore[misc]


def test_a_record_has_no_other_attributes() -> None:
    counter = Counter("abc")
    counter.count = 2
    assert (counter.count, counter.length) == (2, 3)
    with pytest.raises(AttributeError):
        counter.other = 1  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        hash(counter)


def made_anew(kind: str) -> Any:
    """A class whose methods nobody has used."""
    if kind == "a named tuple":

        class Fields(NamedTuple):
            x: int
            y: int = 0
            z: str = "z"

        return Fields

    @record(frozen=kind == "a frozen record", kw_only=kind == "by names alone")
    class Record:
        x: int
        y: int = 0
        z: str = "z"

    return Record


KINDS = ["a record", "a frozen record", "by names alone", "a named tuple"]
IS_WRITTEN = pytest.mark.parametrize("uses", [0, 40], ids=["before its method is written", "once it is written"])


@IS_WRITTEN
@pytest.mark.parametrize("kind", KINDS)
def test_an_instance_has_what_it_is_given(kind: str, uses: int) -> None:
    cls = made_anew(kind)
    for _ in range(uses):
        cls(x=0)
    fields = ["x", "y", "z"]
    assert [getattr(cls(x=1), name) for name in fields] == [1, 0, "z"]
    assert [getattr(cls(z="a", x=1), name) for name in fields] == [1, 0, "a"]
    if kind != "by names alone":
        assert [getattr(cls(1, 2), name) for name in fields] == [1, 2, "z"]
        assert [getattr(cls(1, z="a"), name) for name in fields] == [1, 0, "a"]
        assert [getattr(cls(1, 2, "a"), name) for name in fields] == [1, 2, "a"]


@IS_WRITTEN
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("values", "named", "said"),
    [
        ((), {}, "missing 1 required"),
        ((), {"y": 1}, "missing 1 required"),
        ((1, 2, "a", 5), {}, "positional argument"),
        ((1,), {"x": 2}, "positional argument|multiple values"),
        ((), {"x": 1, "w": 2}, "unexpected keyword argument 'w'"),
        ((), {"y": 1, "z": "a", "w": 2}, "unexpected keyword argument 'w'"),
    ],
    ids=["too few", "only those with defaults", "too many", "one twice", "unknown", "unknown for a missing one"],
)
def test_what_an_instance_cannot_be_made_of(
    kind: str, uses: int, values: tuple[object, ...], named: dict[str, object], said: str
) -> None:
    cls = made_anew(kind)
    for _ in range(uses):
        cls(x=0)
    with pytest.raises(TypeError, match=said):
        cls(*values, **named)


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, "a", [], 5), {}), ((1,), {"z": 2})], ids=["too few", "too many", "unknown"]
)
def test_a_record_takes_what_it_has_fields_for(values: tuple[object, ...], named: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Point(*values, **named)  # type: ignore[arg-type]


def test_fields_of_a_keyword_record_are_named() -> None:
    @record(kw_only=True)
    class Named:
        first: str = ""
        second: int

    assert Named(second=2).second == 2
    with pytest.raises(TypeError):
        Named(2)  # type: ignore[call-arg, misc]


def test_a_named_tuple_is_a_tuple_with_names() -> None:
    pair = Pair("a", right=("b",))
    assert pair == ("a", ("b",))
    assert (pair.left, pair.right, pair.both()) == ("a", ("b",), 2)
    assert repr(pair) == "Pair(left='a', right=('b',))"
    assert pair._replace(left="c") == Pair("c", ("b",))
    assert pair._asdict() == {"left": "a", "right": ("b",)}
    assert Pair._make(("x",)) == Pair("x")
    assert Pair.__doc__ == "Two."
    assert copy.deepcopy(pair) == pickle.loads(pickle.dumps(pair)) == pair
    match pair:
        case Pair(left, _):
            assert left == "a"
    with pytest.raises(TypeError):
        pair._replace(middle="x")
    with pytest.raises(TypeError):
        Pair()  # type: ignore[call-arg]


def test_neither_needs_what_data_classes_import() -> None:
    code = "import sys, corssim.records; print({'dataclasses', 'inspect', 'ast'} & set(sys.modules) or 'none')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "none\n"
