"""What a machine's own readings show of its drivers, without a line of any log."""

from __future__ import annotations

import pytest

from localai_setup import survey
from localai_setup.diagnosis.doctor import examine
from localai_setup.model.reading import Failed, Missing, Readings, Text
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN


def bus(slot: str, number: str, driver: str) -> dict:
    held = f"DRIVER={driver}\n" if driver else ""
    text = f"{held}PCI_CLASS=30000\nPCI_ID={number.upper()}\nPCI_SLOT_NAME={slot}\n"
    return {f"file:/sys/bus/pci/devices/{slot}/uevent": Text(text)}


def modules(*names: str) -> dict:
    return {"file:/proc/modules": Text("".join(f"{name} 1000 0 - Live 0x0\n" for name in names))}


LINUX = {"file:/proc/version": Text("Linux version 6.8.0-50-generic")}
RTX_5090 = bus("0000:01:00.0", "10de:2b85", "nvidia")
GTX_1070 = bus("0000:01:00.0", "10de:1b81", "nvidia")
NOBODYS_5090 = bus("0000:01:00.0", "10de:2b85", "")
RADEON = bus("0000:03:00.0", "1002:744c", "amdgpu")
SILENT = {
    "command:nvidia-smi -q -x": Text(
        "", "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
    )
}
CLOSED = {"command:modinfo nvidia": Text("license:        NVIDIA\nversion:        570.86\n")}
OPEN = {"command:modinfo nvidia": Text("license:        Dual MIT/GPL\nversion:        595.45\n")}
CASES = {
    "amd-amdgpu-not-loaded": bus("0000:03:00.0", "1002:744c", "") | modules("snd"),
    "amd-dri-nodes-missing": {"stat:/dev/kfd": Text("c"), "stat:/dev/dri": Missing()},
    "amd-kfd-device-missing": RADEON | modules("amdgpu") | {"stat:/dev/kfd": Missing()},
    "intel-gpu-stack-too-old": bus("0000:03:00.0", "8086:e20b", ""),
    "intel-sycl-no-device": bus("0000:03:00.0", "8086:56a0", "i915")
    | {"command:sycl-ls": Text("[opencl:cpu][opencl:0] Intel(R) OpenCL\n")},
    "nvidia-proprietary-module-on-blackwell": RTX_5090 | CLOSED,
    "nvidia-open-module-on-pre-turing": GTX_1070 | OPEN,
    "nvidia-gpu-dropped-by-driver": GTX_1070 | OPEN,
    "nvidia-driver-half-updated": RTX_5090
    | OPEN
    | {
        "file:/proc/driver/nvidia/version": Text(
            "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build"
        )
    },
    "nvidia-driver-not-installed": NOBODYS_5090
    | modules("snd")
    | {"command:nvidia-smi -q -x": Missing()},
    "nvidia-driver-hung": RTX_5090
    | {"command:nvidia-smi -q -x": Failed("nvidia-smi did not answer within 2.5 s", "timed-out")},
    "nvidia-nouveau-holds-gpu": bus("0000:01:00.0", "10de:2504", "nouveau") | SILENT,
    "nvidia-module-missing-for-kernel": NOBODYS_5090
    | SILENT
    | {"command:dkms status": Text("nvidia/570.86, 6.8.0-49-generic, x86_64: installed\n")},
    "nvidia-module-unsigned-secure-boot": NOBODYS_5090
    | SILENT
    | OPEN
    | {
        "file:/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": Text(
            "\x06\x00\x00\x00\x01"
        )
    },
    "nvidia-laptop-gpu-switched-off": bus("0000:00:02.0", "8086:46a6", "i915")
    | {"stat:/etc/udev/rules.d/50-remove-nvidia.rules": Text("-rw-r--r-- root root")},
    "nvidia-laptop-gpu-asleep": RTX_5090
    | {
        "file:/sys/bus/pci/devices/0000:01:00.0/power/runtime_status": Text("suspended\n"),
        "command:journalctl -u ollama --no-pager": Text('msg="inference compute" library=cpu'),
    },
    "nvidia-power-or-thermal-cap": {
        "command:nvidia-smi -q": Text(
            "Enforced Power Limit : 150.00 W\nDefault Power Limit : 250.00 W\n"
        )
    },
    "nvidia-uvm-missing-at-boot": {
        "stat:/dev/nvidiactl": Text("crw"),
        "stat:/dev/nvidia-uvm": Missing(),
    },
}
#: Machines on which nothing is wrong.
WELL = {
    "a card at work": RTX_5090 | OPEN | modules("nvidia", "nvidia_uvm"),
    "a card handed to a virtual machine": bus("0000:01:00.0", "10de:2b85", "vfio-pci")
    | modules("vfio_pci")
    | {"command:nvidia-smi -q -x": Missing()},
    "an old Radeon with its old driver": bus("0000:03:00.0", "1002:6779", "radeon")
    | modules("radeon"),
    "no card, and a tool that hangs": {
        "stat:/dev/nvidiactl": Missing(),
        "command:nvidia-smi -q -x": Failed("timed out", "timed-out"),
    },
    "a host where CUDA makes the memory module's file when first used": {
        "stat:/dev/nvidiactl": Text("crw"),
        "stat:/dev/nvidia-uvm": Missing(),
        "stat:/usr/bin/nvidia-modprobe": Text("-rwsr-xr-x root root"),
    },
    "a laptop's card that sleeps while nobody asks": RTX_5090
    | OPEN
    | {"file:/sys/bus/pci/devices/0000:01:00.0/power/runtime_status": Text("suspended\n")},
}


def alarms(readings: dict) -> set[str]:
    facts = survey.facts(Readings(LINUX | readings))
    assert not facts.crashed
    diagnosis = examine(facts, Surroundings(), KNOWN)
    assert not [why for why in diagnosis.unknown.values() if "bug of localai" in why]
    return {one.id for one in diagnosis.findings if one.status in ("fail", "warn")}


@pytest.mark.parametrize("problem", CASES)
def test_the_machine_shows_it(problem):
    assert problem in alarms(CASES[problem])


@pytest.mark.parametrize("machine", WELL)
def test_a_machine_that_is_well_raises_nothing(machine):
    assert not alarms(WELL[machine])


def test_a_specific_cause_silences_the_guesses():
    """What the kernel's log says decides, where the tool alone would leave several causes open."""
    log = "NVRM: installed in this system requires use of the NVIDIA open kernel modules."
    tool = {"command:nvidia-smi": Text("No devices were found")}
    assert alarms(tool | {"command:dmesg": Text(log)}) == {"nvidia-proprietary-module-on-blackwell"}
