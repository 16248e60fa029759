"""The settings of a server as the flags of a plain `llama-server`."""

from __future__ import annotations

import json

from ..model.server import CORS_HEADERS, CORS_ORIGINS, listening_addresses
from ..model.settings import FROM_FILE, HEADS, REPEATS, ServerSettings, StartSettings
from ._runner import SAME_TOKENS, SPEC_TYPES

#: llama.cpp reads the key from here, so that no other user sees it in a list of processes
API_KEY_VARIABLE = "LLAMA_API_KEY"
REASONING_VARIABLE, OLD_REASONING_VARIABLE = "LLAMA_ARG_REASONING", "LLAMA_CHAT_TEMPLATE_KWARGS"
#: Which web pages may ask it. Builds that know no such setting take no notice of a variable, and would
#: refuse a flag; without a key no page gets an answer from any of them.
CORS = {
    "LLAMA_ARG_CORS_ORIGINS": CORS_ORIGINS,
    "LLAMA_ARG_CORS_HEADERS": CORS_HEADERS,
    "LLAMA_ARG_CORS_CREDENTIALS": "0",
}

#: Adds the lines that tell the size of each buffer. From build 9170 on no prompt is among them; older
#: ones tell the buffers unasked, and prompts at this level, so only builds of ours get it.
TELLING = ("--verbosity", "4")


#: llama.cpp's own logical batch, in tokens; the physical one cannot be larger
BATCH = 2048
#: field of `Sampling` → its flag
SAMPLING_FLAGS = {
    "temperature": "--temp",
    "top_p": "--top-p",
    "top_k": "--top-k",
    "min_p": "--min-p",
    "presence_penalty": "--presence-penalty",
    "frequency_penalty": "--frequency-penalty",
    "repeat_penalty": "--repeat-penalty",
}


def arguments(start: StartSettings, port: int) -> list[str]:
    """The flags; the names are those of llama.cpp since build 8000."""
    flags = [
        *("--model", start.model_path, "--alias", start.alias),
        *("--host", ",".join(listening_addresses(start.listen)), "--port", str(port)),
        *memory_flags(start.server),
        *placement_flags(start.server),
        # said, though newer builds do it by themselves: without it no tool call is parsed
        "--jinja",
        *("--fit", "off", "--offline"),
    ]
    if start.mmproj_path:
        flags += ["--mmproj", start.mmproj_path]
    if start.adapter_path:
        flags += ["--lora", start.adapter_path]
    if start.key_file:
        flags += ["--api-key-file", start.key_file]
    if start.metrics:
        flags.append("--metrics")
    if start.server.embeddings:
        flags.append("--reranking" if start.server.reranks else "--embeddings")
    flags += _drafting(start)
    if threads := start.server.threads:
        flags += ["--threads", str(threads), "--threads-batch", str(threads)]
    for name, value in (start.sampling.values if start.sampling else {}).items():
        flags += [SAMPLING_FLAGS[name], f"{value:g}"]
    return flags


def memory_flags(server: ServerSettings) -> list[str]:
    """Everything that decides memory is explicit, and llama.cpp's own fitting is off, so that
    prediction and process agree.
    """
    return [
        *("--ctx-size", str(server.context), "--parallel", str(server.slots)),
        *("--batch-size", str(max(BATCH, server.ubatch)), "--ubatch-size", str(server.ubatch)),
        *("--cache-type-k", server.kv_type_k, "--cache-type-v", server.kv_type_v),
        *("--flash-attn", "on" if server.flash_attention else "off"),
        *("--cache-ram", str(server.prompt_cache_mib)),
        "--kv-unified" if server.kv_unified else "--no-kv-unified",
    ]


def placement_flags(server: ServerSettings) -> list[str]:
    flags = ["--gpu-layers", str(server.gpu_layers)]
    if server.gpu_split:
        shares = ",".join(f"{share:g}" for share in server.gpu_split)
        flags += ["--split-mode", "layer", "--tensor-split", shares]
    if server.only_gpu is not None:
        flags += ["--split-mode", "none", "--main-gpu", "0"]
    if server.cpu_expert_layers:
        flags += ["--n-cpu-moe", str(server.cpu_expert_layers)]
    return flags


def _drafting(start: StartSettings) -> list[str]:
    """Tokens guessed ahead; llama.cpp has these flags since build 9180. A file that is named without a
    type drafts nothing.
    """
    server = start.server
    count, kind = str(server.draft_tokens), SPEC_TYPES.get(server.drafting, "")
    if server.drafting == HEADS:
        return ["--spec-type", kind, "--spec-draft-n-max", count]
    if server.drafting in FROM_FILE:
        place = ("--spec-draft-ngl", str(server.drafter_gpu_layers))
        file = ("--spec-draft-model", start.drafter_path)
        return ["--spec-type", kind, *file, *place, "--spec-draft-n-max", count]
    if server.drafting == REPEATS:
        sizes = (
            "--spec-ngram-simple-size-n",
            str(SAME_TOKENS),
            "--spec-ngram-simple-size-m",
            count,
        )
        return ["--spec-type", kind, *sizes]
    return []


def environment(start: StartSettings) -> dict[str, str]:
    """What is set in the environment and not on the command line.

    The one GPU of several is named by its number in the order of the bus, as nvidia-smi counts; CUDA
    by itself counts from the fastest.
    """
    variables = {**CORS, **({API_KEY_VARIABLE: start.api_key} if start.api_key else {})}
    if start.thinking is not None:
        # a build that lacks `--reasoning` would refuse the flag and takes no notice of a variable;
        # the second is the name that builds before it read
        variables[REASONING_VARIABLE] = "on" if start.thinking else "off"
        variables[OLD_REASONING_VARIABLE] = json.dumps({"enable_thinking": start.thinking})
    if start.server.only_gpu is not None:
        only = str(start.server.only_gpu)
        variables |= {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": only}
    return variables
