"""How much a text proves: a hint alone convicts nobody, and names of products are no evidence."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.signatures import LIKELY, Match, conclude
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model.finding import Evidence, Finding, Signature
from localai_setup.ui import findingtext
from localai_setup.ui.findingtext import HEADINGS

from .known import KNOWN, PAGES, PROBLEMS
from .test_problems import HEALTHY

pytestmark = pytest.mark.quick


def sign(certainty: float, text: str, *, backed: bool = False) -> Match:
    return Match(Evidence("text", text), certainty, backed)


@pytest.mark.parametrize(
    ("signs", "confidence", "status"),
    [
        ([sign(0.97, "a")], "sure", None),
        ([sign(0.95 * 0.99, "a line put together")], "sure", None),
        ([sign(0.9, "a")], "likely", None),
        ([sign(0.8 * 0.99, "a line put together")], "likely", None),
        ([sign(0.75, "a")], "possible", "info"),
        ([sign(0.75, "a"), sign(0.7, "b")], "likely", None),
        ([sign(0.75, "out of memory"), sign(0.7, "memory")], "possible", "info"),
        ([sign(0.75, "a"), sign(0.75, "a")], "possible", "info"),
        ([sign(0.75, "a", backed=True)], "likely", None),
    ],
)
def test_signs_together(signs, confidence, status):
    found = conclude(signs)
    assert (found.confidence, found.status) == (confidence, status)


def test_no_sign_is_no_symptom():
    assert conclude([]) is None


def test_a_generic_line_is_only_a_possibility(localai):
    done = localai("explain", "-", stdin="code=exited, status=203/EXEC\n")
    assert "Possibly" in done.stdout
    assert "Broken" not in done.stdout


def test_a_sure_line_is_broken_and_a_likely_one_probably(localai):
    done = localai("explain", "-", stdin="NVRM: GPU at 0000:01:00.0 has fallen off the bus.\n")
    assert "\nBroken:" in done.stdout
    done = localai("explain", "-", stdin="NVRM: RmInitAdapter failed! GSP core unresponsive\n")
    assert "Probably broken" in done.stdout


@pytest.mark.parametrize("status", ["fail", "warn", "info"])
@pytest.mark.parametrize("confidence", ["sure", "likely", "possible"])
def test_every_finding_has_a_heading(status, confidence):
    """`conclude` makes whatever is only possible an `info`."""
    assert (status, confidence) in HEADINGS or (confidence == "possible" and status != "info")


#: as programs print them on machines where nothing is wrong
NAMES = """\
NVIDIA GeForce RTX 5090 Laptop GPU
NVIDIA GeForce RTX 4060 Ti
NVIDIA GeForce GTX 1080 Ti
NVIDIA GeForce GT 710
NVIDIA RTX PRO 6000 Blackwell Workstation Edition
NVIDIA RTX 6000 Ada Generation
NVIDIA A100-SXM4-80GB MIG 1g.10gb
NVIDIA H100 80GB HBM3
NVIDIA GH200 480GB
NVIDIA GB10
NVIDIA Graphics Device
Tesla K80
Tesla P40
Tesla V100-SXM2-32GB
Quadro P2000
GRID T4-16Q
NVIDIA TITAN V
AMD Radeon RX 7900 XTX
AMD Radeon RX 9070 XT (RADV GFX1201)
AMD Radeon RX 6600M
AMD Radeon RX 580 Series
AMD Radeon Pro W7900
AMD Radeon Graphics (RADV RENOIR)
AMD Radeon 780M Graphics
AMD Radeon 8060S Graphics
AMD Instinct MI300X
AMD Ryzen AI MAX+ 395 w/ Radeon 8060S
AMD Ryzen 7 5800X 8-Core Processor
AMD EPYC 9654 96-Core Processor
Advanced Micro Devices, Inc. [AMD/ATI] Navi 31 [Radeon RX 7900 XT/7900 XTX] (rev c8)
Intel(R) Core(TM) Ultra 9 285K
Intel(R) Core(TM) i9-14900K
Intel(R) Core(TM) i7-3770 CPU @ 3.40GHz
Intel(R) Xeon(R) Platinum 8480+
Intel(R) N100
Intel(R) Arc(TM) A770 Graphics
Intel(R) Arc(TM) B580 Graphics
Intel(R) UHD Graphics 770
Intel(R) Iris(R) Xe Graphics
Intel(R) AI Boost
Intel Corporation DG2 [Arc A770] (rev 08)
Apple M1
Apple M4 Max
Snapdragon(R) X Elite - X1E80100 - Qualcomm(R) Oryon(TM) CPU
Qualcomm(R) Adreno(TM) X1-85 GPU
Microsoft Basic Render Driver
Matrox Electronics Systems Ltd. G200eW3 Graphics Controller
ASPEED Technology, Inc. ASPEED Graphics Family
VMware SVGA II Adapter
nvidia-driver-570-open
nvidia-dkms-580-server
nvidia-utils-470
nvidia-container-toolkit
nvidia-fabricmanager-570
nvidia-open-gpu-kernel-modules
xserver-xorg-video-nouveau
linux-modules-nvidia-570-generic
amdgpu-dkms
rocm-hip-runtime
mesa-vulkan-drivers
intel-level-zero-gpu
libvulkan1
libcuda.so.1
libnvidia-ml.so.570.133.07
libggml-cpu-sapphirerapids.so
libggml-hip.so
libggml-vulkan.so
cudart64_12.dll
vulkan-1.dll
ollama.service
llama-server
llama.cpp
LM Studio
Jan
GPT4All
KoboldCpp
text-generation-webui
vllm/vllm-openai:latest
ollama/ollama:rocm
ghcr.io/ggml-org/llama.cpp:server-vulkan
llama-swap:vulkan
open-webui
huggingface_hub
OLLAMA_HOST
CUDA_VISIBLE_DEVICES
HSA_OVERRIDE_GFX_VERSION
HF_TOKEN
Qwen3-Coder-30B-A3B-Instruct-Q4_K_M.gguf
gpt-oss-120b-mxfp4-00001-of-00003.gguf
Docker Desktop
Podman
Proxmox VE
Ubuntu 24.04.3 LTS
Fedora Linux 42 (Workstation Edition)
Windows 11 Pro
macOS 15.5
WSL2
"""


#: a line of each healthy text, and each two lines that stand beside one another
LINES = tuple(
    dict.fromkeys(
        part
        for one in HEALTHY
        for lines in [one["text"].splitlines()]
        for part in (*lines, *map(" ".join, pairwise(lines)), *map("\n".join, pairwise(lines)))
    )
)
#: text → in small letters
HARMLESS = {text: text.lower() for text in (*NAMES.splitlines(), *LINES)}


def asserts_by_itself(sign: Signature) -> bool:
    """A hint, and what needs something beside it, may stand in a healthy text."""
    return sign.certainty >= LIKELY and not (sign.also or sign.unless or sign.compare)


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_no_sign_is_a_name_or_a_part_of_one_or_joins_healthy_lines(problem):
    """By the pattern alone; what each of its matches holds is looked for first, which is quicker."""
    for sign in filter(asserts_by_itself, PROBLEMS[problem].signatures):
        texts = [text for text, small in HARMLESS.items() if sign.phrase in small]
        pattern = re.compile(sign.pattern, re.IGNORECASE)
        hits = [text for text in texts if pattern.search(text)]
        assert not hits, (sign.pattern, hits[:2])


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_good_news_of_one_problem_is_never_its_sign(problem):
    one = PROBLEMS[problem]
    news = [re.compile(sign.pattern, re.IGNORECASE) for sign in one.good_news]
    lines = [line for example in PAGES[problem].fires for line in example.text.splitlines()]
    signs = [re.compile(s.pattern, re.IGNORECASE) for s in one.signatures if s.lines == 1]
    both = [
        line
        for line in lines
        if any(n.search(line) for n in news) and any(s.search(line) for s in signs)
    ]
    assert not both


@pytest.mark.parametrize("name", NAMES.splitlines())
def test_a_name_alone_is_no_evidence(name):
    for text in (name, f"  {name}  ", f'"{name}"', f"name: {name}, ok"):
        found = explain(text, Surroundings(), KNOWN).found
        assert not found, (text, found[0].id, found[0].evidence)


def test_a_text_read_in_a_container_gets_the_fixes_of_a_plain_host_too():
    """It may be pasted from another machine; what is wrong with this one is told by `doctor`."""
    text = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver"
    inside = Surroundings("linux", "debian", wsl=False, container=True, systemd=False)
    reported = explain(text, inside.of_a_text(), KNOWN)
    fixes = next(f for f in reported.found if f.id == "nvidia-driver-not-installed").fixes
    assert [fix.where.container for fix in fixes[:1]] == [False]
    assert True in [fix.where.container for fix in fixes]


def test_places_that_fail_alike_show_their_words_once(capsys):
    proofs = (
        Evidence("file:/a", "denied"),
        Evidence("file:/b", "denied"),
        Evidence("file:/a", "denied"),
    )
    findingtext.findings([Finding("x", "fail", "It fails.", "What.", "Why.", proofs, ())])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line.startswith(("Seen", "in "))] == [
        "Seen: denied",
        "in file:/a",
        "in file:/b",
    ]
