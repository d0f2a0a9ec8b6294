"""A text of YAML, TOML or JSON as a tree: mappings, lists, and what stands in them as it is written there.

https://yaml.org/spec/1.2.2/ ; anchors, merges and several documents are followed, tags are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from ...patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"

_DEEPEST: Final = 60
_MOST: Final = 50_000
"""Places of a tree, those of its aliases counted each time."""
_LONGEST: Final = 300_000
_MOST_TEXTS: Final = 5
_NOTHING: Final = ("", "~", "null", "Null", "NULL")
_FENCED: Final = lazy_pattern(r"(?ms)^[^\S\n]*```[\w-]*[^\S\n]*\n(.*?)^[^\S\n]*```")
_PLACE: Final = lazy_pattern(r"\{\{(?![{%])([^{}\n]{0,200})\}\}")
_CONTROL: Final = lazy_pattern(r"(?m)^[^\S\n]*(?:\{\{-?\s*(?:if|else|range|with|end|define|template|include)\b|\{%).*$")
_TABLE: Final = lazy_pattern(r"(?m)^[^\S\n]*\[{1,2}[\w.\"'*@/-]+\]{1,2}[^\S\n]*(?:#.*)?$")
_SPECIAL: Final = lazy_pattern(r"[\"'`:#,&*!|>%@\[\]{}]")


class UnreadTree(Exception):
    """A text that is no such tree, or in which what stands where is not told."""


class _BreaksOff(Exception):
    """YAML that is not well-formed, and the line where that shows."""

    def __init__(self, line: int) -> None:
        super().__init__(f"YAML that is not well-formed, line {line + 1}")
        self.line = line


def trees_of(text: str) -> list[Tree]:
    """The documents of a text. Raises `UnreadTree`."""
    if len(text) > _LONGEST:
        raise UnreadTree("more text than is read")
    fenced = _FENCED.findall(text)
    if fenced:
        return [tree for each in fenced[:20] for tree in trees_of(each.replace("```", ""))]
    if _TABLE.search(text) is not None:
        return [_of_toml(text)]
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return [_of_json(text)]
    return _of_yaml(text)


def _of_json(text: str) -> Tree:
    import json

    try:
        return _as_written(json.loads(text.lstrip("\ufeff")), 0)
    except (ValueError, RecursionError):
        return _of_yaml(text)


def _of_toml(text: str) -> Tree:
    import tomllib

    try:
        return _as_written(tomllib.loads(text), 0)
    except (ValueError, RecursionError) as error:
        raise UnreadTree(f"TOML that is not well-formed ({str(error)[:60]})") from None


def _as_written(value: object, depth: int) -> Tree:
    if depth > _DEEPEST:
        raise UnreadTree("settings inside settings, deeper than is read")
    if isinstance(value, dict):
        return {str(key): _as_written(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_written(each, depth + 1) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _of_yaml(text: str) -> list[Tree]:
    """The documents of a text; of several texts of different kinds, pasted one below the other, those of each."""
    for _ in range(_MOST_TEXTS):
        found: list[Tree] = []
        try:
            found += _documents(text)
        except _BreaksOff as broken:
            lines = text.split("\n")
            line = lines[broken.line] if broken.line < len(lines) else ""
            if not line[:1].strip() or broken.line == 0 or lines[broken.line - 1 : broken.line] == ["---"]:
                raise UnreadTree(str(broken)) from None
            text = "\n".join((*lines[: broken.line], "---", *lines[broken.line :]))
        else:
            return found
    raise UnreadTree("more texts than are read")


def _documents(text: str) -> Iterator[Tree]:
    try:
        import yaml
    except ImportError:  # it is not installed everywhere
        raise UnreadTree("YAML, which PyYAML would read") from None
    control = _CONTROL.search(text)
    if control is not None:
        raise UnreadTree(" ".join(control[0].split())[:60])
    text = _PLACE.sub(lambda place: f"⟦{_SPECIAL.sub('_', place[1]).strip()}⟧", text)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
            while builder.documents:
                yield builder.documents.pop(0)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _BreaksOff(0 if mark is None else mark.line) from None
    except (ValueError, RecursionError):
        raise UnreadTree("YAML that is not well-formed") from None


class _Open:
    """A mapping or a list whose end has not come yet."""

    def __init__(self, tree: list[Tree] | dict[str, Tree], tag: str, anchor: str) -> None:
        self.tree, self.tag, self.anchor = tree, tag, anchor
        self.key: str | None = None
        self.merged: list[Tree] = []
        self.size = 1


class _Builder:
    """Builds trees from a parser's events, one at a time: what is nested without end never fills the stack."""

    def __init__(self) -> None:
        self.documents: list[Tree] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Tree, int]] = {}

    def take(self, event: yaml.Event) -> None:
        """The next event of a document. Raises `UnreadTree`."""
        import yaml

        match event:
            case yaml.DocumentStartEvent():
                self._anchors = {}
            case yaml.ScalarEvent():
                self._add(_scalar(event), 1, event.anchor)
            case yaml.AliasEvent():
                if event.anchor not in self._anchors:
                    raise UnreadTree(f"*{event.anchor}, which stands nowhere")
                self._add(*self._anchors[event.anchor], None)
            case yaml.MappingStartEvent():
                self._start({}, event)
            case yaml.SequenceStartEvent():
                self._start([], event)
            case yaml.CollectionEndEvent():
                self._end()

    def _start(self, tree: list[Tree] | dict[str, Tree], event: yaml.CollectionStartEvent) -> None:
        if len(self._open) > _DEEPEST:
            raise UnreadTree("settings inside settings, deeper than is read")
        tag = event.tag or ""
        self._open.append(_Open(tree, tag if tag[:1] == "!" and len(tag) > 1 else "", event.anchor or ""))

    def _end(self) -> None:
        done = self._open.pop()
        tree = done.tree
        if isinstance(tree, dict):
            for each in done.merged:
                for one in each if isinstance(each, list) else [each]:
                    tree = {**one, **tree} if isinstance(one, dict) else tree
        self._add({done.tag: tree} if done.tag else tree, done.size, done.anchor)

    def _add(self, tree: Tree, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = (tree, size)
        if not self._open:
            self.documents.append(tree)
            return
        inside = self._open[-1]
        inside.size += size
        if inside.size > _MOST:
            raise UnreadTree("more settings than are read")
        if isinstance(inside.tree, list):
            inside.tree.append(tree)
        elif inside.key is None:
            if not isinstance(tree, str):
                raise UnreadTree("a mapping in the place of a name")
            inside.key = tree
        else:
            key, inside.key = inside.key, None
            if key == "<<":
                inside.merged.append(tree)
            elif key not in inside.tree:
                inside.tree[key] = tree
            elif len(self._open) == 1:  # two texts, pasted one below the other
                self.documents.append(inside.tree)
                inside.tree = {key: tree}
            else:
                raise UnreadTree(f"{key[:40]} twice in one place")


def _scalar(event: yaml.ScalarEvent) -> str:
    text = str(event.value).replace("⟦", "{{ ").replace("⟧", " }}")
    if event.style is None and event.implicit[0]:
        return "" if text in _NOTHING else text
    tag = event.tag or ""
    return f"{tag} {text}" if tag[:1] == "!" and len(tag) > 1 else text


def child(tree: Tree, *names: str) -> Tree:
    """What stands under these names, one inside the other, whatever their case; "" where nothing does."""
    for name in names:
        if not isinstance(tree, dict):
            return ""
        tree = next((value for key, value in tree.items() if key.lower() == name.lower()), "")
    return tree


def text_of(tree: Tree) -> str:
    """A text, and "" for anything else."""
    return tree.strip() if isinstance(tree, str) else ""


def names_in(tree: Tree) -> tuple[str, ...]:
    """The texts of a list, or those that commas part in one text."""
    parts = tree.split(",") if isinstance(tree, str) else [each for each in tree if isinstance(each, str)]
    return tuple(part.strip() for part in parts if part.strip())
