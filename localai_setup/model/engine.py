"""What an engine's recipe says: its builds, where each comes from, and what each needs.

As in `recipe.py`, the field names and types are the schema of the YAML. A field with a default may
be left out; an empty need asks for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ReleaseFile:
    """One asset of a release on GitHub, pinned: `repository` OWNER/NAME, `bytes`, `sha256`.

    `bytes` is 0 where nobody counted them: then the server that gives it is asked, and the hash decides.
    """

    repository: str
    tag: str
    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Wheel:
    """One wheel of the package; `tag` is its platform tag. `bytes` and `unpacked_bytes` are its own
    size and that of what is in it, 0 where nobody measured them.
    """

    tag: str
    sha256: str
    bytes: int = 0
    unpacked_bytes: int = 0


@dataclass(frozen=True)
class Package:
    """A package of the user's index, pinned: one version, the hashes of its wheels."""

    name: str
    version: str
    wheels: tuple[Wheel, ...]


@dataclass(frozen=True)
class Replacement:
    """A package of the index that stands in for a library of the system where that is missing.

    `library` is the name that the loader searches for, `folder` where the package has it. `glibc` is
    the oldest that will do.
    """

    library: str
    systems: tuple[str, ...]
    arches: tuple[str, ...]
    package: Package
    folder: str
    licence: str
    glibc: str = ""


@dataclass(frozen=True)
class CudaCode:
    """The device code in a CUDA build. Versions as NVIDIA writes them ("12.8", "8.6", "570.26").

    `native` lists compute capabilities with machine code (SASS), which also runs on later ones of
    the same major version; `portable` those with PTX, which a driver that knows the toolkit
    compiles for any later one. `specific` is machine code for that one capability alone (`120a`).
    `newest` is the last capability that this build is right for. `driver` starts machine code,
    `portable_driver` compiles PTX.
    """

    toolkit: str
    native: tuple[str, ...]
    portable: tuple[str, ...]
    newest: str
    driver: str
    portable_driver: str
    specific: tuple[str, ...] = ()


@dataclass(frozen=True)
class RocmCode:
    """The gfx targets in a ROCm build, and the ROCm whose libraries it loads ("10")."""

    targets: tuple[str, ...]
    runtime: str
    bundled: bool


@dataclass(frozen=True)
class BuildRecipe:
    """One build of an engine.

    `backend`: cpu, metal, vulkan, cuda, rocm or sycl. `number` is llama.cpp's build number. A build
    has either `package` or `archives` (program first, libraries that lie beside it after); one
    without any is known and not offered, `unavailable` says why. `glibc` and `os_version` are the
    oldest that will do. `libraries` are the shared libraries that it loads from the system beyond the
    C library, by the names that it searches for.
    """

    id: str
    backend: str
    number: int
    systems: tuple[str, ...]
    arches: tuple[str, ...]
    package: Package | None = None
    archives: tuple[ReleaseFile, ...] = ()
    unavailable: str = ""
    glibc: str = ""
    os_version: str = ""
    cpu_features: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    cuda: CudaCode | None = None
    rocm: RocmCode | None = None

    @property
    def download_bytes(self) -> int:
        return sum(one.bytes for one in self.archives)


@dataclass(frozen=True)
class EngineRecipe:
    """`localai.engine/1`: an engine and its builds, the preferred ones first."""

    schema: str
    id: str
    name: str
    licence: str
    source: str
    builds: tuple[BuildRecipe, ...]
    replacements: tuple[Replacement, ...] = ()

    @property
    def repositories(self) -> frozenset[str]:
        """The projects whose releases it takes archives from."""
        return frozenset(one.repository for build in self.builds for one in build.archives)

    @property
    def packages(self) -> frozenset[str]:
        """The packages of the index that are the engine."""
        return frozenset(build.package.name for build in self.builds if build.package)

    @property
    def library_packages(self) -> frozenset[str]:
        """The packages that stand in for libraries of the system."""
        return frozenset(one.package.name for one in self.replacements)


@dataclass(frozen=True)
class Refusal:
    """Why a build cannot run on a machine or on one GPU of it; `words` end a sentence about the build.

    `for-another`: it is made for another system, processor or vendor; `lacking`: this machine lacks
    what it needs; `unknown`: nobody knows whether it has that; `unavailable`: nobody offers the build.
    """

    kind: Literal["for-another", "lacking", "unknown", "unavailable"]
    words: str
