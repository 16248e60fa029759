"""Starts the llama.cpp server that lies inside the xllamacpp wheel.

A copy of this file runs in the engine's own environment as `python runner.py SETTINGS.json`; the
settings hold the API key, so only their owner may read them. Nothing of localai is imported here.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
from typing import Any

#: our name of a value → llama.cpp's; requests may name others, and what the model's file carries wins
SAMPLING_FIELDS = {
    "temperature": "temp",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "presence_penalty": "penalty_present",
    "frequency_penalty": "penalty_freq",
    "repeat_penalty": "penalty_repeat",
}


def main() -> None:
    """Serve until SIGTERM. Exits 3 where the server could not be started; the log says why."""
    with open(sys.argv[1], encoding="utf-8") as file:
        requested = json.load(file)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    import xllamacpp

    try:
        server = xllamacpp.Server(parameters(xllamacpp, requested))
    except Exception as error:
        # the wheel's exceptions carry no reason; what llama.cpp printed before stands in the log
        sys.stderr.write(f"the server did not start: {type(error).__name__}: {error}\n")
        sys.exit(3)
    sys.stderr.write(f"serving on {server.listening_address}\n")
    while not stop.wait(1.0):
        pass


def parameters(xllamacpp: Any, requested: dict[str, Any]) -> Any:
    """Everything that decides memory is explicit, so that prediction and process agree."""
    made = xllamacpp.CommonParams()
    made.model.path = requested["model"]
    made.model_alias = [requested["alias"]]
    if requested.get("mmproj"):
        made.mmproj.path = requested["mmproj"]
    if requested.get("adapter"):
        adapter = xllamacpp.CommonAdapterLoraInfo()
        adapter.path, adapter.scale = requested["adapter"], 1.0
        made.lora_adapters = [adapter]
    _access(made, requested)
    # whoever has a key could change them for everybody; they can be read all the same
    made.endpoint_props = False
    made.endpoint_metrics = bool(requested.get("metrics"))
    # the wheel does so by itself; without it no tool call is parsed
    made.use_jinja = True
    # llama.cpp's own page; it asks for the key, and holds no data of its own
    made.ui = True
    made.offline = True
    made.fit_params = False
    # the lines that tell the size of each buffer; what is asked and answered is never among them
    made.verbosity = 4
    if requested.get("thinking") is not None:
        # what `--reasoning on` and `off` do
        made.enable_reasoning = int(requested["thinking"])
        made.default_template_kwargs = {"enable_thinking": json.dumps(requested["thinking"])}
    _memory(xllamacpp, made, requested)
    for field, value in requested.get("sampling", {}).items():
        setattr(made.sampling, SAMPLING_FIELDS[field], value)
    return made


def _access(made: Any, requested: dict[str, Any]) -> None:
    """Where it listens, and whom it answers."""
    made.hostnames = list(requested.get("hosts") or ["127.0.0.1"])
    made.port = requested["port"]
    made.api_keys = _keys(requested)
    if requested.get("cors_origins"):
        made.cors_origins, made.cors_origins_explicit = requested["cors_origins"], True
        made.cors_headers, made.cors_credentials = requested["cors_headers"], False


def _keys(requested: dict[str, Any]) -> list[str]:
    """The owner's, and those of other people, a key on each line of a file."""
    keys = [requested["api_key"]] if requested.get("api_key") else []
    if requested.get("key_file"):
        with open(requested["key_file"], encoding="utf-8") as file:
            keys += [line.strip() for line in file if line.strip()]
    return keys


def _memory(xllamacpp: Any, made: Any, requested: dict[str, Any]) -> None:
    made.n_ctx = requested["context"]
    made.n_parallel = requested["slots"]
    made.n_ubatch = requested["ubatch"]
    made.n_batch = max(made.n_batch, requested["ubatch"])
    made.n_gpu_layers = requested["gpu_layers"]
    made.cache_ram_mib = requested["prompt_cache_mib"]
    # set by benchmarks alone: a text edited in its middle is read 11 times as fast with chunks of 32,
    # but what is kept still knows the words that were taken out, so answers may differ
    made.n_cache_reuse = requested.get("cache_reuse", 0)
    made.kv_unified = requested["kv_unified"]
    made.cache_type_k = getattr(xllamacpp.ggml_type, "GGML_TYPE_" + requested["kv_type_k"].upper())
    made.cache_type_v = getattr(xllamacpp.ggml_type, "GGML_TYPE_" + requested["kv_type_v"].upper())
    flash = xllamacpp.llama_flash_attn_type
    on, off = flash.LLAMA_FLASH_ATTN_TYPE_ENABLED, flash.LLAMA_FLASH_ATTN_TYPE_DISABLED
    made.flash_attn_type = on if requested["flash_attention"] else off
    made.embedding = requested["embeddings"]
    if requested.get("reranks"):
        made.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_RANK
    if requested.get("threads"):
        made.cpuparams.n_threads = requested["threads"]
        made.cpuparams_batch.n_threads = requested["threads"]
    if requested.get("drafting"):
        _drafting(xllamacpp, made.speculative, requested)


#: who drafts, in the words of `ServerSettings` and of llama.cpp
SPEC_TYPES = {
    "heads": "draft-mtp",
    "head-file": "draft-mtp",
    "model": "draft-simple",
    "repeats": "ngram-simple",
}
#: so many tokens have to be the same before what followed them is guessed
SAME_TOKENS = 6


def _drafting(xllamacpp: Any, made: Any, requested: dict[str, Any]) -> None:
    """Tokens guessed ahead. An engine without this drafter serves without any."""
    kind = SPEC_TYPES[requested["drafting"]].upper().replace("-", "_")
    name = f"COMMON_SPECULATIVE_TYPE_{kind}"
    kinds = getattr(xllamacpp, "common_speculative_type", None)
    if not hasattr(kinds, name):
        sys.stderr.write(f"this engine cannot draft by {requested['drafting']}\n")
        return
    made.types = [getattr(kinds, name)]
    if requested.get("drafter"):
        made.draft.mparams.path = requested["drafter"]
        made.draft.n_gpu_layers = requested["drafter_gpu_layers"]
    made.draft.n_max = made.ngram_simple.size_m = requested["draft_tokens"]
    made.ngram_simple.size_n = SAME_TOKENS


if __name__ == "__main__":
    main()
