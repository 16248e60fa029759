"""The tables of plans, for the recorded machines and use by use: `python -m tests.accept` writes them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from localai_setup import survey
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.asking.recorded import load
from localai_setup.match import Wish, match
from localai_setup.recipes.loading import load_all

from . import machines
from .typical_machines import MACHINES as MACHINES_TYPICAL

HERE = Path(__file__).parent
ACCEPTED = HERE / "accepted" / "plans.md"
USES = HERE / "accepted" / "plans-by-use.md"
USES_HEAD = """# Plans for typical machines, use by use

Written by `python -m tests.accept`; never edited by hand. The machines are made up
(`tests/typical_machines.py`).
"""
HEAD = """# Plans for the recorded machines

Written by `python -m tests.accept`; never edited by hand. Use: chat. Memory in MiB, on GPUs + in
main memory; speed in tokens per second, predicted range. The first machines are those of
`tests/machines/`; rows of recordings that are not at hand are kept as they are.

"""
COLUMNS = """| machine | model | quantization | context | build | GPU layers | memory | speed | why no GPU, or why nothing |
|---|---|---|---|---|---|---|---|---|
"""


def facts_of(path):
    return survey.facts(survey.read(load(path)))


@cache
def plans():
    """(machine, facts, match) of every recording that is at hand."""
    recipes = load_all(recipe_files.texts())
    found = ((machines.name(path), facts_of(path)) for path in machines.recordings())
    return tuple((name, facts, match(facts, recipes, Wish("chat"))) for name, facts in found)


def row(machine, found):
    choice = found.choice
    if choice is None:
        return f"| {machine} | – | | | | | | | {found.refused[0].model} {found.refused[0].reason} |"
    memory, speed = choice.memory, choice.speed
    settings = choice.settings
    context = f"{settings.context}{' q8_0' if settings.kv_type_k == 'q8_0' else ''}"
    layers = f"{settings.gpu_layers}{f' experts of {settings.cpu_expert_layers} on CPU' if settings.cpu_expert_layers else ''}"
    cells = (machine, choice.model, choice.weights.quantization, context, choice.build, layers,
             f"{memory.gpu_mib:.0f} + {memory.host_mib + memory.process_overhead_mib:.0f}",
             f"{speed.low:.0f}–{speed.high:.0f}", choice.why_no_gpu or "")  # fmt: skip
    return f"| {' | '.join(cells)} |"


def table():
    made = {machine: row(machine, found) for machine, _, found in plans()}
    ours = {machines.name(path) for path in machines.own()}
    rows = {**dict(accepted_rows()), **made}
    ordered = sorted(rows, key=lambda machine: (machine not in ours, machine))
    return HEAD + COLUMNS + "\n".join(rows[machine] for machine in ordered) + "\n"


def accepted_rows() -> Iterator[tuple[str, str]]:
    """Machine and row of the accepted table."""
    for line in ACCEPTED.read_text(encoding="utf-8").splitlines():
        machine = line.removeprefix("| ").partition(" |")[0]
        if line.startswith("| ") and machine != "machine":
            yield machine, line


def table_by_use():
    recipes, text = load_all(recipe_files.texts()), USES_HEAD
    for use in ("coding", "embeddings", "vision"):
        found = {name: match(one, recipes, Wish(use)) for name, one in MACHINES_TYPICAL.items()}
        rows = "\n".join(row(name, one) for name, one in found.items())
        text += f"\n## {use}\n\n{COLUMNS}{rows}\n"
    return text
