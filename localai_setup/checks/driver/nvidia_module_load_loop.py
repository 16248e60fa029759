"""The NVIDIA kernel module stays loaded once it is.

Why: a module that finds no card it may take (wrong flavour or branch, or another driver owns the
card) unloads itself, and the helper services start it again and again.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._fixes import INSTALL_NVIDIA_OPEN, LINUX, by_family, on_host

PROBLEM = Problem(
    title="The NVIDIA kernel driver loads and gives up, again and again.",
    seen="After an update the engine runs on the processor, and the system log is full of failed attempts to load the driver.",
    why="The driver finds no card that it may take (wrong flavour or branch, or another driver owns the card), so its helper service is restarted in a loop.",
    fixes=(
        Fix(
            "Read the driver's own lines in the kernel log: they name the reason.",
            ("sudo dmesg | grep -i -e nvrm -e nvidia",),
            needs_root=True,
            proof="journalctl -k -b --no-pager -g NVRM",
            where=Where(systems=LINUX, container=False),
        ),
        *by_family(
            "Install the flavour that they ask for (here the open one, right from the GTX 16 and RTX 20 series on), and restart.",
            INSTALL_NVIDIA_OPEN,
            proof="nvidia-smi",
        ),
        Fix(
            "Then start the helper service anew.",
            (
                "sudo systemctl reset-failed nvidia-persistenced",
                "sudo systemctl restart nvidia-persistenced",
            ),
            needs_root=True,
            proof="systemctl is-active nvidia-persistenced",
            where=Where(systems=LINUX, systemd=True, container=False),
        ),
        on_host("nvidia-smi"),
    ),
    sources=("https://github.com/ollama/ollama/issues/11932",),
    likelihood=0.4,
    systems=LINUX,
    confused_with=(
        "nvidia-gpu-dropped-by-driver",
        "nvidia-module-missing-for-kernel",
        "nvidia-nouveau-holds-gpu",
    ),
)
#: Messages that name the reason of one attempt; then that reason is the problem.
REASONS = (
    r"Legacy drivers|legacy GPU|not supported by (?:open|the)|requires use of|fallen off the bus"
    r"|BAR\d is 0M|API mismatch|Key was rejected|GSP firmware|already bound to"
)

SIGNATURES = (
    Signature(
        r"nvidia: Process '\S*modprobe nvidia[\w-]*' failed with exit code",
        ("nvidia", "modprobe", "failed"),
        certainty=0.95,
    ),
    Signature(
        r"nvidia-persistenced\.service: (?:Start request repeated too quickly|Scheduled restart job)",
        ("nvidia", "service"),
        certainty=0.94,
    ),
    Signature(
        r"Failed to start (?:nvidia-persistenced|NVIDIA Persistence Daemon)",
        ("failed", "start", "nvidia"),
        certainty=0.93,
    ),
    Signature(
        r"Failed to query NVIDIA devices|nvidia-persistenced failed to initialize",
        ("failed", "nvidia"),
        certainty=0.9,
    ),
    Signature(
        r"Unregistered (?:the )?Nvlink Core",
        ("unregistered", "nvlink", "core"),
        certainty=0.85,
        unless=(REASONS,),
    ),
    Signature(
        r"nvidia_(?:modeset|uvm|drm): Unknown symbol nv",
        ("unknown", "symbol"),
        certainty=0.82,
        unless=(REASONS,),
    ),
    Signature(
        r"None of the NVIDIA (?:devices|graphics adapters) were initialized",
        ("nvidia", "none", "initialized"),
        certainty=0.75,
        unless=(REASONS,),
    ),
    Signature(
        r"NVRM: No NVIDIA GPU found|NVRM: No NVIDIA PCI devices found",
        ("nvrm", "no", "nvidia", "found"),
        certainty=0.78,
        unless=(REASONS,),
    ),
    Signature(
        r"could not insert 'nvidia\w*': No such device",
        ("insert", "such", "device"),
        certainty=0.8,
        unless=(REASONS,),
    ),
)
