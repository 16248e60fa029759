"""The installed NVIDIA driver still supports the card.

Why: NVIDIA moves older generations of cards to legacy branches, and newer drivers pass them over:
from 495 on Kepler (GTX 600 and 700), from 590 on Maxwell, Pascal and Volta (GTX 900 and 10).
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import NVIDIA, Drivers
from ._fixes import INSTALL_NVIDIA_580, LINUX, by_family, on_host

PROBLEM = Problem(
    title="The installed NVIDIA driver no longer supports this card.",
    seen="After an update of the driver the card is gone: driver 495 or newer with a GTX 600 or 700, 590 or newer with a GTX 900 or 10, or a Tesla of that time.",
    why="NVIDIA moved this generation to a legacy branch; newer drivers pass the card over.",
    fixes=(
        Fix(
            "See which branch the kernel log names: 580 for Maxwell, Pascal and Volta, 470 for Kepler.",
            ("sudo dmesg | grep -i -e legacy -e 'not supported by'",),
            needs_root=True,
            proof="nvidia-smi",
            where=Where(systems=LINUX, container=False),
        ),
        *by_family(
            "Install that branch (here 580, for Kepler write 470 in its place; on Arch from the AUR, here with yay), and restart.",
            INSTALL_NVIDIA_580,
            proof="nvidia-smi",
        ),
        Fix(
            "Then see that the engine still supports this card.",
            ("nvidia-smi --query-gpu=name,compute_cap,driver_version --format=csv",),
            proof="nvidia-smi",
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/NixOS/nixos-hardware/issues/1880",
        "https://github.com/siderolabs/talos/issues/8764",
        "https://github.com/fgci-org/ansible-role-cuda/issues/16",
        "https://github.com/omacom/omarchy/pull/4314",
        "https://github.com/omacom/omarchy/pull/4491",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("nvidia-open-module-on-pre-turing", "nvidia-module-load-loop"),
)

SIGNATURES = (
    Signature(
        r"supported through the NVIDIA \S+ Legacy (?:Linux graphics )?drivers",
        ("nvidia", "legacy", "supported"),
        certainty=0.98,
    ),
    Signature(
        r"NVIDIA \S+ Legacy drivers",
        ("drivers", "legacy", "nvidia"),
        certainty=0.97,
        also=(r"nvrm",),
    ),
    Signature(
        r"The \S+ NVIDIA driver will ignore",
        ("driver", "ignore", "nvidia", "the", "will"),
        certainty=0.97,
        also=(r"nvrm",),
    ),
    Signature(r"ignoring the legacy GPU", ("ignoring", "legacy", "gpu"), certainty=0.98),
    Signature(
        r"installed in this system is not supported by the\b",
        ("installed", "supported", "not"),
        certainty=0.96,
    ),
    Signature(r"NVIDIA [\d.]+ driver release\.", ("nvidia", "driver", "release"), certainty=0.85),
    *(
        Signature(
            rf"(?:no longer support|not support|drop)\w* .{{0,60}}\b{name}\b",
            (name.lower(),),
            certainty=0.85,
            also=(r"nvidia",),
        )
        for name in ("Kepler", "Maxwell", "Pascal", "Volta")
    ),
    Signature(
        r"only supported (?:by|up to) .{0,30}legacy driver",
        ("only", "supported", "legacy"),
        certainty=0.94,
        also=(r"nvidia",),
    ),
)
#: First and last PCI number of a generation → the first driver that passes it over, and its branch.
GENERATIONS = (((0x0FC0, 0x12FF), 495, "470"), ((0x1340, 0x1DFF), 590, "580"))


def check(drivers: Drivers) -> Symptom | None:
    version = (drivers.nvidia_module or {}).get("version", "")
    major = int(version.partition(".")[0]) if version[:1].isdigit() else 0
    for card in drivers.of(NVIDIA):
        for (first, last), dropped_in, branch in GENERATIONS:
            if first <= (card.device or 0) <= last and major >= dropped_in:
                return Symptom(
                    f"Driver {version} passes over {card.label}; it needs branch {branch}.",
                    (Evidence("command:modinfo nvidia", f"version: {version}"),),
                    certainty=0.95,
                )
    return None
