"""Trains a LoRA adapter with transformers and peft, and writes it as the GGUF file that llama.cpp serves.

A copy of this folder lies in the trainer's own environment, where it runs as `python -m trainers._lora
SETTINGS.json`, and tells how far it is as JSON lines on its standard output. The examples come as tokens, made by the very server
that will serve the adapter, so that training and serving see the same text.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import _adapter, _telling
from ._telling import end_with_parent, tell, typical

#: a position whose token is given and not learned, as PyTorch's cross entropy has it
NOT_LEARNED = -100
CHECKPOINTS = "checkpoints"


def main() -> None:
    """Train to the end, or time a few steps where the settings say so."""
    end_with_parent()
    settings = _telling.settings()
    # told before the imports, which take most of a minute on a cold disk
    tell("loading", what="libraries")
    import torch

    torch.set_num_threads(settings["threads"])
    tell("loading", what="model")
    model = with_adapter(load(settings), settings)
    trained = sum(one.numel() for one in model.parameters() if one.requires_grad)
    tell("loaded", trained_values=trained)
    if settings.get("trial_steps"):
        trial(model, settings)
        return
    train(model, settings)
    tell("converting")
    _adapter.write(matrices(model), settings)
    tell("done")


def load(settings: dict[str, Any]) -> Any:
    """The base model, unpacked from the file that is served."""
    import torch
    from transformers import AutoModelForCausalLM

    base = Path(settings["base"])
    model = AutoModelForCausalLM.from_pretrained(
        str(base.parent),
        gguf_file=base.name,
        dtype=getattr(torch, settings["number_type"]),
        local_files_only=True,
    )
    model.config.use_cache = False
    # unpacked from quantized weights, it is an ordinary model now
    model.hf_quantizer, model.is_quantized = None, False
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config
    device = "cuda" if settings["on_gpu"] else "cpu"
    if settings["four_bits"]:
        to_four_bits(model, device)
    model.to(device)
    return model


def to_four_bits(model: Any, device: str) -> None:
    """Every linear layer of its blocks as NF4 (QLoRA, arXiv 2305.14314), one after the other, so that the
    card never holds more of it; what comes out of them has 16 bits.
    """
    import bitsandbytes as bnb
    import torch

    for block in list(model.model.layers.modules()):
        for name, layer in list(block.named_children()):
            if isinstance(layer, torch.nn.Linear):
                more = {"compute_dtype": layer.weight.dtype, "quant_type": "nf4"}
                new = bnb.nn.Linear4bit(layer.in_features, layer.out_features, False, **more)
                new.weight = bnb.nn.Params4bit(layer.weight.data, False, quant_type="nf4")
                new.bias = layer.bias
                setattr(block, name, new.to(device))
    model.is_loaded_in_4bit = True  # peft looks there


def with_adapter(model: Any, settings: dict[str, Any]) -> Any:
    """Small trainable matrices beside every linear layer; the weights themselves stay as they are."""
    import peft
    import torch

    torch.manual_seed(settings["seed"])
    if settings["recompute"]:
        model.gradient_checkpointing_enable({"use_reentrant": False})
        model.enable_input_require_grads()
    config = peft.LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        target_modules="all-linear",
        lora_dropout=0.0,
        task_type="CAUSAL_LM",
    )
    return peft.get_peft_model(model, config)


def batch_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Rows of the same length: what is added is not attended to and not learned."""
    import torch

    longest = max(len(one["tokens"]) for one in rows)
    tokens, labels, attended = [], [], []
    for one in rows:
        more = longest - len(one["tokens"])
        learned = one["tokens"][one["given"] :]
        tokens.append([*one["tokens"], *[0] * more])
        labels.append([*[NOT_LEARNED] * one["given"], *learned, *[NOT_LEARNED] * more])
        attended.append([*[1] * len(one["tokens"]), *[0] * more])
    return {
        "input_ids": torch.tensor(tokens),
        "labels": torch.tensor(labels),
        "attention_mask": torch.tensor(attended),
    }


def trial(model: Any, settings: dict[str, Any]) -> None:
    """Time a few steps with each number of threads; the first warms up and does not count."""
    import torch

    values = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(values, lr=0.0)
    model.train()  # only then are values computed twice where the settings ask for it
    rows = typical(settings["examples"], settings["batch"])
    best = float("inf")
    for threads in settings["trial_threads"]:
        torch.set_num_threads(threads)
        seconds: list[float] = []
        processor = 0.0
        # more threads than idle cores wait for each other, up to ten times as long: not for long here
        while len(seconds) <= settings["trial_steps"] and min(seconds, default=0) < 2 * best:
            seconds.append(step_seconds(model, optimizer, rows))
            processor = processor or time.process_time()
        timed = seconds[1:] or seconds
        average = sum(timed) / len(timed)
        best = min(best, average)
        spent = (time.process_time() - processor) / len(timed)
        tell("trial", threads=threads, seconds_per_step=average, step_cpu_seconds=spent)


def step_seconds(model: Any, optimizer: Any, rows: list[dict[str, Any]]) -> float:
    """How long one batch takes, there and back."""
    began = time.monotonic()
    inputs = {name: one.to(model.device) for name, one in batch_of(rows).items()}
    model(**inputs).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return time.monotonic() - began


def train(model: Any, settings: dict[str, Any]) -> None:
    """From the last checkpoint, where there is one, to the end."""
    from transformers import Trainer, TrainerCallback

    class Teller(TrainerCallback):  # type: ignore[misc]
        """Tells each step, and that it was saved."""

        def on_log(self, _: Any, state: Any, __: Any, logs: Any = None, **___: Any) -> None:
            if logs and "loss" in logs:
                tell("step", step=state.global_step, of=state.max_steps, loss=float(logs["loss"]))

        def on_save(self, _: Any, state: Any, __: Any, **___: Any) -> None:
            tell("saved", step=state.global_step)

    folder = Path(settings["folder"]) / CHECKPOINTS
    trainer = Trainer(
        model=model,
        args=arguments(folder, settings),
        train_dataset=settings["examples"],
        data_collator=batch_of,
        callbacks=[Teller()],
    )
    trainer.train(resume_from_checkpoint=last_checkpoint(folder))


def arguments(folder: Path, settings: dict[str, Any]) -> Any:
    """The settings in the words of transformers."""
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings["epochs"],
        per_device_train_batch_size=settings["batch"],
        gradient_accumulation_steps=settings["accumulation"],
        learning_rate=settings["learning_rate"],
        lr_scheduler_type="cosine",
        warmup_steps=settings["warmup_steps"],
        logging_steps=1,
        save_strategy="steps",
        save_steps=settings["save_steps"],
        save_total_limit=2,
        report_to="none",
        seed=settings["seed"],
        data_seed=settings["seed"],
        disable_tqdm=True,
        remove_unused_columns=False,
        use_cpu=not settings["on_gpu"],
        dataloader_pin_memory=False,
    )


def last_checkpoint(folder: Path) -> str | None:
    """The newest one that was written to its end: the state of the trainer is its last file."""
    found = [
        one
        for one in folder.glob("checkpoint-*")
        if one.name[11:].isdigit() and is_json(one / "trainer_state.json")
    ]
    return str(max(found, key=lambda one: int(one.name[11:]))) if found else None


def is_json(file: Path) -> bool:
    """Whether the file is there as a whole."""
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


def matrices(model: Any) -> Iterator[_adapter.Matrix]:
    """What was trained, layer by layer."""
    import torch

    for name, values in model.state_dict().items():
        found = re.fullmatch(r"base_model\.model\.(.+)\.lora_([AB])\.default\.weight", name)
        if found:
            yield found[1], found[2].lower(), values.detach().to("cpu", torch.float32).numpy()


if __name__ == "__main__":
    main()
