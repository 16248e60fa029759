"""The settings of a server as the flags of a plain `llama-server`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: llama.cpp reads the key from here, so that no other user sees it in a list of processes
API_KEY_VARIABLE = "LLAMA_API_KEY"

#: Adds the lines that tell the size of each buffer. From build 9170 on no prompt is among them; older
#: ones tell the buffers unasked, and prompts at this level, so only builds of ours get it.
TELLING = ("--verbosity", "4")


def arguments(wanted: Mapping[str, Any]) -> list[str]:
    """The fields of `ServerSettings` with `model`, `alias` and `port`, as flags.

    Everything that decides memory is explicit, and llama.cpp's own fitting is off, so that
    prediction and process agree. The names are those of llama.cpp since build 8000.
    """
    flags = [
        *("--model", wanted["model"], "--alias", wanted["alias"]),
        *("--host", "127.0.0.1", "--port", str(wanted["port"])),
        *("--ctx-size", str(wanted["context"]), "--parallel", str(wanted["slots"])),
        *("--ubatch-size", str(wanted["ubatch"])),
        *("--cache-type-k", wanted["kv_type_k"], "--cache-type-v", wanted["kv_type_v"]),
        *("--flash-attn", "on" if wanted["flash_attention"] else "off"),
        *("--gpu-layers", str(wanted["gpu_layers"])),
        *("--cache-ram", str(wanted["prompt_cache_mib"])),
        "--kv-unified" if wanted["kv_unified"] else "--no-kv-unified",
        *("--fit", "off", "--offline", "--no-webui"),
    ]
    if wanted.get("mmproj"):
        flags += ["--mmproj", wanted["mmproj"]]
    if wanted.get("gpu_split"):
        shares = ",".join(f"{share:g}" for share in wanted["gpu_split"])
        flags += ["--split-mode", "layer", "--tensor-split", shares]
    if wanted.get("only_gpu") is not None:
        flags += ["--split-mode", "none", "--main-gpu", "0"]
    if wanted["experts_on_cpu"]:
        flags.append("--cpu-moe")
    if wanted["embeddings"]:
        flags.append("--embeddings")
    if wanted.get("threads"):
        flags += ["--threads", str(wanted["threads"]), "--threads-batch", str(wanted["threads"])]
    return flags


def environment(wanted: Mapping[str, Any]) -> dict[str, str]:
    """What is said in the environment and not on the command line.

    The one GPU of several is named by its number in the order of the bus, as nvidia-smi counts; CUDA
    by itself counts from the fastest.
    """
    said = {API_KEY_VARIABLE: wanted["api_key"]} if wanted.get("api_key") else {}
    if wanted.get("only_gpu") is not None:
        said |= {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": str(wanted["only_gpu"])}
    return said
