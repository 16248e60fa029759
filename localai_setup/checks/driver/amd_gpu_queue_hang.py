"""The AMD driver answers: no queue of work is stuck in it.

Why: a defect in some pairs of driver, firmware and kernel leaves workers of the kernel waiting for
the card for ever; engines and, in the end, the whole machine wait with them.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, by_family, on_host, restart, vulkan_instead

PROBLEM = Problem(
    title="The AMD graphics driver is stuck and drags the machine down.",
    seen="The computer gets slower and slower although the engine only stands by, or a request never ends and the load climbs.",
    why="A defect in this pair of AMD driver (or its firmware) and kernel leaves kernel workers waiting for the card for ever.",
    fixes=(
        restart(
            "Restart: nothing less frees the stuck workers.",
            proof="journalctl -k -b --no-pager -g amdgpu",
        ),
        *by_family(
            "Bring kernel and firmware up to date (or pick another kernel in the boot menu), and prefer the driver that comes with the kernel.",
            {
                "debian": (
                    "sudo apt update",
                    "sudo apt full-upgrade",
                    "sudo apt remove '~n^amdgpu-dkms$~i'",
                ),
                "rhel": ("sudo dnf upgrade --refresh",),
                "arch": ("sudo pacman -Syu",),
                "suse": ("sudo zypper update kernel-default kernel-firmware-amdgpu",),
            },
            proof="journalctl -k -b --no-pager -g amdgpu",
        ),
        Fix(
            "Until then stop the engine whenever you do not use it, so that it does not hold the card.",
            ("sudo systemctl stop ollama",),
            needs_root=True,
            loses="The request that the engine works on is cut off.",
            proof="systemctl is-active ollama",
            where=Where(systems=LINUX, systemd=True, container=False),
        ),
        on_host("journalctl -k -b --no-pager -g amdgpu"),
        vulkan_instead(),
    ),
    sources=(
        "https://github.com/ROCm/legacy-rocm-build/issues/5536",
        "https://github.com/ollama/ollama/issues/12472",
        "https://github.com/ollama/ollama/issues/12893",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("nvidia-driver-hung",),
)

SIGNATURES = (
    Signature(
        r"Trying to push to a killed entity", ("trying", "push", "killed", "entity"), certainty=0.95
    ),
    Signature(
        r"Freeing queue vital buffer 0x[0-9a-f]+, queue evicted",
        ("freeing", "queue", "vital", "evicted"),
        certainty=0.95,
    ),
    Signature(
        r"MES(?:\(\d\))? failed to respon(?:d|se)|MES(?:\(\d\))? might be in unrecoverable state"
        r"|failed to (?:add|remove) hardware queue (?:to|from) MES|MES ring buffer is full",
        ("mes",),
        certainty=0.95,
    ),
    Signature(r"qcm fence wait loop timeout", ("qcm", "fence", "timeout"), certainty=0.94),
    Signature(
        r"cp might be in an unrecoverable state", ("cp", "unrecoverable", "state"), certainty=0.94
    ),
    Signature(r"Failed to evict (?:process )?queue", ("failed", "evict"), certainty=0.93),
    Signature(
        r"HW Exception by GPU node-\d+.{0,80}reason ?: ?GPU Hang",
        ("exception", "gpu", "hang"),
        certainty=0.93,
    ),
    Signature(r"amdgpu_tlb_fence_work", ("amdgpu_tlb_fence_work",), certainty=0.9),
    Signature(
        r"kworker\S{0,60} .{0,160}\b(?-i:D)[<Nlsn+]{0,3}\s+(?:dma_fence|amdgpu|kfd_)|\b(?-i:D)[<Nlsn+]{0,3}\s+(?:dma_fence|amdgpu)\w* .*kworker",
        ("kworker", "d"),
        certainty=0.88,
    ),
    Signature(
        r"INFO: task \S+:\d+ blocked for more than \d+ seconds",
        ("task", "blocked", "seconds"),
        certainty=0.9,
        also=(r"amdgpu|\bkfd|amdkfd",),
        unless=(r"\[nvidia",),
    ),
    Signature(
        r"ring \S+ timeout, signaled seq|ring \S+ timeout, but soft recovered",
        ("ring", "timeout"),
        certainty=0.9,
    ),
    Signature(r"GPU reset begin", ("begin", "gpu", "reset"), certainty=0.86, also=(r"amdgpu",)),
    Signature(
        r"GPU reset\(\d+\) failed", ("failed", "gpu", "reset"), certainty=0.86, also=(r"amdgpu",)
    ),
    Signature(
        r"GPU Recovery Failed", ("failed", "gpu", "recovery"), certainty=0.86, also=(r"amdgpu",)
    ),
    Signature(
        r"Ring \S+ reset failed", ("failed", "reset", "ring"), certainty=0.86, also=(r"amdgpu",)
    ),
    Signature(
        r"SMU: I'm not done with your previous command",
        ("smu", "previous", "command"),
        certainty=0.86,
    ),
    Signature(r"Waiting for fences timed out", ("waiting", "fences", "timed"), certainty=0.85),
    Signature(
        r"Queue preemption failed",
        ("queue", "preemption", "failed"),
        certainty=0.92,
    ),
    Signature(
        r"failed to (?:un)?map legacy queue",
        ("failed", "to", "legacy", "queue"),
        certainty=0.9,
        also=(r"amdgpu",),
    ),
    Signature(
        r"VRAM is lost due to GPU reset",
        ("vram", "is", "lost", "gpu", "reset"),
        certainty=0.93,
    ),
    Signature(
        r"Failed to quiesce KFD",
        ("failed", "to", "quiesce", "kfd"),
        certainty=0.92,
    ),
    Signature(
        r"amdgpu: (?:GPU )?(?:MODE[12]|BACO) reset",
        ("amdgpu", "reset"),
        certainty=0.84,
    ),
    Signature(
        r"GPU reset\(\d+\) succeeded",
        ("gpu", "reset", "succeeded"),
        certainty=0.84,
        also=(r"amdgpu",),
    ),
    Signature(
        r"device lost from bus",
        ("device", "lost", "from", "bus"),
        certainty=0.88,
        also=(r"amdgpu",),
    ),
    Signature(
        r"IB test failed on",
        ("ib", "test", "failed", "on"),
        certainty=0.85,
        also=(r"amdgpu",),
    ),
    Signature(
        r"CS has been (?:cancelled|rejected) because the context is lost",
        ("cs", "has", "been", "context", "is", "lost"),
        certainty=0.9,
    ),
    Signature(
        r"task:\S{1,80}\s+state:D\b",
        ("task", "state", "d"),
        certainty=0.9,
        also=(r"\[amdgpu|amdgpu_|kfd_",),
        unless=(r"\[nvidia",),
    ),
    Signature(
        r"soft lockup - CPU#\d+ stuck",
        ("soft", "lockup", "stuck"),
        certainty=0.86,
        also=(r"\[amdgpu",),
        unless=(r"\[nvidia",),
    ),
    Signature(
        r"detected (?:expedited )?stalls? on CPU",
        ("detected", "on"),
        certainty=0.84,
        also=(r"RIP: .{0,80}\[amdgpu",),
        unless=(r"\[nvidia",),
    ),
    Signature(r"queue preemption time ?out", ("queue", "preemption"), certainty=0.92),
    Signature(r"SMU: No response", ("smu", "no", "response"), certainty=0.84),
    Signature(
        r"Fence fallback timer expired on ring",
        ("fence", "fallback", "timer", "expired", "ring"),
        certainty=0.8,
        also=(r"amdgpu",),
    ),
    Signature(
        r"\s(?-i:D)\s.{0,60}kworker/\S{1,30}\+(?:amdgpu|kfd)", ("d", "kworker"), certainty=0.88
    ),
)
