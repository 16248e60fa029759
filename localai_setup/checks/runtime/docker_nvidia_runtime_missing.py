"""Docker can hand NVIDIA cards to containers.

Why: This Docker service knows no NVIDIA runtime: the container toolkit is absent or not
configured, Docker was not restarted, or another Docker (snap, Desktop, rootless) is in use.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROOF = "docker run --rm --gpus all ubuntu nvidia-smi"
SOURCE = "https://nvidia.github.io/libnvidia-container/stable"
KEY = "/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg"
SOURCE_DEBIAN = (
    f"curl -fsSL https://nvidia.github.io/libnvidia-container/gpgkey | sudo gpg --yes --dearmor -o {KEY}",
    f"curl -fsSL {SOURCE}/deb/nvidia-container-toolkit.list | sed 's#deb https#deb [signed-by={KEY}] https#' | sudo tee /etc/apt/sources.list.d/nvidia-container-toolkit.list",
    "sudo apt update",
)
TELL_DOCKER = (
    "sudo nvidia-ctk runtime configure --runtime=docker",
    "sudo systemctl restart docker",
)
STOPS = "Restarting Docker stops every running container."

PROBLEM = Problem(
    title="Docker cannot hand the NVIDIA card to containers.",
    seen="Starting a container with the graphics card ends with an error before the container runs.",
    why="This Docker service knows no NVIDIA runtime: the container toolkit is absent or not configured, Docker was not restarted, or another Docker (snap, Desktop, rootless) is in use.",
    fixes=(
        Fix(
            "Add NVIDIA's package source, install the NVIDIA Container Toolkit, register it and restart Docker.",
            (*SOURCE_DEBIAN, "sudo apt install nvidia-container-toolkit", *TELL_DOCKER),
            needs_root=True,
            loses=STOPS,
            proof=PROOF,
            where=Where(systems=("linux",), families=("debian",), container=False),
        ),
        Fix(
            "Add NVIDIA's package source, install the NVIDIA Container Toolkit, register it and restart Docker.",
            (
                f"curl -fsSL {SOURCE}/rpm/nvidia-container-toolkit.repo | sudo tee /etc/yum.repos.d/nvidia-container-toolkit.repo",
                "sudo dnf install nvidia-container-toolkit",
                *TELL_DOCKER,
            ),
            needs_root=True,
            loses=STOPS,
            proof=PROOF,
            where=Where(systems=("linux",), families=("rhel",), container=False),
        ),
        Fix(
            "Install the NVIDIA Container Toolkit, register it and restart Docker.",
            ("sudo pacman -S nvidia-container-toolkit", *TELL_DOCKER),
            needs_root=True,
            loses=STOPS,
            proof=PROOF,
            where=Where(systems=("linux",), families=("arch",), container=False),
        ),
        Fix(
            "Add NVIDIA's package source, install the NVIDIA Container Toolkit, register it and restart Docker.",
            (
                f"sudo zypper addrepo {SOURCE}/rpm/nvidia-container-toolkit.repo",
                "sudo zypper --gpg-auto-import-keys install nvidia-container-toolkit",
                *TELL_DOCKER,
            ),
            needs_root=True,
            loses=STOPS,
            proof=PROOF,
            where=Where(systems=("linux",), families=("suse",), container=False),
        ),
        Fix(
            "Rootless Docker has a configuration of its own.",
            (
                "nvidia-ctk runtime configure --runtime=docker --config=$HOME/.config/docker/daemon.json",
                "systemctl --user restart docker",
                "sudo nvidia-ctk config --set nvidia-container-cli.no-cgroups --in-place",
            ),
            needs_root=True,
            loses=STOPS,
            proof=PROOF,
            where=Where(systems=("linux",), container=False, wsl=False),
        ),
        Fix(
            "Podman needs a device description instead.",
            ("sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",),
            needs_root=True,
            proof="podman run --rm --device nvidia.com/gpu=all ubuntu nvidia-smi",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "In Docker Desktop switch on the WSL 2 engine, and update Windows' NVIDIA driver and WSL.",
            ("wsl --update", "wsl --shutdown"),
            loses="Everything that runs in WSL is stopped.",
            proof=PROOF,
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/eduidl/ElasticFusion-Dockerfile/issues/11",
        "https://github.com/open-webui/open-webui/issues/17623",
        "https://github.com/NVIDIA/nvidia-container-toolkit/issues/854",
        "https://github.com/phildougherty/sesame_csm_openai/issues/2",
        "https://github.com/livepeer/ai-runner/issues/29",
        "https://github.com/basujindal/stable-diffusion/issues/217",
        "https://github.com/bmaltais/kohya_ss/issues/1108",
        "https://github.com/hiyouga/LlamaFactory/issues/5268",
        "https://github.com/AbdBarho/stable-diffusion-webui-docker/issues/423",
    ),
    likelihood=0.7,
    confused_with=("container-started-without-gpu",),
)

SIGNATURES = (
    Signature(r"Insufficient nvidia\.com/gpu", ("insufficient", "nvidia", "gpu"), certainty=0.88),
    Signature(r"no runtime for \"?nvidia\"? is configured", ("runtime", "nvidia"), certainty=0.97),
    Signature(r"RuntimeClass\S{0,20} \"?nvidia\"? not found", ("nvidia", "not"), certainty=0.95),
    Signature(r"unknown flag: --gpus", ("unknown", "flag", "gpus"), certainty=0.95),
    Signature(
        r"(?:error executing|error running|executing) (?:\w{1,12} )?hook\b.{0,80}nvidia-container-(?:toolkit|runtime|cli)",
        ("hook", "nvidia", "container"),
        certainty=0.87,
        unless=(r"nvidia-container-cli: \w+ error",),
    ),
    Signature(
        r"nvidia-container-runtime did not terminate successfully",
        ("nvidia", "terminate", "successfully"),
        certainty=0.86,
        unless=(r"nvidia-container-cli: \w+ error",),
    ),
    # a Compose that is older than its way to ask for cards
    Signature(r"'devices' was unexpected", ("devices", "was", "unexpected"), certainty=0.85),
    Signature(
        r"additional propert(?:y|ies) '?(?:devices|gpus|runtime)'? (?:is |are )?not allowed",
        ("additional", "not", "allowed"),
        certainty=0.85,
    ),
    Signature(
        r"configure the Docker daemon with file \S*daemon\.json",
        ("docker", "daemon", "configure"),
        certainty=0.85,
        also=(r"nvidia",),
    ),
    Signature(
        r"failed to (?:get|load|construct) .{0,40}CDI.{0,120}nvidia|nvidia\.com/gpu.{0,60}(?:not found in|unknown) CDI",
        ("cdi", "nvidia"),
        certainty=0.88,
    ),
    Signature(
        r"could\s+not\s+select\s+device\s+driver\s{1,30}\S{0,20}\s{1,30}with\s+capabilities",
        ("select", "driver"),
        certainty=0.98,
        lines=2,
    ),
    Signature(
        r"unknown or invalid runtime name: \"?nvidia|Unknown runtime specified:? \"?nvidia",
        ("runtime", "nvidia"),
        certainty=0.98,
    ),
    Signature(
        r"nvidia-container-(?:runtime|toolkit|cli)(?:-hook)?\"?:? (?:executable file not found|no such file or directory)",
        ("nvidia", "container", "file"),
        certainty=0.97,
    ),
    Signature(
        r"fork/exec \S*nvidia-container-\S+: no such file", ("fork", "nvidia"), certainty=0.97
    ),
    Signature(
        r"failed to discover GPU vendor from CDI|no known GPU vendor found",
        ("vendor", "gpu"),
        certainty=0.97,
    ),
    Signature(
        r"unresolvable CDI devices? \S*nvidia\.com|CDI device injection failed.{0,120}nvidia",
        ("cdi", "nvidia"),
        certainty=0.96,
    ),
    Signature(
        r"(?:stat|lstat) nvidia\.com/gpu=\S+: no such file", ("nvidia", "gpu"), certainty=0.95
    ),
    Signature(
        r"invoking the NVIDIA Container Runtime Hook directly.{0,100}is not supported",
        ("invoking", "hook"),
        certainty=0.95,
    ),
    Signature(
        r"bpf_prog_query\(BPF_CGROUP_DEVICE\) failed",
        ("failed",),
        certainty=0.93,
        also=(r"nvidia-container",),
    ),
    Signature(
        r"failed to add device rules",
        ("failed", "device"),
        certainty=0.93,
        also=(r"nvidia-container",),
    ),
    Signature(
        r"nvidia-container-cli: initialization error: load library failed: libnvidia-ml\.so",
        ("libnvidia", "ml", "load"),
        certainty=0.93,
        unless=(r"WSL|microsoft",),
    ),
    Signature(
        r"(?:Unable to locate package|No match for argument:?|target not found:) nvidia-(?:container-toolkit|docker2)",
        ("nvidia",),
        certainty=0.94,
    ),
    Signature(
        r"Package '?nvidia-(?:container-toolkit|docker2)'? has no installation candidate",
        ("nvidia", "candidate"),
        certainty=0.94,
    ),
    Signature(
        r"unit nvidia-docker\.service not found|nvidia-docker: command not found|nvidia-ctk: command not found",
        ("nvidia",),
        certainty=0.9,
    ),
)
