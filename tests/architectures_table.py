"""Memory, speed and layers of a made header of every architecture that has a rule of its own.

`python -m tests.accept` writes it. The numbers of the header are odd ones, and different, so that none
hides another: a change of a rule moves some of the figures, to the byte.
"""

from dataclasses import astuple, replace
from pathlib import Path

from localai_setup.fit import shape
from localai_setup.fit.copies import with_copies
from localai_setup.fit.gguf import Header, Tensor
from localai_setup.fit.memory import estimate
from localai_setup.fit.speed import speed
from localai_setup.model.settings import ServerSettings

from .estimates_table import CARD, CORES

ACCEPTED = Path(__file__).parent / "accepted" / "architectures.md"
LAYERS, HIDDEN, VOCAB = 24, 96, 1009
#: keys of a header below the architecture's name
NUMBERS = {
    "block_count": LAYERS, "embedding_length": HIDDEN, "feed_forward_length": 251, "attention.head_count": 6,
    "attention.head_count_kv": 3, "attention.key_length": 20, "attention.value_length": 28,
    "attention.key_length_swa": 12, "attention.value_length_swa": 36, "attention.sliding_window": 640,
    "attention.shared_kv_layers": 5, "embedding_length_per_layer_input": 7, "embedding_length_out": 41,
    "expert_shared_count": 1, "expert_shared_feed_forward_length": 53, "attention.kv_lora_rank": 44,
    "rope.dimension_count": 10, "shortconv.l_cache": 3, "ssm.conv_kernel": 4, "ssm.group_count": 2,
    "ssm.inner_size": 192, "ssm.state_size": 16, "ssm.time_step_rank": 8, "kda.head_dim": 22,
    "token_shift_count": 2, "wkv.head_size": 32,
}  # fmt: skip
MIXTURE = {"expert_count": 8, "expert_used_count": 3, "expert_feed_forward_length": 67}
#: layers of two kinds, where they are told apart by their heads for the cache
BY_HEADS = {"attention.head_count_kv": [0, 3, 0] * 8}
LATENT = {
    "attention.key_length_mla": 18,
    "attention.value_length_mla": 26,
    "attention.head_count_kv": 1,
}
DENSE = ("ffn_up", "ffn_gate", "ffn_down", "attn_q", "attn_output")
EXPERTS = ("ffn_up_exps", "ffn_gate_exps", "ffn_down_exps")
#: name → architecture, numbers, tensors of a layer
MADE = {
    **{name: (name, {}, DENSE) for name in sorted({
        "llama", "gpt-oss", *shape.PERIODS, *shape.NO_WINDOW, *shape.ALL_RECURRENT, *shape.INTERVALS,
        *shape.GATED_DELTA, *shape.ENCODERS, *shape.NO_CACHE, *shape.PARALLEL, "gemma4", "falcon-h1",
    })},
    **{f"{name}, by heads": (name, BY_HEADS, DENSE) for name in sorted(shape.BY_HEADS)},
    "llama, experts": ("llama", MIXTURE, (*DENSE, *EXPERTS)),
    "llama, experts alone": ("llama", MIXTURE, (*DENSE[3:], *EXPERTS)),
    "llama, experts without gate": ("llama", MIXTURE, (*DENSE, EXPERTS[0], EXPERTS[2])),
    "llama, no gate": ("llama", {}, ("ffn_up", "ffn_down", "ffn_norm", "attn_output")),
    "llama, parallel": ("llama", {}, ("ffn_up", "ffn_down", "attn_output")),
    "deepseek2, latent": ("deepseek2", LATENT | MIXTURE, (*DENSE, *EXPERTS)),
    "qwen35moe, heads": ("qwen35moe", MIXTURE | {"nextn_predict_layers": 2}, (*DENSE, *EXPERTS)),
    "gemma3, period of 3": ("gemma3", {"attention.sliding_window_pattern": 3}, DENSE),
    "gemma3, listed": ("gemma3", {"attention.sliding_window_pattern": [True, False, True]}, DENSE),
    "qwen35, listed": ("qwen35", {"attention.recurrent_layers": [True, False, True]}, DENSE),
    "qwen35, every 3": ("qwen35", {"full_attention_interval": 3}, DENSE),
    "nemotron_h, forward": ("nemotron_h", BY_HEADS | {"feed_forward_length": [0, 0, 251] * 8}, DENSE),
}  # fmt: skip
PLAIN = ServerSettings(context=3000)
PLACES = {
    "processor": PLAIN,
    "no flash, 2 slots": replace(PLAIN, flash_attention=False, slots=2),
    "11 layers": replace(PLAIN, gpu_layers=11),
    "all, 7 experts here": replace(PLAIN, gpu_layers=99, cpu_expert_layers=7),
}
HEAD = """# Architectures

Written by `python -m tests.accept`; never edited by hand. Of a made model of each: layers that attend, that are
recurrent, windowed, and without a cache of their own; then weights, KV cache, state, compute and output buffers
in bytes, on the GPU and in main memory, and tokens per second.

"""


def table():
    return HEAD + "".join(section(name) for name in MADE)


def section(name):
    made = shape.shape(header(*MADE[name]))
    layers = made.layers
    counts = [
        sum(one.attends for one in layers), sum(one.recurrent for one in layers),
        sum(one.windowed for one in layers), sum(not one.owns_cache for one in layers),
    ]  # fmt: skip
    lines = [
        f"## {name}: {' '.join(map(str, counts))}; {astuple(layers[0])}, {astuple(layers[-1])}"
    ]
    return "\n".join([*lines, *(line(made, place) for place in PLACES), "", ""])


def line(made, place):
    settings = PLACES[place]
    memory = with_copies(estimate(made, settings), made, settings)
    fast = speed(made, settings, CORES, (CARD,) if settings.gpu_layers else ())
    figures = [*vars(memory.parts).values(), *memory.gpus_mib, memory.host_mib]
    rates = [fast.low, fast.generate_tps, fast.high, fast.prompt_tps or 0.0]
    in_bytes = " ".join(f"{one * 2**20:.0f}" for one in figures)
    return f"- {place}: {in_bytes}; {' '.join(f'{one:.3f}' for one in rates)}"


def header(arch, changes, names):
    numbers = {f"{arch}.{key}": value for key, value in (NUMBERS | changes).items()}
    count = LAYERS + changes.get("nextn_predict_layers", 0)
    numbers |= {"general.architecture": arch, f"{arch}.block_count": count}
    wide = [
        Tensor(f"blk.{at}.{name}.weight", (HIDDEN, 251), 3001 + 64 * at + 1000 * len(name))
        for at in range(count)
        for name in names
    ]
    ends = [Tensor("token_embd.weight", (HIDDEN, VOCAB), 70001)]
    ends += [] if len(arch) % 2 else [Tensor("output.weight", (HIDDEN, VOCAB), 80003)]
    return Header(numbers, {"tokenizer.ggml.tokens": VOCAB}, (*ends, *wide))
