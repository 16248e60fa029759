"""`lscpu`: whole, or a few lines of it, in English and the languages that people paste."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from ..model.reading import Readings
from . import levels
from .cpuinfo import ARM_PARTS, SMALL_PARTS
from .named import NamedCpu

#: our name → the labels of util-linux and of its translations (German, French, Spanish, Chinese)
LABELS = {
    "arch": ("architecture", "architektur", "arquitectura", "架构"),
    "cpus": ("cpu(s)", "processeur(s)", "cpu"),
    "model": ("model name", "modellname", "nom de modèle", "nombre del modelo", "型号名称"),
    "per socket": ("core(s) per socket", "kern(e) pro sockel", "kern(e) pro socket",
                   "cœur(s) par socket", "núcleo(s) por «socket»", "每个座的核数"),
    "sockets": ("socket(s)", "sockel", "«socket(s)»", "座"),
    "per cluster": ("core(s) per cluster",),
    "clusters": ("cluster(s)",),
    "per book": ("socket(s) per book",),
    "per drawer": ("book(s) per drawer",),
    "drawers": ("drawer(s)",),
    "flags": ("flags", "features", "markierungen", "drapaux", "drapeaux", "indicadores", "标记"),
}  # fmt: skip
NAMES = {label: name for name, labels in LABELS.items() for label in labels}
#: names of the cores that are never the fast ones
SMALL_CORES = {name for part, name in ARM_PARTS.items() if part.rpartition("/")[2] in SMALL_PARTS}


def read(readings: Readings) -> NamedCpu | None:
    kinds = _kinds(_plain(readings))
    complete = {name: value for kind in reversed(kinds) for name, value in kind.items()}
    if not complete:
        return None
    models = list(dict.fromkeys(kind["model"] for kind in kinds if "model" in kind))
    counts = [_cores(kind) for kind in kinds if "model" in kind or len(kinds) == 1]
    known = [count for count in counts if count is not None]
    physical = sum(known) if known and len(known) == len(counts) else None
    small = sum(_cores(kind) or 0 for kind in kinds if kind.get("model") in SMALL_CORES)
    flags = complete.get("flags")
    return NamedCpu(
        " + ".join(models) or None,
        complete.get("arch"),
        tuple(sorted(levels.named(flags))) if flags else None,
        _number(complete.get("cpus")),
        physical,
        physical - small if physical and 0 < small < physical else None,
    )


def _plain(readings: Readings) -> str:
    """The text of `lscpu`, or of `lscpu -J` in the same shape; with options that keep it."""
    for key in ("command:lscpu", "command:lscpu*"):
        for _, printed in readings.texts(key):
            as_json = printed.lstrip().startswith("{")
            text = "\n".join(_fields(_document(printed))) if as_json else printed
            if re.search(r"(?m)^\s*\S[^:\uff1a\n]*[:\uff1a]\s+\S", text):
                return text
    return ""


def _document(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _fields(node: object) -> Iterator[str]:
    """`{"field": "CPU(s):", "data": "8", "children": […]}` → `CPU(s): 8`"""
    if isinstance(node, list):
        for one in node:
            yield from _fields(one)
    elif isinstance(node, dict):
        if isinstance(node.get("field"), str) and isinstance(node.get("data"), str):
            yield f"{node['field']} {node['data']}"
        yield from _fields(node.get("lscpu"))
        yield from _fields(node.get("children"))


def _kinds(text: str) -> list[dict[str, str]]:
    """A processor with two kinds of cores has a part for each, which starts with its name."""
    kinds: list[dict[str, str]] = [{}]
    for name, value in _pairs(text):
        if name == "model" and "model" in kinds[-1]:
            kinds.append({})
        kinds[-1].setdefault(name, value)
    return kinds


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for label, value in re.findall(r"(?m)^\s*(\S[^:\uff1a\n]*?)\s*[:\uff1a]\s+(\S.*?)\s*$", text):
        if (name := NAMES.get(label.lower())) and value != "-":
            yield name, value


def _cores(kind: Mapping[str, str]) -> int | None:
    for names in (
        ("per socket", "sockets"),
        ("per cluster", "clusters"),
        ("per socket", "per book", "per drawer", "drawers"),
    ):
        numbers = [_number(kind.get(name)) for name in names]
        if all(numbers):
            product = 1
            for number in numbers:
                product *= number or 1
            return product
    return None


def _number(word: str | None) -> int | None:
    return int(word) if word and re.fullmatch(r"\d{1,5}", word) else None
