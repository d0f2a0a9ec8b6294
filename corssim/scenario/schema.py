"""The JSON Schema of scenario files, made from the model, for editors that know TOML and JSON Schema."""

from __future__ import annotations

from typing import Any

import msgspec

from ..fetch.reasons import Reason
from .model import STEPS, RuleTable, ScenarioTable

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{name}"


def scenario_schema() -> dict[str, Any]:
    """The schema of a whole file."""
    (_, rule, *steps), definitions = msgspec.json.schema_components(
        (ScenarioTable, RuleTable, *STEPS.values()), ref_template=_REF
    )
    top = definitions.pop("ScenarioTable")
    top["properties"] |= {
        "server": {"type": "array", "items": rule, "description": "What servers answer; the first match wins."},
        "step": {"type": "array", "items": {"anyOf": steps}, "minItems": 1, "description": "What happens, in order."},
    }
    top["required"] = [*top["required"], "step"]
    for name in ("Expectations", "ExpectTable"):
        definitions[name]["properties"]["reason"] = {"enum": ["", *(reason.value for reason in Reason)]}
    return {"$schema": _DIALECT, **top, "title": "A scenario of corssim", "$defs": definitions}
