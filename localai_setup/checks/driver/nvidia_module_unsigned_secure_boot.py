"""The NVIDIA module is signed with a key the firmware trusts.

Why: With Secure Boot the kernel takes only modules signed with an enrolled key.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="Secure Boot does not let the NVIDIA driver load.",
    seen="The driver is installed, but loading it is refused.",
    why="With Secure Boot the kernel takes only modules signed with an enrolled key.",
    fixes=(
        Fix(
            "Enrol the key that signs the module, then restart and confirm it (Ubuntu).",
            ("sudo mokutil --import /var/lib/shim-signed/mok/MOK.der", "sudo reboot"),
            needs_root=True,
            reboot=True,
            proof="nvidia-smi",
            loses="Unsaved work in open programs is lost.",
        ),
    ),
    sources=(
        "https://github.com/acidanthera/bugtracker/issues/2237",
        "https://github.com/saidsay-so/acpi_ec/issues/18",
        "https://github.com/awesometic/realtek-r8126-dkms/issues/3",
        "https://github.com/secureblue/secureblue/issues/1043",
    ),
    confused_with=("nvidia-module-missing-for-kernel", "nvidia-nouveau-holds-gpu"),
)

SIGNATURES = (
    Signature(
        r"""modprobe: ERROR: could not insert 'nvidia\w*': (?:Key was rejected by service|Required key not available|Operation not permitted)""",
        ("modprobe", "insert"),
        certainty=0.96,
    ),
    Signature(
        r"""Loading of (?:unsigned )?module .{0,60}is rejected""",
        ("loading", "module", "rejected"),
        certainty=0.8,
    ),
)
