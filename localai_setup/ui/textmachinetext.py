"""Which computer and engine a pasted text speaks of, and what in it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diagnosis.explain import Cleared, Explained
from ..diagnosis.surroundings import SYSTEM_NAMES, Surroundings
from ..diagnosis.textmachine import TextMachine
from ..problems.engine_names import CALLED
from .findingtext import say_line, say_prose

FAMILY_NAMES = {
    "debian": "Debian or Ubuntu", "rhel": "Fedora or Red Hat", "arch": "Arch", "suse": "SUSE",
    "nixos": "NixOS", "alpine": "Alpine", "nas": "a NAS",
}  # fmt: skip


def source(explained: Explained, reader: Surroundings) -> None:
    """Where the text comes from, as far as it tells, and what was taken from this computer instead."""
    if not explained.found:
        return
    read = ", ".join(_read(explained.machine))
    if read:
        say_prose(f"Read from the text: {read}.", "", "  ")
    which = "fixes that name no other" if _names_another(explained, reader) else "fixes"
    if left_open := _left_open(explained.machine.around, reader, which):
        say_prose(left_open, "", "  ")


def cleared(over: Sequence[Cleared]) -> None:
    """What shows in the text and is over by its end."""
    for one in over:
        say_line("")
        say_prose(f"· Over by the end of the text: {one.title}", "", "  ")
        say_line(f"  Seen: {one.evidence.text}")
        say_line(f"  But later: {one.good_news.text}")
        say_line(f"  More: localai explain {one.id}")


def document(explained: Explained) -> dict[str, object]:
    """The same for scripts."""
    machine, around = explained.machine, explained.machine.around
    return {
        "text": {
            "system": around.system,
            "family": around.family,
            "distro": machine.distro,
            "wsl": around.wsl,
            "container": around.container,
            "engines": dict(machine.engines),
            "gpus": list(machine.gpus),
            "driver": machine.driver,
            "cuda": machine.cuda,
            "rocm": machine.rocm,
            "ports": list(machine.ports),
        },
        "cleared": [
            {"id": one.id, "text": one.evidence.text, "good_news": one.good_news.text}
            for one in explained.cleared
        ],
    }


def _read(machine: TextMachine) -> Iterator[str]:
    around = machine.around
    system = SYSTEM_NAMES.get(around.system or "")
    if machine.jetson:
        yield "NVIDIA Jetson"
    if system:
        family = FAMILY_NAMES.get(around.family or "")
        inside = [
            word
            for word, holds in (("WSL", around.wsl), ("a container", around.container))
            if holds
        ]
        yield " ".join(
            filter(None, (system, f"({family})" if family else "", *(f"in {w}" for w in inside)))
        )
    for engine, version in machine.engines.items():
        yield f"{CALLED.get(engine, engine)} {version}".strip()
    yield from machine.gpus
    yield from (f"driver {one}" for one in (machine.driver,) if one)
    yield from (f"CUDA {one}" for one in (machine.cuda,) if one)
    yield from (f"ROCm {one}" for one in (machine.rocm,) if one)


def _names_another(explained: Explained, reader: Surroundings) -> bool:
    """Whether some fix names another system than this one, as those do of what only that one has."""
    systems = (fix.where.systems for one in explained.found for fix in one.fixes)
    return any(bool(one) and reader.system not in one for one in systems)


def _left_open(text: Surroundings, reader: Surroundings, which: str) -> str:
    if text.differs_from(reader):
        return "That is another computer than this one, so what to do there is told for that one."
    here = _name(reader)
    if not here or (text.system and (text.family or text.system != "linux")):
        return ""
    what = "distribution" if text.system else "operating system"
    return (
        f"It does not tell the {what}, so the {which} are for this computer ({here}): if it comes from "
        "another one, run `localai explain` there."
    )


def _name(one: Surroundings) -> str:
    return FAMILY_NAMES.get(one.family or "", "") or SYSTEM_NAMES.get(one.system or "", "")
