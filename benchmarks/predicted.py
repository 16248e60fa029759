"""Predicted beside measured speed and memory of five models at three contexts:

    python benchmarks/predicted.py [ROUNDS]

Uses the engine that was set up (`localai init` first) and the models of tests/measured_models.py. The
models are asked in turn, so that a busy moment hurts all alike; medians count. Run it on a machine
that does nothing else.
"""

import random
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from localai_setup import survey
from localai_setup.buffers import parts, read
from localai_setup.fit import processor
from localai_setup.fit.memory import estimate
from localai_setup.model.settings import ServerSettings
from localai_setup.fit.shape import shape
from localai_setup.fit.speed import speed
from localai_setup.machine.keeping import statefile
from localai_setup.machine.running.answers import Answers
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.asking.live import LiveMachine
from localai_setup.machine.running.ports import free_port
from tests import measured_models

import serving

CONTEXTS = (512, 2048, 8192)
#: A prompt in the context while the answer is written, as long as the smallest context allows.
PROMPT_TOKENS, WRITTEN_TOKENS = 200, 64


def models(folder, setup):
    found = {"smollm2": Path(setup.model_path), "gemma3": measured_models.gemma3_270m(folder)}
    return found | {
        arch: measured_models.made(arch, folder) for arch in ("qwen3", "gemma2", "lfm2")
    }


def serve(setup, path, context, folder):
    """The server's process, its port and its log."""
    port = free_port(45300)
    settings = {**asdict(setup.settings), "context": context, "slots": 1, "port": port}
    settings |= {"model": str(path), "alias": path.stem, "api_key": None}
    process, log = serving.start(setup, settings, folder)
    return process, port, log


def written_tps(port):
    body = {"prompt": list(range(300, 300 + PROMPT_TOKENS)), "n_predict": WRITTEN_TOKENS}
    body |= {"ignore_eos": True, "cache_prompt": False, "temperature": 0}
    return Answers().post(port, "/completion", body, None)["timings"]["predicted_per_second"]


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    setup = statefile.load()
    if setup is None:
        raise SystemExit("nothing is set up here: `localai init` first")
    cores = processor.cores(survey.facts(survey.read(LiveMachine())))
    servers, found = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        try:
            for name, path in models(folder, setup).items():
                for context in CONTEXTS:
                    servers[name, context] = (path, *serve(setup, path, context, folder))
            for number in range(rounds + 1):
                for key in random.sample(sorted(servers), len(servers)):
                    tps = written_tps(servers[key][2])
                    if number:  # the first round warms up
                        found.setdefault(key, []).append(tps)
            show(servers, found, cores)
        finally:
            for _, process, _, _ in servers.values():
                process.terminate()
                process.wait()


def show(servers, found, cores):
    print(
        f"{'model':9}{'context':>8}{'MiB told':>10}{'ratio':>7}{'tokens/s':>10}{'predicted':>20}{'ratio':>7}"
    )
    for (name, context), (path, _, _, log) in servers.items():
        model, place = shape(read_header(path)), ServerSettings(context=context)
        stated = sum(asdict(parts(read(log.read_text()))).values())
        memory, hoped = estimate(model, place), speed(model, place, cores)
        measured = statistics.median(found[name, context])
        band = f"{hoped.generate_tps:.0f} ({hoped.low:.0f} to {hoped.high:.0f})"
        outside = "" if hoped.low <= measured <= hoped.high else "  outside"
        print(f"{name:9}{context:8}{stated:10.1f}{memory.total_mib / stated:7.3f}{measured:10.1f}"
              f"{band:>20}{hoped.generate_tps / measured:7.2f}{outside}")  # fmt: skip


if __name__ == "__main__":
    main()
