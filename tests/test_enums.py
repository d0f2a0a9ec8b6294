"""Our enums of strings are those of the standard library."""

from __future__ import annotations

import copy
import enum
import pickle

import pytest

from corssim.enums import StrEnum
from corssim.fetch.address_space import AddressSpace
from corssim.fetch.reasons import Reason


class Fruit(StrEnum):
    """What grows on trees."""

    APPLE = "apple"
    """Red."""
    PEAR = "pear"
    POME = "apple"

    @property
    def is_round(self) -> bool:
        return self is Fruit.APPLE


class TheirFruit(enum.StrEnum):
    """What grows on trees."""

    APPLE = "apple"
    PEAR = "pear"
    POME = "apple"

    @property
    def is_round(self) -> bool:
        return self is TheirFruit.APPLE


def test_one_is_as_enum_makes_it() -> None:
    assert issubclass(Fruit, enum.StrEnum)
    assert type(Fruit) is type(TheirFruit)
    assert [list(fruit) for fruit in (Fruit, TheirFruit)] == [["apple", "pear"]] * 2
    assert dir(Fruit) == dir(TheirFruit)
    assert list(Fruit.__members__) == list(TheirFruit.__members__) == ["APPLE", "PEAR", "POME"]
    assert (Fruit.__name__, Fruit.__qualname__, Fruit.__module__, Fruit.__doc__) == (
        "Fruit",
        "Fruit",
        __name__,
        TheirFruit.__doc__,
    )
    for ours, theirs in zip(Fruit, TheirFruit, strict=True):
        assert repr(ours) == repr(theirs).replace("TheirFruit", "Fruit")
        assert (str(ours), f"{ours:>8}", ours.name, ours.value, ours.is_round) == (
            str(theirs),
            f"{theirs:>8}",
            theirs.name,
            theirs.value,
            theirs.is_round,
        )
        assert Fruit(ours.value) is Fruit[ours.name] is ours
        assert ours == ours.value
        assert hash(ours) == hash(ours.value)
        assert type(ours) is Fruit
        assert vars(Fruit)[ours.name] is ours
        assert isinstance(ours, str)
    assert Fruit.POME is Fruit.APPLE
    assert "pear" in Fruit.__members__.values()


def test_what_is_no_member_is_an_error() -> None:
    with pytest.raises(ValueError, match="'plum' is not a valid Fruit"):
        Fruit("plum")
    with pytest.raises(KeyError):
        Fruit["PLUM"]
    with pytest.raises(AttributeError):
        Fruit.APPLE = "plum"  # type: ignore[misc]
    with pytest.raises(TypeError):

        class More(Fruit):  # type: ignore[misc]
            pass


@pytest.mark.parametrize("member", [Fruit.PEAR, Reason.BAD_PORT, AddressSpace.LOCAL])
def test_a_copy_is_the_member(member: enum.StrEnum) -> None:
    assert copy.deepcopy(member) is pickle.loads(pickle.dumps(member)) is member
