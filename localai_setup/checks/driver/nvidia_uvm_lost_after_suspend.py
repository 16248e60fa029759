"""CUDA still works after the computer has slept.

Why: during sleep the card's memory is lost unless the driver was told to keep it; NVIDIA's memory
module then answers each CUDA program with an unknown error, while `nvidia-smi` looks fine.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, START_IMAGE, by_family, on_host

PROBLEM = Problem(
    title="The NVIDIA card cannot compute any more since the computer slept.",
    seen="It works after a fresh start; after sleep the engine uses the processor (or dies), starting the service anew does not help, and `nvidia-smi` looks fine.",
    why="NVIDIA's memory module loses its state during sleep when the card's memory is not kept.",
    fixes=(
        Fix(
            "Stop the engine and its containers, load the memory module anew, start again.",
            (
                "sudo systemctl stop ollama",
                "sudo rmmod nvidia_uvm",
                "sudo modprobe nvidia_uvm",
                "sudo systemctl start ollama",
            ),
            needs_root=True,
            loses="Whatever computes on the card is ended.",
            proof="ollama ps",
            where=Where(systems=LINUX, container=False),
        ),
        *by_family(
            "For good: keep the card's memory over sleep (on the disk, as much as the card has), switch the driver's sleep services on, and restart.",
            {
                family: (
                    "echo 'options nvidia NVreg_PreserveVideoMemoryAllocations=1 NVreg_TemporaryFilePath=/var/tmp' | sudo tee /etc/modprobe.d/nvidia-sleep.conf",
                    "sudo systemctl enable nvidia-suspend nvidia-resume nvidia-hibernate",
                    image,
                )
                for family, image in START_IMAGE.items()
            },
            proof="cat /proc/driver/nvidia/params",
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2934",
        "https://github.com/ollama/ollama/pull/3282",
        "https://github.com/ollama/ollama/issues/8426",
        "https://github.com/ollama/ollama/issues/10053",
        "https://github.com/ollama/ollama/issues/5464",
        "https://github.com/ollama/ollama/issues/3489",
        "https://github.com/ollama/ollama/issues/1895",
    ),
    likelihood=0.6,
    systems=LINUX,
    confused_with=("nvidia-uvm-missing-at-boot", "nvidia-uvm-hmm-bug"),
)
#: Error 999 of CUDA, as Ollama and CUDA's own programs print it.
ERROR_999 = r"(?:init(?:ialization)? (?:failure|err(?:or)?)|cu\w{1,40}(?:\(\))? (?:err(?:or)?|returned|failed(?: with)?)|CUDA error|cuInit\S{0,40} (?:returned|failed with)|code)[:= ]*\(?999\b"
SLEPT = (
    r"PM: suspend|suspend (?:entry|exit)|suspend/resume|(?:from|after|since) (?:suspend|sleep|hibernat)|resum(?:e|ed|ing) from|hibernat\w+|woke up|wak(?:e|ing) up|systemd-sleep|nvidia-sleep",
)
NO_FILE = (r"nvidia-uvm\S{0,3}:? no such file|custom device \S*/dev/nvidia",)

CUDA_WORDS = (r"cuda|cuInit|nvidia|\bgpu",)

SIGNATURES = (
    Signature(ERROR_999, ("999",), certainty=0.97, also=SLEPT),
    Signature(ERROR_999, ("999",), certainty=0.86, also=CUDA_WORDS, unless=NO_FILE),
    Signature(r"CUDA_ERROR_UNKNOWN", ("cuda_error_unknown",), certainty=0.84, unless=NO_FILE),
    Signature(r"cudaErrorUnknown", ("cudaerrorunknown",), certainty=0.84, unless=NO_FILE),
    Signature(
        r"(?:failed to initialize CUDA|CUDA error|CUDA): unknown error|CUDA unknown error",
        ("cuda", "unknown", "error"),
        certainty=0.84,
        unless=NO_FILE,
    ),
    Signature(r"Module nvidia_uvm is in use", ("module", "nvidia_uvm", "use"), certainty=0.85),
    Signature(
        r"PreserveVideoMemoryAllocations module parameter is set\. System Power Management attempted",
        ("preservevideomemoryallocations",),
        certainty=0.95,
    ),
    *(
        Signature(
            rf"(?:init(?:ialization)? (?:failure|err(?:or)?)|cu\w{{1,40}} (?:err(?:or)?|returned|failed))[:= ]*\(?{code}\b",
            (code,),
            certainty=0.93,
            also=SLEPT,
        )
        for code in ("3", "46", "100")
    ),
    Signature(
        r"(?:init(?:ialization)? (?:failure|err(?:or)?))[:= ]*3\b(?![\d.])",
        ("3",),
        certainty=0.65,
        unless=NO_FILE,
    ),
    Signature(
        r"CUDA error: (?:unspecified launch failure|an illegal memory access)",
        ("cuda", "error"),
        certainty=0.9,
        also=SLEPT,
    ),
    Signature(r"library=\"?cpu", ("cpu", "library"), certainty=0.85, also=(*SLEPT, r"source")),
    Signature(
        r"no compatible GPUs were discovered",
        ("compatible", "discovered", "gpus", "no", "were"),
        certainty=0.85,
        also=(*SLEPT, r"source"),
    ),
    Signature(
        r"no CUDA-capable device is detected",
        ("no", "cuda", "capable", "device", "is", "detected"),
        certainty=0.9,
        also=SLEPT,
    ),
)
