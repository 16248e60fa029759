"""The kernel's side of graphics: cards on the bus, modules, device files, what guards them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..model.reading import Failed, Missing, Readings, Text
from ..model.source import Command, File, Like, Source, Stat
from ..sightings import _words
from ..sightings.lspci import ANY as LSPCI
from ..sightings.lspci import DISPLAY, HEAD
from . import _secure_boot
from .host import Host

MODULES = File("/proc/modules")
UEVENTS = File("/sys/bus/pci/devices/*/uevent")
VENDORS = File("/sys/bus/pci/devices/*/vendor")
SLEEP = File("/sys/bus/pci/devices/*/power/runtime_status")
COMMAND_LINE = File("/proc/cmdline")
LOADED_VERSION = File("/proc/driver/nvidia/version")
MODINFO = Command("modinfo", "nvidia")
DKMS = Command("dkms", "status")
WAITING = Command("ps", "-eo", "pid,stat,wchan:24,comm")
FABRIC = Command("systemctl", "status", "nvidia-fabricmanager", "--no-pager")
HWINFO = Like("command:hwinfo*")
LSMOD = Like("command:lsmod*")
FOUND = Like("command:find /lib/modules*")
#: Where distributions and DKMS put NVIDIA's module, by kernel.
MODULE_FILES = tuple(
    Stat(f"/lib/modules/*/{folder}/nvidia.ko*")
    for folder in (
        "updates/dkms",
        "updates",
        "extra",
        "extra/nvidia",
        "extramodules",
        "weak-updates",
        "kernel/drivers/video",
        "kernel/nvidia-*",
    )
)
NODES = (
    "/dev/kfd",
    "/dev/dri",
    "/dev/dxg",
    "/dev/nvidia0",
    "/dev/nvidiactl",
    "/dev/nvidia-uvm",
    "/sys/module/amdgpu",
    "/sys/module/nvidia",
    "/sys/module/nvidia_uvm",
    "/usr/bin/nvidia-modprobe",
)
#: Left behind by the tools that switch a laptop's card off.
SWITCHED_OFF = (
    "/etc/udev/rules.d/50-remove-nvidia.rules",
    "/lib/udev/rules.d/50-remove-nvidia.rules",
    "/lib/udev/rules.d/50-pm-nvidia.rules",
    "/etc/modprobe.d/blacklist-nvidia.conf",
    "/lib/modprobe.d/blacklist-nvidia.conf",
    "/etc/modprobe.d/nvidia-disable.conf",
)
SOURCES: tuple[Source, ...] = (
    MODULES,
    UEVENTS,
    Like(VENDORS.key),
    Like(SLEEP.key),
    COMMAND_LINE,
    LOADED_VERSION,
    LSPCI,
    HWINFO,
    LSMOD,
    *_secure_boot.SOURCES,
    FOUND,
    Like("command:modinfo*"),
    Like(DKMS.key),
    Like(WAITING.key),
    Like(FABRIC.key),
    *(Stat(path) for path in (*NODES, *SWITCHED_OFF)),
    *MODULE_FILES,
)
AMD, INTEL, NVIDIA = 0x1002, 0x8086, 0x10DE
MAKERS = {"nvidia": NVIDIA, "amd": AMD, "intel": INTEL}
#: PCI ids of NVIDIA's NVSwitch chips (A100 and H100 servers), which need a service of their own.
NVSWITCHES = re.compile(r"10de:(?:1ac2|1af1|22a3|22a4)|NVSwitch", re.IGNORECASE)


@dataclass(frozen=True)
class PciCard:
    """A display device on the PCI bus. `driver` is "" where none holds it, None where not told."""

    bus: str
    vendor: int
    device: int | None = None
    name: str = ""
    driver: str | None = None
    source: str = ""

    @property
    def label(self) -> str:
        """What a person can find it by."""
        return self.name or self.bus


@dataclass(frozen=True)
class Drivers:
    """`loaded`, `secure_boot`, `nvidia_module` (the fields of modinfo) are None where not known.

    `there` holds device files and left-over files that were looked for, and whether they exist;
    `built_for` the kernels that have a module of NVIDIA's; `nvidia_smi` is `missing`, `timed-out`,
    its whole text, or "" where it was not asked.
    """

    cards: tuple[PciCard, ...] = ()
    loaded: frozenset[str] | None = None
    there: Mapping[str, bool] = field(default_factory=dict)
    nvidia_module: Mapping[str, str] | None = None
    built_for: frozenset[str] = frozenset()
    kernel: str = ""
    command_line: str = ""
    secure_boot: bool | None = None
    nvidia_smi: str = ""
    #: nothing but its number told of this card (an `nvidia` vendor file in sysfs)
    nvidia_on_bus: bool = False
    #: the key of the reading that shows a card of NVIDIA's suspended, or ""
    asleep: str = ""
    #: what the loaded module says of itself
    nvidia_version: str = ""

    def of(self, vendor: int) -> tuple[PciCard, ...]:
        return tuple(card for card in self.cards if card.vendor == vendor)

    @property
    def lacks_nvidia(self) -> bool:
        """Whether cards are known, and none of them is NVIDIA's."""
        return bool(self.cards) and not self.of(NVIDIA) and not self.nvidia_on_bus

    def is_loaded(self, module: str) -> bool | None:
        """Whether a kernel module is loaded; None where nothing tells."""
        folder = self.there.get(f"/sys/module/{module}")
        return folder if self.loaded is None else module in self.loaded

    def is_missing(self, path: str) -> bool:
        """Whether this device file was looked for and is not there."""
        return self.there.get(path) is False

    @property
    def release(self) -> tuple[int, ...]:
        """`5.15.0-133-generic` → (5, 15, 0); empty where not known."""
        found = re.match(r"\d+(?:\.\d+){1,2}", self.kernel)
        return tuple(map(int, found[0].split("."))) if found else ()


def follow_up(readings: Readings) -> Sequence[Source]:
    """What only a machine with such a card is asked."""
    cards = _cards(readings)
    vendors = {card.vendor for card in cards}
    asked: list[Source] = [
        File(SLEEP.path.replace("*", c.bus)) for c in cards if c.vendor == NVIDIA
    ]
    if NVIDIA in vendors:
        asked += [MODINFO, WAITING]
    if vendors & {NVIDIA, AMD}:
        asked.append(DKMS)
    if any(NVSWITCHES.search(t) for one in (LSPCI, UEVENTS) for _, t in readings.texts(one)):
        asked.append(FABRIC)
    return asked


def parse(readings: Readings, host: Host) -> Drivers:
    return Drivers(
        tuple(_cards(readings)),
        _loaded(readings),
        _there(readings),
        _module(readings),
        frozenset(_built_for(readings)),
        host.kernel or "",
        readings.text(COMMAND_LINE) or "",
        _secure_boot.enabled(readings),
        _nvidia_smi(readings),
        any(text.strip() == "0x10de" for _, text in readings.texts(VENDORS)),
        _asleep(readings),
        readings.text(LOADED_VERSION) or "",
    )


def _cards(readings: Readings) -> list[PciCard]:
    listed = [card for key, text in readings.texts(LSPCI) for card in _listed(key, text)]
    listed += [card for key, text in readings.texts(HWINFO) for card in _described(key, text)]
    events = (_event(key, text) for key, text in readings.texts(UEVENTS))
    found = {card.bus: card for card in (*filter(None, events), *listed)}
    return list(found.values())


def _listed(key: str, text: str) -> Iterator[PciCard]:
    blocks = re.split(r"^(?=\S)", textwrap.dedent(text), flags=re.MULTILINE)
    lists_drivers = "Kernel driver in use:" in text or "Kernel modules:" in text
    for block in blocks:
        head = HEAD.fullmatch(block.partition("\n")[0])
        if not head or not DISPLAY.fullmatch(head["kind"].strip()):
            continue
        ids = re.findall(r"\[([0-9a-f]{4}):([0-9a-f]{4})\]", head["name"], re.IGNORECASE)
        vendor = int(ids[-1][0], 16) if ids else _maker(head["name"])
        held = re.search(r"Kernel driver in use:\s*(\S+)", block)
        driver = held[1] if held else "" if lists_drivers else None
        device = int(ids[-1][1], 16) if ids else None
        bus = _words.bus(head["slot"]) or head["slot"]
        yield PciCard(bus, vendor, device, head["name"].strip(), driver, key)


def _described(key: str, text: str) -> Iterator[PciCard]:
    """Blocks of `hwinfo --display`; a card that nobody holds has no line `Driver:`."""
    for block in re.split(r"^(?=\d+: )", text, flags=re.MULTILINE):
        vendor = re.search(r"Vendor: pci 0x([0-9a-f]{4})", block)
        device = re.search(r"Device: pci 0x([0-9a-f]{4})", block)
        if vendor and "graphics card" in block:
            name = re.search(r'Model: "([^"]+)"', block)
            held = re.search(r'Driver: "([^"]+)"', block)
            slot = re.search(r"SysFS BusID: (\S+)", block)
            yield PciCard(
                slot[1] if slot else key,
                int(vendor[1], 16),
                int(device[1], 16) if device else None,
                name[1] if name else "",
                held[1] if held else "",
                key,
            )


def _maker(name: str) -> int:
    return MAKERS.get(_words.vendor_in(name) or "", 0)


def _event(key: str, text: str) -> PciCard | None:
    """A device's `uevent`, where its class is a display's (0x03….)."""
    values = dict(line.partition("=")[::2] for line in text.splitlines())
    ids = re.fullmatch(r"([0-9A-Fa-f]{1,4}):([0-9A-Fa-f]{1,4})?", values.get("PCI_ID", ""))
    if not (ids and re.fullmatch(r"0?3[0-9A-Fa-f]{4}", values.get("PCI_CLASS", ""))):
        return None
    bus = _words.bus(values.get("PCI_SLOT_NAME", "")) or key
    number = int(ids[2], 16) if ids[2] else None
    return PciCard(bus, int(ids[1], 16), number, "", values.get("DRIVER", ""), key)


def _asleep(readings: Readings) -> str:
    """The key of the first card of NVIDIA's that sleeps; other devices of a laptop do so too."""
    own = {card.bus for card in _cards(readings) if card.vendor == NVIDIA}
    own |= {key.split("/")[5] for key, t in readings.texts(VENDORS) if t.strip() == "0x10de"}
    found = (key for key, t in readings.texts(SLEEP) if t.strip() == "suspended")
    return next((key for key in found if key.split("/")[5] in own), "")


def _loaded(readings: Readings) -> frozenset[str] | None:
    texts = [readings.text(MODULES), *(text for _, text in readings.texts(LSMOD))]
    stated = [text for text in texts if text is not None]
    names = (line.split()[0] for text in stated for line in text.splitlines() if line.strip())
    return frozenset(names) if stated else None


def _there(readings: Readings) -> dict[str, bool]:
    asked = ((path, readings.of(Stat(path))) for path in (*NODES, *SWITCHED_OFF))
    return {path: isinstance(one, Text) for path, one in asked if not isinstance(one, Failed)}


def _module(readings: Readings) -> dict[str, str] | None:
    reading = readings.of(MODINFO)
    if not isinstance(reading, Text):
        short = readings.text("command:modinfo -F license nvidia")
        return {"license": short.strip()} if short else None
    fields = re.findall(r"(?m)^(\w+):\s*(.*?)\s*$", reading.text)
    return dict(reversed(fields))


def _built_for(readings: Readings) -> Iterator[str]:
    """Kernels for which a module of NVIDIA's lies on the disk."""
    for source in MODULE_FILES:
        for key, reading in readings.like(source):
            if isinstance(reading, Text):
                yield key.split("/lib/modules/")[1].split("/")[0]
    for _, text in readings.texts(FOUND):
        yield from re.findall(r"/lib/modules/([^/\s]+)/\S*nvidia[^/\s]*\.ko", text)
    built = r"(?m)^nvidia[\w-]*[/,]\s*[\d.]+,\s*([^,\s]+),[^:\n]*:\s*installed"
    yield from re.findall(built, readings.text(DKMS) or "")


def _nvidia_smi(readings: Readings) -> str:
    answers = [one for _, one in readings.like(Like("command:nvidia-smi*"))]
    texts = [one.everything for one in answers if isinstance(one, Text)]
    if texts:
        return "\n".join(texts)
    if any(isinstance(one, Failed) and one.kind == "timed-out" for one in answers):
        return "timed-out"
    return "missing" if any(isinstance(one, Missing) for one in answers) else ""
