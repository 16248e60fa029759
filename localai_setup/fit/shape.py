"""What of a model's header decides its memory. Rules measured in llama.cpp b11434."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .gguf import Header, HeaderRefusedError, Tensor
from .measured import MEASURED
from .weights import Weights

#: period of sliding-window layers built into llama.cpp; the last of each period is full
PERIODS = {"gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "cohere2": 4, "exaone4": 4,
           "olmo2": 4, "llama4": 4, "smallthinker": 4, "afmoe": 4, "plamo3": 8, "exaone-moe": 4,
           "mellum": 4, "muse-glimmer": 4, "cohere2moe": 4, "laguna": 4}  # fmt: skip
FIRST_IS_FULL = {"cohere2moe", "smallthinker", "laguna"}
#: windows built into llama.cpp where the header names none
WINDOWS = {"llama4": 8192, "gemma2": 4096, "exaone4": 4096, "exaone-moe": 128}
#: windows that llama.cpp takes whatever the header says, unless it says 0
FIXED_WINDOWS = {"llama4": 8192, "smallthinker": 4096}
#: more blocks than any model has
MOST_LAYERS = 4096
#: of EXAONE 4 only the model with so many layers has windows
EXAONE_WINDOWED_LAYERS = 64
NO_WINDOW = {"phi3", "llama", "mistral", "mistral3"}
ALL_RECURRENT = {"mamba", "mamba2", "rwkv6", "rwkv7", "rwkv6qwen2", "arwkv7"}
BY_HEADS = {"lfm2", "lfm2moe", "granitehybrid", "jamba", "kimi-linear", "kimi-k3", "plamo2",
            "bailingmoe3", "glm5-next", "nemotron_h", "nemotron_h_moe"}  # fmt: skip
#: every so many layers one attends, the others are recurrent
INTERVALS = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4, "qwen4exp": 4, "minimax-01": 8}
GATED_DELTA = {"qwen3next", "qwen35", "qwen35moe"}
#: each token sees those after it as well, so that a text is read in one batch, without a cache
ENCODERS = {"bert", "nomic-bert", "nomic-bert-moe", "modern-bert", "neo-bert", "eurobert",
            "jina-bert-v2", "jina-bert-v3", "gemma-embedding", "gemma-embedding2"}  # fmt: skip
NO_CACHE = ENCODERS | {"dream", "llada", "llada-moe", "rnd1", "wavtokenizer-dec"}
#: prediction heads alone, for a model whose cache they share → that model's architecture
ASSISTANTS = {"gemma4-assistant": "gemma4"}
#: attention and feed-forward both read the same rows, though each has a norm of its own
PARALLEL = {"gptneox", "gptj", "plamo"}


@dataclass(frozen=True)
class Layer:
    """One block: its heads, widths of a K and a V row, and what it keeps."""

    heads: int
    kv_heads: int
    key: int
    value: int
    windowed: bool
    recurrent: bool
    attends: bool
    owns_cache: bool


@dataclass(frozen=True)
class Shape:
    """A model as far as memory is concerned; `get` reads one number of its metadata.

    `exact` is False where its numbers are incomplete or its rules were not measured.
    """

    header: Header
    arch: str
    hidden: int
    vocab: int
    layers: tuple[Layer, ...]
    mla: bool
    exact: bool = True

    @property
    def heads(self) -> int:
        """Prediction heads: blocks after the layers, which guess further tokens. llama.cpp counts them
        among the layers of -ngl, loaded or not.
        """
        return self.get("nextn_predict_layers")

    @cached_property
    def blocks(self) -> tuple[Weights, ...]:
        """The weights of each layer."""
        return self._blocks(range(len(self.layers)))

    @cached_property
    def head_blocks(self) -> tuple[Weights, ...]:
        """The weights of each prediction head, which are loaded where it drafts."""
        return self._blocks(range(len(self.layers), len(self.layers) + self.heads))

    def _blocks(self, numbers: range) -> tuple[Weights, ...]:
        found = [Weights()] * len(numbers)
        for one in self.header.tensors:
            at = block(one.name)
            if at in numbers:
                found[at - numbers.start] = found[at - numbers.start].with_tensor(one)
        return tuple(found)

    @cached_property
    def embedding(self) -> Weights:
        """What stays in main memory: the rows that are looked up, not multiplied."""
        return self._outside(embeddings=True)

    @cached_property
    def ending(self) -> Weights:
        """What belongs to no layer and is multiplied: the output matrix, the last norm.

        A tied embedding counts here as well: a GPU gets a copy of its own (`tied_bytes`).
        """
        found = self._outside(embeddings=False)
        tied = self._tied
        return found.with_tensor(tied) if tied else found

    @cached_property
    def tied_bytes(self) -> int:
        """Bytes of the embedding where it is the output matrix too, else 0."""
        return -(-self._tied.bytes // 32) * 32 if self._tied else 0

    @cached_property
    def _tied(self) -> Tensor | None:
        names = {one.name: one for one in self.header.tensors}
        return None if "output.weight" in names else names.get("token_embd.weight")

    @cached_property
    def gated(self) -> bool:
        """Whether the dense feed-forward multiplies a gate with what it lets through."""
        up = next((x for x in self.header.tensors if x.name.endswith(".ffn_up.weight")), None)
        if up is None or any(x.name.endswith(".ffn_gate.weight") for x in self.header.tensors):
            return True
        return len(up.dims) > 1 and up.dims[1] > self.get("feed_forward_length")

    @cached_property
    def gated_experts(self) -> bool:
        """The same of the experts."""
        names = {x.name.partition(".ffn_")[2] for x in self.header.tensors}
        return "down_exps.weight" not in names or bool(
            names & {"gate_exps.weight", "gate_up_exps.weight"}
        )

    @cached_property
    def all_experts(self) -> bool:
        """Whether no layer has a dense feed-forward, though the header may tell its width."""
        names = {x.name.partition(".ffn_")[2] for x in self.header.tensors}
        return "down_exps.weight" in names and "up.weight" not in names

    @cached_property
    def parallel(self) -> bool:
        """Whether attention and feed-forward of a layer read the same rows, side by side."""
        if self.arch in PARALLEL:
            return True
        names = {x.name for x in self.header.tensors}
        norms = ("blk.0.ffn_norm.weight", "blk.0.ffn_norm", "blk.0.post_attention_norm.weight")
        both = {"blk.0.attn_output.weight", "blk.0.ffn_up.weight"} <= names
        return both and not names.intersection(norms)

    def _outside(self, *, embeddings: bool) -> Weights:
        found = Weights()
        for one in self.header.tensors:
            looked_up = one.name.startswith(("token_embd", "per_layer_token_embd"))
            if block(one.name) < 0 and looked_up is embeddings:
                found = found.with_tensor(one)
        return found

    def get(self, key: str, default: int = 0) -> int:
        """A number of this architecture; of a list the largest."""
        return number(self.header, f"{self.arch}.{key}", default)


def block(name: str) -> int:
    """The layer a tensor belongs to, -1 for none."""
    if name.startswith("per_layer_") and not name.startswith("per_layer_token_embd"):
        return 0  # llama.cpp places these with the first layer
    parts = name.split(".")
    return int(parts[1]) if parts[0] == "blk" and len(parts) > 1 and parts[1].isdigit() else -1


def number(header: Header, key: str, default: int = 0) -> int:
    """A whole number, of a list the largest; HeaderRefusedError if it is something else."""
    value = header.metadata.get(key, default)
    if type(value) is int and 0 <= value < 2**40:
        return value
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, (int, float)) and abs(one) < 2**40 for one in values):
        raise HeaderRefusedError(f"{key} is not a usable number")
    return int(max(values, default=default))


def shape(header: Header) -> Shape:
    """The shape of a model; HeaderRefusedError where its numbers cannot be a model's."""
    arch = str(header.metadata.get("general.architecture", ""))
    count = number(header, f"{arch}.block_count") - number(header, f"{arch}.nextn_predict_layers")
    hidden = number(header, f"{arch}.embedding_length")
    least = 0 if arch in ASSISTANTS else 1
    if not least <= count <= MOST_LAYERS or not 0 < hidden < 2**24:
        raise HeaderRefusedError(f"it has {count} layers of width {hidden}: not a language model")
    embedding = next((one for one in header.tensors if one.name == "token_embd.weight"), None)
    vocab = header.lengths.get("tokenizer.ggml.tokens", 0)
    if embedding and len(embedding.dims) > 1:
        vocab = embedding.dims[1]
    mla = all(f"{arch}.attention.{one}_length_mla" in header.metadata for one in ("key", "value"))
    bare = Shape(header, arch, hidden, vocab, (), mla)
    known: dict[Layer, Layer] = {}
    layers = tuple(
        known.setdefault(one, one) for one in (_layer(bare, at, count) for at in range(count))
    )
    return Shape(header, arch, hidden, vocab, layers, mla, exact=arch in MEASURED)


def _at(shape: Shape, key: str, layer: int, default: int) -> int:
    value = shape.header.metadata.get(f"{shape.arch}.{key}", default)
    if isinstance(value, list):
        value = value[layer] if layer < len(value) else default
    return int(value) if isinstance(value, (int, float)) and 0 <= value < 2**24 else default


def _layer(shape: Shape, at: int, count: int) -> Layer:
    heads = _at(shape, "attention.head_count", at, 0)
    kv_heads = 1 if shape.mla else _at(shape, "attention.head_count_kv", at, heads)
    windowed = _windowed(shape, at, count)
    default = shape.hidden // (heads or shape.get("attention.head_count") or 1)
    key, value = (_width(shape, name, windowed, default) for name in ("key", "value"))
    recurrent = _recurrent(shape, at, kv_heads)
    both = shape.arch == "falcon-h1"
    attends = kv_heads > 0 and (both or not recurrent) and shape.arch not in NO_CACHE
    own = _owning(shape, count)
    return Layer(
        heads, kv_heads, key, 0 if shape.mla else value, windowed, recurrent, attends, at < own
    )


def _width(shape: Shape, name: str, windowed: bool, default: int) -> int:
    full = shape.get(f"attention.{name}_length", default)
    return shape.get(f"attention.{name}_length_swa", full) if windowed else full


def _owning(shape: Shape, count: int) -> int:
    """Layers that keep a cache of their own; later ones share it."""
    if shape.arch == "gemma3n":
        return 20
    shared = shape.get("attention.shared_kv_layers") if shape.arch == "gemma4" else 0
    return count - shared


def _windowed(shape: Shape, at: int, count: int) -> bool:
    if shape.arch in NO_WINDOW or not window(shape):
        return False
    if shape.arch == "exaone4" and count != EXAONE_WINDOWED_LAYERS:
        return False
    pattern = shape.header.metadata.get(f"{shape.arch}.attention.sliding_window_pattern")
    if isinstance(pattern, list):
        return at < len(pattern) and bool(pattern[at])
    period = pattern if isinstance(pattern, int) else PERIODS.get(shape.arch, 0)
    if period < 1:
        return False
    full = 0 if shape.arch in FIRST_IS_FULL else period - 1
    return at % period != full


def window(shape: Shape) -> int:
    """Tokens a sliding-window layer looks back; 0 for none."""
    stated = shape.get("attention.sliding_window", WINDOWS.get(shape.arch, 0))
    return FIXED_WINDOWS.get(shape.arch, stated) if stated else 0


def _recurrent(shape: Shape, at: int, kv_heads: int) -> bool:
    if shape.arch in ALL_RECURRENT or shape.arch == "falcon-h1":
        return True
    if shape.arch in BY_HEADS:
        forward = _at(shape, "feed_forward_length", at, 0)
        return kv_heads == 0 and not (shape.arch.startswith("nemotron_h") and forward)
    if shape.arch in INTERVALS:
        listed = shape.header.metadata.get(f"{shape.arch}.attention.recurrent_layers")
        if isinstance(listed, list):
            return at < len(listed) and bool(listed[at])
        return (at + 1) % max(1, shape.get("full_attention_interval", INTERVALS[shape.arch])) != 0
    return False
