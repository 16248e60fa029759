"""The match on machines that differ in memory and cores: plain calls."""

import math
import re
import pytest

from localai_setup.commands._nothing_fits import NothingFitsError
from localai_setup.engines import _server_flags
from localai_setup.machine.keeping import recipe_files
from localai_setup.commands._nothing_fits import NothingFitsError
from localai_setup.match import Wish, _room, match, what_would_help
from localai_setup.model.facts import Facts, Unknown
from localai_setup.model.measurement import MemorySpeed
from localai_setup.model.settings import StartSettings
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all
from localai_setup.ui import plantext

pytestmark = pytest.mark.quick
RECIPES = load_all(recipe_files.texts())


def machine(total_mib, available_mib=None, cores=8, gpus=(), limit_mib=None):
    memory = Memory(total_mib, available_mib or total_mib, limit_mib, 0)
    return Facts({Memory: memory, Cpu: Cpu(physical_cores=cores), Gpus: Gpus(tuple(gpus))})


@pytest.mark.parametrize("gib", [2, 4, 8, 16, 32, 64, 128])
@pytest.mark.parametrize("use", sorted(RECIPES.uses))
def test_never_more_than_the_machine_has(gib, use):
    found = match(machine(gib * 1024), RECIPES, Wish(use))
    for choice in (found.choice, *found.alternatives):
        if choice:
            assert choice.memory.total_mib + choice.memory.process_overhead_mib < gib * 1024 - 1024


def test_more_memory_never_chooses_a_worse_model():
    sizes = [match(machine(g * 1024), RECIPES, Wish("chat")).choice for g in (4, 8, 16, 32)]
    chosen = [choice.download_bytes for choice in sizes if choice]
    assert chosen == sorted(chosen)


def test_a_container_limit_counts():
    free = match(machine(64 * 1024), RECIPES, Wish("chat")).choice
    limited = match(machine(64 * 1024, limit_mib=4096), RECIPES, Wish("chat")).choice
    assert limited.memory.total_mib < 4096 < free.memory.total_mib


def test_nothing_fits_is_said_with_the_nearest_first():
    found = match(machine(1200), RECIPES, Wish("chat"))
    assert found.choice is None
    assert " MB" in found.refused[0].reason


@pytest.mark.parametrize(
    ("cores", "gib", "chosen", "noted"),
    [(8, 32, True, False), (1, 16, True, True), (0, 16, False, False)],
    ids=["fast enough", "half as fast is offered with a word", "slower still is refused"],
)
def test_where_nothing_is_fast_enough_what_is_nearly_so_is_offered(cores, gib, chosen, noted):
    """One core of an old processor writes some 5 to 9 tokens per second with the smallest models."""
    level = "x86-64-v3" if cores else "x86-64-v1"
    cpu = Cpu(physical_cores=cores or 1, level=level)
    facts = Facts({**machine(gib * 1024).by_type, Cpu: cpu})
    found = match(facts, RECIPES, Wish("coding"))
    assert (found.choice is not None) is chosen
    if found.choice:
        assert any("the least that is comfortable" in one for one in found.choice.notes) is noted
        least = RECIPES.uses["coding"].min_tps
        assert (found.choice.speed.generate_tps < least) is noted
    else:
        assert found.refused[0].kind == "too-slow"
        refusal = NothingFitsError(found)
        assert "fast enough" in refusal.what
        assert "`localai advise` says which machine would do" in refusal.hint


def test_one_token_per_second_does_not_decide_between_two_models():
    """A board of 4 GB whose memory was measured writes 6 tokens per second, the least for chat, with a model
    half as good as one that writes 4.8.
    """
    cpu = Cpu(arch="aarch64", physical_cores=4, features=("asimd",))
    linux = Host(system="Linux", libc="glibc 2.39")
    board = {Cpu: cpu, Host: linux, MemorySpeed: MemorySpeed(15.0)}
    found = match(Facts({**machine(4096).by_type, **board}), RECIPES, Wish("chat"))
    assert found.choice.model == "qwen3.5-4b"
    assert found.choice.speed.generate_tps < RECIPES.uses["chat"].min_tps
    assert any("the least that is comfortable" in one for one in found.choice.notes)
    assert any("It sees 4096 tokens at once here" in one for one in found.choice.notes)


def test_whoever_asks_for_a_context_is_not_told_that_it_is_short():
    found = match(machine(16384), RECIPES, Wish("chat", context=2048))
    assert found.choice.settings.context == 2048
    assert not any("tokens at once" in one for one in found.choice.notes)


@pytest.mark.parametrize(("gib", "use", "context"), [(16, "chat", 32768), (128, "starter", 2048)])
def test_main_memory_that_stays_free_is_spent_on_context(gib, use, context):
    assert match(machine(gib * 1024), RECIPES, Wish(use)).choice.settings.context == context


def test_main_memory_that_is_short_is_not_spent_on_context_and_a_wish_is_kept():
    wish = Wish("chat", context=4096)
    assert match(machine(64 * 1024), RECIPES, wish).choice.settings.context == 4096
    assert match(machine(4096), RECIPES, Wish("chat")).choice.settings.context <= 8192


def test_unknown_memory_promises_nothing_but_the_starter():
    unknown = Facts({Memory: Memory(), Cpu: Cpu()})
    assert match(unknown, RECIPES, Wish("chat")).choice is None
    assert match(unknown, RECIPES, Wish("starter")).choice.model == "smollm2-135m"


def test_an_idle_gpu_is_told():
    gpu = Gpu("nvidia", "NVIDIA GeForce RTX 3060", 12288, driver="410.1", usable=True)
    assert "RTX 3060" in match(machine(32768, gpus=[gpu]), RECIPES, Wish("chat")).choice.why_no_gpu


def card(used_mib=0, memory_mib=24576):
    return Gpu("nvidia", "NVIDIA GeForce RTX 4090", memory_mib, memory_kind="dedicated",
               driver="580.65", compute_capability="8.9", usable=True, used_mib=used_mib,
               bandwidth_gbs=1008)  # fmt: skip


def test_what_fits_one_card_is_put_on_the_freest_one():
    cards = [card(used_mib=900), *(card() for _ in range(3))]
    choice = match(machine(65536, gpus=cards), RECIPES, Wish("chat")).choice
    assert choice.settings.only_gpu == 1
    assert len(choice.memory.gpus_mib) == 1
    assert choice.settings.gpu_split == ()
    assert "1 of 4 GPUs" in choice.why_no_gpu
    start = StartSettings(choice.settings, "m.gguf", "m")
    flags = _server_flags.arguments(start, port=1)
    assert flags[flags.index("--split-mode") + 1] == "none"
    variables = _server_flags.environment(start)
    assert variables["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert variables["CUDA_VISIBLE_DEVICES"] == "1"


@pytest.mark.parametrize(("count", "reported"), [(1, False), (8, True)])
def test_a_server_of_many_large_cards_is_told_of_the_engines_made_for_it(count, reported):
    cards = [card(memory_mib=81559) for _ in range(count)]
    choice = match(machine(2**20, gpus=cards), RECIPES, Wish("chat")).choice
    command = f"--tensor-parallel-size {count} --host 127.0.0.1`"
    assert any(command in note for note in choice.notes) is reported


def test_what_needs_two_cards_is_split():
    cards = [card(memory_mib=12288), card(memory_mib=12288)]
    choice = match(machine(65536, gpus=cards), RECIPES, Wish("chat")).choice
    assert choice.settings.only_gpu is None
    assert len(choice.settings.gpu_split) == 2


def test_a_card_that_holds_all_of_a_model_asks_little_of_main_memory():
    """Main memory is counted as it is, however much the card has."""
    gamer = match(machine(16384, 14000, gpus=[card(used_mib=400)]), RECIPES, Wish("chat")).choice
    assert gamer.memory.gpu_mib > 15000
    assert gamer.memory.host_mib < 2048
    rich = match(machine(65536, gpus=[card(used_mib=400)]), RECIPES, Wish("chat")).choice
    assert (gamer.model, gamer.weights) == (rich.model, rich.weights)
    assert gamer.settings.gpu_layers == rich.settings.gpu_layers


def test_what_a_desktop_takes_is_set_aside_on_a_card_and_not_on_a_servers():
    desktop, server = card(used_mib=None), card(used_mib=None, memory_mib=49152)
    assert _room.gpu(desktop) == 24576 - _room.CONTEXT_MIB - _room.DESKTOP_MIB
    assert _room.gpu(server) == 49152 - _room.CONTEXT_MIB
    assert _room.gpu(card(used_mib=50)) == 24576 - _room.CONTEXT_MIB
    assert _room.gpu(card(used_mib=2000)) == 24576 - _room.CONTEXT_MIB - 2000


def test_a_gpu_that_could_compute_is_not_called_full():
    """Half of main memory is the GPU's; a model that needs more runs on the processor alone."""
    own = Gpu("amd", "AMD Radeon 780M", 8192, memory_kind="shared", integrated=True, used_mib=0,
              gfx="gfx1103", usable=True, bandwidth_gbs=90)  # fmt: skip
    choice = match(machine(32768, gpus=[own]), RECIPES, Wish("chat", "qwen3.6-35b-a3b")).choice
    assert choice.settings.gpu_layers == 0
    assert "GB of its memory can be given, and this model needs 16.80 GB" in choice.why_no_gpu
    assert "would run no better" in choice.why_no_gpu


def with_driver(driver, capability="7.5"):
    return Gpu("nvidia", "Tesla T4", 15360, memory_kind="dedicated", driver=driver, used_mib=0,
               compute_capability=capability, usable=True, bandwidth_gbs=320)  # fmt: skip


def test_a_driver_that_keeps_cuda_away_is_told():
    choice = match(machine(32768, gpus=[with_driver("535.54")]), RECIPES, Wish("chat")).choice
    assert "vulkan" in choice.build
    assert "CUDA needs driver" in choice.notes[0]
    assert "535.54" in choice.notes[0]
    newer = match(machine(32768, gpus=[with_driver("580.65")]), RECIPES, Wish("chat")).choice
    assert "cuda" in newer.build
    assert newer.notes == ()


def test_no_driver_is_asked_for_that_would_not_help():
    old = with_driver("390.10", capability="3.0")
    assert match(machine(32768, gpus=[old]), RECIPES, Wish("chat")).choice.notes == ()


def test_why_tells_the_alternatives_and_a_few_refusals():
    found = match(machine(12288), RECIPES, Wish("chat"))
    helps = what_would_help(machine(12288), RECIPES, Wish("chat"))
    lines = plantext.why(found, RECIPES, helps)
    assert all(f"  {one.differs}" in lines for one in found.alternatives)
    assert sum(line.startswith("Not ") for line in lines) <= plantext.MOST_REFUSALS
    assert any(line.startswith("Nor ") for line in lines)
    assert re.match(r"With (16|24) GB of main memory it would be ", lines[-1])


def test_the_room_for_all_that_do_not_fit_is_told_once():
    found = match(machine(4096), RECIPES, Wish("chat"))
    lines = plantext.why(found, RECIPES)
    assert sum(": it needs " in line for line in lines) > 1
    assert sum("can be given" in line for line in lines) == 1


def test_a_wished_model_is_not_called_the_best():
    choice = match(machine(16384), RECIPES, Wish("chat", "qwen3.5-2b")).choice
    assert choice.reasons[0] == "It is the model that was asked for."


def test_the_same_question_gets_the_same_answer():
    assert match(machine(16384), RECIPES, Wish()) == match(machine(16384), RECIPES, Wish())


@pytest.mark.parametrize(
    ("model", "use", "words"),
    [
        ("qwen3.5-4b", "embeddings", "was not made to turn texts into vectors"),
        ("qwen3-embedding-0.6b", "chat", "does not answer"),
        ("qwen3-embedding-0.6b", "vision", "cannot be given pictures"),
    ],
)
def test_a_model_of_another_kind_is_refused_before_anything_is_fetched(model, use, words):
    board = match(machine(32768, cores=8), RECIPES, Wish(use, model))
    assert board.choice is None
    assert words in board.refused[0].reason
    reported = NothingFitsError(board)
    assert reported.what.startswith(f"{model} ")
    assert "recipes list" in reported.hint


def test_embedding_models_are_chosen_by_how_fast_they_read():
    board = match(machine(8192, cores=4), RECIPES, Wish("embeddings"))
    assert board.choice.model == "qwen3-embedding-0.6b"
    assert board.choice.reasons[2].startswith("It reads about")
    refused = {one.model: one.reason for one in board.refused}
    assert "into vectors" in refused["qwen3-embedding-8b"]


def test_where_memory_is_unknown_nobody_says_that_nothing_fits():
    found = match(Facts({Cpu: Cpu(physical_cores=8)}), RECIPES, Wish("chat"))
    assert found.choice is None
    assert "memory-unknown" in {one.kind for one in found.refused}
    error = NothingFitsError(found)
    assert error.what == "Whether a model fits this machine cannot be told."
    assert "localai detect" in error.hint


def test_what_is_too_large_for_a_known_machine_is_called_so():
    found = match(machine(1024), RECIPES, Wish("chat"))
    assert "too-large" in {one.kind for one in found.refused}
    assert NothingFitsError(found).what == "No model fits this machine."


def test_free_memory_keeps_one_earlier_conversation():
    roomy = match(machine(64 * 1024), RECIPES, Wish("chat", "qwen3.5-4b")).choice
    kept = roomy.settings.prompt_cache_mib
    assert kept == math.ceil(roomy.memory.parts.kv + roomy.memory.parts.recurrent)
    assert roomy.memory.prompt_cache_mib == kept
    assert (
        match(machine(64 * 1024), RECIPES, Wish("embeddings")).choice.settings.prompt_cache_mib == 0
    )


NOT_ASKED = Unknown("gpus", "not-recorded", "nothing that lists GPUs was asked")


@pytest.mark.parametrize(("unknown", "stated"), [((NOT_ASKED,), True), ((), False)])
def test_a_recording_that_tells_nothing_of_gpus_is_not_one_without_any(unknown, stated):
    facts = machine(32768)
    facts = Facts({**facts.by_type, Gpus: Gpus((), unknown)})
    why = match(facts, RECIPES, Wish("chat")).choice.why_no_gpu
    assert (NOT_ASKED.reason in (why or "")) is stated
