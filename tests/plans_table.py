"""The table of plans for every recorded machine: `python -m tests.plans_table` writes it anew.

Read it row by row in review: would someone who knows this hardware agree?
"""

from pathlib import Path

from localai_setup import survey
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.asking.recorded import load
from localai_setup.match import Wish, match
from localai_setup.recipes.loading import load_all

from .typical_machines import MACHINES as MACHINES_TYPICAL

HERE = Path(__file__).parent
MACHINES = HERE.parent.parent / "shared" / "captures" / "machines"
ACCEPTED = HERE / "accepted" / "plans.md"
USES = HERE / "accepted" / "plans-by-use.md"
USES_HEAD = """# Plans for typical machines, use by use

Written by `python -m tests.plans_table`; never edited by hand. The machines are made up
(`tests/typical_machines.py`).
"""
HEAD = """# Plans for the recorded machines

Written by `python -m tests.plans_table`; never edited by hand. Use: chat. Memory in MiB, on GPUs + in
main memory; speed in tokens per second, predicted range.

"""
COLUMNS = """| machine | model | quantization | context | build | GPU layers | memory | speed | why no GPU, or why nothing |
|---|---|---|---|---|---|---|---|---|
"""


def facts_of(path):
    return survey.facts(survey.read(load(path)))


def plans():
    """(machine, facts, match) of every recording."""
    recipes = load_all(recipe_files.texts())
    for path in sorted(MACHINES.glob("*.json")):
        facts = facts_of(path)
        yield path.stem, facts, match(facts, recipes, Wish("chat"))


def row(machine, found):
    choice = found.choice
    if choice is None:
        return f"| {machine} | – | | | | | | | {found.refused[0].model} {found.refused[0].reason} |"
    memory, speed = choice.memory, choice.speed
    settings = choice.settings
    context = f"{settings.context}{' q8_0' if settings.kv_type_k == 'q8_0' else ''}"
    layers = f"{settings.gpu_layers}{' experts on CPU' if settings.experts_on_cpu else ''}"
    cells = (machine, choice.model, choice.weights.quantization, context, choice.build, layers,
             f"{memory.gpu_mib:.0f} + {memory.host_mib + memory.process_overhead_mib:.0f}",
             f"{speed.low:.0f}–{speed.high:.0f}", choice.why_no_gpu or "")  # fmt: skip
    return f"| {' | '.join(cells)} |"


def table():
    return HEAD + COLUMNS + "\n".join(row(machine, found) for machine, _, found in plans()) + "\n"


def table_by_use():
    recipes, text = load_all(recipe_files.texts()), USES_HEAD
    for use in ("coding", "embeddings", "vision"):
        found = {name: match(one, recipes, Wish(use)) for name, one in MACHINES_TYPICAL.items()}
        rows = "\n".join(row(name, one) for name, one in found.items())
        text += f"\n## {use}\n\n{COLUMNS}{rows}\n"
    return text


if __name__ == "__main__":
    ACCEPTED.write_text(table(), encoding="utf-8")
    USES.write_text(table_by_use(), encoding="utf-8")
