"""Ways out that many problems of drivers share, each written once for every family of systems."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.finding import Fix, Where

LINUX = ("linux",)
LOSES = "Unsaved work in open programs is lost."
RESTART = "sudo reboot"
#: How each family writes the image that the kernel starts from.
START_IMAGE = {
    "debian": "sudo update-initramfs -u",
    "rhel": "sudo dracut --force",
    "suse": "sudo dracut --force",
    "arch": "sudo mkinitcpio -P",
}
UPDATE_NVIDIA = {
    "debian": ("sudo apt install nvidia-driver-580",),
    "rhel": ("sudo dnf upgrade --refresh akmod-nvidia",),
    "arch": ("sudo pacman -Syu",),
    "suse": ("sudo zypper refresh", "sudo zypper update"),
}
#: The version that runs now, which shows whether an update took hold.
NVIDIA_VERSION = "nvidia-smi --query-gpu=name,driver_version --format=csv"
INSTALL_NVIDIA_OPEN = {
    "debian": ("sudo apt install nvidia-driver-580-open",),
    "rhel": (
        "sudo sh -c 'echo %_with_kmod_nvidia_open 1 > /etc/rpm/macros-nvidia-kmod'",
        "sudo dnf install akmod-nvidia xorg-x11-drv-nvidia-cuda",
        "sudo akmods --force --rebuild",
    ),
    "arch": ("sudo pacman -S nvidia-open-dkms nvidia-utils linux-headers",),
    "suse": (
        "sudo zypper install nvidia-open-driver-G06-signed-kmp-default nvidia-compute-utils-G06",
    ),
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
        "Until then an engine build with Vulkan needs none of this; look whether it lists the card.",
        ("llama-server --list-devices",),
        proof=proof,
    )
