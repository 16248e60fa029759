"""`localai fit`: the memory and speed of one model with a given placement."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..fit import companion, drafting
from ..fit.drafter import Drafter, heads_alone, wrong_heads
from ..fit.from_facts import shape_from_facts
from ..fit.gguf import HeaderRefusedError
from ..fit.memory import ROW, estimate
from ..fit.shape import Shape, shape
from ..fit.vocabulary import size_differs
from ..machine.fetching.hub_names import is_reference
from ..machine.keeping.gguf_file import read_header
from ..model.errors import Exit, LocalaiError, nearest
from ..model.files import ModelFile
from ..model.recipe import Recipes
from ..model.settings import ServerSettings
from ..ui import fittext, jsonout
from ._named import file_here, on_the_hub
from ._options import Options
from ._speeds import pace

NAME_ONE = "Name a GGUF file, a repository as OWNER/REPO:QUANT, or one of `localai recipes list`."


@dataclass(frozen=True)
class Sized:
    """A model under its name, and the bytes that were read from afar for it."""

    name: str
    shape: Shape
    received_bytes: int = 0


def fit(
    options: Options, reference: str, settings: ServerSettings, drafter_reference: str = ""
) -> Exit:
    """Print what the model needs, with its drafter where one is named; LocalaiError where one of them or
    a setting is unusable.
    """
    _check(settings)
    model = _model(options, reference)
    drafter = _drafter(options, model, drafter_reference) if drafter_reference else None
    settings = drafting.with_drafter(model.shape, settings, drafter) if drafter else settings
    memory = companion.with_drafter(estimate(model.shape, settings), drafter, settings)
    numbers: dict[str, Any] = asdict(memory)
    exact = numbers.pop("exact")
    speed, unknown = pace(options, model.shape, settings, drafter)
    document = {"schema": "localai.fit/1", "model": model.name, "exact": exact}
    document |= {"memory": numbers, "speed": asdict(speed) if speed else None}
    document |= {"architecture": model.shape.arch, "received_bytes": model.received_bytes}
    if options.json:
        jsonout.write(document)
    else:
        answer = fittext.Answer(model.name, model.shape, settings, memory, speed, unknown)
        fittext.show(answer)
    return Exit.OK


def _drafter(options: Options, model: Sized, reference: str) -> Drafter:
    """LocalaiError where it cannot guess for the model."""
    found = _model(options, reference)
    heads = found.shape.heads if heads_alone(found.shape.header, found.shape.heads) else 0
    file = ModelFile("drafter", found.name, 0, "", prediction_heads=heads)
    other = size_differs(model.shape.vocab, found.shape.vocab)
    wrong = wrong_heads(found.shape, model.shape) if heads else other
    if wrong:
        raise LocalaiError(
            f"{found.name} cannot guess ahead for {model.name}: {wrong}.",
            hint="Name a smaller model of the same family.",
            exit_code=Exit.USAGE,
        )
    return Drafter(file, found.shape)


def _check(settings: ServerSettings) -> None:
    for name in (settings.kv_type_k, settings.kv_type_v):
        if name not in ROW:
            raise LocalaiError(
                f"The cache type {name!r} is not known.",
                hint=f"Take one of {', '.join(ROW)}: `--kv-type q8_0`.",
                exit_code=Exit.USAGE,
            )


def _model(options: Options, reference: str) -> Sized:
    """A file here, a model of the recipes by its id, or a repository of the hub, in this order."""
    if path := file_here(reference):
        return Sized(path.name, _shape(reference, read_header(path)))
    if "/" not in reference:
        from ._recipes import load_recipes

        return _of_recipe(load_recipes(), reference)
    if not is_reference(reference):
        raise _nothing(reference)
    found = on_the_hub(reference, offline=options.offline)
    name = f"{found.repository}:{found.chosen.quantization or found.chosen.files[0].name}"
    return Sized(name, _shape(name, found.header), found.received_bytes)


def _shape(name: str, header: Any) -> Shape:
    try:
        return shape(header)
    except HeaderRefusedError as refused:
        raise LocalaiError(
            f"{name} cannot be sized: {refused}.", hint="Name the file of the model itself."
        ) from None


def _of_recipe(recipes: Recipes, reference: str) -> Sized:
    """From the recipe's facts, or from the file's own header where it was fetched already."""
    from ..machine.keeping import model_files

    model = recipes.models.get(reference)
    if model is None:
        near = nearest(reference, recipes.models)
        raise _nothing(reference, f"Did you mean `{near}`?" if near else NAME_ONE)
    file = model.weights[0]
    name = f"{model.id}:{file.quantization}"
    fetched = model_files.kept(file.sha256, file.file)
    if fetched.is_file():
        return Sized(name, _shape(name, read_header(fetched)))
    return Sized(name, shape_from_facts(model.architecture, file))


def _nothing(reference: str, hint: str = NAME_ONE) -> LocalaiError:
    return LocalaiError(
        f"There is no file {reference}, and no model of that name.",
        hint=hint,
        exit_code=Exit.USAGE,
    )
