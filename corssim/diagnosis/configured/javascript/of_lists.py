"""What lists can do. An item that is not known makes an answer not known only where it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .values import UNDEFINED, Native, Unknown, Value, first, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .machine import Machine

_MOST: Final = 5000


def of_list(machine: Machine, items: list[Value], name: Value) -> Value:
    """A member of a list."""
    if name == "length":
        many = next((each for each in items if isinstance(each, Unknown) and each.is_many), None)
        return len(items) if many is None else Unknown(f"{many.text}, how many,", fixed=many.fixed)
    if isinstance(name, int | float) or (isinstance(name, str) and name.isdecimal()):
        at = int(name)
        before = items[: at + 1]
        many = next((each for each in before if isinstance(each, Unknown) and each.is_many), None)
        if many is not None:
            return Unknown(many.text, fixed=many.fixed)
        return items[at] if 0 <= at < len(items) else UNDEFINED
    does = _OF_LISTS.get(str(name))
    if does is None:
        return Native(lambda given: Unknown(f"{name}()")) if name in _OTHERS else UNDEFINED
    return Native(lambda given: does(machine, items, given))


_OTHERS: Final = frozenset({"toSorted", "entries", "keys", "values", "copyWithin", "splice", "shift", "pop", "at"})


def _includes(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    what, doubt = first(given), None
    for each in items:
        machine.step()
        is_same = machine.equal(each, what)
        if is_same:
            return True
        if is_same is None and doubt is None:
            doubt = each if isinstance(each, Unknown) else what
    return False if doubt is None else Unknown(doubt.text, fixed=doubt.fixed)


def _index(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    found = _includes(machine, items, given)
    if found is True:
        return next(number for number, each in enumerate(items) if machine.equal(each, given[0]))
    if isinstance(found, Unknown):
        return 0 if machine.supposes(found) else -1
    return -1


def _asked(machine: Machine, function: Value, each: Value, number: int, items: list[Value]) -> Value:
    """What a function says of an item: true, false, or what it hangs on."""
    machine.step()
    if isinstance(each, Unknown) and isinstance(function, Native) and function.name == "Boolean":
        return each
    found = machine.settled(machine.call(function, [each, number, items], text="a call for each item"))
    return found if isinstance(found, Unknown) else machine.truthy(found)


def _some(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    doubt = None
    for number, each in enumerate(list(items)):
        found = _asked(machine, first(given), each, number, items)
        if found is True:
            return True
        doubt = found if isinstance(found, Unknown) and doubt is None else doubt
    return False if doubt is None else doubt


def _every(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    doubt = None
    for number, each in enumerate(list(items)):
        found = _asked(machine, first(given), each, number, items)
        if found is False:
            return False
        doubt = found if isinstance(found, Unknown) and doubt is None else doubt
    return True if doubt is None else doubt


def _find(machine: Machine, items: list[Value], given: list[Value], *, place: bool = False) -> Value:
    for number, each in enumerate(list(items)):
        if machine.truthy(_asked(machine, first(given), each, number, items)):
            return number if place else each
    return -1 if place else UNDEFINED


def _filter(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    kept: list[Value] = []
    for number, each in enumerate(list(items)):
        found = _asked(machine, first(given), each, number, items)
        if found is True:
            kept.append(each)
        elif isinstance(found, Unknown):
            kept.append(
                Unknown(each.text if isinstance(each, Unknown) else found.text, fixed=found.fixed, is_many=True)
            )
    return kept


def _map(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    made: list[Value] = []
    for number, each in enumerate(list(items)):
        machine.step()
        value = machine.call(first(given), [each, number, items], text="a call for each item")
        if isinstance(each, Unknown) and each.is_many:
            value = Unknown(each.text, fixed=each.fixed, is_many=True)
        made.append(value)
    return made


def _for_each(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    for number, each in enumerate(list(items)):
        machine.step()
        if isinstance(each, Unknown) and each.is_many and not machine.supposes(Unknown(f"{each.text} in a loop")):
            continue
        machine.call(first(given), [each, number, items], text="a call for each item")
    return UNDEFINED


def _reduce(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    left = list(items)
    if any(isinstance(each, Unknown) and each.is_many for each in left):
        return Unknown("reduce()")
    if len(given) < 2 and not left:
        return Unknown("reduce()")
    value = given[1] if len(given) > 1 else left.pop(0)
    for number, each in enumerate(left):
        value = machine.call(first(given), [value, each, number, items], text="a call for each item")
    return value


def _push(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    if len(items) + len(given) < _MOST:
        items += given
    return len(items)


def _unshift(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    items[:0] = given
    return len(items)


def _join(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    sign = "," if first(given) is UNDEFINED else str(text_of(given[0]))
    texts = ["" if each is None or each is UNDEFINED else text_of(each) for each in items]
    if None in texts:
        doubt = next(each for each in items if text_of(each) is None)
        return Unknown(doubt.text if isinstance(doubt, Unknown) else "a list", fixed=getattr(doubt, "fixed", False))
    return sign.join(each or "" for each in texts)


def _concat(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    made = list(machine.counted(items))
    for each in given:
        if isinstance(each, list):
            made += machine.counted(each)
        elif isinstance(each, Unknown):
            made.append(Unknown(each.text, fixed=each.fixed, is_many=True))
        else:
            made.append(each)
    return made


def _slice(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    numbers = [each for each in given if isinstance(each, int)]
    return items[slice(*(numbers or [0])) if len(numbers) > 1 else slice(numbers[0] if numbers else 0, None)]


def _flat(machine: Machine, items: list[Value], given: list[Value]) -> Value:
    made: list[Value] = []
    for each in items:
        made += machine.counted(each) if isinstance(each, list) else [each]
    return made


def _taken(machine: Machine, items: list[Value], at: int) -> Value:
    return items.pop(at) if items else UNDEFINED


_OF_LISTS: Final[dict[str, Callable[[Machine, list[Value], list[Value]], Value]]] = {
    "includes": _includes,
    "indexOf": _index,
    "lastIndexOf": _index,
    "some": _some,
    "every": _every,
    "find": _find,
    "findIndex": lambda machine, items, given: _find(machine, items, given, place=True),
    "filter": _filter,
    "map": _map,
    "flatMap": lambda machine, items, given: _flat(machine, _map(machine, items, given), []),
    "forEach": _for_each,
    "reduce": _reduce,
    "push": _push,
    "unshift": _unshift,
    "join": _join,
    "toString": lambda machine, items, given: _join(machine, items, []),
    "concat": _concat,
    "slice": _slice,
    "flat": _flat,
    "pop": lambda machine, items, given: _taken(machine, items, -1),
    "shift": lambda machine, items, given: _taken(machine, items, 0),
    "sort": lambda machine, items, given: items,
    "reverse": lambda machine, items, given: items[::-1],
    "fill": lambda machine, items, given: items,
}
