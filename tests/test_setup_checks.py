"""What was set up, told by recorded examinations: each trouble is named, a healthy set-up has none."""

from __future__ import annotations

import json

import pytest

from localai_setup import survey
from localai_setup.checks.cpu import cpu_instructions_unsupported
from localai_setup.diagnosis.doctor import examine
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.model.finding import Cleared, Signatures
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Missing, Readings, Text
from localai_setup.probes import (
    connected as connected_programs,
    host,
    listeners,
    logs,
    measurements,
    memory,
    ollama,
    pool,
    proofs,
    reach,
    server_log,
    setup,
)
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN, PROBLEMS

STATE = {
    "schema": "localai.state/1",
    "model": "qwen",
    "model_path": "/m/qwen.gguf",
    "model_bytes": 9,
    "build": "xllamacpp-1",
    "port": 43110,
    "finished": True,
    "settings": {"context": 4096, "slots": 1, "gpu_layers": 29},
    "predicted_total_mib": 2000.0,
    "predicted_tps": 50.0,
    "measured_tps": 48.0,
}
SERVER = {
    "pid": 7,
    "create_time": 1.0,
    "port": 43110,
    "model_path": "/m/qwen.gguf",
    "api_key": "<token>",
}
EXAMINED = {
    "disk": {"folder": "/m", "free_mib": 9000, "writable": True},
    "files": {"unusable": [], "exposed": []},
    "locks": [],
    "address_space_mib": None,
    "model": None,
    "engine": None,
    "process": "running",
    "port_holder": None,
    "context": 4096,
    "newer_build": None,
}
ASKED = {"trouble": None, "text": "Paris.", "tps": 45.0, "late": False, "others": 0.0}
LOG = "load_tensors: offloaded 29/29 layers to GPU\nload_tensors:        CUDA0 model buffer size =  900.00 MiB\n"
MEMINFO = "MemTotal: 16000000 kB\nMemAvailable: 9000000 kB\nSwapTotal: 0 kB\n"


def readings(
    state=None,
    server=None,
    examined=None,
    asked=None,
    proved=(),
    log=LOG,
    meminfo=MEMINFO,
    code=200,
    measured=None,
    connected=(),
):
    def text(base, changed):
        return Text(json.dumps({**base, **(changed or {})}))

    return {
        "file:<state>/state.json": text(STATE, state),
        "file:<state>/server.json": text(SERVER, server) if server != "gone" else Missing(),
        "call:localai.examine": text(EXAMINED, examined),
        "call:localai.ask": text(ASKED, asked),
        "call:localai.proofs": Text(json.dumps(proved)),
        "file:<state>/server.log": Text(log),
        "file:<state>/measurements.json": Text(json.dumps({"runs": [_run(measured or {})]})),
        "file:<state>/connections.json": Text(
            json.dumps({"programs": [_program(one) for one in connected]})
        ),
        "file:/proc/meminfo": Text(meminfo),
        "http:http://127.0.0.1:43110/health": Text("{}", code=code),
        "http:http://127.0.0.1:43111/health": Text("{}", code=code),
    }


def _program(changed):
    """One program that was connected to the server as it is, unless told otherwise."""
    here = {"address": "http://127.0.0.1:43110/v1", "model": "qwen"}
    return {"program": "zed", "file": "~/.config/zed/settings.json", **here, **changed}


def _run(drafts):
    """One run of `bench`, in which drafting brought something unless told otherwise."""
    run = {"model": "qwen", "model_sha256": "0", "build": "xllamacpp-1", "context": 4096}
    drafts = {"with_tps": 60.0, "without_tps": 40.0, "taken_share": 0.5, **drafts}
    return {**run, "gpu_layers": 29, "at": "", "points": [], "drafting": "heads", "drafts": drafts}


def diagnosis(**changed):
    machine = RecordedMachine(Identity("Linux"), readings(**changed))
    parts = [setup, connected_programs, server_log, memory, host, proofs, reach, measurements]
    asked = [*parts, listeners, ollama, pool]
    facts = survey.facts(survey.read(machine, asked), asked)
    checks = [name for name in _setup_checks()]
    return examine(facts, Surroundings("linux"), KNOWN, only=checks)


def _setup_checks():
    from localai_setup import catalog

    return [name for name in catalog.modules("checks") if name.startswith("setup-")]


def test_a_healthy_set_up_has_no_trouble():
    found = diagnosis(connected=[{}])
    assert found.findings == ()
    assert found.unknown == {}


CASES = [
    ("setup-model-damaged", {"examined": {"model": "it is not there"}}),
    ("setup-drafter-missing", {"examined": {"drafter": "it is not there"}}),
    ("setup-adapter-missing", {"examined": {"adapter": "it is not there"}}),
    ("setup-user-keys-damaged", {"examined": {"user_keys": "it cannot be read"}}),
    ("setup-engine-broken", {"examined": {"engine": "its library cannot be loaded (signal 4)"}}),
    ("setup-against-policy", {"examined": {"against_policy": "m is not among the models"}}),
    ("setup-engine-outdated", {"examined": {"newer_build": "xllamacpp-2"}}),
    ("setup-server-stopped", {"examined": {"process": None}}),
    ("setup-server-stopped", {"examined": {"process": "stopped"}, "code": 503}),
    ("setup-server-stopped", {"server": "gone", "examined": {"process": None}}),
    ("setup-server-stopped", {"examined": {"process": None, "left_behind": [12, 13]}}),
    ("setup-port-moved", {"server": {"port": 43111}}),
    ("setup-programs-outdated", {"server": {"port": 43111}, "connected": [{}]}),
    ("setup-programs-outdated", {"connected": [{}, {"model": "another"}]}),
    ("setup-port-taken", {"examined": {"process": None, "port_holder": "nginx (process 8)"}}),
    ("setup-answer-wrong", {"asked": {"trouble": "it is empty", "text": ""}}),
    ("setup-answer-only-thoughts", {"asked": {"text": "", "only_thought": True, "thought_tokens": 310}}),
    ("setup-gpu-unused", {"log": "load_tensors: offloaded 0/29 layers to GPU"}),
    ("setup-gpu-unused", {"log": "load_tensors: offloaded 12/29 layers to GPU"}),
    ("setup-gpu-unused", {"log": "load_tensors:   CPU_Mapped model buffer size =    92.10 MiB"}),
    ("setup-context-differs", {"examined": {"context": 2048}}),
    ("setup-speed-low", {"asked": {"tps": 4.0}}),
    ("setup-memory-low", {"examined": {"address_space_mib": 500}}),
    ("setup-memory-low", {"examined": {"process": None}, "meminfo": "MemAvailable: 900000 kB\n"}),
    ("setup-memory-differs", {"log": LOG + "llama_kv_cache: CUDA0 KV buffer size = 1300.00 MiB\n"}),
    ("setup-disk-full", {"examined": {"disk": {"folder": "/m", "free_mib": 3, "writable": True}}}),
    ("setup-folder-read-only", {"examined": {"disk": {"folder": "/m", "writable": False}}}),
    ("setup-permissions-wrong", {"examined": {"files": {"unusable": ["<data>"], "exposed": []}}}),
    ("setup-permissions-wrong", {"examined": {"files": {"exposed": ["<state>/state.json"]}}}),
    ("setup-lock-stale", {"examined": {"locks": [{"name": "init", "pid": 9, "holder": "stopped"}]}}),
    ("setup-key-missing", {"server": {"api_key": None}}),
    ("setup-key-refused", {"log": LOG + "0.08.170.314 W srv    operator(): unauthorized: Invalid API Key\n"}),
    ("setup-open-to-network", {"server": {"listen": "0.0.0.0"}}),
    ("setup-unfinished", {"state": {"finished": False}}),
    ("setup-drafting-slows", {"state": {"settings": {"context": 4096, "gpu_layers": 29, "drafting": "heads"}}, "measured": {"with_tps": 30.0}}),
    ("setup-llama-server-broken", {"proved": [{"program": "/usr/bin/llama-server", "verdict": "died", "signal": "SIGILL"}]}),
    ("setup-llama-server-broken", {"proved": [{"program": "/usr/bin/llama-server", "verdict": "timed-out"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changed"), CASES)
def test_is_named_and_tells_how_to_mend_it(name, changed):
    found = {one.id: one for one in diagnosis(**changed).findings}
    assert name in found
    assert found[name].evidence
    assert found[name].fixes


#: a server's log → layers on a GPU, all layers, the line that proves it, refused requests
LOGS = [
    ("", None, None, "", 0),
    (LOG, 29, 29, "offloaded 29/29 layers to GPU", 0),
    ("load_tensors: offloaded 3/29 layers to GPU\n" + LOG, 29, 29, "offloaded 29/29 layers to GPU", 0),
    ("load_tensors:   CPU_Mapped model buffer size =    92.10 MiB\nx: CPU KV buffer size = 8.00 MiB",
     None, None, "CPU_Mapped model buffer size = 92.10 MiB", 0),
    ("W srv: unauthorized: Invalid API Key\nI x\nW last: unauthorized: Invalid API Key\n", None, None, "", 2),
]  # fmt: skip


@pytest.mark.parametrize(("log", "on_gpu", "layers", "line", "refusals"), LOGS)
def test_the_servers_log_tells_where_the_model_lies(log, on_gpu, layers, line, refusals):
    found = server_log.parse(Readings({"file:<state>/server.log": Text(log)}))
    assert (found.offloaded, found.layers, found.line) == (on_gpu, layers, line)
    assert found.refusals == refusals
    assert found.refusal == ("W last: unauthorized: Invalid API Key" if refusals else "")
    assert all(one.kind == "weights" for one in found.weights)


MISSING = {"model": "it is not there", "engine": "its files are missing or were changed"}
#: receipts of an interrupted init → what is found beside `setup-unfinished`
INTERRUPTED = [
    ((), set()),
    (("fetch-model",), {"setup-model-damaged"}),
    (("use-model",), {"setup-model-damaged"}),
    (("install-engine",), {"setup-engine-broken"}),
    (("install-archive",), {"setup-engine-broken"}),
    (("install-engine", "fetch-model"), {"setup-engine-broken", "setup-model-damaged"}),
]


@pytest.mark.parametrize(("done", "broken"), INTERRUPTED)
def test_what_an_interrupted_init_never_brought_is_not_called_broken(done, broken):
    receipts = [{"step": step, "at": "2026-11-28T17:02:03Z"} for step in done]
    state = {"finished": False, "receipts": receipts}
    found = {one.id: one for one in diagnosis(state=state, examined=MISSING).findings}
    assert set(found) == {"setup-unfinished", *broken}
    assert found["setup-unfinished"].fixes[0].commands == ("localai init",)


def test_without_receipts_a_finished_set_up_can_be_broken():
    found = {one.id for one in diagnosis(examined=MISSING).findings}
    assert found == {"setup-engine-broken", "setup-model-damaged"}


def test_a_cgroup_limit_below_the_model_is_named():
    more = {
        "file:/sys/fs/cgroup/memory.max": Text("1073741824\n"),
        "file:/proc/self/cgroup": Text("0::/\n"),
    }
    machine = RecordedMachine(Identity("Linux"), {**readings(), **more})
    facts = survey.facts(survey.read(machine))
    found = examine(facts, Surroundings("linux"), KNOWN, only=["setup-memory-low"]).findings
    assert "1.0 GB" in found[0].what


def test_a_broken_llama_server_matters_more_where_the_set_up_uses_it():
    died = [{"program": "/opt/llama-server", "verdict": "died", "signal": "SIGILL"}]
    [other] = diagnosis(proved=died).findings
    [used] = diagnosis(proved=died, state={"program": ["/opt/llama-server"]}).findings
    assert (other.status, used.status) == ("warn", "fail")
    assert "SIGILL" in used.what


def test_what_cannot_be_judged_is_not_called_well():
    assert "setup-speed-low" in diagnosis(asked={"tps": 4.0, "others": 0.9}).unknown
    assert "setup-gpu-unused" in diagnosis(log="").unknown
    assert "setup-answer-wrong" in diagnosis(asked={"late": True}).unknown


def test_another_program_on_the_port_of_a_dead_server_is_not_ours():
    found = diagnosis(examined={"process": None, "port_holder": "nginx (process 8)"}).findings
    assert {"setup-server-stopped", "setup-port-taken"} <= {one.id for one in found}


def test_a_state_that_is_no_json_is_named():
    machine = RecordedMachine(Identity("Linux"), {"file:<state>/state.json": Text("{half")})
    facts = survey.facts(survey.read(machine, [setup]), [setup])
    assert [
        one.id
        for one in examine(facts, Surroundings(), KNOWN, only=["setup-state-damaged"]).findings
    ]


NOTE = "[88.1] traps: {}[20087] trap invalid opcode ip:7fd776d1b5a9 sp:7ffc4c3b35a0 error:0\n"


@pytest.mark.parametrize(
    ("program", "answers", "more", "cleared"),
    [
        ("llama-server", True, "", True),
        ("llama-server", False, "", False),
        ("llama-server", None, "", False),
        ("python3.11", True, "", True),
        ("ollama", True, "", False),
        ("llama-server", True, "Illegal instruction (core dumped)", False),
    ],
)
def test_what_the_kernel_remembers_is_over_once_our_server_answers(program, answers, more, cleared):
    reported = logs.Logs({"command:dmesg": NOTE.format(program), "command:./main": more})
    signs = Signatures(PROBLEMS["cpu-instructions-unsupported"].signatures)
    found = cpu_instructions_unsupported.check(reported, setup.SetUpState(answers=answers), signs)
    assert isinstance(found, Cleared) is cleared
