"""What a snippet imports: clients under another name, and names of other files of the same project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .syntax import text_of_node
from .values import Native

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries

OF_OWN_FILES = ("./", "../", "@/", "~/", "src/", "#")
_DEFAULTS = {"ky": "ky", "got": "got", "superagent": "superagent", "wretch": "wretch", "jquery": "$"}
"""What packages export by default, by the name that is read."""
_POLYFILLS = frozenset(
    {
        "cross-fetch",
        "isomorphic-fetch",
        "node-fetch",
        "unfetch",
        "whatwg-fetch",
        "isomorphic-unfetch",
        "node-fetch-native",
    }
)


def read(made: Libraries, evaluator: EvaluatorParts, source: str, node: Node) -> None:
    """Give what is imported its name, and remember where names of clients come from that are not in the text."""
    is_own = source.startswith(OF_OWN_FILES)
    for name, original in _names(node):
        if is_own or (name == "fetch" and source not in _POLYFILLS):
            made.of_other_files[name] = source
        elif not original and source in _DEFAULTS and name != _DEFAULTS[source]:
            evaluator.globals.variables[name] = Native(_DEFAULTS[source])
        elif original and original != name:
            evaluator.globals.variables[name] = Native(original)


def _names(node: Node) -> list[tuple[str, str]]:
    """The names of an import statement, each with the one under which it is exported ("" for the default)."""
    found = []
    for clause in (child for child in node.named_children if child.type == "import_clause"):
        for child in clause.named_children:
            if child.type == "identifier":
                found.append((text_of_node(child), ""))
            for specifier in child.named_children if child.type == "named_imports" else []:
                exported, alias = specifier.child_by_field_name("name"), specifier.child_by_field_name("alias")
                if exported is not None:
                    found.append((text_of_node(alias or exported), text_of_node(exported)))
    return found
