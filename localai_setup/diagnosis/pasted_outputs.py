"""What a pasted text holds of the outputs of programs: as readings, for the probes to parse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..model.reading import Reading, Readings, Text

#: `user@host:~$ `, `$ `, `# `, `PS C:\> `, `C:\Users\me>`, and others, and the command behind it.
_PROMPT = re.compile(
    r"(?:\([\w.-]+\) ?)?(?:[\w.-]+@[\w.-]+[: ][^$#>]{0,80}[$#] ?|PS [A-Z]:\\[^>]{0,120}> ?|[A-Z]:\\[^>]{0,120}>"
    r"|[$#\u276f\u279c%] +)(?:sudo +)?(\S.{0,200})"
)
#: programs whose output the probes read
_READ = frozenset({
    "cat", "clinfo", "dmesg", "dxdiag", "free", "getconf", "hwinfo", "ldd", "lscpu", "lsmod", "lspci",
    "modinfo", "nvcc", "nvidia-smi", "rocm-smi", "amd-smi", "rocminfo", "sw_vers", "sycl-ls",
    "system_profiler", "systeminfo", "uname", "vulkaninfo", "xpu-smi",
})  # fmt: skip
#: source → how its output begins where no prompt names it, and what every line of it begins with
_SHAPES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (key, re.compile(first), re.compile(every))
    for key, first, every in (
        ("command:nvidia-smi", r"\| NVIDIA-SMI \d", r"\s*[|+]"),
        ("command:nvidia-smi -L", r"GPU \d+: .+\(UUID: ", r"\s*(?:GPU \d+|MIG)\b"),
        ("command:rocminfo", r"(?:ROCk module|HSA System Attributes|HSA Agents)\b", r"[\s*=\w]|$"),
        ("command:uname -a", r"(?:Linux|Darwin) \S+ \d+\.\d+\S* ", r"(?:Linux|Darwin) \S+ \d"),
        ("file:/proc/version", r"Linux version \d", r"Linux version \d"),
        ("file:/etc/os-release", r"(?:PRETTY_NAME|NAME|ID|VERSION_ID)=", r"[A-Z_]+="),
        ("command:sw_vers", r"ProductName:\s", r"(?:Product|Build)\w+:"),
        ("command:ldd --version", r"ldd \((?:Ubuntu|Debian|GNU)", r"ldd |Copyright"),
        (
            "command:lspci -nnk",
            r"[0-9a-f]{2}:[0-9a-f]{2}\.\d (?:VGA|3D|Display) ",
            r"[0-9a-f:.]{7,12} |\s",
        ),
        ("command:sycl-ls", r"\[(?:level_zero|opencl):\w+\]", r"\["),
        ("command:systeminfo", r"Host Name: +\S", r"[A-Z][\w /().-]+:|\s"),
        (
            "command:nvcc --version",
            r"nvcc: NVIDIA \(R\) Cuda compiler",
            r"nvcc|Copyright|Built|Cuda|Build",
        ),
    )
)
MAX_LINES = 400


def readings(lines: Sequence[str], system: str | None = None) -> Readings:
    """Key → what stands under a prompt with that command, or looks like its output."""
    found: dict[str, Reading] = {}
    for key, block in (*_behind_prompts(lines), *_by_shape(lines)):
        found.setdefault(key, Text("\n".join(block) + "\n"))
    if found and system:
        python_name = {"linux": "Linux", "macos": "Darwin", "windows": "Windows"}[system]
        found["call:platform.uname"] = Text(f'{{"system": "{python_name}"}}')
    return Readings(found)


def commands(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """(number of the line, the command) of each line that begins with a prompt."""
    for number, line in enumerate(lines):
        hit = _PROMPT.match(line.strip())
        if hit:
            yield number, hit[1].strip()


def _behind_prompts(lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    prompts = [*commands(lines), (len(lines), "")]
    for (start, command), (end, _) in pairwise(prompts):
        words = command.split()
        block = lines[start + 1 : min(end, start + 1 + MAX_LINES)]
        if words and words[0] in _READ and any(line.strip() for line in block):
            yield _key(words), block


def _key(words: Sequence[str]) -> str:
    name = words[0].removesuffix(".exe")
    if name == "cat" and len(words) > 1:
        return f"file:{words[-1]}"
    return " ".join(("command:" + name, *words[1:]))


def _by_shape(lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for key, first, every in _SHAPES:
        start = next((n for n, line in enumerate(lines) if first.match(line.strip())), None)
        if start is not None:
            end = start + 1
            while end < min(len(lines), start + MAX_LINES) and every.match(lines[end]):
                end += 1
            yield key, lines[start:end]
