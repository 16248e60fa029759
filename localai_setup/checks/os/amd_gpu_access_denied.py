"""Your user may use the AMD card.

Why: The user is not in the groups that own the card's device files (render, video).
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.account import Account

PROBLEM = Problem(
    title="Your user (or the service's) may not use the AMD graphics card.",
    seen="The card is noticed but blocked; it works for root alone.",
    why="The user is not in the groups that own the card's device files (render, video).",
    fixes=(
        Fix(
            "Join the groups, log in again (or restart), and restart the service.",
            (
                "sudo usermod -aG render,video $USER",
                "sudo usermod -aG render,video ollama",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="groups",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Make a container anew with the devices and the group's number, and your own options.",
            (
                "docker rm -f ollama",
                "docker run -d --device /dev/kfd --device /dev/dri --group-add $(getent group render | cut -d: -f3) -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama:rocm",
            ),
            loses="The old container is removed; what it kept outside of its volumes is lost.",
            proof="docker exec ollama ls -l /dev/kfd",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/7723",
        "https://github.com/ollama/ollama/pull/6736",
        "https://github.com/ollama/ollama/issues/6685",
        "https://github.com/ollama/ollama/issues/2442",
        "https://github.com/ollama/ollama/pull/1776",
        "https://github.com/ROCm/legacy-rocm-build/issues/1211",
        "https://github.com/ROCm/legacy-rocm-build/issues/2232",
        "https://github.com/RadeonOpenCompute/ROCm_Documentation/issues/39",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("amd-container-gpu-blocked", "amd-kfd-device-missing"),
)

SIGNATURES = (
    Signature(
        r"Unable to open /dev/kfd read-write: Permission denied",
        ("unable", "to", "open", "dev", "kfd", "read", "write", "permission", "denied"),
        certainty=0.95,
    ),
    Signature(
        r'is not (?:a )?member of "?(?:video|render)"? group',
        ("is", "not", "member", "of", "group"),
        certainty=0.93,
    ),
    Signature(
        r"/dev/(?:kfd|dri/\S{1,40}).{0,60}permission denied|permission denied.{0,60}/dev/(?:kfd|dri)",
        ("dev", "permission", "denied"),
        certainty=0.92,
        unless=(r"\bllvmpipe\b",),
    ),
    Signature(
        r"amdgpu devices detected but permission problems block access",
        ("amdgpu", "devices", "detected", "but", "permission", "problems", "block", "access"),
        certainty=0.9,
    ),
    Signature(
        r"Could not initialize Tensile host: No devices found",
        ("could", "not", "initialize", "tensile", "host", "no", "devices", "found"),
        certainty=0.85,
    ),
    Signature(
        r"Failed to get user name to check for video group membership",
        ("user", "group", "membership"),
        certainty=0.9,
    ),
    Signature(
        r"permissions not set up properly\.\s+Either run ollama as root",
        ("permissions", "properly", "ollama"),
        certainty=0.96,
    ),
    Signature(
        r"add you(?:r)? user account to the render group",
        ("account", "render", "group"),
        certainty=0.96,
    ),
)


def check(account: Account) -> Symptom | None:
    """The group of /dev/kfd is none of this user's."""
    groups, guard = account.groups, account.node_group
    if groups is None or not guard or guard in groups or "root" in groups:
        return None
    what = f"/dev/kfd is open to the group {guard}, and this user is not in it."
    evidence = (Evidence(account.groups_source, " ".join(sorted(groups))),)
    return Symptom(what, evidence, 0.96)
