"""Trains a LoRA adapter with MLX on Apple's chip, and writes it as the GGUF file that llama.cpp serves.

It runs and tells what it does as `_lora.py` does, with the same settings. MLX reads no files of llama.cpp but
the simplest, so that the model is unpacked here, tensor by tensor.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import _adapter, _telling
from ._telling import end_with_parent, tell, typical

CHECKPOINT = "mlx-checkpoint"
#: of AdamW, as transformers has it
BETAS, EPSILON = (0.9, 0.999), 1e-8
#: the longest gradient of a step (transformers' `max_grad_norm`)
LONGEST_GRADIENT = 1.0


def main() -> None:
    """Train to the end, or time a few steps where the settings say so."""
    end_with_parent()
    settings = _telling.settings()
    tell("loading", what="libraries")
    import mlx.core as mx

    mx.random.seed(settings["seed"])
    tell("loading", what="model")
    model = with_adapter(load(settings), settings)
    tell("loaded")
    if settings.get("trial_steps"):
        trial(model, settings)
        return
    train(model, settings)
    tell("converting")
    _adapter.write(matrices(model), settings)
    tell("done")


def load(settings: dict[str, Any]) -> Any:
    """The base model with 16 bits for each value, unpacked from the file that is served."""
    import gguf
    import mlx.core as mx
    from gguf import quants
    from mlx.utils import tree_flatten

    reader = gguf.GGUFReader(settings["base"])
    tensors = {one.name: one for one in reader.tensors}
    model = shaped(reader, settings, tied="output.weight" not in tensors)
    named = _adapter.names(settings)
    weights = []
    for name, _ in tree_flatten(model.parameters()):
        layer, _, part = name.rpartition(".")
        one = tensors[f"{named(layer)}.{part}"]
        values = quants.dequantize(one.data, one.tensor_type)
        if values.ndim == 2:  # noqa: PLR2004 - a matrix; of a bias the rows are in the same order as here
            values = _adapter.as_trained(values, layer, settings)
        weights.append((name, mx.array(values).astype(mx.bfloat16)))
    model.load_weights(weights)
    if "rope_freqs.weight" in tensors:
        stretch(model, tensors["rope_freqs.weight"].data)
    mx.eval(model.parameters())
    return model


def shaped(reader: Any, settings: dict[str, Any], *, tied: bool) -> Any:
    """A model of the shape that the header states, with no weights yet."""
    from importlib import import_module

    arch = settings["architecture"]

    def stated(name: str, otherwise: Any = None) -> Any:
        field = reader.fields.get(f"{arch}.{name}")
        return otherwise if field is None else field.contents()

    hidden, heads = stated("embedding_length"), stated("attention.head_count")
    kind = import_module(f"mlx_lm.models.{arch}")
    arguments = {
        "model_type": arch,
        "hidden_size": hidden,
        "num_hidden_layers": stated("block_count"),
        "intermediate_size": stated("feed_forward_length"),
        "num_attention_heads": heads,
        "num_key_value_heads": stated("attention.head_count_kv", heads),
        "rms_norm_eps": stated("attention.layer_norm_rms_epsilon", 1e-5),
        "vocab_size": len(reader.fields["tokenizer.ggml.tokens"].data),
        "head_dim": stated("attention.key_length", hidden // heads),
        "max_position_embeddings": stated("context_length"),
        "rope_theta": stated("rope.freq_base", 10_000.0),
        "tie_word_embeddings": tied,
    }
    return kind.Model(kind.ModelArgs.from_dict(arguments))


def stretch(model: Any, factors: Any) -> None:
    """Llama 3 turns long waves slower than its base says; the file states by how much."""
    import mlx.core as mx
    from mlx import nn

    class Stretched(nn.Module):  # type: ignore[misc]
        """Rotation with frequencies of its own."""

        def __init__(self, dims: int, base: float) -> None:
            super().__init__()
            self.dims = dims
            plain = base ** (mx.arange(0, dims, 2, dtype=mx.float32) / dims)
            self._freqs = plain * mx.array(factors)

        def __call__(self, x: Any, offset: int = 0) -> Any:
            more = {"traditional": False, "base": None, "scale": 1.0, "offset": offset}
            return mx.fast.rope(x, self.dims, freqs=self._freqs, **more)

    for layer in model.layers:
        layer.self_attn.rope = Stretched(model.args.head_dim, model.args.rope_theta)


def with_adapter(model: Any, settings: dict[str, Any]) -> Any:
    """Small trainable matrices beside every linear layer; the weights themselves stay as they are."""
    from mlx_lm.tuner.trainer import grad_checkpoint
    from mlx_lm.tuner.utils import linear_to_lora_layers

    model.freeze()
    scale = settings["alpha"] / settings["rank"]
    config = {"rank": settings["rank"], "scale": scale, "dropout": 0.0}
    linear_to_lora_layers(model, len(model.layers), config)
    if settings["recompute"]:
        grad_checkpoint(model.layers[0])
    model.train()
    return model


def batch_of(rows: list[dict[str, Any]]) -> tuple[Any, Any, Any]:
    """Tokens, the tokens that follow them, and which of those are learned; shorter rows end in zeros."""
    import mlx.core as mx

    longest = max(len(one["tokens"]) for one in rows)
    tokens = [[*one["tokens"], *[0] * (longest - len(one["tokens"]))] for one in rows]
    learned = [
        [one["given"] <= at < len(one["tokens"]) for at in range(1, longest)] for one in rows
    ]
    found = mx.array(tokens)
    return found[:, :-1], found[:, 1:], mx.array(learned)


def loss_of(model: Any, inputs: Any, following: Any, learned: Any) -> Any:
    """The mean over what is learned."""
    import mlx.core as mx
    from mlx import nn

    each = nn.losses.cross_entropy(model(inputs).astype(mx.float32), following)
    return (each * learned).sum() / learned.sum()


def step(model: Any, optimizer: Any, batches: list[list[dict[str, Any]]]) -> float:
    """Learn from some batches together; their mean loss."""
    import mlx.core as mx
    from mlx import nn, optimizers
    from mlx.utils import tree_map

    graded = nn.value_and_grad(model, loss_of)
    total, sums = 0.0, None
    for rows in batches:
        loss, grads = graded(model, *batch_of(rows))
        sums = grads if sums is None else tree_map(mx.add, sums, grads)
        mx.eval(loss, sums)
        total += loss.item()
    mean = tree_map(lambda one: one / len(batches), sums)
    clipped, _ = optimizers.clip_grad_norm(mean, LONGEST_GRADIENT)
    optimizer.update(model, clipped)
    mx.eval(model.parameters(), optimizer.state)
    return total / len(batches)


def trial(model: Any, settings: dict[str, Any]) -> None:
    """Time a few steps; the first warms up and does not count. MLX chooses its threads itself."""
    from mlx import optimizers

    optimizer = optimizers.AdamW(learning_rate=0.0)
    rows = typical(settings["examples"], settings["batch"])
    step(model, optimizer, [rows])
    began, processor = time.monotonic(), time.process_time()
    for _ in range(settings["trial_steps"]):
        step(model, optimizer, [rows])
    each = (time.monotonic() - began) / settings["trial_steps"]
    spent = (time.process_time() - processor) / settings["trial_steps"]
    tell("trial", threads=1, seconds_per_step=each, step_cpu_seconds=spent)


def train(model: Any, settings: dict[str, Any]) -> None:
    """From the last checkpoint, where there is one, to the end."""
    from mlx import optimizers

    steps = list(batches_of(settings))
    optimizer = optimizers.AdamW(
        learning_rate=0.0, betas=list(BETAS), eps=EPSILON, weight_decay=0.0, bias_correction=True
    )
    done = resumed(model, optimizer, settings)
    for number, batches in enumerate(steps[done:], done + 1):
        optimizer.learning_rate = rate(number - 1, len(steps), settings)
        loss = step(model, optimizer, batches)
        tell("step", step=number, of=len(steps), loss=loss)
        if number % settings["save_steps"] == 0 or number == len(steps):
            save(model, optimizer, number, settings)
            tell("saved", step=number)


def batches_of(settings: dict[str, Any]) -> Iterator[list[list[dict[str, Any]]]]:
    """The batches of each step, in an order that the seed decides."""
    drawn, batch = random.Random(settings["seed"]), settings["batch"]  # noqa: S311
    for _ in range(settings["epochs"]):
        rows = drawn.sample(settings["examples"], len(settings["examples"]))
        batches = [rows[at : at + batch] for at in range(0, len(rows), batch)]
        together = settings["accumulation"]
        yield from (batches[at : at + together] for at in range(0, len(batches), together))


def rate(done: int, steps: int, settings: dict[str, Any]) -> float:
    """It grows, and falls as a cosine does (transformers' `cosine`)."""
    most, grows = settings["learning_rate"], settings["warmup_steps"]
    if done < grows:
        return float(most * done / max(1, grows))
    way = (done - grows) / max(1, steps - grows)
    return float(most * 0.5 * (1 + math.cos(math.pi * way)))


def checkpoint(settings: dict[str, Any]) -> Path:
    """The folder; a checkpoint is two files of one number, and the number is written last."""
    return Path(settings["folder"]) / "checkpoints" / CHECKPOINT


def save(model: Any, optimizer: Any, number: int, settings: dict[str, Any]) -> None:
    import mlx.core as mx
    from mlx.utils import tree_flatten

    folder = checkpoint(settings)
    folder.mkdir(parents=True, exist_ok=True)
    matrices_, moments = (
        dict(tree_flatten(one)) for one in (model.trainable_parameters(), optimizer.state)
    )
    mx.save_safetensors(str(folder / f"adapter-{number}.safetensors"), matrices_)
    mx.save_safetensors(str(folder / f"optimizer-{number}.safetensors"), moments)
    growing = folder / "last.growing"
    growing.write_text(json.dumps({"step": number}), encoding="utf-8")
    growing.replace(folder / "last.json")
    for old in folder.glob("*.safetensors"):
        if not old.stem.endswith(f"-{number}"):
            old.unlink()


def resumed(model: Any, optimizer: Any, settings: dict[str, Any]) -> int:
    """How many steps were done and saved; what they learned is in the model now."""
    import mlx.core as mx
    from mlx.utils import tree_unflatten

    folder = checkpoint(settings)
    try:
        number = json.loads((folder / "last.json").read_text(encoding="utf-8"))["step"]
    except (OSError, ValueError):
        return 0
    matrices_, moments = (
        mx.load(str(folder / f"{one}-{number}.safetensors")) for one in ("adapter", "optimizer")
    )
    model.load_weights(list(matrices_.items()), strict=False)
    optimizer.state = tree_unflatten(list(moments.items()))
    return int(number)


def matrices(model: Any) -> Iterator[_adapter.Matrix]:
    """What was trained, layer by layer, as peft has it: rank x inputs, outputs x rank."""
    import mlx.core as mx
    import numpy as np
    from mlx.utils import tree_flatten

    for name, values in tree_flatten(model.trainable_parameters()):
        layer, _, part = name.rpartition(".")
        yield layer, part.removeprefix("lora_"), np.array(values.astype(mx.float32)).T


if __name__ == "__main__":
    main()
