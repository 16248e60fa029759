"""What Ollama says of its models, as types: listed, shown, loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ...model.decoding import DecodeError, decode_leniently
from .api import Api
from .names import parse
from .troubles import OllamaError

T = TypeVar("T")


@dataclass(frozen=True)
class Details:
    """What stands in the configuration of a model; empty where its maker left it out."""

    family: str = ""
    parameter_size: str = ""
    quantization_level: str = ""


@dataclass(frozen=True)
class Listed:
    """A model of `/api/tags`. `digest` is the manifest's, `size` in bytes what the manifest claims.

    `remote_host` is set where the model only stands for one that runs elsewhere.
    """

    name: str
    digest: str = ""
    size: int = 0
    details: Details = Details()
    capabilities: tuple[str, ...] = ()
    remote_host: str = ""


@dataclass(frozen=True)
class Shown:
    """A model of `/api/show`. `modelfile` names the file of its weights after `FROM`."""

    modelfile: str = ""
    template: str = ""
    system: str = ""
    parameters: str = ""
    details: Details = Details()
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """A model of `/api/ps`. `size` and `size_vram` in bytes; the second proves no GPU (a processor's
    AMX buffers count too). `context_length` is that of one request.
    """

    name: str
    size: int = 0
    size_vram: int = 0
    context_length: int = 0


@dataclass(frozen=True)
class Counted:
    """The end of an answer: tokens of the prompt that were used, and of the answer; times in
    nanoseconds. `done_reason` is `stop`, `length`, `load` or `unload`.
    """

    done: bool = False
    done_reason: str = ""
    prompt_eval_count: int = 0
    prompt_eval_duration: int = 0
    eval_count: int = 0
    eval_duration: int = 0
    load_duration: int = 0


def version(api: Api, seconds: float = 30.0) -> str:
    """Its version; empty where it tells none. A server that still starts is silent for a while.

    Raises:
        OllamaError: it does not answer.

    """
    found = api.get("/api/version", seconds).get("version")
    return found if isinstance(found, str) else ""


def listed(api: Api) -> tuple[Listed, ...]:
    """All models that it has. The list is cached: one whose file is gone may still stand in it.

    Raises:
        OllamaError: as `Api.exchange`.

    """
    return tuple(_each(Listed, api.get("/api/tags")))


def loaded(api: Api) -> tuple[Loaded, ...]:
    """The models in memory; one whose llama-server died may still stand there.

    Raises:
        OllamaError: as `Api.exchange`.

    """
    return tuple(_each(Loaded, api.get("/api/ps")))


def shown(api: Api, name: str) -> Shown | None:
    """What is known of one model; None where there is none.

    Raises:
        OllamaError: as `Api.exchange`.

    """
    try:
        return _typed(Shown, api.post("/api/show", {"model": name}))
    except OllamaError as error:
        if error.kind == "no-such-model":
            return None
        raise


def delete(api: Api, name: str) -> bool:
    """Delete a model; whether there was one. It stays loaded until `unload`.

    Raises:
        OllamaError: as `Api.exchange`; `damaged` where its manifest cannot be read.

    """
    try:
        api.exchange("DELETE", "/api/delete", {"model": name}, seconds=60.0)
    except OllamaError as error:
        if error.kind == "no-such-model":
            return False
        raise
    return True


def copy(api: Api, name: str, to: str) -> None:
    """Another name for the same layers; a model that has it gives way.

    Raises:
        OllamaError: as `Api.exchange`.

    """
    api.exchange("POST", "/api/copy", {"source": name, "destination": to}, seconds=60.0)


def same_model(one: str, other: str) -> bool:
    """Whether two names mean one model: Ollama does not tell capitals from small letters."""
    first, second = parse(one), parse(other)
    return first.full.lower() == second.full.lower()


def counted(line: Mapping[str, Any]) -> Counted:
    """The numbers of the last line of an answer.

    Raises:
        OllamaError: it holds none.

    """
    return _typed(Counted, line)


def _each(kind: type[T], answer: Mapping[str, Any]) -> Iterator[T]:
    found = answer.get("models")
    if not isinstance(found, Sequence):
        return
    for one in found:
        yield _typed(kind, one)


def _typed(kind: type[T], data: object) -> T:
    try:
        return decode_leniently(kind, data)
    except DecodeError as error:
        raise OllamaError("not-ollama", f"it answers something else: {error}") from None
