"""How fast localai is, as ratios: python benchmarks/speed.py [--init]

`--init` also measures the whole first `init --yes --for starter` against the same steps by hand in
one shell script, the second one, and the memory of localai itself. Best of three each. Looks at an
empty set-up, so that what this computer has set up does not matter.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
LOCALAI = [sys.executable, "-m", "localai_setup"]


def best(command, times=3, code=0, **how):
    """Seconds of the quickest run. With `code` 1 the command may find problems."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(
            command, check=code == 0, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how
        )
        took.append(time.perf_counter() - started)
    return min(took)


def show(name, seconds, base, limit, unit="x"):
    value = seconds / base
    verdict = "ok" if value <= limit else "TOO SLOW"
    print(f"{name:26}{seconds:8.3f} s {value:8.2f} {unit}  (at most {limit} {unit})  {verdict}")


def peak_mib(command, environment):
    """The most memory that the command itself held, without the programs it starts; Linux only."""
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peak = 0.0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except OSError:
            return None
        found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        peak = max([peak, *(int(kib) / 1024 for kib in found)])
        time.sleep(0.02)
    return peak if process.returncode == 0 else None


def show_memory(environment):
    peak = peak_mib([*LOCALAI, "init", "--yes", "--for", "starter"], environment)
    if peak is None:
        print("memory of init: not measured (needs Linux and a run that ends well)")
        return
    verdict = "ok" if peak <= 80 else "TOO MUCH"
    print(f"{'memory of init':26}{peak:8.1f} MiB  (at most 80 MiB)  {verdict}")


def memory():
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LOCALAI_HOME": f"{folder}/l"}
        try:
            show_memory(environment)
        finally:
            best([*LOCALAI, "uninstall", "--yes"], 1, env=environment)


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
    show("first init, by hand = 1", min(ours), min(theirs), 1.15)
    show("second init", min(again), 1.0, 2.0, "s")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LOCALAI_HOME"] = f"{folder}/empty"
        quick()
    if "--init" in sys.argv:
        init_against_by_hand()
        memory()


def quick():
    python = best([sys.executable, "-c", "pass"], 7)
    show("--version", best([*LOCALAI, "--version"], 7), python, 5)
    show("--help", best([*LOCALAI, "--help"], 7), python, 15)
    show("doctor", best([*LOCALAI, "doctor", "--json"], code=1), 1.0, 1.0, "s")
    show("detect", best([*LOCALAI, "detect", "--json"]), 1.0, 0.4, "s")


if __name__ == "__main__":
    main()
