"""Ways out that many problems of drivers share, each written once for every family of systems."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.finding import Fix, Where

LINUX = ("linux",)
LOSES = "Unsaved work in open programs is lost."
RESTART = "sudo reboot"
#: How each family writes the image that the kernel starts from.
START_IMAGE = {
    "debian": "sudo update-initramfs -u -k all",
    "rhel": "sudo dracut --force --regenerate-all",
    "suse": "sudo dracut --force --regenerate-all",
    "arch": "sudo mkinitcpio -P",
}
#: How each family that starts with GRUB writes its menu; Red Hat's has a tool for the boot line.
BOOT_MENU = {
    "debian": "sudo update-grub",
    "arch": "sudo grub-mkconfig -o /boot/grub/grub.cfg",
    "suse": "sudo grub2-mkconfig -o /boot/grub2/grub.cfg",
}
#: The headers of each kernel that Arch or a relative of it has installed.
ARCH_HEADERS = "$(sed 's/$/-headers/' /usr/lib/modules/*/pkgbase)"
#: Ubuntu chooses a driver for the card; Debian has one package.
UBUNTU_OR_DEBIAN = "sudo ubuntu-drivers install || sudo apt install linux-headers-$(uname -r) nvidia-driver firmware-misc-nonfree"
#: akmods builds in the background: a restart before its end leaves the kernel without the module.
AKMODS = "sudo akmods --force"
UPDATE_NVIDIA = {
    "debian": ("sudo apt update", UBUNTU_OR_DEBIAN),
    "rhel": ("sudo dnf upgrade --refresh '*nvidia*'", AKMODS),
    "arch": ("sudo pacman -Syu",),
    "suse": ("sudo zypper refresh", "sudo zypper update"),
}
#: The version that runs now, which shows whether an update took hold.
NVIDIA_VERSION = "nvidia-smi --query-gpu=name,driver_version --format=csv"
INSTALL_NVIDIA_OPEN = {
    "debian": (
        "sudo apt update",
        "sudo apt install $(apt-cache pkgnames nvidia-driver- | grep -x 'nvidia-driver-[0-9]*-open' | sort -V | tail -n 1 | grep . || echo nvidia-driver nvidia-open-kernel-dkms)",
    ),
    "rhel": (
        "sudo sh -c 'echo %_with_kmod_nvidia_open 1 > /etc/rpm/macros-nvidia-kmod'",
        "sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda",
        "sudo akmods --force --rebuild",
    ),
    "arch": (f"sudo pacman -Syu nvidia-open-dkms nvidia-utils {ARCH_HEADERS}",),
    "suse": (
        "sudo zypper install nvidia-open-driver-G06-signed-kmp-default",
        "sudo zypper install nvidia-compute-utils-G06=$(rpm -q --qf '%{VERSION}\\n' nvidia-open-driver-G06-signed-kmp-default | cut -d_ -f1 | sort -V | tail -n 1)",
    ),
}
#: Branch 580, the last for Maxwell, Pascal and Volta. Debian 12 and 13 have an older one anyway.
INSTALL_NVIDIA_580 = {
    "debian": (
        "sudo apt install nvidia-driver-580 || sudo apt install nvidia-driver nvidia-kernel-dkms",
    ),
    "rhel": (
        "sudo dnf install --allowerasing akmod-nvidia-580xx xorg-x11-drv-nvidia-580xx-cuda",
        AKMODS,
    ),
    "arch": (f"yay -S nvidia-580xx-dkms nvidia-580xx-utils {ARCH_HEADERS}",),
    "suse": ("sudo zypper install nvidia-driver-G06-kmp-default nvidia-compute-utils-G06",),
}


def restart(text: str, *commands: str, proof: str, where: Where | None = None) -> Fix:
    """Commands that need an administrator and end with a restart."""
    return Fix(
        text,
        (*commands, RESTART),
        needs_root=True,
        reboot=True,
        loses=LOSES,
        proof=proof,
        where=where or Where(systems=LINUX, container=False),
    )


def by_family(
    text: str,
    commands: Mapping[str, tuple[str, ...]],
    *,
    proof: str,
    reboot: bool = True,
    inside: bool = False,
) -> tuple[Fix, ...]:
    """The same repair with each family's own tools, ending with a restart where one is due.

    What is no part of the kernel can be installed `inside` a container or WSL too.
    """
    host_only = None if inside else False
    return tuple(
        Fix(
            text,
            (*lines, RESTART) if reboot else lines,
            needs_root=True,
            reboot=reboot,
            loses=LOSES if reboot else "",
            proof=proof,
            where=Where(systems=LINUX, families=(family,), wsl=host_only, container=host_only),
        )
        for family, lines in commands.items()
    )


def module_option(text: str, option: str, file: str, *, proof: str) -> tuple[Fix, ...]:
    """Set options of a kernel module, for every family, and restart."""
    write = f"printf '{option}\\n' | sudo tee /etc/modprobe.d/{file}"
    lines = {family: (write, image) for family, image in START_IMAGE.items()}
    return by_family(text, lines, proof=proof)


def boot_line(text: str, *, add: str = "", remove: tuple[str, ...] = ()) -> tuple[Fix, ...]:
    """Add a word to the kernel's boot line, or remove words with their values, and restart."""
    if add:
        edit = f"""sudo sed -i 's/^GRUB_CMDLINE_LINUX="/&{add} /' /etc/default/grub"""
        grubby = f"sudo grubby --update-kernel=ALL --args={add}"
    else:
        edit = f"""sudo sed -i -E 's/ *\\b({"|".join(remove)})[^ "]*//g' /etc/default/grub"""
        grubby = f"sudo grubby --update-kernel=ALL --remove-args='{' '.join(remove)}'"
    lines = {family: (edit, menu) for family, menu in BOOT_MENU.items()}
    return by_family(text, lines | {"rhel": (grubby,)}, proof="cat /proc/cmdline")


def on_host(proof: str) -> Fix:
    """A container uses the driver of its host: the host is where to look."""
    return Fix(
        "A container uses its host's driver: mend it there, then restart the container.",
        ("localai doctor",),
        proof=proof,
        where=Where(container=True),
    )


def on_windows() -> Fix:
    """Below WSL the driver is that of Windows."""
    return Fix(
        "Inside WSL the driver is Windows' own: install or update it there, then restart WSL "
        "from a Windows terminal. Install no NVIDIA driver inside Linux.",
        ("wsl.exe --shutdown",),
        loses="Whatever runs inside WSL is ended.",
        proof="nvidia-smi",
        where=Where(wsl=True),
    )


def vulkan_instead(proof: str = "llama-server --list-devices") -> Fix:
    return Fix(
        "Until then use an engine build with Vulkan, which needs no ROCm or oneAPI: the card must be in its list.",
        ("llama-server --list-devices",),
        proof=proof,
    )
