"""A healthy `llama-server` for tests: the server inside the xllamacpp wheel, behind llama.cpp's own flags."""

import argparse
import os
import signal
import sys

import xllamacpp

VALUES = "--model --alias --host --port --ctx-size --parallel --ubatch-size --cache-type-k --cache-type-v"
SAMPLING = {"temp": "temp", "top_p": "top_p", "top_k": "top_k", "min_p": "min_p"}
SAMPLING |= {"presence_penalty": "penalty_present", "repeat_penalty": "penalty_repeat"}
VALUES += " --flash-attn --gpu-layers --cache-ram --fit --batch-size --threads --threads-batch"
SWITCHES = "--jinja --kv-unified --no-kv-unified --offline --no-webui --cpu-moe --embeddings"


def arguments():
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in VALUES.split():
        parser.add_argument(name)
    for name in SAMPLING:
        parser.add_argument("--" + name.replace("_", "-"), type=int if name == "top_k" else float)
    for name in SWITCHES.split():
        parser.add_argument(name, action="store_true")
    return parser.parse_args()


def main():
    if "--version" in sys.argv:
        print("version: 9999 (abcdef0)", file=sys.stderr)
        return
    settings = arguments()
    made = xllamacpp.CommonParams()
    made.model.path, made.model_alias, made.port = (
        settings.model,
        [settings.alias],
        int(settings.port),
    )
    made.n_ctx, made.n_parallel, made.n_ubatch = (
        int(settings.ctx_size),
        int(settings.parallel),
        int(settings.ubatch_size),
    )
    for flag, name in SAMPLING.items():
        if getattr(settings, flag) is not None:
            setattr(made.sampling, name, getattr(settings, flag))
    made.n_gpu_layers, made.cache_ram_mib = int(settings.gpu_layers), int(settings.cache_ram)
    made.hostnames, made.fit_params = settings.host.split(","), settings.fit == "on"
    made.api_keys = [os.environ["LLAMA_API_KEY"]] if "LLAMA_API_KEY" in os.environ else []
    server = xllamacpp.Server(made)
    print(f"serving on {server.listening_address}", file=sys.stderr, flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
main()
os._exit(0)
