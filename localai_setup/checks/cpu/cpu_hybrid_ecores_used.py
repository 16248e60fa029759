"""The work stays on the processor's fast cores.

Why: All threads wait for the slowest one, so slow cores and doubled threads add little or cost
time.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.cpu import Cpu
from ...probes.logs import Logs

PROBLEM = Problem(
    title="The work also lands on the processor's slow cores.",
    seen="A newer Intel processor is slower than it should be; a service is slower than the same program in a terminal.",
    why="All threads wait for the slowest one, so slow cores and doubled threads add little or cost time.",
    fixes=(
        Fix(
            "Use as many threads as there are fast cores (MAXMHZ tells them apart; 8 is an example, model.gguf stands for your model).",
            ("lscpu --all --extended", "llama-server -m model.gguf -t 8"),
            proof="llama-bench -m model.gguf -t 8",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "In Ollama type `/set parameter num_thread 8` in the session, or write `PARAMETER num_thread 8` into a model file (8 is an example).",
            ("ollama run llama3.2 --verbose",),
            proof="ollama run llama3.2 --verbose hello",
        ),
        Fix(
            "On Windows run at normal priority and choose the high-performance power plan.",
            ("powercfg /setactive SCHEME_MIN",),
            proof="powercfg /getactivescheme",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama-python/issues/167",
        "https://github.com/ttlequals0/MinusPod/issues/333",
        "https://github.com/ollama/ollama/issues/1101",
        "https://github.com/ollama/ollama/issues/2929",
        "https://github.com/ollama/ollama/issues/2496",
    ),
    status="warn",
    likelihood=0.3,
    confused_with=("model-partly-on-cpu",),
)

#: what the slow cores are called, and the word of it to look for
SLOW = (
    ("E-cores", "cores"),
    ("ecores", "ecores"),
    ("efficiency cores", "efficiency"),
    ("slow cores", "slow"),
    ("little cores", "little"),
    ("gracemont cores", "gracemont"),
    ("effizienzkerne", "effizienzkerne"),
)

#: Processors with fast and slow cores, by their names: the 12th to the 14th generation, Core Ultra.
HYBRID = r"\b1[2-4]th Gen Intel|\bi[3579]-1[2-4]\d{3}|Core\(TM\) (?:Ultra )?[3579] |Alder Lake|Raptor Lake|Meteor Lake|Arrow Lake"
#: (all cores, all threads) of such processors. Of cores of one kind all have two threads, or one.
ALL_CORES = "24 32|20 28|16 24|14 20|10 16|12 16|10 12|8 12|12 20|16 22|14 18|12 14|6 8"
COUNTS = tuple(pair.split() for pair in ALL_CORES.split("|"))

SIGNATURES = (
    *(
        Signature(
            rf"(?:only|just|all|mostly|instead|lands?|pinned|stuck|slow(?:ly|er)?)\b.{{0,30}}\b{cores}\b|\b{cores}\b.{{0,40}}(?:only|instead|slow|100 ?%|busy|used)",
            (word,),
            certainty=0.86,
            unless=(r"efficiency cores detected",),
        )
        for cores, word in SLOW
    ),
    Signature(r"\becores\b.{0,80}", ("ecores",), certainty=0.82),
    Signature(
        r"(?:instead of|to just|to only|down to) the performance cores?\b",
        ("performance", "the"),
        certainty=0.86,
    ),
    Signature(
        r"num_thread\b.{0,80}(?:P-?cores?|performance cores?|half|all (?:the )?cores)",
        ("num_thread",),
        certainty=0.82,
    ),
    *(
        Signature(
            rf"(?:only )?(?:using|uses?|utiliz\w+) (?:only )?(?:half|50 ?%|\d+ of \d+) (?:of (?:the |all )?)?(?:available )?(?:cpu )?\b{word}\b",
            (word,),
            certainty=0.8,
            also=(r"ollama|llama",),
        )
        for word in ("cores", "threads")
    ),
    # a thread for each core, slow ones included; or for each thread of the processor
    *(
        Signature(
            rf"n_threads = (?:{cores}|{threads})\b(?: \(n_threads_batch = \d+\))? / {threads}\b",
            ("n_threads", threads),
            certainty=0.85,
            also=(HYBRID,),
        )
        for cores, threads in COUNTS
    ),
    Signature(
        r"\bcores=(\d{1,4}) efficiency=[1-9]\d{0,3} threads=(\d{1,4})\b[\s\S]{0,3000}--threads (?:\1|\2)\b",
        ("cores", "efficiency", "threads"),
        certainty=0.85,
        lines=8,
    ),
)


def check(cpu: Cpu, logs: Logs) -> Symptom | None:
    """More threads in the engine's log than this processor has fast cores."""
    fast, all_cores = cpu.performance_cores, cpu.physical_cores
    if not fast or not all_cores or fast >= all_cores:
        return None
    used = re.findall(
        r"(?:\bn_threads = |--threads |\bthreads=)(\d+)(?! ?efficiency)", _starts(logs)
    )
    most = max((int(number) for number in used), default=0)
    if most <= fast:
        return None
    what = f"The engine uses {most} threads; this processor has {fast} fast cores of {all_cores}."
    return Symptom(what, (Evidence("engine log", f"threads {most}"),), 0.85)


def _starts(logs: Logs) -> str:
    """The engine's lines without Ollama's inventory of the processor, which counts every thread."""
    lines = logs.engine().splitlines()
    return "\n".join(line for line in lines if "efficiency=" not in line)
