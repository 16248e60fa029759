"""A model's shape from a recipe's facts, where no header of it is at hand: a bound, by the same rules.

The facts become the header that such a file would have, its tensors gathered into few. What the
facts leave open is taken at its worst, and the estimate says that it is not exact.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import lru_cache

from ..model.files import ModelFile
from ..model.recipe import Geometry, ModelArchitecture
from .gguf import Header, Tensor
from .shape import Shape, shape
from .unpacking import file_type

#: bytes of a header for one vocabulary entry (measured: 23 with 32k entries, 63 with 262k)
HEADER_BYTES_PER_ENTRY = 50
#: bits of an embedding's value by the file's quantization; tied ones are kept finer (llama-quantize)
EMBEDDING_BITS = {"Q8_0": 8.5, "F16": 16.0, "BF16": 16.0, "MXFP4": 8.5, "Q6_K": 6.5625}
EMBEDDING_BITS_PLAIN, EMBEDDING_BITS_TIED = 4.5, 6.5625
#: bits of what every token reads where the experts alone are packed tighter (ggml-org/gpt-oss-20b-GGUF)
DENSE_BITS = {"MXFP4": 8.5}
#: keys of a header whose name holds an underscore of its own, by the words they start with
SECTIONS = ("attention", "ssm", "shortconv")


@lru_cache(maxsize=512)
def shape_from_facts(facts: ModelArchitecture, file: ModelFile) -> Shape:
    """The shape of the model in this file of weights; never `exact`."""
    geometry = facts.geometry or _flat(facts)
    metadata = _metadata(facts, geometry)
    if kind := file_type(file.quantization):
        metadata["general.file_type"] = kind
    if heads := file.prediction_heads:
        metadata[f"{facts.name}.block_count"] = facts.layers + heads
        metadata[f"{facts.name}.nextn_predict_layers"] = heads
    tensors = _tensors(facts, geometry, file)
    header = Header(metadata, {"tokenizer.ggml.tokens": facts.vocab_size}, tensors)
    return replace(shape(header), exact=False)


def _flat(facts: ModelArchitecture) -> Geometry:
    """Nothing is known of the heads: the cache is spread evenly over the layers."""
    row = -(-facts.kv_bytes_per_token_f16 // (4 * facts.layers))
    return Geometry(
        attention_head_count=1,
        attention_head_count_kv=(1,),
        attention_key_length=row,
        attention_value_length=row,
    )


def _metadata(facts: ModelArchitecture, geometry: Geometry) -> dict[str, object]:
    found: dict[str, object] = {
        "general.architecture": facts.name,
        f"{facts.name}.block_count": facts.layers,
        f"{facts.name}.embedding_length": facts.hidden_size,
    }
    for field in fields(geometry):
        value = getattr(geometry, field.name)
        if field.name == "tied_embeddings" or not value:
            continue
        if isinstance(value, tuple):
            value = value[0] if len(value) == 1 else list(value)
        found[f"{facts.name}.{_key(field.name)}"] = value
    if not geometry.feed_forward_length and not geometry.expert_feed_forward_length:
        found[f"{facts.name}.feed_forward_length"] = _widest_forward(facts, geometry)
    return found


def _key(name: str) -> str:
    section, _, rest = name.partition("_")
    return f"{section}.{rest}" if section in SECTIONS else name


def _widest_forward(facts: ModelArchitecture, geometry: Geometry) -> int:
    """The width at which the feed-forward matrices of one token hold every active parameter."""
    active = facts.active_parameters or facts.total_parameters
    used = max(1, geometry.expert_used_count)
    return min(active // (3 * facts.hidden_size * facts.layers * used), 2**20)


def _tensors(facts: ModelArchitecture, geometry: Geometry, file: ModelFile) -> tuple[Tensor, ...]:
    tied = geometry.tied_embeddings
    bits = EMBEDDING_BITS.get(
        file.quantization, EMBEDDING_BITS_TIED if tied else EMBEDDING_BITS_PLAIN
    )
    dims = (facts.hidden_size, facts.vocab_size)
    values = facts.hidden_size * facts.vocab_size
    ends = [Tensor("token_embd.weight", dims, int(values * bits / 8))]
    if not tied:
        fine = max(bits, EMBEDDING_BITS_TIED)
        ends.append(Tensor("output.weight", dims, int(values * fine / 8)))
    extra = geometry.embedding_length_per_layer_input * facts.layers
    if extra:
        wide = (extra, facts.vocab_size)
        size = int(extra * facts.vocab_size * bits / 8)
        ends.append(Tensor("per_layer_token_embd.weight", wide, size))
    header = HEADER_BYTES_PER_ENTRY * facts.vocab_size
    rest = max(0, file.all_bytes - header - sum(one.bytes for one in ends))
    return (*ends, *_blocks(facts, geometry, rest, file))


def _blocks(
    facts: ModelArchitecture, geometry: Geometry, size: int, file: ModelFile
) -> list[Tensor]:
    """Two tensors a layer or prediction head: what every token reads, and the experts."""
    heads = file.prediction_heads
    share, count = _expert_share(facts, geometry), facts.layers + heads
    each, values = size // count, _values(facts, geometry)
    experts = int(each * share)
    if experts and (bits := DENSE_BITS.get(file.quantization)):
        experts = max(0, each - int(values * (1 - share) * bits / 8))
    dense = (facts.hidden_size, max(1, int(values * (1 - share)) // facts.hidden_size))
    names = ["dense"] * facts.layers + ["nextn.eh_proj"] * heads
    found = [
        Tensor(f"blk.{at}.{name}.weight", dense, each - experts) for at, name in enumerate(names)
    ]
    if experts:
        wide = (facts.hidden_size, max(1, int(values * share) // facts.hidden_size))
        found += [Tensor(f"blk.{at}.ffn_up_exps.weight", wide, experts) for at in range(count)]
    return found


def _values(facts: ModelArchitecture, geometry: Geometry) -> int:
    """Parameters of one layer."""
    return max(0, facts.total_parameters - _end_values(facts, geometry)) // facts.layers


def _end_values(facts: ModelArchitecture, geometry: Geometry) -> int:
    """Parameters outside the layers: the embedding, the output where it is not the same, and what
    each layer is told of a token.
    """
    ends = facts.hidden_size * facts.vocab_size * (1 if geometry.tied_embeddings else 2)
    return ends + geometry.embedding_length_per_layer_input * facts.layers * facts.vocab_size


def _expert_share(facts: ModelArchitecture, geometry: Geometry) -> float:
    """Of the blocks' parameters, those of experts: counted where the widths are known, else solved.

    With n experts of which u are used, total - active = experts x (1 - u / n).
    """
    if not geometry.expert_count:
        return 0.0
    wide = geometry.expert_feed_forward_length
    count = facts.layers - geometry.leading_dense_block_count
    experts = 3.0 * facts.hidden_size * wide * geometry.expert_count * count
    if not wide:
        active = facts.active_parameters or facts.total_parameters
        unused = 1 - geometry.expert_used_count / geometry.expert_count
        experts = (facts.total_parameters - active) / max(unused, 0.01)
    return min(0.995, experts / max(1, facts.total_parameters - _end_values(facts, geometry)))
