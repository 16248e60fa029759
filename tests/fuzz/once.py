"""What is the same for every input is read once: for each input again it took most of the time.

Nothing that an input can touch is kept: not the user's own recipes and pages, no file of the state, no
variable, no answer of a server.
"""

import functools

from localai_setup import survey
from localai_setup.machine.asking import calls, live
from localai_setup.machine.keeping import own_files, problem_files, recipe_files
from localai_setup.recipes import loading

#: models of every kind, the smallest and the largest among them; all others are of one of these kinds
SOME_MODELS = (
    "bge-m3", "bge-reranker-v2-m3", "gemma-4-e4b", "glm-ocr", "gpt-oss-20b", "lfm2.5-1.2b-thinking",
    "llama-3.1-8b", "qwen3-235b-a22b", "qwen3-coder-30b-a3b", "qwen3-vl-8b", "qwen3.6-35b-a3b", "smollm2-135m",
)  # fmt: skip
#: this share of the inputs for a plan is judged with all models
WITH_ALL_MODELS = 0.02
#: answers of this machine that rest on what an input may have changed, or on the time
NOT_KEPT = {"localai.proofs", "disk.models"}
SHIPPED = tuple(recipe_files.shipped_texts())


def do_once():
    """Shipped recipes and problem pages are read once, programs of this machine and holders of its ports
    asked once; a recording, which answers at once, is asked without threads.
    """
    shipped, load = dict(SHIPPED), loading.load
    kept = functools.cache(load)
    recipe_files.shipped_texts = lambda: iter(SHIPPED)
    loading.load = lambda name, text, *more: (
        kept(name, text) if shipped.get(name) == text else load(name, text, *more)
    )
    survey.address_space_bytes = lambda: 0
    pages = problem_files.shipped_problems()
    problem_files.shipped_problems = lambda: dict(pages)
    live._run = functools.cache(live._run)
    own_files.listener = functools.cache(own_files.listener)
    calls.CALLS |= {
        name: functools.cache(function)
        for name, function in calls.CALLS.items()
        if name not in NOT_KEPT
    }


def choose_models(chance):
    """What a plan is made with: all models now and then, else some, for every model is judged alike."""
    names = {f"/models/{name}.yaml" for name in SOME_MODELS}
    some = [
        one
        for one in SHIPPED
        if "/models/" not in one[0] or any(one[0].endswith(name) for name in names)
    ]
    found = SHIPPED if chance.random() < WITH_ALL_MODELS else some
    recipe_files.shipped_texts = lambda: iter(found)
