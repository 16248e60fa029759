"""NVIDIA's memory module and its device files are there when the engine starts.

Why: `nvidia-smi` needs only the basic device files; CUDA needs those of the memory module too.
These appear late at start, and their number changes, so a container may have been given none.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ...probes.host import Host
from ._fixes import LINUX
from ._translated import NO_SUCH_FILE

PROBLEM = Problem(
    title="NVIDIA's memory module was not ready when the engine or its container started.",
    seen="After the host restarts, the engine in the container uses the processor although `nvidia-smi` is fine there.",
    why="CUDA needs the device files of NVIDIA's memory module too; they appear late and change their number between starts.",
    fixes=(
        Fix(
            "On the HOST: load the module at each start, and create its device files now.",
            (
                "echo nvidia_uvm | sudo tee /etc/modules-load.d/nvidia-uvm.conf",
                "sudo nvidia-modprobe -u -c=0",
                "ls -l /dev/nvidia-uvm",
            ),
            needs_root=True,
            proof="ls /dev/nvidia-uvm",
            where=Where(systems=LINUX, wsl=False),
        ),
        Fix(
            "Then start the container anew, so that it is given the files as they are now.",
            ("docker restart ollama",),
            proof="docker logs ollama",
            where=Where(systems=LINUX, container=False),
        ),
        Fix(
            "For an LXC container (Proxmox: /etc/pve/lxc/ID.conf on the host) write `lxc.cgroup2.devices.allow: c NUMBER:* rwm` with the number before the comma in this list, and start it anew.",
            ("ls -l /dev/nvidia-uvm*",),
            proof="ls /dev/nvidia-uvm",
            where=Where(systems=LINUX, wsl=False),
        ),
    ),
    sources=(
        "https://github.com/community-scripts/ProxmoxVE/issues/5740",
        "https://github.com/ollama/ollama/issues/1877",
        "https://github.com/NVIDIA/nvidia-docker/issues/526",
        "https://github.com/ollama/ollama/issues/17069",
        "https://github.com/ollama/ollama/issues/3751",
        "https://github.com/canonical/lxd/issues/3642",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("nvidia-uvm-lost-after-suspend", "nvidia-uvm-hmm-bug"),
)
CONTAINED = (r"\blxc|proxmox|\bpct\b|docker|container|cgroup2?\.devices|/dev/nvidia",)
ERROR = r"(?:init(?:ialization)? (?:failure|err(?:or)?)|cu\w{1,40}(?:\(\))? (?:err(?:or)?|returned|failed(?: with)?)|CUDA error|code)[:= ]*\(?999\b"

SIGNATURES = (
    Signature(
        rf"/dev/nvidia-uvm.{{0,60}}{NO_SUCH_FILE}",
        ("nvidia", "uvm"),
        certainty=0.96,
    ),
    Signature(
        r"gathering device information while adding custom device .{0,3}/dev/nvidia-uvm",
        ("gathering", "nvidia", "uvm"),
        certainty=0.97,
    ),
    Signature(r"Could not load UVM", ("could", "load", "not", "uvm"), certainty=0.94),
    Signature(
        r"failed to (?:load|open|create) .{0,30}(?:nvidia-uvm|nvidia_uvm|UVM)",
        ("failed", "to"),
        certainty=0.94,
    ),
    Signature(
        r"(?:could not (?:load|create)|failed to (?:load|create)|cannot open) .{0,40}nvidia[-_]uvm",
        ("uvm", "nvidia"),
        certainty=0.93,
    ),
    Signature(
        r"(?:could not|failed to|cannot) \w+ .{0,40}nvidia_uvm", ("nvidia_uvm",), certainty=0.93
    ),
    Signature(
        r"/dev/nvidia-uvm\S* (?:is missing|not found|does not exist|doesn't exist|missing)",
        ("nvidia", "uvm"),
        certainty=0.93,
    ),
    Signature(ERROR, ("999",), certainty=0.87, also=CONTAINED),
    Signature(ERROR, ("999",), certainty=0.8, also=(r"cuda|cuInit|nvidia|\bgpu",)),
    Signature(
        r"(?:failed to initialize CUDA|CUDA): unknown error|CUDA unknown error",
        ("cuda", "unknown", "error"),
        certainty=0.78,
    ),
    Signature(
        r"init(?:ialization)? (?:failure|err(?:or)?)[:= ]*3\b(?![\d.])",
        ("3",),
        certainty=0.7,
    ),
    Signature(
        r"nvidia[_-]uvm (?:kernel module )?(?:is )?not loaded",
        ("not", "loaded"),
        certainty=0.95,
    ),
    Signature(
        r'Failed to mount "/dev/nvidia-uvm',
        ("failed", "to", "mount", "nvidia", "uvm"),
        certainty=0.95,
    ),
)


def check(drivers: Drivers, host: Host) -> Symptom | None:
    """A host's CUDA makes the file when first used, if it has the program for that."""
    there = drivers.there
    card = there.get("/dev/nvidiactl") or there.get("/dev/nvidia0")
    late = host.container or not there.get("/usr/bin/nvidia-modprobe")
    if not card or there.get("/dev/nvidia-uvm") is not False or host.wsl or not late:
        return None
    return Symptom(
        "The card's device file is there, that of the memory module (/dev/nvidia-uvm) is not.",
        (Evidence("stat:/dev/nvidia-uvm", "missing"),),
        certainty=0.95,
    )
