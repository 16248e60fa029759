"""Whether the chosen settings are the best: python benchmarks/settings.py [ROUNDS]

Starts what was set up (`localai init` first) once with the chosen settings and once for every other
sensible mix of threads, batch, KV cache type and flash attention, and asks them in turn, so that a busy
moment hurts all alike. After four rounds those that are far behind are dropped. Prints the chosen
one's tokens per second as a ratio of the best's, with a 95 % interval over resampled rounds: it holds
when the interval reaches 0.97. The best of many is flattered by its luck, so that the ratio is a little
too low, never too high. At least ten rounds, on a machine that does nothing else.
"""

import itertools
import os
import random
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from localai_setup.machine.keeping import statefile
from localai_setup.machine.running.answers import Answers
from localai_setup.machine.running.measuring import Meter
from localai_setup.machine.running.ports import free_port

import serving

PROMPT_TOKENS, WRITTEN_TOKENS = 256, 64
#: after so many rounds, what is slower than this share of the best in writing and in reading is dropped
TRIAL_ROUNDS, HOPELESS = 4, 0.85
REQUIRED = 0.97


def variants(chosen):
    """The chosen settings first, then the others, each by a name."""
    cores = os.cpu_count() or 1
    threads = sorted({1, max(1, cores // 2), cores})
    mixes = itertools.product(threads, (256, 512), ("f16", "q8_0"), (True, False))
    made = {"chosen": chosen}
    for count, batch, kv, flash in mixes:
        if kv != "f16" and not flash:
            continue
        other = {**chosen, "threads": count, "ubatch": batch, "flash_attention": flash}
        other |= {"kv_type_k": kv, "kv_type_v": kv}
        if other != chosen:
            made[f"threads {count}, batch {batch}, {kv}, flash {'on' if flash else 'off'}"] = other
    return made


def measure(meters, rounds):
    """Name → (read, written) tokens per second of every round, asked in turn in changing order."""
    found = {name: ([], []) for name in meters}
    for number in range(rounds + 1):
        for name in random.sample(sorted(found), len(found)):
            read, written = timings(meters[name])
            if number:  # the first round warms up
                found[name][0].append(read)
                found[name][1].append(written)
        if number == TRIAL_ROUNDS:
            found = {name: found[name] for name in hopeful(found)}
    return found


def timings(meter):
    body = {"prompt": meter.words(PROMPT_TOKENS), "n_predict": WRITTEN_TOKENS, "ignore_eos": True}
    body |= {"cache_prompt": False, "temperature": 0}
    timings = meter.answers.post(meter.port, "/completion", body, meter.api_key)["timings"]
    return timings["prompt_per_second"], timings["predicted_per_second"]


def hopeful(found):
    """Those near the best in reading or in writing, and the chosen one."""
    middles = {name: [*map(statistics.median, rates)] for name, rates in found.items()}
    best = [max(column) for column in zip(*middles.values(), strict=True)]
    return [
        name
        for name, pair in middles.items()
        if name == "chosen" or any(a > HOPELESS * b for a, b in zip(pair, best, strict=True))
    ]


def show(title, rates):
    """The chosen settings' median against the best median, with an interval by resampling rounds."""
    middle = {name: statistics.median(values) for name, values in rates.items()}
    best = max(middle, key=middle.get)
    ratios = []
    for _ in range(2000):
        picks = random.choices(range(len(rates[best])), k=len(rates[best]))
        both = [statistics.median(rates[name][i] for i in picks) for name in ("chosen", best)]
        ratios.append(both[0] / both[1])
    ratios.sort()
    low, high = ratios[50], ratios[1949]
    print(f"{title}: chosen {middle['chosen']:.1f}, best {middle[best]:.1f} tokens/s ({best})")
    verdict = "ok" if high >= REQUIRED else "TOO SLOW"
    ratio = middle["chosen"] / middle[best]
    print(
        f"  ratio {ratio:.3f}, 95 % interval {low:.3f} to {high:.3f} (at least {REQUIRED})  {verdict}"
    )
    for name in sorted(middle, key=middle.get, reverse=True)[:6]:
        print(f"    {middle[name]:8.1f}  {name}")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    setup = statefile.load()
    if setup is None:
        raise SystemExit("nothing is set up here: `localai init` first")
    chosen = {**asdict(setup.settings), "alias": setup.model, "model": setup.model_path}
    chosen |= {"api_key": None}
    processes, meters = [], {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number, (name, settings) in enumerate(variants(chosen).items()):
                port = free_port(45200 + number)
                process, _ = serving.start(setup, {**settings, "port": port}, Path(folder))
                processes.append(process)
                meters[name] = Meter(Answers(), port, None)
            found = measure(meters, rounds)
        finally:
            for process in processes:
                process.terminate()
                process.wait()
    show("writing", {name: rates[1] for name, rates in found.items()})
    show("reading", {name: rates[0] for name, rates in found.items()})


if __name__ == "__main__":
    main()
