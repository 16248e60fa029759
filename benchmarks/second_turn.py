"""What a second turn costs: python benchmarks/second_turn.py [ROUNDS [TOKENS [SETTING…]]]

Starts what was set up (`localai init` first) on one thread, once as set up and once for each setting
below, and asks all in turn for one answer token after a long shared beginning: `turn` goes on where the
first turn ended, `edited` leaves out words in the middle, `back` comes back after another conversation
took the slot. Prints processor seconds as set up over those of the setting: above 1 it is faster.
Processor time is counted and not the clock, so that other programs change little.
"""

import itertools
import statistics
import sys

from localai_setup.machine.running.answers import Answers

import serving

#: setting → what of the settings file changes
VARIANTS = {
    "as set up": {},
    "cache reuse 32": {"cache_reuse": 32},
    "prompt cache 256 MiB": {"prompt_cache_mib": 256},
    "batch 2048": {"ubatch": 2048},
    "flash attention off": {"flash_attention": False},
}
OTHER_TOKENS = 64
_first = itertools.count(100)


def tokens(count):
    """A text that no server has seen."""
    start = next(_first)
    return [(start * 31 + 7 * at) % 40000 + 50 for at in range(count)]


def spent(process, port, prompt):
    """Processor seconds for reading what is new of a prompt, and one token."""
    before = serving.processor_seconds(process)
    body = {"prompt": prompt, "n_predict": 1, "cache_prompt": True, "temperature": 0}
    Answers().post(port, "/completion", body, None)
    return serving.processor_seconds(process) - before


def turns(server, length):
    """Situation → seconds."""
    text = tokens(length)
    first = spent(*server, text)
    turn = spent(*server, [*text, *tokens(16)])
    edited = spent(*server, [*text[: length // 4], *text[length // 4 + 8 :], *tokens(16)])
    spent(*server, tokens(OTHER_TOKENS))
    back = spent(*server, [*text, *tokens(16)])
    return {"first": first, "turn": turn, "edited": edited, "back": back}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    length = int(sys.argv[2]) if len(sys.argv) > 2 else 512
    setup, settings = serving.on_one_thread(4 * length)
    asked = ("as set up", *sys.argv[3:]) if len(sys.argv) > 3 else tuple(VARIANTS)
    changes = {name: VARIANTS[name] for name in asked}
    with serving.side_by_side(setup, settings, changes, 45500) as servers:
        found = {name: [] for name in servers}
        for _ in range(rounds):
            for name, server in servers.items():
                found[name].append(turns(server, length))
    show(found)


def show(found):
    """One line a setting, as ratios of the settings as set up."""
    base = found["as set up"]
    seconds = {kind: statistics.median(one[kind] for one in base) for kind in base[0]}
    print("as set up, processor seconds:", {kind: round(s, 2) for kind, s in seconds.items()})
    for name, runs in found.items():
        ratios = {
            kind: statistics.median(
                a[kind] / max(b[kind], 0.01) for a, b in zip(base, runs, strict=True)
            )
            for kind in seconds
        }
        print(f"{name:22}", {kind: round(ratio, 2) for kind, ratio in ratios.items()})


if __name__ == "__main__":
    main()
