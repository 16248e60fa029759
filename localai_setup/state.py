"""receipts ↔ data: a set-up as JSON and back, whichever version wrote it."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from . import catalog
from .model.plan import Step
from .model.setup import SetUp

SCHEMA = "localai.state/2"
#: The steps that bring an engine: its wheel, or its release archives. A plan has one of them.
INSTALLS = frozenset({"install-engine", "install-archive"})
_NUMBERED = re.compile(r"localai\.state/(\d+)")
T = TypeVar("T")


class NewerStateError(Exception):
    """The set-up was saved by a version that this one does not know yet."""


def to_document(setup: SetUp) -> dict[str, Any]:
    """The set-up as JSON-ready data with its schema."""
    return {"schema": SCHEMA, **dataclasses.asdict(setup)}


def from_document(document: Any) -> SetUp:
    """The set-up that an older or this version wrote.

    Raises:
        NewerStateError: a newer version wrote it.
        ValueError, TypeError, KeyError: it is no set-up of a version that is known.

    """
    schema = document.get("schema")
    number = _NUMBERED.fullmatch(schema) if isinstance(schema, str) else None
    if number and int(number[1]) > int(SCHEMA.rsplit("/", 1)[1]):
        raise NewerStateError(schema)
    while document.get("schema") != SCHEMA:
        document = MIGRATIONS[document.get("schema")](document)
    return decode(SetUp, {k: v for k, v in document.items() if k != "schema"})


def _from_0(document: Mapping[str, Any]) -> dict[str, Any]:
    """Schema 0 kept the port as part of the address and had no receipts' details."""
    old = dict(document)
    address = old.pop("address", None)
    port = int(address.rsplit(":", 1)[1].split("/")[0]) if address else None
    return {**old, "schema": "localai.state/1", "port": port}


def _from_1(document: Mapping[str, Any]) -> dict[str, Any]:
    """Schema 1 spelled a server's settings out in its step, and a file's package as a list."""
    steps = [_step_from_1(dict(step)) for step in document.get("steps", ())]
    return {**document, "schema": "localai.state/2", "steps": steps}


def _step_from_1(step: dict[str, Any]) -> dict[str, Any]:
    if step["id"] == "start-server":
        names = ("model_path", "alias", "api_key", "mmproj_path")
        start = {name: step.pop(name) for name in names if name in step}
        return {**step, "start": {**start, "server": step.pop("settings")}}
    if step["id"] in ("fetch-model", "fetch-projector", "use-model"):
        role = "mmproj" if step["id"] == "fetch-projector" else "weights"
        return {**step, "file": _file_from_1(dict(step["file"]), role)}
    return step


def _file_from_1(file: dict[str, Any], role: str) -> dict[str, Any]:
    for package in file.pop("packages", ())[:1]:
        file["package"] = {**package, "name": package["package"]}
    return {**file, "role": role}


#: schema → what turns it into the next one
MIGRATIONS: dict[str | None, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "localai.state/0": _from_0,
    "localai.state/1": _from_1,
}


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def decode(kind: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass of plain data; fields that this version does not know are left out.

    Raises:
        TypeError, ValueError: a field is missing or of another shape.

    """
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = _hints(typing.cast("typing.Hashable", kind))
    return kind(**{k: _value(hints[k], v) for k, v in data.items() if k in names})


def _value(hint: Any, value: Any) -> Any:
    if typing.get_origin(hint) is types.UnionType:
        if value is None:
            return None
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_value(inner, item) for item in value)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, value)
    if hint is float and isinstance(value, int):
        return float(value)
    if isinstance(hint, type) and not isinstance(value, hint):
        raise TypeError(f"{value!r} is not {hint.__name__}")
    return value


def step_document(step: Step) -> dict[str, Any]:
    """A step as it is saved: its id and its fields."""
    assert dataclasses.is_dataclass(step)
    return {"id": step.id, **dataclasses.asdict(step)}


def step_of(document: Mapping[str, Any]) -> Step:
    """The saved step, ready to be run again.

    Raises:
        KeyError, TypeError, ValueError: this version has no such step.

    """
    module = catalog.modules("steps")[document["id"]]
    name = "".join(word.title() for word in document["id"].split("-"))
    fields = {key: value for key, value in document.items() if key != "id"}
    return typing.cast("Step", decode(getattr(module, name), fields))


def saved_steps(setup: SetUp) -> tuple[Step, ...]:
    """The saved plan, ready to be run again; the server tries the port first that programs know.

    Raises:
        KeyError, TypeError, ValueError: as `step_of`.

    """
    told = {"first_port": setup.port} if setup.port else {}
    return tuple(step_of({**one, **told} if "first_port" in one else one) for one in setup.steps)
