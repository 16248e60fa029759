"""A container with the AMD device files may open them.

Why: Group numbers, a rootless user namespace or SELinux keep the process in the container from
opening the device files.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

LINUX = Where(systems=("linux",))
PROOF = "docker exec ollama ls -l /dev/kfd /dev/dri"

PROBLEM = Problem(
    title="The container got the AMD device files but may not open them.",
    seen="The engine first notes the AMD card as supported and then runs on the processor.",
    why="Group numbers, a rootless user namespace or SELinux keep the process in the container from opening the device files.",
    fixes=(
        Fix(
            "Start the container with the numbers of the host's render and video groups.",
            (
                "docker rm -f ollama",
                "docker run -d --device /dev/kfd --device /dev/dri --group-add $(getent group render | cut -d: -f3) --group-add $(getent group video | cut -d: -f3) -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama:rocm",
            ),
            loses="Files that were written inside the old container, outside its volume, are lost.",
            proof=PROOF,
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "With rootless Podman keep your own groups.",
            (
                "podman rm -f ollama",
                "podman run -d --device /dev/kfd --device /dev/dri --group-add keep-groups -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama docker.io/ollama/ollama:rocm",
            ),
            loses="Files that were written inside the old container, outside its volume, are lost.",
            proof="podman exec ollama ls -l /dev/kfd /dev/dri",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Where SELinux is enforcing, let containers use devices.",
            ("getenforce", "sudo setsebool -P container_use_devices=true"),
            needs_root=True,
            proof="getsebool container_use_devices",
            where=Where(systems=("linux",), families=("rhel", "suse"), container=False),
        ),
        Fix(
            "Inside the container see who owns the files and which groups you have; then start it again from the host with these group numbers.",
            ("ls -ln /dev/kfd /dev/dri", "id"),
            proof="ls -l /dev/kfd /dev/dri",
            where=Where(systems=("linux",), container=True),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/10691",
        "https://github.com/ollama/ollama/issues/6685",
        "https://github.com/ollama/ollama/issues/2718",
        "https://github.com/NixOS/nixpkgs/issues/308206",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("amd-gpu-access-denied", "amd-kfd-device-missing", "amd-hsa-override-wrong"),
)

CONTAINER = r"docker|podman|container|distrobox|toolbox|apptainer|\blxc\b|rootless|kubectl"

SIGNATURES = (
    Signature(
        r"/dev/(?:kfd|dri\S{0,20})\W{1,4}Permission denied",
        ("permission", "denied", "dev"),
        certainty=0.91,
        also=(CONTAINER,),
    ),
    Signature(
        r"no ROCm-capable device is detected", ("rocm", "capable", "detected"), certainty=0.93
    ),
    Signature(r"hipErrorNoDevice", ("hiperrornodevice",), certainty=0.88),
    Signature(
        r"Unable to open /dev/kfd read-write: (?:Operation not permitted|Invalid argument)",
        ("kfd", "open"),
        certainty=0.92,
    ),
    Signature(
        r"Unable to open /dev/kfd read-write: Permission denied|/dev/kfd: permission denied",
        ("kfd", "permission"),
        certainty=0.91,
        also=(CONTAINER,),
    ),
    Signature(
        r"(?:root|nobody|nogroup) is (?:not )?(?:a )?member of .{0,3}(?:video|render|nogroup)",
        ("member",),
        certainty=0.9,
        also=(r"Unable to open /dev/kfd",),
    ),
    Signature(
        r"\s(?:nobody|65534)\s+(?:nogroup|nobody|65534)\s.{0,60}\bkfd\b", ("kfd",), certainty=0.93
    ),
    Signature(
        r"avc:\s+denied\s.{0,300}(?:kfd|renderD\d+|dri_device_t|hsa_device_t)",
        ("avc", "denied"),
        certainty=0.97,
    ),
    Signature(
        r"amdgpu devices detected but permission problems block access",
        ("amdgpu", "permission", "block"),
        certainty=0.88,
        also=(CONTAINER,),
    ),
    Signature(
        r"(?:ROCm|CUDA|HIP) error: invalid device ordinal",
        ("invalid", "device", "ordinal"),
        certainty=0.85,
        also=(r"kfd|ROCm|amdgpu|gfx\d",),
    ),
)
