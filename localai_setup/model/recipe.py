"""What a recipe says: the use a person has in mind, and the facts of a model.

The field names and types are the schema: `recipes/schema.py` checks files against them and the JSON
schema is made of them. A field with a default may be left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from .behaviour import Sampling, Thinking
from .engine import EngineRecipe
from .files import ModelFile
from .licence import Licence
from .proof import AnswerTest, Proof
from .tuning import TuningRecipe

#: What a model can be made for. `chat` is a conversation about anything; a model that was trained for
#: code alone, or to read pictures alone, does without it.
ABILITIES = ("chat", "code", "tools", "vision", "reasoning", "embeddings", "reranking")
PARAMETERS_PER_BILLION = 1_000_000_000
#: Comfortable is this many times the least speed worth having, where a use does not say.
COMFORT = 3.0


@dataclass(frozen=True)
class Geometry:
    """The numbers of a GGUF header that decide memory, under its own names (dots are underscores).

    A tuple holds one number for all layers or one for each; 0 and empty are not set.
    `nextn_predict_layers` of the file are not counted in `layers`.
    """

    attention_head_count: int = 0
    attention_head_count_kv: tuple[int, ...] = ()
    attention_key_length: int = 0
    attention_value_length: int = 0
    attention_key_length_swa: int = 0
    attention_value_length_swa: int = 0
    attention_sliding_window: int = 0
    attention_sliding_window_pattern: int = 0
    attention_shared_kv_layers: int = 0
    full_attention_interval: int = 0
    embedding_length_per_layer_input: int = 0
    feed_forward_length: int = 0
    leading_dense_block_count: int = 0
    expert_count: int = 0
    expert_used_count: int = 0
    expert_feed_forward_length: int = 0
    expert_shared_feed_forward_length: int = 0
    shortconv_l_cache: int = 0
    ssm_conv_kernel: int = 0
    ssm_inner_size: int = 0
    ssm_state_size: int = 0
    ssm_time_step_rank: int = 0
    ssm_group_count: int = 0
    tied_embeddings: bool = False


@dataclass(frozen=True)
class ModelArchitecture:
    """`kv_bytes_per_token_f16` counts all layers that keep a full cache, K and V at 2 bytes each.

    Without a `geometry` memory is a bound.
    """

    name: str
    layers: int
    hidden_size: int
    vocab_size: int
    total_parameters: int
    kv_bytes_per_token_f16: int
    active_parameters: int | None = None
    swa_fixed_bytes_f16: int | None = None
    geometry: Geometry | None = None


@dataclass(frozen=True)
class QualityFigure:
    """Figures of different groups are different versions of an index and are never compared."""

    metric: str
    value: float
    date: str
    group: str = ""


@dataclass(frozen=True)
class Companion:
    """A second file that guesses the model's next tokens: a smaller model with the same vocabulary, or
    the model's prediction heads alone, which the file's `prediction_heads` count. `architecture` is that
    of the file; without a `licence` that of the model holds.
    """

    file: ModelFile
    architecture: ModelArchitecture
    licence: Licence | None = None


@dataclass(frozen=True)
class ModelRecipe:
    """`localai.model/1`: the facts of one model and its pinned files.

    `abilities` say what it was made for (`ABILITIES`); which uses it serves, the uses say.
    Without `thinking` the file's own chat template decides. Without `sampling` the engine's defaults
    hold, and `sampling_note` says why (no value is published). `drafter` is a file that makes it faster.
    """

    schema: str
    id: str
    name: str
    publisher: str
    released: str
    recommended: bool
    abilities: tuple[str, ...]
    context_length: int
    architecture: ModelArchitecture
    licence: Licence
    files: tuple[ModelFile, ...]
    quality: tuple[QualityFigure, ...] = ()
    llama_cpp_min_build: int | None = None
    thinking: Thinking | None = None
    sampling: tuple[Sampling, ...] = ()
    sampling_note: str = ""
    drafter: Companion | None = None

    @property
    def weights(self) -> tuple[ModelFile, ...]:
        return tuple(file for file in self.files if file.role == "weights")


@dataclass(frozen=True)
class ModelNeeds:
    """Which models serve a use: those with all the `abilities` and of the size, and those in `ids`.

    Sizes are billions of parameters, all of an MoE's experts counted; a `max_billions` of 0 is no
    limit. Without abilities only the `ids` serve.
    """

    abilities: tuple[str, ...] = ()
    min_billions: float = 0
    max_billions: float = 0
    ids: tuple[str, ...] = ()

    def met_by(self, model: ModelRecipe) -> bool:
        """Whether the model serves."""
        if model.id in self.ids:
            return True
        billions = model.architecture.total_parameters / PARAMETERS_PER_BILLION
        able = bool(self.abilities) and set(self.abilities) <= set(model.abilities)
        return able and self.min_billions <= billions <= (self.max_billions or math.inf)


@dataclass(frozen=True)
class UseRecipe:
    """`localai.use/1`: what a person wants, which models serve it, and the question that proves that
    it works.

    `context` is what it needs, in tokens; where memory stays free it grows up to `context_most`.
    `min_tps` is the least speed worth having in tokens per second: of writing, for `embeddings` of
    turning text into vectors; `comfort_tps` is where more is worth little, three times that unless
    it is set. `place` is where it stands when people are asked, the lowest first. `thinks`: a model that can think before it answers does so unless it is
    told not to; for other uses it is the other way round.
    """

    schema: str
    id: str
    title: str
    suits: str
    careful: str
    models: ModelNeeds
    context: int
    min_tps: float
    question: str
    expect_any: tuple[str, ...] = ()
    max_tokens: int = 64
    proof: Proof = field(default_factory=Proof)
    thinks: bool = False
    context_most: int = 32768
    comfort_tps: float = 0
    place: int = 50

    @property
    def comfortable_tps(self) -> float:
        """From here on more speed is worth little."""
        return self.comfort_tps or COMFORT * self.min_tps

    def test(self, vector_length: int = 0) -> AnswerTest:
        """The question for a model, whose vectors have this length where it makes some."""
        return AnswerTest(
            self.question, self.expect_any, self.max_tokens, self.proof, vector_length
        )

    @property
    def embeddings(self) -> bool:
        """Whether texts are read alone, as vectors or to be put in order, instead of being answered."""
        return "embeddings" in self.models.abilities or self.reranks

    @property
    def reranks(self) -> bool:
        """Whether texts are put in the order in which they answer a question."""
        return "reranking" in self.models.abilities

    @property
    def pictures(self) -> bool:
        """Whether the model is given pictures, so that it needs its projector."""
        return "vision" in self.models.abilities


@dataclass(frozen=True)
class Recipes:
    """All recipes by id."""

    uses: dict[str, UseRecipe]
    models: dict[str, ModelRecipe]
    engines: dict[str, EngineRecipe] = field(default_factory=dict)
    tuning: dict[str, TuningRecipe] = field(default_factory=dict)

    def serving(self, use: UseRecipe) -> tuple[ModelRecipe, ...]:
        """The models that serve a use, in the order of the recipes."""
        return tuple(one for one in self.models.values() if use.models.met_by(one))

    def uses_of(self, model: ModelRecipe) -> tuple[str, ...]:
        """The ids of the uses that a model serves, in the order of the recipes."""
        return tuple(one.id for one in self.uses.values() if one.models.met_by(model))
