"""No graphics-mode tool keeps the laptop's NVIDIA card switched off.

Why: the integrated mode of envycontrol, prime-select and their like takes the card off the bus by
a udev rule and blocks its driver; the files stay behind when the tool goes.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import NVIDIA, SWITCHED_OFF, Drivers
from ._fixes import LINUX, LOSES, RESTART, START_IMAGE, by_family, restart

PROBLEM = Problem(
    title="A graphics-mode tool has switched the laptop's NVIDIA card off.",
    seen="The NVIDIA card has vanished from the PCI list, and installing the driver anew does not help.",
    why="The integrated mode of such a tool takes the card off the bus with a udev rule and blocks the driver; the files outlive an upgrade or the tool.",
    fixes=(
        restart(
            "Go back to hybrid mode with envycontrol, and restart.",
            "sudo envycontrol -s hybrid",
            proof="lspci -d 10de:",
        ),
        Fix(
            "On Ubuntu and its relatives the tool is prime-select.",
            ("sudo prime-select on-demand", RESTART),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="lspci -d 10de:",
            where=Where(systems=LINUX, families=("debian",), container=False),
        ),
        *by_family(
            "If the tool is gone, remove the files that it left behind (these three names are envycontrol's), write the start image anew and restart.",
            {
                family: (
                    "sudo rm -fv /etc/udev/rules.d/50-remove-nvidia.rules /lib/udev/rules.d/50-remove-nvidia.rules /etc/modprobe.d/blacklist-nvidia.conf",
                    image,
                )
                for family, image in START_IMAGE.items()
            },
            proof="lspci -d 10de:",
        ),
    ),
    sources=(
        "https://github.com/bayasdev/envycontrol/issues/54",
        "https://github.com/bayasdev/envycontrol/issues/198",
        "https://github.com/bayasdev/envycontrol/issues/149",
        "https://github.com/canonical/nvidia-prime/pull/16",
    ),
    likelihood=0.35,
    systems=LINUX,
    confused_with=("nvidia-laptop-gpu-asleep", "nvidia-gpu-lost-from-bus"),
)

SIGNATURES = (
    Signature(r"Could not find Nvidia GPU", ("could", "find", "nvidia", "gpu"), certainty=0.96),
    Signature(
        r"Try switching to hybrid mode first", ("switching", "hybrid", "mode"), certainty=0.96
    ),
    Signature(r"50-remove-nvidia\.rules", ("remove", "nvidia", "rules"), certainty=0.94),
    Signature(r"50-pm-nvidia\.rules", ("pm", "nvidia", "rules"), certainty=0.85),
    Signature(
        r"blacklist-nvidia\.conf",
        ("blacklist", "nvidia", "conf"),
        certainty=0.75,
        unless=(r"blacklist-nvidia-nouveau|vfio",),
    ),
    Signature(
        r"find module by name='off'", ("by", "find", "module", "name", "off"), certainty=0.94
    ),
    Signature(r"insert module 'off'", ("insert", "module", "off"), certainty=0.94),
    Signature(r"Module off not found", ("found", "module", "not", "off"), certainty=0.94),
    Signature(r"could not insert 'off'", ("insert", "off"), certainty=0.94),
    Signature(r"^\s*(?:alias nvidia off|blacklist nvidia)\s*$", ("nvidia",), certainty=0.88),
    Signature(
        r"Switching to integrated mode|Current (?:graphics )?mode(?: is)?:? integrated",
        ("integrated", "mode"),
        certainty=0.88,
    ),
    Signature(r"^\s*integrated\s*$", ("integrated",), certainty=0.7),
    Signature(
        r"selecting the intel profile|Selected profile: intel", ("profile", "intel"), certainty=0.86
    ),
    Signature(
        r"prime-select query[^\n]*\n\s*intel\b",
        ("prime", "select", "query", "intel"),
        certainty=0.88,
        lines=2,
    ),
)


def check(drivers: Drivers) -> Symptom | None:
    left = [path for path in SWITCHED_OFF if drivers.there.get(path)]
    if not left or not drivers.cards or drivers.of(NVIDIA) or drivers.nvidia_on_bus:
        return None
    return Symptom(
        f"{left[0]} keeps an NVIDIA card off: none is on the bus.",
        tuple(Evidence(f"stat:{path}", "exists") for path in left),
        certainty=0.96,
    )
