"""A pasted text is a machine too: fixes are for the system and engine in it, numbers are compared."""

from __future__ import annotations

import json

import pytest

from localai_setup.diagnosis import textmachine
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.searchtext import SearchText
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model import textvalue
from localai_setup.model.finding import Fix, Where
from localai_setup.problems.adding import with_own_pages
from localai_setup.problems.engine_names import with_engines

from .known import KNOWN

pytestmark = pytest.mark.quick
DEBIAN = Surroundings("linux", "debian", wsl=False, container=False, systemd=True)

#: text → what it tells: (system, family, wsl, container), engines
MACHINES = {
    "a prompt of PowerShell": (
        "PS C:\\Users\\me> ollama --version\nollama version is 0.30.6",
        ("windows", None, None, None), {"ollama": "0.30.6"},
    ),
    "a path of a Mac": (
        "dyld: Library not loaded: /Users/me/x.dylib\nfrom mlx_lm import load",
        ("macos", None, False, None), {"mlx": ""},
    ),
    "a kernel log": (
        "Aug 08 22:35:13 host kernel: NVRM: Xid (PCI:0000:01:00): 79, pid=1",
        ("linux", None, None, False), {},
    ),
    "WSL": (
        "$ uname -a\nLinux PC 5.15.167.4-microsoft-standard-WSL2 #1 SMP x86_64 x86_64 x86_64 GNU/Linux",
        ("linux", None, True, None), {},
    ),
    "the prompt of a container": (
        "root@3f2a9c1d4e5b:/app# ls /usr/lib/x86_64-linux-gnu",
        ("linux", None, None, True), {},
    ),
    "os-release": (
        "$ cat /etc/os-release\nNAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=42",
        ("linux", "rhel", None, None), {},
    ),
    "an engine with llama.cpp inside": (
        "Welcome to KoboldCpp - Version 1.116\nllama_model_load: error loading model",
        (None, None, None, None), {"koboldcpp": "1.116"},
    ),
    "the log of LM Studio's server": (
        "[INFO] [LM STUDIO SERVER] Success! HTTP server listening on port 1234",
        (None, None, None, None), {"lm-studio": ""},
    ),
    "llama.cpp alone": (
        "llama_model_load: error loading model\nversion: 8171 (c17dce4f5)",
        (None, None, None, None), {"llama.cpp": "8171"},
    ),
    "Ollama's log without its name": (
        'time=2026-01-01T10:00:00Z level=INFO source=server.go:637 msg="started"',
        (None, None, None, None), {"ollama": ""},
    ),
    "a model's publisher is no engine": (
        "llama-server -hf unsloth/Qwen3-4B-GGUF",
        (None, None, None, None), {"llama.cpp": ""},
    ),
    "ComfyUI runs on PyTorch": (
        "The current PyTorch install supports sm_90.\nD:\\ComfyUI\\python_embeded\\python.exe",
        ("windows", None, None, None), {"comfyui": "", "pytorch": ""},
    ),
    "the downloads of LM Studio": (
        "[DownloadsManager] Transfer error", (None, None, None, None), {"lm-studio": ""},
    ),
    "a part of vLLM alone": (
        "[hermes_tool_parser.py:137] Error in extracting", (None, None, None, None), {"vllm": ""},
    ),
    "the download of llama.cpp": (
        "W common_pull_file: download failed", (None, None, None, None), {"llama.cpp": ""},
    ),
    "a driver of Windows": (
        "VIDEO_TDR_FAILURE (116), module amdkmdag.sys", ("windows", None, None, None), {},
    ),
    "nothing": ("hello", (None, None, None, None), {}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "machine", "engines"), MACHINES.values(), ids=MACHINES)
def test_a_text_tells_its_machine_and_engine(text, machine, engines):
    found = textmachine.read(SearchText.of(text))
    around = found.around
    assert (around.system, around.family, around.wsl, around.container) == machine
    assert found.engines == engines


TABLE = """\
$ nvidia-smi
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 580.126.09             Driver Version: 580.126.09     CUDA Version: 13.0     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|=========================================+========================+======================|
|   0  NVIDIA GeForce RTX 5070        Off |   00000000:01:00.0 Off |                  N/A |
| N/A   57C    P5             11W /   80W |       0MiB /  12227MiB |      0%      Default |
+-----------------------------------------+------------------------+----------------------+
$ exit
"""


@pytest.mark.parametrize("text", [TABLE, TABLE.partition("\n")[2]], ids=["prompt", "shape"])
def test_outputs_are_read_by_the_parsers_that_read_a_machine(text):
    found = textmachine.read(SearchText.of(text))
    assert (found.gpus, found.driver, found.cuda) == (
        ("NVIDIA GeForce RTX 5070",),
        "580.126.09",
        "13.0",
    )


def commands(text: str, problem: str, reader: Surroundings = DEBIAN) -> list[str]:
    found = {one.id: one for one in explain(text, reader, KNOWN).found}
    return [command for fix in found[problem].fixes for command in fix.commands]


UNKNOWN_MODEL = "error loading model architecture: unknown model architecture: 'glm5next'\n"


@pytest.mark.parametrize(
    ("engine", "expected", "absent"),
    [
        ("ollama: \n", "ollama.com/install.sh", "llama-cpp-python"),
        ("from llama_cpp import Llama\n", "llama-cpp-python", "ollama"),
        ("Welcome to KoboldCpp - Version 1.9\n", "", "ollama"),
        ("[hermes_tool_parser.py:137] Error\n", "", "ollama"),
    ],
)
def test_fixes_are_for_the_engine_in_the_text(engine, expected, absent):
    reported = "\n".join(commands(engine + UNKNOWN_MODEL, "model-newer-than-engine"))
    assert expected in reported
    assert absent not in reported


def test_fixes_are_for_the_system_in_the_text_and_not_for_the_readers():
    refused = "Error: could not connect to ollama server, run 'ollama serve' to start it\n"
    assert "sudo systemctl enable --now ollama" in commands(refused, "ollama-server-not-running")
    on_windows = commands("PS C:\\Users\\me> ollama list\n" + refused, "ollama-server-not-running")
    assert not any("systemctl" in command for command in on_windows)


def test_a_text_of_another_system_takes_nothing_from_the_reader():
    mac = Surroundings("macos", engines=frozenset({"mlx"}))
    assert mac.over(DEBIAN) == mac
    assert (mac.left_open, Surroundings().over(DEBIAN).left_open) == (set(), {"system", "engine"})
    silent = Surroundings(engines=frozenset({"mlx"}))
    assert (silent.over(DEBIAN).family, silent.over(DEBIAN).engines) == ("debian", {"mlx"})
    assert Surroundings("linux").over(DEBIAN).family == "debian"
    assert Surroundings("linux", "arch").over(DEBIAN).systemd is None


@pytest.mark.parametrize(
    ("fix", "engines"),
    [
        (Fix("x", ("ollama pull a",)), ("ollama",)),
        (Fix("x", ("OLLAMA_VULKAN=1 ollama serve",)), ("ollama",)),
        (Fix("For vLLM take it.", ("pip install torch",)), ("vllm",)),
        (Fix("x", ("docker model ls",)), ("docker-model-runner",)),
        (Fix("x", ("sudo apt install x",)), ()),
        (Fix("x", ("ollama ps",), where=Where(engines=("jan",))), ("jan",)),
        (Fix("x", ("docker restart ollama",), where=Where(engines=("any",))), ()),
    ],
)
def test_commands_tell_the_engine_of_a_fix(fix, engines):
    assert with_engines(fix).where.engines == engines


def test_the_output_says_what_was_read_and_what_was_not(localai):
    done = localai(
        "explain",
        "-",
        stdin="PS C:\\Users\\me> ollama list\nError: could not connect to ollama app, is it running?\n",
    )
    assert "Read from the text: Windows, Ollama." in done.stdout
    done = localai("explain", "-", stdin="Error: could not connect to ollama app, is it running?\n")
    assert "does not tell the operating system" in " ".join(done.stdout.split())
    done = localai("explain", "--json", "-", stdin=TABLE)
    assert json.loads(done.stdout)["text"]["driver"] == "580.126.09"


VALUES = {
    "gpu.compute_capability": ("  Device 0: RTX 5070, compute capability 12.0, VMM: yes", ((12, 0),)),
    "build.compute_capabilities": ("supports CUDA capabilities sm_86 sm_120.", ((8, 6), (12, 0))),
    "driver.cuda": ("| Driver Version: 595.97         CUDA Version: 13.2     |", ((13, 2),)),
    "build.cuda": ("torch==2.9.0+cu130", ((13, 0),)),
    "driver.kernel_module": (
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.126.20  Release", ((580, 126, 20),),
    ),
    "driver.library": ("NVML library version: 610.43", ((610, 43),)),
    "client.version": ("Warning: client version is 0.30.1", ((0, 30, 1),)),
    "server.version": ("ollama version is 0.9.6", ((0, 9, 6),)),
    "python.version": ("/usr/lib/python3.14/site-packages", ((3, 14),)),
    "requested_mib": ("allocating 1918.35 MiB on device 0", ((1918,),)),
    "free_mib": ("using device CUDA0 - 512 MiB free", ((512,),)),
}  # fmt: skip


@pytest.mark.parametrize("name", textvalue.VALUES)
def test_numbers_are_read_from_a_text(name):
    line, values = VALUES[name]
    assert textvalue.read(name, [line]) == values
    assert textvalue.read(name, ["nothing of that kind 12"]) == ()


def test_ggml_writes_its_list_in_another_way():
    assert textvalue.read("build.compute_capabilities", ["CUDA : ARCHS = 860,1200"]) == (
        (8, 6),
        (12, 0),
    )


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("gpu.compute_capability above build.compute_capabilities", True),
        ("gpu.compute_capability below build.compute_capabilities", False),
        ("gpu.compute_capability equals 12.0", True),
        ("gpu.compute_capability differs-from 12.0", False),
        ("driver.cuda above 1.0", False),
    ],
)
def test_comparisons(text, holds):
    values = {"gpu.compute_capability": ((12, 0),), "build.compute_capabilities": ((8, 6), (9, 0))}
    assert textvalue.holds(textvalue.comparison(text), values) is holds


@pytest.mark.parametrize("text", ["", "a above b", "driver.cuda over 1", "driver.cuda above"])
def test_what_is_no_comparison_is_refused(text):
    with pytest.raises(ValueError, match="is n"):
        textvalue.comparison(text)


PAGE = """\
schema: localai.problem/1
title: The boat is heavier than the bridge bears.
healthy: The bridge bears the boat.
seen: It creaks.
why: Weight.
fixes:
- text: Walk.
signs:
  sure:
  - any: [bridge creaks]
    compare: [client.version above server.version]
cleared_by: [across the river]
"""


def test_a_sign_holds_only_where_its_numbers_do():
    known = with_own_pages({}, [("/x/bridge.yaml", PAGE)])
    versions = "ollama version is {}\nWarning: client version is 0.5.2\n"
    for server, named in (("0.4.0", ["bridge"]), ("0.6.0", [])):
        text = versions.format(server) + "the bridge creaks\n"
        assert [one.id for one in explain(text, DEBIAN, known).found] == named
    assert not explain("the bridge creaks", DEBIAN, known).found


@pytest.mark.parametrize(
    ("text", "found", "cleared"),
    [
        ("bridge creaks\nacross the river", [], ["bridge"]),
        ("across the river\nbridge creaks", ["bridge"], []),
        ("bridge creaks\nacross the river\nbridge creaks again", ["bridge"], []),
        ("across the river", [], []),
    ],
)
def test_later_good_news_clears_a_finding(text, found, cleared):
    page = PAGE.replace("    compare: [client.version above server.version]\n", "")
    stated = explain(text, DEBIAN, with_own_pages({}, [("/x/bridge.yaml", page)]))
    assert [one.id for one in stated.found] == found
    assert [one.id for one in stated.cleared] == cleared


def test_what_is_over_is_told_with_its_evidence(localai):
    folder = localai.home / "local ai ü" / "config" / "problems"
    folder.mkdir(parents=True)
    page = PAGE.replace("    compare: [client.version above server.version]\n", "")
    (folder / "bridge.yaml").write_text(page)
    done = localai("explain", "-", stdin="bridge creaks\nthen across the river\n")
    assert "Over by the end of the text" in done.stdout
    assert "But later: across the river" in done.stdout
