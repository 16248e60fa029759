"""Named values: as a JSON schema, and whether an object holds them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..model.proof import Expected
from ._text import contains, shown

#: what `json.loads` makes of each type; true and false are no numbers
_PYTHON = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}
TYPES = tuple(_PYTHON)


def mistake(values: Sequence[Expected]) -> str | None:
    """The first type that no JSON value has, in a sentence."""
    wrong = next((one.type for one in values if one.type not in TYPES), None)
    return None if wrong is None else f"`type` must be {' or '.join(TYPES)}, not {wrong!r}"


def schema(values: Sequence[Expected]) -> dict[str, Any]:
    """An object of these values, all of them required."""
    return {
        "type": "object",
        "properties": {
            one.name: {"type": one.type, "description": one.description} for one in values
        },
        "required": [one.name for one in values],
        "additionalProperties": False,
    }


def trouble(text: str, values: Sequence[Expected]) -> str | None:
    """Why `text` is not the JSON of an object with these values, None where it is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return f"no JSON: {shown(text)}"
    if not isinstance(found, dict):
        return f"no JSON object: {shown(text)}"
    return next(filter(None, (_one(found, value) for value in values)), None)


def _one(found: dict[str, Any], expected: Expected) -> str | None:
    if expected.name not in found:
        return f"without {expected.name}: {shown(json.dumps(found, ensure_ascii=False))}"
    value = found[expected.name]
    if type(value) not in _PYTHON[expected.type]:
        return f"with {expected.name} = {_shown_value(value)}, which is no {expected.type}"
    if _fits(value, expected):
        return None
    right = " or ".join(expected.any_of)
    return f"with {expected.name} = {_shown_value(value)} where {right} was expected"


def _fits(value: Any, expected: Expected) -> bool:
    if expected.type == "string":
        return contains(value, expected.any_of)
    return not expected.any_of or any(json.loads(one) == value for one in expected.any_of)


def _shown_value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
