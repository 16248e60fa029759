"""`python -m tests.fuzz [--count N] [--only WORDS] [--seed N] [--jobs N]`: counts, the worst times, how long a
kind took, and each input that was not survived.

An input is survived where it ends in words or well: no other exception than an error in words, no more
than 5 s of the processor, no control character printed, no file written outside a scratch folder. Each
target has a process of its own, whose memory is told.
"""

import argparse
import contextlib
import io
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

KINDS = (
    "GGUF headers", "recipes", "recordings", "logs", "state files", "server answers", "adapters",
    "examples to learn from", "kept conversations", "policies", "problem pages of one's own",
    "connected programs", "keys and servers of several people", "answers of far machines", "answers of a pool",
    "models in parts", "records of models in parts",
)  # fmt: skip
LIMIT_SECONDS, LIMIT_MIB = 5.0, 300
COUNT = 10_000
#: where files cost least; None: where temporary ones usually lie
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: what is told to an audit hook → which of its arguments is a path that changes
CHANGING = {
    "open": (0,), "os.remove": (0,), "os.rmdir": (0,), "os.mkdir": (0,), "os.chmod": (0,), "os.truncate": (0,),
    "os.rename": (0, 1), "os.link": (1,), "os.symlink": (1,), "shutil.rmtree": (0,),
}  # fmt: skip
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Outside(BaseException):
    """A file was to be written where nothing may be."""


class Slow(BaseException):
    """An input took more than its share of the processor."""


def watch(allowed):
    """From now on every file that is written, moved or removed lies below `allowed`."""

    def hook(event, arguments):
        if event == "open" and not (arguments[2] or 0) & WRITING:
            return
        for number in CHANGING.get(event, ()):
            path = arguments[number]
            # one of a folder that is open already; that folder was looked at
            if not isinstance(path, (str, bytes)) or (not os.path.isabs(path) and event != "open"):
                continue
            path = os.path.abspath(os.fsdecode(path))
            if path != allowed and not path.startswith((allowed + os.sep, "/dev/null")):
                raise Outside(f"{event} {path}")

    sys.addaudithook(hook)


def one(target, home, seed):
    """What was wrong with one input; empty where it was survived."""
    from localai_setup.model.errors import LocalaiError
    from localai_setup.ui import console

    console.out.cache_clear()
    console.err.cache_clear()
    printed, error = io.StringIO(), ""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
        try:
            target(home, random.Random(seed))
        except LocalaiError as words:
            console.say(str(words))
        except (Exception, Outside, Slow) as wrong:
            where = traceback.extract_tb(wrong.__traceback__)[-1]
            error = f"{type(wrong).__name__}: {str(wrong)[:150]} ({Path(where.filename).name}:{where.lineno})"
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    if found := CONTROL.search(printed.getvalue()):
        at = found.start()
        error = error or f"printed {found[0]!r} after {printed.getvalue()[max(0, at - 60) : at]!r}"
    return error


def run(name, count, seed, seconds):
    """All inputs of one target, in this process; ends with a line of the table."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=IN_MEMORY) as scratch:
        home = Path(scratch)
        os.environ |= {"LOCALAI_HOME": scratch, "HOME": scratch, "NO_COLOR": "1", "COLUMNS": "100"}
        (home / "state").mkdir()
        from . import once, own_files, several, targets

        once.do_once()

        def too_slow(*_):
            raise Slow(f"more than {LIMIT_SECONDS:g} s")

        signal.signal(signal.SIGPROF, too_slow)
        target, wrong, began, tried, worst = (
            {**targets.TARGETS, **own_files.TARGETS, **several.TARGETS}[name],
            Counter(),
            time.monotonic(),
            0,
            (0.0, ""),
        )
        one(target, home, "warm up")
        sys.dont_write_bytecode = True
        watch(scratch)
        for number in range(count):
            if time.monotonic() - began > seconds:
                break
            tried += 1
            before = time.process_time()
            error = one(target, home, f"{seed} {number}")
            worst = max(worst, (time.process_time() - before, f"{seed} {number}"))
            if error:
                kind = error.rpartition(" (")[2] or error
                if not wrong[kind]:
                    print(f"  {name}, seed '{seed} {number}': {error}", file=sys.stderr, flush=True)
                wrong[kind] += 1
        mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        slowest = f"{worst[0]:.2f} s (seed '{worst[1]}')"
        minutes = (time.monotonic() - began) / 60
        print(
            f"| {name} | {tried} | {sum(wrong.values())} | {slowest} | {mib:.0f} | {minutes:.1f} |",
            flush=True,
        )
        return 1 if wrong or mib > LIMIT_MIB else 0


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=COUNT, help="inputs of each kind")
    parser.add_argument("--seconds", type=float, default=1e9, help="for each kind at most")
    parser.add_argument("--only", default="", help="kinds with these words in their name")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="kinds at once")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.here:
        return run(chosen.only, chosen.count, chosen.seed, chosen.seconds)
    print(
        "| input | tried | not survived | slowest | memory, MiB | minutes |\n|---|---|---|---|---|---|",
        flush=True,
    )
    own = ["--count", str(chosen.count), "--seed", chosen.seed, "--seconds", str(chosen.seconds)]

    def tried(kind):
        command = [sys.executable, "-m", "tests.fuzz", "--here", "--only", kind, *own]
        return subprocess.run(command, check=False).returncode

    with ThreadPoolExecutor(chosen.jobs) as pool:
        codes = list(pool.map(tried, (kind for kind in KINDS if chosen.only in kind)))
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
