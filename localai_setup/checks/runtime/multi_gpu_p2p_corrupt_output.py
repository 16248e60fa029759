"""Copies from graphics card to graphics card arrive whole.

Why: Address translation (IOMMU, ACS) or missing large-BAR support corrupts direct copies from
card to card.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.services import Services
from ..driver._fixes import LOSES, RESTART

NAME = "GGML_CUDA_P2P"
#: cards with NVLink, for which direct copies are meant
LINKED = re.compile(
    r"SXM|HGX|\b[AH]100\b|\b[HB]200\b|\bGB\d|NVLink|\bV100\b|MI[123]\d\d", re.IGNORECASE
)

PROBLEM = Problem(
    title="Copies between the graphics cards are corrupted, so the answers are gibberish.",
    seen="One card alone is fine; split over two cards the answer is a row of signs or word salad, and the log shows nothing.",
    why="Address translation (IOMMU, ACS) or missing large-BAR support corrupts direct copies from card to card.",
    fixes=(
        Fix(
            "Make sure that GGML_CUDA_P2P is not set at all; any value, also zero, switches direct copies on.",
            (f"env | grep {NAME}", "systemctl show ollama -p Environment", f"unset {NAME}"),
            proof=f"env | grep {NAME}",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Remove GGML_CUDA_P2P from your variables; any value, also zero, switches direct copies on.",
            (f"[Environment]::SetEnvironmentVariable('{NAME}', $null, 'User')",),
            proof=f"Get-ChildItem Env:{NAME}",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Test with one card only (your own model file in place of model.gguf).",
            ("CUDA_VISIBLE_DEVICES=0 llama-server -m model.gguf",),
            proof="CUDA_VISIBLE_DEVICES=0 llama-server --list-devices",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "An own build can copy through main memory instead.",
            (
                "cmake -B build -DGGML_CUDA=ON -DGGML_CUDA_NO_PEER_COPY=ON",
                "cmake --build build --config Release",
            ),
            proof="build/bin/llama-server --list-devices",
        ),
        Fix(
            "Switch the translating IOMMU or ACS off in the firmware setup, or add `iommu=pt` to the kernel's boot line (where GRUB starts the computer), and restart.",
            (
                "sudo sed -i 's/^GRUB_CMDLINE_LINUX_DEFAULT=\"/&iommu=pt /' /etc/default/grub",
                "sudo grub-mkconfig -o /boot/grub/grub.cfg",
                RESTART,
            ),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="cat /proc/cmdline",
            where=Where(
                systems=("linux",), families=("debian", "arch"), container=False, wsl=False
            ),
        ),
        Fix(
            "Switch the translating IOMMU or ACS off in the firmware setup, or add `iommu=pt` to the kernel's boot line (where GRUB starts the computer), and restart.",
            (
                "sudo sed -i 's/^GRUB_CMDLINE_LINUX_DEFAULT=\"/&iommu=pt /' /etc/default/grub",
                "sudo grub2-mkconfig -o /boot/grub2/grub.cfg",
                RESTART,
            ),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="cat /proc/cmdline",
            where=Where(systems=("linux",), families=("suse",), container=False, wsl=False),
        ),
        Fix(
            "Switch the translating IOMMU or ACS off in the firmware setup, or add `iommu=pt` to the kernel's boot line, and restart.",
            ("sudo grubby --update-kernel=ALL --args=iommu=pt", RESTART),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="cat /proc/cmdline",
            where=Where(systems=("linux",), families=("rhel",), container=False, wsl=False),
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/issues/12012",
        "https://github.com/ggml-org/llama.cpp/pull/21910",
        "https://github.com/ggml-org/llama.cpp/pull/21846",
        "https://github.com/unslothai/unsloth/issues/10613",
        "https://github.com/unslothai/unsloth/pull/10646",
        "https://github.com/ROCm/legacy-rocm-build/issues/6342",
        "https://github.com/lemonade-sdk/llamacpp-rocm/issues/119",
        "https://github.com/ggml-org/llama.cpp/issues/3772",
        "https://github.com/ollama/ollama/issues/961",
    ),
    likelihood=0.3,
    confused_with=("model-chat-template-missing",),
)

SEVERAL = (
    r"found [2-9] (?:CUDA|ROCm) devices|Device 1:|GPU 1: |CUDA1|ROCm0,ROCm1|ROCm1\b|tensor-split|-sm (?:row|layer)"
    r"|multi.?gpu|(?:two|both|dual|2x) (?:\w+ )?(?:gpus?|cards)|GGML_CUDA_P2P|peer"
)

CARDS = (
    r"\b(?:multi.?gpu|(?:two|both|dual|multiple|several|2) (?:\w{1,12} )?(?:gpus?|cards|devices))"
)

SIGNATURES = (
    *(
        Signature(
            rf"\b{program}\b[^\n]{{0,300}}\n[\s\S]{{0,300}}?(?P<one>[!@?G])(?P=one){{15,}}",
            tuple(re.split(r"\W+", program)),
            certainty=0.85,
            lines=5,
            also=(SEVERAL,),
        )
        for program in ("ollama run", "llama-cli", "llama-completion", "llama-server")
    ),
    # An answer that is one sign over and over, below the engine's list of several cards. Rows of
    # # or = are left out: programs underline their headings with them.
    Signature(
        r"found [2-9] (?:CUDA|ROCm|Vulkan) devices[\s\S]{0,1200}?\n\W{0,8}(?P<one>[!@?G])(?P=one){15,}",
        ("found", "devices"),
        certainty=0.85,
        lines=25,
    ),
    *(
        Signature(
            rf"(?:CUDA_VISIBLE_DEVICES=\d,\d|tensor.?(?:split|parallel)|split.?mode|-sm (?:row|layer|tensor)).{{0,120}}\b{word}\b",
            (word,),
            certainty=0.86,
        )
        for word in ("gibberish", "garbage", "nonsense", "garbled")
    ),
    Signature(
        r"NCCL_P2P_DISABLE=1.{0,60}\b(?:fix|help|solv|work|correct|cure)|\b(?:fix|help|solv|work|cure).{0,60}NCCL_P2P_DISABLE=1",
        ("nccl_p2p_disable", "1"),
        certainty=0.85,
    ),
    Signature(
        r"Out of bounds values : [1-9]\d{0,9} FAILED",
        ("bounds", "values", "failed"),
        certainty=0.88,
    ),
    Signature(
        r"\[DMA (?:Read|Write)[^\]]{0,30}\] Request device.{0,160}",
        ("dma", "request", "device"),
        certainty=0.84,
        also=(r"\bnvidia\b|NVRM|amdgpu",),
    ),
    Signature(rf"\b{NAME}\b", (NAME.lower(),), certainty=0.93),
    Signature(
        r"GGML_CUDA_NO_PEER_COPY",
        ("ggml_cuda_no_peer_copy",),
        certainty=0.9,
    ),
    Signature(
        r"Verification error @ element \d+: val = ", ("verification", "error"), certainty=0.94
    ),
    Signature(
        r"DMAR: .{0,60}\[DMA (?:Read|Write).{0,200}",
        ("dmar",),
        certainty=0.8,
        also=(SEVERAL,),
    ),
    Signature(
        r"AMD-Vi: Event logged \[IO_PAGE_FAULT.{0,120}",
        ("io_page_fault",),
        certainty=0.88,
        also=(r"nvidia|NVRM|amdgpu|CUDA|ROCm",),
    ),
    *(
        Signature(
            rf"\b{field}\b\"?\s*[:=]\s*\"?(?P<sign>[!/@#?(,.*]|\\u[0-9a-f]{{4}}|G)(?P=sign){{5,}}",
            (field,),
            certainty=0.86,
            also=(SEVERAL,),
        )
        for field in ("content", "response", "reasoning_content", "output")
    ),
    *(
        Signature(
            rf"{CARDS}.{{0,60}}\b{word}\b|\b{word}\b.{{0,60}}{CARDS}", (word,), certainty=0.88
        )
        for word in ("gibberish", "garbage", "nonsense", "garbled")
    ),
    Signature(
        r"\bcuda\b[\s\S]{0,200}\n\s*(?P<one>[!/@#?])(?P=one){15,}\s*$",
        ("cuda",),
        certainty=0.8,
        lines=4,
        also=(SEVERAL,),
    ),
)


def check(services: Services, gpus: Gpus) -> Symptom | None:
    found = next(services.everywhere(NAME), None)
    if found is None:
        return None
    source, value = found
    names = [gpu.name or "" for gpu in gpus.gpus if not gpu.integrated]
    evidence = (Evidence(source, f"{NAME}={value}"),)
    if value.strip("\"'").lower() in ("0", "off", "false", "no", ""):
        what = (
            f"{NAME}={value} is meant to switch direct copies off, but any value switches them on."
        )
        return Symptom(what, evidence, 0.92)
    alone = len(names) == 1
    if alone or any(LINKED.search(name) for name in names):
        return None
    return Symptom(
        f"{NAME}={value} switches on direct copies between cards.", evidence, 0.85, "warn"
    )
