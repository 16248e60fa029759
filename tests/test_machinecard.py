"""The machine in plain words: every part of it, what it means for a model, and what is not known."""

import pytest

from localai_setup.model.facts import Facts, Unknown
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.disk import Disk
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.ui import machinecard

pytestmark = pytest.mark.quick

TITAN = Gpu("nvidia", "NVIDIA TITAN V", 12288, "dedicated", usable=True)
INSIDE = Gpu("intel", "Intel(R) UHD Graphics 630", 1536, "shared", usable=True)
BROKEN = Gpu(
    "nvidia", "NVIDIA Corporation GA104 [GeForce RTX 3070]", usable=False, why_not="it hangs"
)
SILENT = Unknown("gpus.amd", "timed-out", "rocminfo did not answer", "command:rocminfo")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Intel(R) Core(TM) i5-7500 CPU @ 3.40GHz", "Intel Core i5-7500"),
        ("AMD Ryzen 7 5700X 8-Core Processor", "AMD Ryzen 7 5700X"),
        ("AMD Ryzen 7 7840U w/ Radeon 780M Graphics", "AMD Ryzen 7 7840U"),
        ("AMD Ryzen 5 5600G with Radeon Graphics", "AMD Ryzen 5 5600G"),
        ("Apple M4 Max", "Apple M4 Max"),
        ("Raspberry Pi 5 Model B Rev 1.0", "Raspberry Pi 5 Model B Rev 1.0"),
    ],
)
def test_names_are_told_as_people_say_them(name, plain):
    assert machinecard._plain(name) == plain


@pytest.mark.parametrize(
    ("gpus", "shown"),
    [
        (Gpus(), ["none was found; the processor computes, which suits small models best"]),
        (Gpus((TITAN,)),
         ["NVIDIA TITAN V, 12.0 GB of its own memory; a model that fits into it is fastest there"]),
        (Gpus((TITAN, TITAN)),
         ["2 times NVIDIA TITAN V, 12.0 GB of its own memory; a model that fits into it is fastest there"]),
        (Gpus((INSIDE,)), ["Intel UHD Graphics 630, part of the processor; it may use 1.5 GB of main memory for a model"]),
        (Gpus((BROKEN,)), ["NVIDIA GeForce RTX 3070; it cannot be used now: it hangs"]),
        (Gpus((Gpu("amd"),)), ["AMD GPU; how much memory it has is not known"]),
        (Gpus((), (SILENT,)), ["not known: rocminfo did not answer (`localai doctor` says what is wrong)"]),
        (Gpus((TITAN,), (SILENT,)),
         ["NVIDIA TITAN V, 12.0 GB of its own memory; a model that fits into it is fastest there",
          "rocminfo did not answer (`localai doctor` says what is wrong)"]),
    ],
)  # fmt: skip
def test_what_cards_mean_for_a_model(gpus, shown):
    assert machinecard._graphics(gpus) == shown


@pytest.mark.parametrize(
    ("memory", "shown"),
    [
        (Memory(), "how much there is is not known"),
        (Memory(total_mib=16384, available_mib=14336), "16.0 GB, 14.0 GB free now; a model may take 12.0 GB of it"),
        (Memory(total_mib=16384), "16.0 GB; a model may take 12.0 GB of it"),
        (Memory(total_mib=16384, available_mib=400), "16.0 GB, 400 MB free now"),
        (Memory(total_mib=65536, available_mib=40960, limit_mib=4096),
         "4.0 GB that this container or service may use; a model may take 3.6 GB of it"),
    ],
)  # fmt: skip
def test_what_memory_means_for_a_model(memory, shown):
    assert machinecard._memory(Facts({Memory: memory})) == shown


@pytest.mark.parametrize(
    ("disk", "shown"),
    [
        (Disk(), "how much is free is not known"),
        (Disk(900), "900 MB free where models are kept"),
        (Disk(9.5 * 1024), "9.5 GB free where models are kept"),
        (Disk(381_500), "373 GB free where models are kept"),
        (Disk(381_500, read_only=True), "373 GB free where models are kept, but nothing can be written there"),
        (Disk(381_500, network_mount=True), "373 GB free where models are kept, on another machine"),
    ],
)  # fmt: skip
def test_the_disk(disk, shown):
    assert machinecard._disk(disk) == shown


def test_every_part_has_its_line():
    facts = Facts({Cpu: Cpu(model="Apple M2"), Host: Host(distro="debian", version="12"), Gpus: Gpus((TITAN, INSIDE))})  # fmt: skip
    lines = machinecard.lines(facts)
    assert [line[:10].strip() for line in lines] == ["Computer", "Memory", "Graphics", "", "Disk"]
    assert lines[0] == "Computer   Apple M2, cores not known, with Debian 12"
