"""Versions of the NVIDIA driver that no card is named with, and what says that it is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.facts import Unknown
from ..model.reading import Failed, FailureKind, Readings, Text
from ..model.source import Command, File, Like
from . import _words
from ._nvidia_blocks import HOST
from ._sighting import Listing, Sighting

RANK = 50
PROC = File("/proc/driver/nvidia/version")
ON_DISK = Like("command:modinfo -F version nvidia")
VERSION = Command("nvidia-smi", "--version")
VGPU = Like("command:nvidia-smi vgpu -s")
TOOL = Like("command:nvidia-smi*")
SOURCES = (PROC, ON_DISK, VGPU, TOOL)
FOLLOW_UP = {"nvidia": (VERSION,)}
FAULTS: tuple[tuple[str, FailureKind, str], ...] = (
    (r"driver/library version mismatch", "failed",
     "the loaded NVIDIA driver and its library have different versions (a restart is due)"),
    (r"couldn.t communicate with the nvidia driver", "failed",
     "nvidia-smi cannot reach the NVIDIA driver: its kernel module is not loaded"),
    (r"blocked by the operating system", "denied",
     "the operating system keeps nvidia-smi from the driver"),
    (r"no devices were found", "failed", "the NVIDIA driver found no device that it can use"),
    (r"unable to determine the device handle|gpu is lost|fallen off the bus", "failed",
     "the NVIDIA driver has lost a GPU"),
    (r"couldn.t find libnvidia-ml|libnvidia-ml\.so.*(not found|cannot open)", "failed",
     "nvidia-smi does not find its library libnvidia-ml"),
    (r"insufficient permissions", "denied", "nvidia-smi may not open the driver"),
    (r"failed to initialize nvml|nvml.{0,40}(unknown|error)", "failed",
     "nvidia-smi could not start NVIDIA's management library"),
)  # fmt: skip


def see(readings: Readings) -> Iterator[Listing]:
    for key, driver, cuda in _versions(readings):
        common = Sighting("nvidia", driver=driver, cuda_driver_version=cuda)
        yield Listing(key, common=common)
    faults = tuple(_faults(readings))
    if faults:
        yield Listing(faults[0].source, unknown=faults)
    host = readings.text(VGPU) or ""
    buses = list(filter(None, map(_words.bus, re.findall(r"^GPU\s+(\S+)", host, re.MULTILINE))))
    if buses:
        cards = tuple(Sighting("nvidia", bus=bus) for bus in buses)
        yield Listing(VGPU.key, cards, common=Sighting("nvidia", usable=False, why_not=HOST))


def _versions(readings: Readings) -> Iterator[tuple[str, str | None, str | None]]:
    proc = re.search(r"(?:Kernel Module|for \w+)\D*?(\d{2,4}(?:\.\d+)+)", readings.text(PROC) or "")
    if proc:
        yield PROC.key, proc[1], None
    text = readings.text(VERSION) or ""
    driver = re.search(
        r"^\s*(?:KMD|DRIVER) version\s*:\s*(\d+(?:\.\d+)+)", text, re.IGNORECASE | re.MULTILINE
    )
    cuda = re.search(
        r"^\s*CUDA (?:UMD )?version\s*:\s*(\d+(?:\.\d+)+)", text, re.IGNORECASE | re.MULTILINE
    )
    if driver or cuda:
        yield VERSION.key, driver and driver[1], cuda and cuda[1]


def _faults(readings: Readings) -> Iterator[Unknown]:
    for key, reading in readings.like(TOOL):
        if isinstance(reading, Failed):
            yield Unknown("gpus.nvidia", reading.kind, reading.reason, key)
        elif isinstance(reading, Text):
            yield from _fault_in(key, " ".join(reading.everything.split()))


def _fault_in(key: str, text: str) -> Iterator[Unknown]:
    for pattern, kind, reason in FAULTS:
        if re.search(pattern, text, re.IGNORECASE):
            yield Unknown("gpus.nvidia", kind, reason, key)
            return
