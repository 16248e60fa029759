"""Whether drafting pays on this machine: python benchmarks/drafting.py [ROUNDS] [DRAFT_TOKENS] [DRAFTER]

Starts what was set up (`localai init` first) on one thread, once without drafting and once drafting
by repeats (llama.cpp's ngram-simple) or by the model in the file DRAFTER, and asks both in turn for texts that repeat their input and for
one that does not. Prints processor seconds per token without over with: above 1 drafting is faster.
Processor time is counted and not the clock, so that other programs change little.
"""

import statistics
import sys

from localai_setup.machine.running.answers import Answers

import serving

TOKENS = 32
#: the argument that names the file of a model that drafts
MODEL_AT = 3
CODE = '''def total(prices, tax):
    """The sum of all prices with tax."""
    result = 0.0
    for price in prices:
        result += price * (1 + tax)
    return result


def average(prices, tax):
    """The mean price with tax; 0 for no prices."""
    return total(prices, tax) / len(prices) if prices else 0.0
'''
TEXT = (
    "The library is closed on Monday because the heating is being repaired. It opens again on Tuesday "
    "at nine in the morning. Readers who have books that are due on Monday may bring them back on "
    "Wednesday without a fee. The reading room on the second floor stays closed until Friday."
)
TASKS = {
    "edit code": f"Rename `prices` to `costs` in this code and give back all of it:\n\n{CODE}",
    "summarise": f"Summarise this text in two sentences:\n\n{TEXT}",
    "correct": f"Correct the spelling of this text and give back all of it:\n\n{TEXT}",
    "story": "Write a short story about a river.",
}


def seconds_per_token(process, port, question):
    body = {"messages": [{"role": "user", "content": question}], "max_tokens": TOKENS}
    before = serving.processor_seconds(process)
    timings = Answers().post(port, "/v1/chat/completions", body | {"temperature": 0}, None)[
        "timings"
    ]
    spent = serving.processor_seconds(process) - before
    return (
        spent / timings["predicted_n"],
        timings.get("draft_n", 0),
        timings.get("draft_n_accepted", 0),
    )


def measure(servers, rounds):
    """Task → the ratios of all rounds, with drafts made and accepted; the first answer warms up."""
    found = {name: [] for name in TASKS}
    for number in range(rounds + 1):
        for name, question in TASKS.items():
            plain, drafted = (seconds_per_token(*one, question) for one in servers)
            if number:
                found[name].append((plain[0] / drafted[0], *drafted[1:]))
    return found


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tokens = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    setup, settings = serving.on_one_thread(2048)
    by = {"drafting": "repeats", "draft_tokens": tokens}
    if len(sys.argv) > MODEL_AT:
        by |= {"drafting": "model", "drafter": sys.argv[MODEL_AT], "drafter_gpu_layers": 0}
    changes = {"plain": {}, "drafting": by}
    with serving.side_by_side(setup, settings, changes, 45400) as servers:
        found = measure(tuple(servers.values()), rounds)
    for name, rates in found.items():
        ratio = statistics.median(one[0] for one in rates)
        print(f"{name:10} {ratio:.2f} times as fast ({rates[0][2]} of {rates[0][1]} drafts held)")


if __name__ == "__main__":
    main()
