"""How fast localai is, as ratios: python benchmarks/speed.py [--init]

`--init` also measures the whole first `init --yes --for starter` against the same steps by hand in
one shell script. Best of three each.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
LOCALAI = [sys.executable, "-m", "localai_setup"]


def best(command, times=3, **how):
    took = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how
        )
        took.append(time.perf_counter() - started)
    return min(took)


def show(name, seconds, base, limit, unit="x"):
    value = seconds / base
    verdict = "ok" if value <= limit else "TOO SLOW"
    print(f"{name:26}{seconds:8.3f} s {value:8.2f} {unit}  (at most {limit} {unit})  {verdict}")


def init_against_by_hand():
    ours, again, theirs = [], [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "LOCALAI_HOME": f"{folder}/l", "FOLDER": folder}
            by_hand = ["bash", str(HERE / "by_hand.sh"), sys.executable]
            theirs.append(best(by_hand, 1, env=environment))
            init = [*LOCALAI, "init", "--yes", "--for", "starter"]
            ours.append(best(init, 1, env=environment))
            again.append(best([*LOCALAI, "init", "--yes"], 1, env=environment))
            best([*LOCALAI, "uninstall", "--yes"], 1, env=environment)
    show("first init, by hand = 1", min(ours), min(theirs), 1.25)
    show("second init", min(again), 1.0, 2.0, "s")


def main():
    python = best([sys.executable, "-c", "pass"], 7)
    show("--version", best([*LOCALAI, "--version"], 7), python, 5)
    show("--help", best([*LOCALAI, "--help"], 7), python, 15)
    show("doctor", best([*LOCALAI, "doctor", "--json"]), 1.0, 1.0, "s")
    show("detect", best([*LOCALAI, "detect", "--json"]), 1.0, 0.4, "s")
    if "--init" in sys.argv:
        init_against_by_hand()


if __name__ == "__main__":
    main()
