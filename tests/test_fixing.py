"""Which steps of the saved plan repair a finding."""

from dataclasses import replace

import pytest

from localai_setup import planner
from localai_setup.diagnosis import fixing
from localai_setup.diagnosis.findings import finding
from localai_setup.model.facts import Facts
from localai_setup.model.finding import Symptom
from localai_setup.model.licence import Licence
from localai_setup.model.measurement import Drafts, Measurement
from localai_setup.model.proof import AnswerTest
from localai_setup.model.settings import ServerSettings
from localai_setup.model.setup import SetUp
from localai_setup.probes.measurements import Measurements
from localai_setup.diagnosis.surroundings import Surroundings

from .known import PROBLEMS

WHEEL = {
    "id": "install-engine",
    "environment": "xllamacpp-1",
    "requirements": "xllamacpp==1\n",
    "runner": "",
}
ARCHIVE = {
    "id": "install-archive",
    "name": "b1-linux-vulkan-x64",
    "backend": "vulkan",
    "files": [{"repository": "o/r", "tag": "b1", "file": "f", "bytes": 1, "sha256": "0" * 64}],
}
SERVER = {
    "id": "start-server",
    "program": ["llama-server"],
    "start": {"server": {"context": 512}, "model_path": "/m.gguf", "alias": "m"},
    "first_port": 43110,
}


def set_up(install):
    return SetUp(
        "chat", "m", "/m.gguf", 1, "0" * 64, "llama.cpp", "b", ("llama-server",),
        ServerSettings(512), AnswerTest("?"), Licence("MIT", needs_acceptance=False), finished=True, steps=(install, SERVER),
    )  # fmt: skip


@pytest.mark.parametrize("install", [WHEEL, ARCHIVE], ids=["wheel", "archive"])
def test_a_broken_engine_is_installed_again_whichever_way_it_came(install):
    broken = finding(PROBLEMS["setup-engine-broken"], Symptom("gone"), Surroundings())
    steps = fixing.steps_to_run([broken], set_up(install))
    assert [step.id for step in steps] == [install["id"], "start-server"]


@pytest.mark.parametrize(("with_tps", "drafting"), [(30.0, ""), (60.0, "heads")])
def test_drafting_that_slows_is_taken_out_of_the_set_up(with_tps, drafting):
    server = {"context": 512, "drafting": "heads", "draft_tokens": 3}
    step = SERVER | {"start": SERVER["start"] | {"server": server}}
    before = replace(set_up(WHEEL), settings=ServerSettings(**server), steps=(WHEEL, step))
    run = Measurement(
        "m", "0", "b", 512, 0, "", (), drafting="heads", drafts=Drafts(with_tps, 40.0, 0.5)
    )
    after = planner.without_slow_drafting(before, Facts({Measurements: Measurements((run,))}))
    assert after.settings.drafting == drafting
    assert after.steps[1]["start"]["server"]["drafting"] == drafting
    assert after.steps[0] == before.steps[0]
