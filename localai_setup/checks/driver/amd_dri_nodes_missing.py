"""The AMD driver offers its device files for display and rendering as well as for computing.

Why: ROCm opens /dev/kfd and a file below /dev/dri. A kernel that offers only the first (seen on
network storage) leaves engines with the processor.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ._fixes import LINUX
from ._translated import NO_SUCH_FILE

PROBLEM = Problem(
    title="Half of the AMD driver's device files are missing, so engines use the processor.",
    seen="The ROCm image computes on the processor, and handing /dev/dri to a container fails.",
    why="This kernel offers the compute interface of the driver without the card and render files that ROCm opens too.",
    fixes=(
        Fix(
            "Without a desktop on this card, load the driver anew; if /dev/dri still shows no renderD file, move to a kernel or system release whose AMD driver offers it.",
            ("sudo modprobe -r amdgpu", "sudo modprobe amdgpu", "ls -l /dev/dri"),
            needs_root=True,
            loses="Whatever computes on the card is ended, and its screen goes dark.",
            proof="ls /dev/dri",
            where=Where(systems=LINUX, container=False),
        ),
        Fix(
            "Then, on the host, make the container anew with both devices.",
            (
                "docker rm -f ollama",
                "docker run -d --device /dev/kfd --device /dev/dri -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama:rocm",
            ),
            loses="What the old container works on is cut off; the models in the volume ollama stay.",
            proof="docker logs ollama",
            where=Where(systems=LINUX),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/17104",),
    likelihood=0.3,
    systems=LINUX,
    confused_with=("amd-kfd-device-missing", "apple-podman-vm-without-gpu"),
)

SIGNATURES = (
    Signature(
        r"/dev/dri(?:/[\w*.-]+)?['\"’]?:? no such file or directory",
        ("dri", "no", "such", "file"),
        certainty=0.72,
        unless=(r"/dev/kfd.{0,40}no such file", r"\bxe\b|i915|Intel"),
    ),
    Signature(
        r"/dev/dri(?:/[\w*.-]+)?['\"’]?:? no such file or directory",
        ("dri", "no", "such", "file"),
        certainty=0.93,
        also=(r"/dev/kfd|kfd kfd|added device 1002|Cannot find any crtc",),
        unless=(r"/dev/kfd.{0,40}no such file",),
    ),
    Signature(
        r"Cannot find any crtc or sizes",
        ("cannot", "crtc"),
        certainty=0.85,
        also=(r"/dev/dri.{0,40}(?:no such file|missing)|100% CPU",),
    ),
    Signature(
        r"Failed to open (?:/dev/dri/renderD\d+|DRM render).{0,40}no such file",
        ("failed", "file", "no", "open", "such", "to"),
        certainty=0.88,
    ),
    Signature(
        r"/dev/dri(?:/[\w*.-]+)?['\"’]? (?:does not exist|doesn't exist|is missing|not found)",
        ("dri",),
        certainty=0.75,
        unless=(r"/dev/kfd.{0,40}(?:no such|not exist|missing)", r"\bxe\b|i915|Intel|nvidia"),
    ),
    Signature(
        r'Failed to mount "/dev/dri',
        ("failed", "to", "mount", "dri"),
        certainty=0.78,
        unless=(r"\bxe\b|i915|Intel|nvidia",),
    ),
    Signature(
        rf"/dev/dri\b.{{0,40}}{NO_SUCH_FILE}",
        ("dri",),
        certainty=0.92,
        also=(r"/dev/kfd|kfd kfd|added device 1002",),
        unless=(r"/dev/kfd.{0,40}no such file", rf"/dev/kfd.{{0,30}}{NO_SUCH_FILE}"),
    ),
)


def check(drivers: Drivers) -> Symptom | None:
    there = drivers.there
    if not there.get("/dev/kfd") or there.get("/dev/dri") is not False:
        return None
    return Symptom(
        "/dev/kfd exists and /dev/dri does not: ROCm needs both.",
        (Evidence("stat:/dev/kfd", "exists"), Evidence("stat:/dev/dri", "missing")),
        certainty=0.96,
    )
