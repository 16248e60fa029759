"""Types the commands of README and docs as they stand there: `python tests/typed_commands.py`.

With the Python that localai is installed in, on a computer where it is set up, as an ordinary user. Each
has to end with the exit code that `typed_commands.yaml` says (0 where it says nothing), in its time, and
without a traceback. It ends with `uninstall`: not for a computer whose localai is in use.
"""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
DATA = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES += sorted(
    path
    for name in ("guides", "concepts", "reference")
    for path in (ROOT / "docs" / name).glob("*.md")
)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:localai|pipx|uv tool) [^`\n]+)`")
#: Blocks of other languages, of PowerShell, and of what a program prints.
SHELL = ("sh", "")
#: a word that stands for another one: MODEL, N
PLACEHOLDER = re.compile(r"(?<=[ =/])[A-Z]+(?=[ /:]|$)")
LIMIT_SECONDS = 300


@cache
def commands():
    """Each command that a page tells to type, and the page."""
    found = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = [block for language, block in FENCED.findall(text) if language in SHELL]
        typed = [one for block in blocks for one in separate(block)]
        for command in (*typed, *INLINE.findall(FENCED.sub("", text))):
            if re.match(r"(?:.* \| )?(?:localai|pipx|uv tool) ", command):
                found.setdefault(command.strip(), page.relative_to(ROOT).as_posix())
    return found


def separate(block):
    """A block of several commands one by one: a line, or as many as a shell needs to understand them."""
    lines = []
    for line in block.splitlines():
        lines.append(line)
        if subprocess.run(["bash", "-nc", "\n".join(lines)], capture_output=True).returncode == 0:
            yield "\n".join(lines)
            lines = []


def typed(command):
    """With real values where a page has a word in capitals, and a yes where it would ask for one."""
    command = DATA["instead"].get(command, command)
    for word, value in DATA["values"].items():
        command = re.sub(rf"(?<![\w/-]){re.escape(word)}(?![\w/:])", value, command)
    return command


def left_out(command):
    """Why it is not typed, empty where it is."""
    known = command in DATA["ends_with"] or command in DATA["instead"]
    open_word = None if known or "\n" in command else PLACEHOLDER.search(typed(command))
    return DATA["left_out"].get(command, "") or (
        open_word and f"typed_commands.yaml has no value for {open_word[0]}"
    )


def expected(command):
    """Exit codes, of which one is right, and a part of what is printed."""
    one = DATA["ends_with"].get(command, {})
    codes = one.get("code", 0)
    return codes if isinstance(codes, list) else [codes], one.get("says", "")


def interruptible():
    """Shells let what they start in the background ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def environment():
    """With the `localai` of this Python before any other."""
    return {
        **os.environ,
        "PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}",
    }


def run(command, folder):
    """Exit code, output and seconds; nobody is there to answer."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        try:
            code = subprocess.run(
                ["bash", "-ec", command], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder, preexec_fn=interruptible,
                env=environment(), timeout=DATA["seconds"].get(command, LIMIT_SECONDS),
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            code = None
        output.seek(0)
        return code, output.read().decode("utf-8", "replace"), time.monotonic() - began


def faults(command, code, printed):
    accepted, words = expected(command)
    if code is None:
        yield "it did not end in its time"
    elif code not in accepted:
        yield f"exit code {code} instead of {' or '.join(map(str, accepted))}"
    if words not in printed:
        yield f"it does not say “{words}”"
    if "Traceback (most recent call last)" in printed:
        yield "a traceback"


def main():
    found = sorted(commands(), key=lambda one: "uninstall" in one)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="typed-") as folder:
        subprocess.run(["bash", "-ec", DATA["before"]], cwd=folder, env=environment(), check=True)
        for command in found:
            if reason := left_out(command):
                print(f"- {command}: {reason}", flush=True)
                continue
            code, printed, seconds = run(typed(command), folder)
            wrong = list(faults(command, code, printed))
            failed += bool(wrong)
            print(f"{'✗' if wrong else '✓'} {command}  ({code}, {seconds:.0f} s)", flush=True)
            if wrong:
                print(f"  {'; '.join(wrong)}\n{printed}", flush=True)
    print(f"{len(found)} commands, {failed} of them failed")
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    main()
