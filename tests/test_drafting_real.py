"""A made model with a prediction head, from `init` to `bench`, in the real engine."""

import json

import pytest

from localai_setup.buffers import compare, read
from localai_setup.fit.memory import estimate
from localai_setup.fit.shape import shape
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.running.ports import free_port
from localai_setup.model.settings import HEADS, ServerSettings

from . import drafting_models
from .test_memory_measured import saved, served

pytestmark = [pytest.mark.real, pytest.mark.e2e, pytest.mark.network]
PLACES = {
    "one": ServerSettings(4096, drafting=HEADS, draft_tokens=3),
    "two slots, one draft": ServerSettings(4096, slots=2, drafting=HEADS, draft_tokens=1),
    "no flash attention": ServerSettings(
        4096, flash_attention=False, drafting=HEADS, draft_tokens=3
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("heads")


@pytest.mark.parametrize("arch", ["qwen35", "qwen35moe"])
def test_the_engine_allocates_for_heads_what_was_predicted(set_up, folder, tmp_path, arch):
    path = drafting_models.made(arch, folder)
    for name, place in PLACES.items():
        settings = saved(set_up)["settings"] | {
            key: getattr(place, key)
            for key in ("context", "slots", "flash_attention", "drafting", "draft_tokens")
        }
        settings |= {
            "model": str(path),
            "alias": "made",
            "port": free_port(43500),
            "threads": 1,
        }
        log, _ = served(saved(set_up), tmp_path, settings)
        assert "draft-mtp" in log
        predicted = estimate(shape(read_header(path)), place)
        found = {one.kind: one for one in compare(predicted.parts, read(log))}
        assert found["kv"].ratio == pytest.approx(1, abs=0.01), name
        assert found["recurrent"].ratio == pytest.approx(1, abs=0.01), name
        assert found["total"].ratio == pytest.approx(1, abs=0.03), name


def test_bench_tells_what_a_head_brings(set_up, folder):
    path = drafting_models.made("qwen35", folder)
    done = set_up("init", "--yes", "--model", str(path), "--drafting", "heads", "--json")
    assert done.returncode == 0, done.stderr
    reported = json.loads(set_up("bench", "--seconds", "1", "--json").stdout)["measurement"]
    drafts = reported["drafts"]
    print(f"\n{drafts['with_tps']:.1f} tokens/s with drafting, {drafts['without_tps']:.1f} without")
    assert drafts["taken_share"] > 0.9
    assert drafts["with_tps"] > 0
    assert drafts["without_tps"] > 0
