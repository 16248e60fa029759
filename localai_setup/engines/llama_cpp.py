"""llama.cpp by the xllamacpp wheel, in an environment of its own."""

from __future__ import annotations

from importlib import resources

from ..probes.cpu import Cpu
from ..probes.host import Host

VERSION = "2026.10.11549"
ENVIRONMENT = f"xllamacpp-{VERSION}"
#: sha256 of each wheel of this version, as the package index publishes them (read 2026-11-24)
WHEELS = {
    "manylinux2014_x86_64": "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
    "manylinux2014_aarch64": "e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e",
    "macosx_13_0_arm64": "4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781",
    "macosx_13_0_x86_64": "1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689",
    "win_amd64": "1b76730ab9af47ec8d05a3d55154305fa92642f694dd9ad87d9e5a5e9956a59d",
}
NEXT_WAY = "Install Ollama (ollama.com) or llama.cpp for this system and give `--engine`."


def requirements() -> str:
    """The pins for pip: one version, the hashes of all its wheels; pip takes the one that fits."""
    hashes = " ".join(f"--hash=sha256:{digest}" for digest in WHEELS.values())
    return f"xllamacpp=={VERSION} {hashes}\n"


def runner() -> str:
    """The program that is copied into the environment."""
    return resources.files(__package__).joinpath("_runner.py").read_text(encoding="utf-8")


def refuses(host: Host, cpu: Cpu) -> str | None:
    """Why this machine cannot have the wheel, before anything is fetched; None where it can."""
    if host.libc and host.libc.startswith("musl"):
        return f"The engine's wheel needs glibc, and this system has {host.libc}. {NEXT_WAY}"
    if host.system == "Windows" and cpu.arch in ("aarch64", "arm64"):
        return f"There is no wheel of the engine for Windows on Arm. {NEXT_WAY}"
    if cpu.arch not in (None, "x86_64", "aarch64"):
        return f"There is no wheel of the engine for {cpu.arch} processors. {NEXT_WAY}"
    if cpu.features is not None and cpu.arch == "x86_64" and "avx2" not in cpu.features:
        return f"The engine's wheel needs a processor with AVX2, and this one has none. {NEXT_WAY}"
    return None
