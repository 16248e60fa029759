"""A pasted text is a machine too: which one it comes from, and which engine wrote it.

Outputs of programs in it are read by the probes that read a machine; the rest is told by words that
only one system, distribution or engine prints.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model.facts import Facts
from ..model.reading import Readings
from . import enginewords, mentions, systemwords
from .pasted_outputs import readings
from .searchtext import SearchText
from .surroundings import Surroundings

#: Words on more lines than this tell no more.
MAX_CHARS = 30_000


@dataclass(frozen=True)
class TextMachine:
    """What a text tells of the computer it comes from. `around` decides the fixes."""

    around: Surroundings = field(default_factory=Surroundings)
    distro: str | None = None
    jetson: bool = False
    #: engine → its version, or "" where the text does not tell it
    engines: Mapping[str, str] = field(default_factory=dict)
    gpus: tuple[str, ...] = ()
    driver: str | None = None
    cuda: str | None = None
    rocm: str | None = None
    ports: tuple[int, ...] = ()


def read(text: SearchText) -> TextMachine:
    """The computer that the text's beginning and end tell of."""
    lines = _first_and_last(text.context)
    words = "\n".join(lines)
    own = mentions.own(words)
    engines = enginewords.engines(own)
    around = replace(systemwords.surroundings(own), engines=frozenset(engines))
    found = TextMachine(
        around,
        jetson=bool(systemwords.JETSON.search(own)),
        engines=engines,
        gpus=_gpu_names(words),
        driver=_group(
            r"\b(?:Driver Version|driver_version|NVRM version)[:=].{0,50}?\b(\d{3}\.\d{2,3}(?:\.\d{2})?)\b",
            words,
        ),
        cuda=_group(r"\bCUDA (?:UMD )?Version: {1,3}(\d{1,2}\.\d)\b", words),
        rocm=_group(r"\bROCm(?: version)?[ :=]{1,2}(\d\.\d[\d.]*)", words),
        ports=tuple(
            dict.fromkeys(
                int(port)
                for port in re.findall(
                    r"(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\]):(\d{2,5})\b", words
                )
            )
        ),
    )
    outputs = readings(lines, around.system)
    return _by_outputs(found, outputs) if outputs.by_key else found


def _first_and_last(lines: Sequence[str]) -> list[str]:
    kept, size = list[str](), 0
    for line in lines:
        size += len(line) + 1
        if size > MAX_CHARS:
            break
        kept.append(line)
    rest, size = list[str](), 0
    for line in reversed(lines[len(kept) :]):
        size += len(line) + 1
        if size > MAX_CHARS:
            break
        rest.append(line)
    return kept + rest[::-1]


def _gpu_names(words: str) -> tuple[str, ...]:
    names = re.findall(
        r"\b(?:NVIDIA )?(?:GeForce )?(?:RTX|GTX) (?:PRO )?[A-Z]?\d{3,4}(?: (?:Ti|SUPER|XT|Ada|Laptop GPU))*"
        r"|\b(?:AMD )?Radeon (?:RX |Pro )?\w?\d{3,4}\w?(?: XTX?| GRE)?|\bApple M\d(?: (?:Pro|Max|Ultra))?"
        r"|\bIntel\(?R?\)? Arc\S* \w+|\b(?:NVIDIA )?(?:GB10|A100|H100|H200|B200|Tesla \w\d+|Jetson [\w ]{0,12}Orin\w*)\b",
        words,
    )
    return tuple(dict.fromkeys(name.strip() for name in names))[:4]


def _group(pattern: str, words: str) -> str | None:
    hit = re.search(pattern, words)
    return hit[1] if hit else None


def _by_outputs(found: TextMachine, outputs: Readings) -> TextMachine:
    """What the probes read of the outputs in the text goes before what words suggest."""
    from .. import survey
    from ..probes import drivers, gpus, host, memory, rocm

    facts = survey.facts(outputs, [host, memory, gpus, drivers, rocm])
    return _with_gpus(_with_host(found, facts), facts)


def _with_host(found: TextMachine, facts: Facts) -> TextMachine:
    from ..probes.host import Host
    from ..probes.rocm import Rocm

    host = facts.get(Host) or Host()
    version = (facts.get(Rocm) or Rocm()).version
    around = replace(
        found.around,
        family=host.family or found.around.family,
        wsl=host.wsl or found.around.wsl,
        system=found.around.system or ("linux" if host.family else None),
    )
    return replace(found, around=around, distro=host.distro, rocm=version or found.rocm)


def _with_gpus(found: TextMachine, facts: Facts) -> TextMachine:
    from ..probes.gpus import Gpus

    cards = (facts.get(Gpus) or Gpus()).gpus
    names = tuple(card.name for card in cards if card.name)
    driver = next((card.driver for card in cards if card.driver), None)
    cuda = next((card.cuda_driver_version for card in cards if card.cuda_driver_version), None)
    return replace(
        found, gpus=names or found.gpus, driver=driver or found.driver, cuda=cuda or found.cuda
    )
