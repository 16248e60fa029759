"""A model that no recipe has, told by its own header: the facts that the match needs of it."""

from __future__ import annotations

from .. import sampling
from ..fit.drafter import heads_alone
from ..fit.shape import Shape
from ..model.behaviour import Sampling
from ..model.files import ModelFile
from ..model.licence import Licence
from ..model.recipe import ModelArchitecture, ModelRecipe

#: what a header names that is no model
NO_MODEL = {"clip": "a projector for pictures", "control_vector": "a control vector"}
HEADS_ALONE = "prediction heads alone (`--drafting FILE` uses them beside their model)"
NO_MODEL_TYPES = {"mmproj": "a projector for pictures", "adapter": "an adapter (LoRA)",
                  "vocab": "a vocabulary"}  # fmt: skip
TEMPLATE = "tokenizer.chat_template"
#: of a header that does not say how far its model sees
UNKNOWN_CONTEXT = 4096
F16_BYTES = 2
#: `pooling_type` of a file whose model has a head that ranks (`LLAMA_POOLING_TYPE_RANK`)
RANK_POOLING = 4


def embeds(shape: Shape) -> bool:
    """Whether it reads texts alone, for vectors or for their order, and does not chat."""
    return f"{shape.arch}.pooling_type" in shape.header.metadata


def ranks(shape: Shape) -> bool:
    """Whether it gives a score to a question and a text: its file asks for that way of pooling."""
    return shape.header.metadata.get(f"{shape.arch}.pooling_type") == RANK_POOLING


def is_no_model(shape: Shape) -> str:
    """What the file is instead of a model, empty where it is one."""
    kind = shape.header.metadata.get("general.type")
    if heads_alone(shape.header, shape.heads):
        return HEADS_ALONE
    return NO_MODEL.get(shape.arch) or NO_MODEL_TYPES.get(str(kind), "")


def recipe(shape: Shape, name: str, files: tuple[ModelFile, ...], licence: Licence) -> ModelRecipe:
    """Its facts under `name`; `files` are its weights, and a projector where there is one."""
    abilities: tuple[str, ...] = ("chat",)
    if embeds(shape):
        abilities = ("reranking",) if ranks(shape) else ("embeddings",)
    if any(one.role == "mmproj" for one in files):
        abilities = (*abilities, "vision")
    return ModelRecipe(
        schema="localai.model/1",
        id=name,
        name=name,
        publisher="",
        released="",
        recommended=False,
        abilities=abilities,
        context_length=shape.get("context_length", UNKNOWN_CONTEXT),
        architecture=architecture(shape),
        licence=licence,
        files=files,
        sampling=_own_sampling(shape),
    )


def _own_sampling(shape: Shape) -> tuple[Sampling, ...]:
    """What the file carries itself; llama.cpp takes it from there."""
    values = sampling.of_file(shape.header.metadata)
    return (Sampling(source=sampling.OWN_FILE).changed(values),) if values else ()


def architecture(shape: Shape) -> ModelArchitecture:
    """The facts that a recipe would state."""
    blocks = shape.blocks
    ends = shape.embedding.dense_values
    if not shape.tied_bytes:
        ends += shape.ending.dense_values
    total = sum(one.dense_values + one.expert_values for one in blocks) + ends
    count, used = shape.get("expert_count"), shape.get("expert_used_count")
    active = None
    if count:
        active = int(total - sum(one.expert_values for one in blocks) * (1 - used / count))
    kept = sum(one.key + one.value for one in shape.layers if one.owns_cache and one.attends)
    return ModelArchitecture(
        name=shape.arch,
        layers=len(shape.layers),
        hidden_size=shape.hidden,
        vocab_size=shape.vocab,
        total_parameters=max(1, total),
        kv_bytes_per_token_f16=F16_BYTES * kept,
        active_parameters=active,
    )
