"""How the engine's threads wait for each other: awake for a moment, then asleep.

llama.cpp's threads meet after every operation of a model. Those of GNU's OpenMP stay awake while they
wait, for as long as they like where there are no more threads than processors; beside other programs
the one that is waited for gets no processor then. Measured with SmolLM2 135M Q4_1, two threads on two
processors, tokens per second (medians of 3, two rounds each):

| `GOMP_SPINCOUNT` | idle | load 7 to 8 |
|---|---|---|
| not set | 77, 86 | 3.4, 2.3 |
| 1000 | 73, 79 | 17, 16 |
| 3000 | 80, 81 | 12, 12 |
| 5000 | 85, 82 | 6.8, 5.3 |
| 10000 | 90, 68 | 5.9, 3.9 |
| `OMP_WAIT_POLICY=passive` | 52, 60 | 30, 17 |

So 3000 costs nothing that can be measured where nothing else runs, and is four times as fast beside
other programs.

LLVM's OpenMP, which stands in where GNU's is missing (cmeel-libomp 21.1.8), takes no notice of it and was
measured beside other programs alone, at a load of 17 to 24, never idle: tokens per second, medians of 3
and of 4, 1.4 and 3.4 by default, 8 and 19 with `KMP_BLOCKTIME=0` (GNU's with 3000 spins there: 4.2 and
8.8; `KMP_BLOCKTIME` of 50us, 200us and 1 ms: 1.1 to 2.6). What 0 costs on an idle computer is not known,
and passive waiting cost GNU's a third there, so nothing is set for it.
"""

from __future__ import annotations

import os

#: how often a thread of GNU's OpenMP looks again before it sleeps
SPINS = "3000"
#: where a person has said how threads wait, that holds
STATED = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")


def environment() -> dict[str, str]:
    """What the engine's process gets beside the environment that it inherits; other OpenMPs than GNU's
    take no notice.
    """
    return {} if any(name in os.environ for name in STATED) else {"GOMP_SPINCOUNT": SPINS}
