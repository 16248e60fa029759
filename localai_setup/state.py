"""receipts ↔ data: a set-up as JSON and back, whichever version wrote it."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from . import catalog
from .model.decoding import DecodeError, decode
from .model.errors import LocalaiError
from .model.files import OwnModelFile, PackageFile
from .model.settings import ALL_LAYERS, ServerSettings, StartSettings
from .model.setup import SetUp

if TYPE_CHECKING:
    from .model.plan import Step

SCHEMA = "localai.state/2"
#: The steps that bring an engine: its wheel, or its release archives. A plan has one of them.
INSTALLS = frozenset({"install-engine", "install-archive", "install-model-server"})
#: The steps that bring a model into memory, in whichever kind of server.
SERVES = frozenset({"start-server", "start-model-server", "bring-model", "load-model"})
#: The steps that bring a file which guesses ahead; a model answers without it.
BRINGS_DRAFTER = frozenset({"fetch-drafter", "use-drafter"})
_NUMBERED = re.compile(r"localai\.state/(\d+)")
_PORT = re.compile(r":(\d{1,5})(?:/|$)")


class NewerStateError(Exception):
    """The set-up was saved by a version that this one does not know yet."""


def to_document(setup: SetUp) -> dict[str, Any]:
    """The set-up as JSON-ready data with its schema."""
    return {"schema": SCHEMA, **asdict(setup)}


def from_document(document: object) -> SetUp:
    """The set-up that an older or this version wrote.

    Raises:
        NewerStateError: a newer version wrote it.
        DecodeError: it is no set-up of a version that is known.

    """
    found = decode(_Saved, document)
    number = _NUMBERED.fullmatch(found.schema)
    if number and int(number[1]) > int(SCHEMA.rsplit("/", 1)[1]):
        raise NewerStateError(found.schema)
    plain = typing.cast("Mapping[str, object]", document)
    while plain["schema"] != SCHEMA:
        migrate = MIGRATIONS.get(str(plain["schema"]))
        if migrate is None:
            raise DecodeError(f"the schema {plain['schema']} is not known")
        plain = migrate(plain)
    setup = decode(SetUp, plain)
    if not all(isinstance(one.get("id"), str) for one in (*setup.steps, *setup.untaught)):
        raise DecodeError("a step does not say which one it is")
    return setup


@dataclass(frozen=True)
class _Saved:
    """What every version of the file says."""

    schema: str


def _from_0(document: Mapping[str, object]) -> dict[str, object]:
    """Schema 0 kept the port as part of the address and had no receipts' details."""
    old = dict(document)
    port = _PORT.search(str(old.pop("address", None)))
    return {**old, "schema": "localai.state/1", "port": int(port[1]) if port else None}


def _from_1(document: Mapping[str, object]) -> dict[str, object]:
    """Schema 1 spelled a server's settings out in its step, a file's package as a list, and knew no
    number of layers whose experts lie in main memory: it was all of them or none.
    """
    steps = [_step_from_1(step) for step in decode(_Steps1, document).steps]
    settings = _settings_from_1(document.get("settings"))
    return {**document, "schema": "localai.state/2", "settings": settings, "steps": steps}


def _settings_from_1(settings: object) -> object:
    if isinstance(settings, Mapping) and settings.get("experts_on_cpu"):
        return {**settings, "cpu_expert_layers": ALL_LAYERS}
    return settings


@dataclass(frozen=True)
class _Steps1:
    steps: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True)
class _StartServer1:
    model_path: str
    alias: str
    settings: ServerSettings
    api_key: str | None = None
    mmproj_path: str = ""


@dataclass(frozen=True)
class _Package1:
    package: str
    version: str
    wheel_sha256: str
    wheel_bytes: int
    member: str


@dataclass(frozen=True)
class _File1:
    repository: str
    revision: str
    file: str
    bytes: int
    sha256: str
    quantization: str
    packages: tuple[_Package1, ...] = ()
    here: str = ""


@dataclass(frozen=True)
class _Fetch1:
    file: _File1


def _step_from_1(step: Mapping[str, object]) -> Mapping[str, object]:
    if step.get("id") == "start-server":
        old = decode(_StartServer1, {**step, "settings": _settings_from_1(step.get("settings"))})
        start = StartSettings(old.settings, old.model_path, old.alias, old.api_key, old.mmproj_path)
        return {**step, "start": asdict(start)}
    if step.get("id") in ("fetch-model", "fetch-projector", "use-model"):
        role = "mmproj" if step["id"] == "fetch-projector" else "weights"
        return {**step, "file": asdict(_file_from_1(decode(_Fetch1, step).file, role))}
    return step


def _file_from_1(old: _File1, role: str) -> OwnModelFile:
    package = next((PackageFile(*asdict(one).values()) for one in old.packages), None)
    return OwnModelFile(
        role,
        old.file,
        old.bytes,
        old.sha256,
        old.quantization,
        old.repository,
        old.revision,
        package,
        here=old.here,
    )


#: schema → what turns it into the next one
MIGRATIONS: dict[str, Callable[[Mapping[str, object]], dict[str, object]]] = {
    "localai.state/0": _from_0,
    "localai.state/1": _from_1,
}


def step_document(step: Step) -> dict[str, object]:
    """A step as it is saved: its id and its fields."""
    assert dataclasses.is_dataclass(step)
    return {"id": step.id, **asdict(step)}


def has_no_fields(step_id: str) -> bool:
    """Whether there is such a step and it can be run without a saved plan."""
    kind = _kind(step_id)
    return kind is not None and not dataclasses.fields(kind)  # type: ignore[arg-type]


def _kind(step_id: str) -> type[Step] | None:
    module = catalog.module("steps", step_id)
    name = "".join(word.title() for word in step_id.split("-"))
    return getattr(module, name) if module else None


def step_of(document: Mapping[str, object]) -> Step:
    """The saved step, ready to be run again.

    Raises:
        LocalaiError: this version has no such step.

    """
    name = str(document.get("id"))
    kind = _kind(name)
    if kind is None:
        raise _unusable(name, "this version has no such step")
    try:
        return decode(kind, document)
    except DecodeError as error:
        raise _unusable(name, str(error)) from None


def _unusable(name: str, why: str) -> LocalaiError:
    return LocalaiError(
        f"The saved set-up has a step that cannot be run again: {name} ({why}).",
        "Another version of localai may have saved it.",
        "Set up again: `localai uninstall --keep-models`, then `localai init`.",
    )


def saved_steps(setup: SetUp) -> tuple[Step, ...]:
    """The saved plan, ready to be run again; the server tries the port first that programs know.

    Raises:
        LocalaiError: as `step_of`.

    """
    # a set-up of before there were several engines says its engine only once
    known = {"engine": setup.engine} | ({"first_port": setup.port} if setup.port else {})
    return tuple(
        step_of({**one, **known, **_engine_of(one)} if "first_port" in one else one)
        for one in setup.steps
    )


def _engine_of(step: Mapping[str, object]) -> dict[str, object]:
    return {"engine": step["engine"]} if step.get("engine") else {}
