"""What programs need beside a driver to compute on a GPU: CUDA, ROCm, level-zero, Vulkan, Metal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.shown import Shown
from ..model.source import File, Like, Source, Stat
from .host import Host
from .rocm import Rocm

#: the folders of Debian's and of Red Hat's families, for both processors
LIBRARIES = (
    "/usr/lib/x86_64-linux-gnu/",
    "/usr/lib/aarch64-linux-gnu/",
    "/usr/lib64/",
    "/usr/lib/",
)
CUDA_VERSION = File("/usr/local/cuda/version.json")
CUDA_FOLDERS = Stat("/usr/local/cuda-*")
CUDART = (
    *(Stat(f"{folder}libcudart.so*") for folder in LIBRARIES),
    Stat("/usr/local/cuda/lib64/libcudart.so*"),
)
LEVEL_ZERO = tuple(Stat(f"{folder}libze_loader.so.1*") for folder in LIBRARIES)
VULKAN = (
    *(Stat(f"{folder}libvulkan.so.1*") for folder in LIBRARIES),
    Stat("C:/Windows/System32/vulkan-1.dll"),
    Stat("/usr/local/lib/libvulkan.1.dylib"),
    Stat("/opt/homebrew/lib/libvulkan.1.dylib"),
)
VULKAN_DRIVERS = Stat("/usr/share/vulkan/icd.d/*.json")
SUMMARY = Like("command:*vulkaninfo*")
SOURCES: tuple[Source, ...] = (
    CUDA_VERSION, CUDA_FOLDERS, *CUDART, *LEVEL_ZERO, *VULKAN, VULKAN_DRIVERS, SUMMARY,
)  # fmt: skip


@dataclass(frozen=True)
class Toolkits:
    """Versions as their files tell; None is not there or not known.

    `vulkan_drivers` are the names of the manifests that the Vulkan loader would try;
    `vulkan_devices` (name, type) are known where a recording holds `vulkaninfo`, which a live
    machine is not asked: it loads every driver and wakes every card.
    """

    cuda_toolkit: str | None = None
    cudart: str | None = None
    rocm: str | None = None
    level_zero: str | None = None
    vulkan_loader: bool | None = None
    vulkan_drivers: tuple[str, ...] = ()
    vulkan_devices: tuple[tuple[str, str], ...] = ()
    metal: bool | None = None


SHOWN = Shown(name="runtimes", fact=Toolkits, place=70)


def parse(readings: Readings, host: Host, rocm: Rocm) -> Toolkits:
    loader = any(_there(readings, VULKAN))
    manifests = (key.rpartition("/")[2] for key, _ in readings.texts(VULKAN_DRIVERS))
    return Toolkits(
        _cuda(readings),
        _version(_there(readings, CUDART), r"libcudart\.so\.(\d[\d.]*)$"),
        rocm.version,
        _version(_there(readings, LEVEL_ZERO), r"libze_loader\.so\.(\d[\d.]*)$"),
        True if loader else False if _asked(readings, VULKAN) else None,
        tuple(name.removesuffix(".json") for name in manifests),
        tuple(dict.fromkeys(_devices(readings))),
        None if host.system is None else host.system == "Darwin",
    )


def _there(readings: Readings, sources: Iterable[Source]) -> list[str]:
    return [key for source in sources for key, _ in readings.texts(source)]


def _asked(readings: Readings, sources: Iterable[Source]) -> bool:
    return any(source.key in readings.by_key for source in sources)


def _version(keys: Iterable[str], pattern: str) -> str | None:
    """The longest number in the files' names: `libcudart.so.12` is a link to `.12.4.127`."""
    found = [one[1] for key in keys if (one := re.search(pattern, key))]
    return max(found, key=len, default=None)


def _cuda(readings: Readings) -> str | None:
    stated = re.search(
        r'"cuda"\s*:\s*\{[^}]*"version"\s*:\s*"([\d.]+)"', readings.text(CUDA_VERSION) or ""
    )
    folders = [key.rpartition("cuda-")[2] for key, _ in readings.texts(CUDA_FOLDERS)]
    complete = [one for one in folders if re.fullmatch(r"\d+\.\d+", one)]
    return stated[1] if stated else complete[-1] if complete else None


def _devices(readings: Readings) -> Iterable[tuple[str, str]]:
    for _, text in readings.texts(SUMMARY):
        kinds = re.findall(r"deviceType\s*=\s*PHYSICAL_DEVICE_TYPE_(\w+)", text)
        names = re.findall(r"deviceName\s*=\s*(\S.*?)\s*$", text, re.MULTILINE)
        if len(kinds) == len(names):
            yield from zip(names, (kind.lower().replace("_", "-") for kind in kinds), strict=True)
