"""How long the match takes of one processor: some models, and thousands. `python benchmarks/matching.py`"""

import dataclasses
import time

from localai_setup.machine.keeping import recipe_files
from localai_setup.match import Wish, match
from localai_setup.model.facts import Facts
from localai_setup.model.recipe import Recipes
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all

CARD = Gpu("nvidia", "NVIDIA GeForce RTX 3060", 12288, "dedicated", driver="580.95",
           compute_capability="8.6", usable=True, bandwidth_gbs=360)  # fmt: skip
MACHINE = Facts({Memory: Memory(32768, 28000, None, 0), Cpu: Cpu(physical_cores=8, arch="x86_64"),
                 Gpus: Gpus((CARD,)), Host: Host(system="Linux", libc="glibc 2.39")})  # fmt: skip


def many(recipes, count):
    """`count` models that differ in size, made of the shipped ones."""
    shipped = recipes.serving(recipes.uses["chat"])
    made = {}
    for number in range(count):
        model = shipped[number % len(shipped)]
        files = tuple(dataclasses.replace(f, bytes=f.bytes + 1024 * number) for f in model.files)
        name = f"{model.id}-{number}"
        made[name] = dataclasses.replace(model, id=name, files=files)
    return Recipes(recipes.uses, made, recipes.engines)


def seconds(recipes):
    started = time.process_time()
    match(MACHINE, recipes, Wish("chat"))
    return time.process_time() - started


if __name__ == "__main__":
    shipped = load_all(recipe_files.texts())
    print(
        f"      first: {1000 * seconds(shipped):8.1f} ms, modules and shapes of the models included"
    )
    for count in (60, 1000, 10000):
        print(f"{count:6} models: {1000 * seconds(many(shipped, count)):8.1f} ms")
