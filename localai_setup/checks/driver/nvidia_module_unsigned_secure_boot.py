"""The NVIDIA module is signed with a key the firmware trusts.

Why: with Secure Boot the kernel takes only modules signed with an enrolled key. A module that was
built on this machine is signed with a key of its own, which must be enrolled once.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.drivers import Drivers
from ._fixes import LINUX, LOSES, RESTART, on_host


def enrol(text: str, key: str, family: str) -> Fix:
    """Enrol the key with which this family signs the modules that it builds."""
    return Fix(
        f"{text} Choose a password, restart, and confirm it in the blue screen (Enroll MOK).",
        ("mokutil --sb-state", f"sudo mokutil --import {key}", RESTART),
        needs_root=True,
        reboot=True,
        loses=LOSES,
        proof="nvidia-smi",
        where=Where(systems=LINUX, families=(family,), wsl=False, container=False),
    )


PROBLEM = Problem(
    title="Secure Boot does not let the NVIDIA driver load.",
    seen="The driver is installed, but loading it is refused.",
    why="With Secure Boot the kernel takes only modules signed with an enrolled key; the key that signed this one is not known to the firmware.",
    fixes=(
        enrol(
            "Enrol the key that signs the module (Ubuntu).",
            "/var/lib/shim-signed/mok/MOK.der",
            "debian",
        ),
        enrol("Enrol the key that DKMS signs with (Debian).", "/var/lib/dkms/mok.pub", "debian"),
        enrol(
            "Enrol the key that akmods signs with.", "/etc/pki/akmods/certs/public_key.der", "rhel"
        ),
        enrol("Enrol the key that DKMS signs with.", "/var/lib/dkms/mok.pub", "arch"),
        enrol("Enrol the key of the module's package.", "/var/lib/nvidia-pubkeys/*.der", "suse"),
        Fix(
            "Or switch Secure Boot off in the firmware setup; this command takes you there.",
            ("sudo systemctl reboot --firmware-setup",),
            needs_root=True,
            reboot=True,
            loses=LOSES,
            proof="mokutil --sb-state",
            where=Where(systems=LINUX, systemd=True, wsl=False, container=False),
        ),
        on_host("nvidia-smi"),
    ),
    sources=(
        "https://github.com/acidanthera/bugtracker/issues/2237",
        "https://github.com/saidsay-so/acpi_ec/issues/18",
        "https://github.com/awesometic/realtek-r8126-dkms/issues/3",
        "https://github.com/secureblue/secureblue/issues/1043",
        "https://github.com/sebastiaanfranken/systemd-boot-conversion/issues/2",
        "https://github.com/hhfeuer/nvhda/issues/8",
    ),
    likelihood=0.5,
    systems=LINUX,
    confused_with=("nvidia-module-missing-for-kernel", "nvidia-nouveau-holds-gpu"),
)

SIGNATURES = (
    Signature(
        r"could not insert (?:module )?\S+: (?:Key was rejected by service|Required key not available)",
        ("insert", "key"),
        certainty=0.97,
    ),
    Signature(r"Key was rejected by service", ("key", "rejected", "service"), certainty=0.95),
    Signature(
        r"could not insert '?nvidia\S*: Operation not permitted",
        ("insert", "operation", "permitted"),
        certainty=0.9,
    ),
    Signature(
        r"Loading of (?:unsigned )?module .{0,60}is rejected",
        ("loading", "module", "rejected"),
        certainty=0.9,
    ),
    Signature(
        r"unsigned module loading is restricted|Lockdown: \S+: unsigned module",
        ("unsigned", "module"),
        certainty=0.95,
    ),
    Signature(
        r"not signed by a key that is trusted by the kernel",
        ("a", "by", "is", "kernel", "key", "not", "signed", "that", "the", "trusted"),
        certainty=0.97,
    ),
    Signature(
        r"Secure boot is enabled on this system, so", ("secure", "boot", "enabled"), certainty=0.97
    ),
    Signature(
        r"PKCS#7 signature not signed with a trusted key",
        ("signature", "signed", "trusted", "key"),
        certainty=0.85,
        unless=(r"tainting kernel|NVRM: loading",),
    ),
    Signature(
        r"couldn.t communicate with the NVIDIA driver",
        ("communicate", "nvidia", "driver"),
        certainty=0.9,
        also=(r"SecureBoot enabled|Secure boot enabled",),
    ),
    Signature(
        r"Secure Boot requires additional configuration to work with third-party drivers",
        ("secure", "boot", "requires", "additional", "configuration", "drivers"),
        certainty=0.86,
    ),
    Signature(
        r"(?:\.pub|\.der|\bkey)\S{0,2} is not (?:yet )?enrolled",
        ("is", "not", "enrolled"),
        certainty=0.9,
    ),
)


def check(drivers: Drivers) -> Symptom | None:
    """The module is there, the firmware checks signatures, and the module is not loaded."""
    silent = "communicate with the NVIDIA driver" in drivers.nvidia_smi
    built = drivers.kernel in drivers.built_for or bool(
        (drivers.nvidia_module or {}).get("version")
    )
    if not drivers.secure_boot or not silent or not built or drivers.is_loaded("nvidia"):
        return None
    signer = (drivers.nvidia_module or {}).get("signer", "nobody")
    return Symptom(
        f"Secure Boot is on, and the NVIDIA module (signed by {signer}) is not loaded.",
        (Evidence("secure boot", "enabled"), Evidence("command:nvidia-smi", "no driver")),
        certainty=0.9,
    )
