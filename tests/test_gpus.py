"""Every `sightings/*.yaml` is a machine's evidence, written for a trap, and the GPUs that it proves."""

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localai_setup import survey
from localai_setup.machine.asking import recorded
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.model.facts import Facts
from localai_setup.model.reading import Missing, Readings, Text
from localai_setup.probes import _gpu_names, _gpu_speed, gpus
from localai_setup.probes.gpus import Gpus
from localai_setup.sightings import _nvidia_chips

from .machines import recordings
from .readings import cases, load, machine_of

CASES = cases("sightings")
#: Bytes, KB, MB, GB and NVIDIA's hexadecimal sizes → MiB
UNITS = (1 / 1024**2, 1 / 1024, 1, 1024)


def facts_of(readings: Readings) -> Facts:
    return survey.facts(readings, [gpus])


def on_linux(readings: dict) -> Facts:
    identity = Text(json.dumps({"system": "Linux", "machine": "x86_64"}))
    return facts_of(Readings({"call:platform.uname": identity, **readings}))


def filled(gpu: dict) -> dict:
    """A field that a fixture names with null must be unknown: the test compares named fields."""
    return {name: value for name, value in gpu.items() if value is not None}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_evidence_proves_these_gpus(path: Path) -> None:
    case = load(path)
    found = facts_of(machine_of(case).readings)[Gpus]
    fields = [name for gpu in case["gpus"] for name in gpu]
    reported = [
        {name: getattr(gpu, name) for name in dict.fromkeys(fields)} | {"vendor": gpu.vendor}
        for gpu in found.gpus
    ]
    for gpu in reported:
        gpu.update({"memory_mib": round(gpu["memory_mib"], 3)} if gpu.get("memory_mib") else {})
    assert [filled(gpu) for gpu in reported] == [filled(gpu) for gpu in case["gpus"]]
    assert (
        sorted({f"{u.fact} {u.kind}" for u in found.unknown if u.kind != "missing"})
        == (case["unknown"])
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_is_null_is_listed_as_unknown(path: Path) -> None:
    case = load(path)
    found = facts_of(machine_of(case).readings)[Gpus]
    listed = {one.fact for one in found.unknown}
    for gpu in found.gpus:
        assert gpu.memory_mib is not None or "gpus.memory_mib" in listed
        assert gpu.name is not None or "gpus.name" in listed


def texts() -> list[dict[str, str]]:
    """The texts of every fixture and machine; large recordings of other hands are left out."""
    machines = [machine_of(load(path)) for path in CASES]
    for path in recordings():
        machine = recorded.load(path)
        small = {k: t for k, t in machine.readings.texts("*") if t and len(t) < 20_000}
        if 0 < len(small) < 400 and re.search(r"smi|drm|kfd|clinfo|profiler", " ".join(small)):
            machines.append(
                RecordedMachine(machine.identity, {k: Text(t) for k, t in small.items()})
            )
    return [dict(machine.readings.texts("*")) for machine in machines]


TEXTS = texts()


def damaged(text: str, how: str, seed: int) -> str:
    dice = random.Random(seed)
    lines = text.splitlines(keepends=True)
    if how == "cut":
        return text[: dice.randrange(len(text) + 1)]
    if how == "shuffle":
        dice.shuffle(lines)
        return "".join(lines)
    if how == "drop":
        return "".join(line for line in lines if dice.random() < 0.7)
    letters = list(text)
    for _ in range(dice.randrange(1, 20)):
        letters[dice.randrange(len(letters))] = dice.choice("0\x00é{<&|: \n9,-]")
    return "".join(letters)


def printed_sizes(text: str) -> set[float]:
    numbers = {int(n) for n in re.findall(r"\d{1,19}", text)}
    numbers |= {float(n.replace(",", ".")) for n in re.findall(r"\d{1,9}[.,]\d{1,9}", text)}
    # Windows prints thousands with a comma; NVIDIA's NUMA nodes are hexadecimal; .reg are bytes
    numbers |= {int(n.replace(",", "")) for n in re.findall(r"\d{1,3}(?:,\d{3})+", text)}
    numbers |= {int(n, 16) for n in re.findall(r"\b[0-9a-f]{6,12}\b", text)}
    for raw in re.findall(r"hex(?:\(b\))?:((?:[0-9a-f]{2},?){4,8})", text):
        numbers.add(int.from_bytes(bytes.fromhex(raw.replace(",", " ")), "little"))
    return {number * unit for number in numbers for unit in UNITS}


def in_text(size: float, sizes: set[float]) -> bool:
    """Printed as it is, the sum of two (carve-out and GTT), or Metal's share of one."""
    shares = {size, size * 3 / 2, size * 4 / 3}
    if any(abs(share - one) < 0.01 for share in shares for one in sizes):
        return True
    rounded = {round(one, 2) for one in sizes}
    return any(round(size - one, 2) in rounded for one in sizes)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(TEXTS),
    st.sampled_from(["cut", "shuffle", "drop", "garble"]),
    st.integers(0, 2**32),
)
def test_damaged_text_never_raises_and_invents_no_memory(case, how, seed) -> None:
    uname = case["call:platform.uname"]
    broken = {key: damaged(text, how, seed) if text else "" for key, text in case.items()}
    texts = {**broken, "call:platform.uname": uname}
    facts = facts_of(Readings({key: Text(text) for key, text in texts.items()}))
    assert not facts.crashed
    found = facts[Gpus]
    tripped = [one for one in found.unknown if one.fact == "gpus" and one.kind == "garbled"]
    assert not tripped, "a format tripped"
    sizes = printed_sizes("\n".join(broken.values()))
    for gpu in found.gpus:
        assert gpu.memory_mib is None or in_text(gpu.memory_mib, sizes), gpu


def test_a_format_that_trips_costs_its_own_evidence_only(monkeypatch) -> None:
    from localai_setup.sightings import nvidia_smi_list

    def trip(_readings):
        raise KeyError("surprise")

    monkeypatch.setattr(nvidia_smi_list, "see", trip)
    table = "|   0  GeForce GTX 780     Off  | 0000:01:00.0     N/A |  N/A |\n"
    found = on_linux({"command:nvidia-smi": Text(table)})[Gpus]
    assert [gpu.name for gpu in found.gpus] == ["GeForce GTX 780"]
    assert any("surprise" in one.reason for one in found.unknown)


def asked_after(readings: dict) -> set[str]:
    return {source.key for source in gpus.follow_up(Readings(readings))}


def test_nvidia_smi_is_not_run_where_nothing_speaks_for_a_card() -> None:
    intel = "00:02.0 VGA compatible controller [0300]: Intel Corporation UHD [8086:9bc5]\n"
    asked = asked_after({"command:lspci -nnk": Text(intel), "stat:/dev/nvidiactl": Missing()})
    assert not [key for key in asked if "nvidia" in key or key == "call:nvml"]
    nvidia = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation X [10de:2204]\n"
    assert "command:nvidia-smi -q -x" in asked_after({"command:lspci -nnk": Text(nvidia)})
    assert "call:nvml" in asked_after({"stat:/dev/dxg": Text("crw-rw-rw- root root")})


@pytest.mark.parametrize(
    ("vendor", "name", "known", "expected"),
    [
        ("nvidia", "NVIDIA GeForce RTX 4090", {}, (1008, False)),
        ("nvidia", "NVIDIA GeForce RTX 3060", {"memory_mib": 12288}, (360, False)),
        ("nvidia", "NVIDIA GeForce RTX 3060", {}, (240, True)),
        ("nvidia", "NVIDIA GeForce RTX 3060 Laptop GPU", {"memory_mib": 6144}, (336, False)),
        ("nvidia", "NVIDIA H100 80GB HBM3", {"memory_mib": 81559}, (3350, False)),
        ("nvidia", "NVIDIA H100 PCIe", {"memory_mib": 81559}, (2039, False)),
        ("nvidia", "NVIDIA A100-SXM4-80GB", {}, (2039, False)),
        ("nvidia", "NVIDIA GB10", {"dedicated": False}, (273.1, False)),
        ("nvidia", "Orin (nvgpu)", {"dedicated": False}, (102.4, True)),
        ("amd", "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]", {}, (512, True)),
        ("amd", "AMD Radeon 780M Graphics", {}, (90, True)),
        ("amd", "AMD Radeon 8060S Graphics", {}, (256, False)),
        ("amd", "AMD Radeon Graphics", {"target": "gfx1036", "dedicated": False}, (38.4, True)),
        ("intel", "Intel(R) Arc(TM) B580 Graphics", {}, (456, False)),
        ("apple", "Apple M4 Max", {}, (410, True)),
        ("apple", "Apple M4 Max", {"cores": 40}, (546, False)),
        ("nvidia", "NVIDIA GeForce RTX 9999", {"target": "8.9", "memory_mib": 8188,
                                              "dedicated": True}, (256, True)),
        ("nvidia", "NVIDIA Graphics Device", {}, (None, False)),
    ],
)  # fmt: skip
def test_bandwidth_is_the_products_or_the_lowest_it_can_be(vendor, name, known, expected) -> None:
    assert _gpu_speed.bandwidth(vendor, name, **known) == expected


@pytest.mark.parametrize(
    ("vendor", "name", "known", "expected"),
    [
        ("apple", "Apple M4 Max", {}, (1.0, 546 / 410)),
        ("apple", "Apple M4 Max", {"cores": 40}, (1.0, 1.0)),
        ("nvidia", "NVIDIA GeForce RTX 2080 ...", {"memory_mib": 8192}, (1.0, 496 / 448)),
        ("amd", "AMD Radeon 780M Graphics", {}, _gpu_speed.MODULES_STRAYS),
        ("amd", "AMD Radeon Graphics", {"dedicated": False}, _gpu_speed.MODULES_STRAYS),
        ("nvidia", "NVIDIA GeForce RTX 9999", {"dedicated": True}, _gpu_speed.KIND_STRAYS),
    ],
)
def test_an_estimate_strays_as_far_as_what_it_can_be(vendor, name, known, expected) -> None:
    assert _gpu_speed.bandwidth_strays(vendor, name, **known) == pytest.approx(expected)


def test_a_cut_name_can_be_any_that_begins_so() -> None:
    found = _gpu_names.candidates("NVIDIA GeForce RTX 2080 ...", "nvidia", 8192)
    assert _gpu_names.one_target(found) == "7.5"
    rate, estimated = _gpu_speed.bandwidth("nvidia", "NVIDIA GeForce RTX 2080 ...", memory_mib=8192)
    assert (rate, estimated) == (448, True)
    assert _gpu_names.one_target(_gpu_names.candidates("NVIDIA GeForce ...", "nvidia")) is None
    assert not _gpu_names.candidates("NVIDIA GeForce RTX 9999", "nvidia")


@pytest.mark.parametrize(
    ("identity", "name", "capability"),
    [
        ("10de:2684", None, "8.9"),
        ("10de:1db6", None, "7.0"),
        ("10de:1d01", None, "6.1"),
        ("10de:20b5", None, "8.0"),
        ("10de:2182", None, "7.5"),
        ("10de:2e12", None, "12.1"),
        ("10de:06c0", None, None),
        (None, "TU117GLM [T1000 Mobile]", "7.5"),
        (None, "GeForce RTX 3090", None),
        ("8086:2684", None, None),
    ],
)
def test_compute_capability_of_a_chip(identity, name, capability) -> None:
    assert _nvidia_chips.capability(identity, name) == capability
