"""A server with linked NVIDIA cards runs the service that links them.

Why: cards on NVSwitch (A100, H100, H200, B200 servers) start no work until the Fabric Manager, of
exactly the driver's version, has linked them.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import LINUX, by_family, on_host

PROBLEM = Problem(
    title="The service that links this server's NVIDIA cards (NVSwitch) does not run.",
    seen="All cards are listed, but CUDA is not ready: the engine waits about half a minute, then uses the processor.",
    why="Cards on NVSwitch need the Fabric Manager in exactly the driver's version; it is missing, stopped, or of another version.",
    fixes=(
        *by_family(
            "Install the Fabric Manager of the driver's own version and start it.",
            {
                "debian": (
                    "sudo apt install nvidia-fabricmanager-$(modinfo -F version nvidia | cut -d. -f1)",
                    "sudo systemctl enable --now nvidia-fabricmanager",
                ),
                "rhel": (
                    "sudo dnf install nvidia-fabric-manager-$(modinfo -F version nvidia)",
                    "sudo systemctl enable --now nvidia-fabricmanager",
                ),
                "suse": (
                    "sudo zypper install nvidia-fabric-manager=$(modinfo -F version nvidia)",
                    "sudo systemctl enable --now nvidia-fabricmanager",
                ),
            },
            proof="nvidia-smi -q",
            reboot=False,
        ),
        Fix(
            "If it does not start, its lines name the reason, mostly another version than the driver's.",
            (
                "cat /proc/driver/nvidia/version",
                "systemctl status nvidia-fabricmanager --no-pager",
            ),
            proof="nvidia-smi -q",
            where=Where(systems=LINUX, container=False),
        ),
        on_host("systemctl is-active nvidia-fabricmanager"),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/12136",
        "https://github.com/ollama/ollama/issues/5567",
        "https://github.com/ollama/ollama/issues/9031",
        "https://github.com/ollama/ollama/issues/11963",
        "https://github.com/ollama/ollama/issues/12173",
        "https://github.com/gpustack/gpustack/issues/1254",
        "https://github.com/aws-samples/aws-deep-learning-ami-ubuntu-dcv-desktop/issues/33",
        "https://github.com/huggingface/huggingface_hub/issues/4128",
    ),
    likelihood=0.4,
    systems=LINUX,
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"system not yet initialized", ("system", "not", "yet", "initialized"), certainty=0.95
    ),
    Signature(
        r"(?:init(?:ialization)? (?:failure|err(?:or)?)|\b\w{1,30} err(?:or)?|returned|failed|->|code)[:= ]*\(?802\b",
        ("802",),
        certainty=0.97,
        also=(r"cuda|cuInit|nvidia|\bgpu",),
    ),
    Signature(r"cudaErrorSystemNotReady", ("cudaerrorsystemnotready",), certainty=0.97),
    Signature(r"CUDA_ERROR_SYSTEM_NOT_READY", ("cuda_error_system_not_ready",), certainty=0.97),
    Signature(
        r"nvidia-fabricmanager\.service: (?:Failed|Main process exited|Control process exited)",
        ("fabricmanager", "nvidia", "service"),
        certainty=0.94,
    ),
    Signature(
        r"Failed to start (?:nvidia-fabricmanager|NVIDIA fabric manager)",
        ("failed", "nvidia", "start", "to"),
        certainty=0.94,
    ),
    Signature(
        r"nvidia-fabricmanager[\s\S]{0,600}?Active: (?:inactive|failed)",
        ("fabricmanager", "active"),
        certainty=0.95,
        lines=6,
    ),
    Signature(
        r"Unit nvidia-fabricmanager(?:\.service)? (?:could not be|not) found",
        ("fabricmanager", "unit", "found"),
        certainty=0.88,
    ),
    Signature(
        r"fabric manager NVIDIA GPU driver interface version .{0,40}don't match with driver version",
        ("fabric", "manager", "interface", "match"),
        certainty=0.97,
    ),
    Signature(
        r"NVSwitch\b.{0,80}failed with error",
        ("nvswitch", "failed", "with", "error"),
        certainty=0.85,
    ),
    Signature(
        r"fabric manager.{0,60}(?:not running|is not (?:active|started|installed))",
        ("fabric", "manager", "not"),
        certainty=0.88,
    ),
    Signature(
        r"Fabric\s*\n(?:.*kernel: )?\s*State\s*:\s*(?:In Progress|Not Started)",
        ("fabric", "state"),
        certainty=0.93,
        lines=2,
    ),
    Signature(
        r"fabricmanager\b.{0,60}(?:not running|is not (?:active|started|installed)|shutdown detected)",
        ("fabricmanager",),
        certainty=0.88,
    ),
    Signature(
        r"<fabric>[\s\S]{0,80}<state>(?:In Progress|Not Started)",
        ("fabric", "state"),
        certainty=0.93,
        lines=3,
    ),
    Signature(
        r"is-active nvidia-fabricmanager[^\n]*\n\s*(?:inactive|failed|unknown)",
        ("is", "active", "nvidia", "fabricmanager"),
        certainty=0.92,
        lines=2,
    ),
    Signature(
        r"(?:failed to initialize|access permissions to) NVSwitch", ("nvswitch",), certainty=0.88
    ),
    Signature(
        r"nv-fabricmanager\S{0,12}: .{0,80}(?:failed|error)",
        ("nv", "fabricmanager"),
        certainty=0.86,
        unless=(r"Nothing to do|NOTHING_TO_DO",),
    ),
)
