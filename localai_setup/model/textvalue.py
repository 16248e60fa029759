"""Numbers that a log or a pasted text tells, by name, and comparisons between them.

A sign of a problem page may ask for a comparison: `gpu.compute_capability above
build.compute_capabilities` holds where every value on the left is greater than every one on the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

#: `12.0`, `580.126.09`, `8` → (12, 0), (580, 126, 9), (8,)
Version = tuple[int, ...]

#: value → how a text tells it. The first group holds it; a second one its part after the point.
VALUES: Mapping[str, tuple[str, ...]] = {
    "gpu.compute_capability": (
        r"compute[ _]capability[ :=]{1,3}(\d{1,2}\.\d)\b",
        r"with CUDA capability sm_(\d{1,2})(\d)\b",
        r"\bcompute=(\d{1,2}\.\d)\b",
    ),
    "build.compute_capabilities": (
        r"\bCUDA capabilities ((?:sm_\d{2,3}[af]?[ ,.]{0,2}){1,30})",
        r"\bARCHS ?= ?((?:\d{3,4}[,;]?){1,30})",
    ),
    "driver.cuda": (r"\bCUDA (?:UMD )?Version: {1,3}(\d{1,2}\.\d)\b",),
    "build.cuda": (
        r"\bcuda>=(\d{1,2}\.\d)\b",
        r"\btorch\S{0,20}\+cu(\d{2})(\d)\b",
        r"\bcuda_?(\d{2})(?:\.(\d))?[\w.-]{0,20} runtime\b",
    ),
    "driver.kernel_module": (
        r"\bNVRM version: .{0,60}?\b(\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
        r"\bkernel (?:module|version)[: ]{1,3}(\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
        r"\bDriver Version: (\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
    ),
    "driver.library": (
        r"\bNVML library version: (\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
        r"\bthe client has version (\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
        r"\blibcuda\.so\.(\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
    ),
    "client.version": (r"\bclient version is (\d+\.\d+\.\d+)\b",),
    "server.version": (
        r"\bollama version is (\d+\.\d+\.\d+)\b",
        r"\bserver version(?: is|:|=) ?(\d+\.\d+\.\d+)\b",
    ),
    "python.version": (
        r"\bPython (3\.\d{1,2})\b",
        r"\bpython(3\.\d{1,2})[/\\]",
        r"[/\\]Python(3)(\d{2})[/\\]",
    ),
    "requested_mib": (
        r"\ballocating (\d+)(?:\.\d+)? MiB\b",
        r"\bTried to allocate (\d+)(?:\.\d+)? MiB\b",
    ),
    "free_mib": (r"\b(\d+)(?:\.\d+)? MiB (?:is )?free\b",),
}  # fmt: skip


class Comparison(NamedTuple):
    """`left` and `right` are names of VALUES, or a number."""

    left: str
    how: str
    right: str


def _all(pair: Callable[[Version, Version], bool]) -> Callable[..., bool]:
    def holds(left: Sequence[Version], right: Sequence[Version]) -> bool:
        return all(pair(one, other) for one in left for other in right)

    return holds


HOW: Mapping[str, Callable[[Sequence[Version], Sequence[Version]], bool]] = {
    "above": _all(lambda one, other: one > other),
    "below": _all(lambda one, other: one < other),
    "differs-from": _all(lambda one, other: one != other),
    "equals": _all(lambda one, other: one == other),
}
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


def comparison(text: str) -> Comparison:
    """Of `left how right`.

    Raises:
        ValueError: says what is wrong with it.

    """
    parts = text.split()
    if len(parts) != len(Comparison._fields) or parts[1] not in HOW:
        raise ValueError(f"{text!r} is no comparison: write `value {'|'.join(HOW)} value`")
    for part in (parts[0], parts[2]):
        if part not in VALUES and not _NUMBER.fullmatch(part):
            raise ValueError(f"{part!r} is neither a number nor one of {', '.join(VALUES)}")
    return Comparison(*parts)


def holds(one: Comparison, values: Mapping[str, Sequence[Version]]) -> bool:
    """Whether it holds; what the text does not tell is no ground for anything."""
    left, right = (_operand(part, values) for part in (one.left, one.right))
    return bool(left and right) and HOW[one.how](left, right)


def _operand(part: str, values: Mapping[str, Sequence[Version]]) -> Sequence[Version]:
    return values.get(part, ()) if part in VALUES else (version(part),)


def version(text: str) -> Version:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def read(name: str, lines: Sequence[str]) -> tuple[Version, ...]:
    """Every different value of this name in the lines, in their order."""
    patterns = [_compiled(pattern) for pattern in VALUES[name]]
    hits = (hit for line in lines for pattern in patterns for hit in pattern.finditer(line))
    return tuple(dict.fromkeys(one for hit in hits for one in _versions(name, hit)))


def _versions(name: str, hit: re.Match[str]) -> list[Version]:
    if name == "build.compute_capabilities":
        return _capabilities(hit[1])
    return [version(".".join(part for part in hit.groups() if part))]


def _capabilities(listed: str) -> list[Version]:
    """PyTorch writes `sm_86 sm_120`; ggml `860,1200`, with one more figure."""
    figures = re.findall(r"\d+", listed)
    plain = figures if "sm_" in listed else [one[:-1] for one in figures]
    return [(int(one[:-1]), int(one[-1])) for one in plain]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
