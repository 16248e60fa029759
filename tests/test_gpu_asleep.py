"""A card that sleeps is not woken by a plain `detect`, and is asked by those who need to know."""

from localai_setup import survey
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Readings, Text
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.probes import gpus, memory
from localai_setup.probes.gpus import Gpus
from localai_setup.sightings import pci_sleep

SLOT = "file:/sys/bus/pci/devices/0000:01:00.0/"
INTEL = "file:/sys/bus/pci/devices/0000:00:02.0/"
LAPTOP = {
    f"{INTEL}uevent": Text("DRIVER=i915\nPCI_CLASS=30000\nPCI_ID=8086:9A49\n"),
    f"{INTEL}power/runtime_status": Text("active\n"),
    f"{SLOT}uevent": Text("DRIVER=nvidia\nPCI_CLASS=30200\nPCI_ID=10DE:2520\n"),
    f"{SLOT}power/runtime_status": Text("suspended\n"),
    "stat:/dev/nvidiactl": Text("crw-rw-rw- root root"),
}
AWAKE = {**LAPTOP, f"{SLOT}power/runtime_status": Text("active\n")}
NEEDED = {**LAPTOP, "call:localai.may-wake": Text("true")}


def live_keys(readings):
    return {source.key for source in gpus.follow_up(Readings(readings))}


def test_nothing_that_wakes_it_is_asked():
    assert not {k for k in live_keys(LAPTOP) if "nvidia" in k or "nvml" in k or "lspci" in k}


def test_it_is_told_as_asleep_not_as_broken():
    readings = survey.read(RecordedMachine(Identity("Linux"), LAPTOP), [gpus, memory])
    found = survey.facts(readings, [gpus])[Gpus]
    card = next(gpu for gpu in found.gpus if gpu.vendor == "nvidia")
    assert card.pci_id == "10de:2520" and card.usable is None
    assert pci_sleep.ASLEEP in {one.reason for one in found.unknown}


def test_an_awake_card_and_one_that_is_needed_are_asked():
    for readings in (AWAKE, NEEDED):
        assert {"command:nvidia-smi -q -x", "call:nvml", "command:lspci -nnk"} <= live_keys(
            readings
        )
