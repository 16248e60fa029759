"""Whether one GPU can run one build: driver, compute capability, gfx target, Vulkan.

Rules and numbers: NVIDIA's table of toolkit drivers and its rules of binary compatibility, AMD's
lists of supported chips, the build rules of llama.cpp b11434.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..model.engine import BuildRecipe, CudaCode, Refusal, RocmCode
from ..model.facts import Facts
from ..model.versions import numbers
from ..probes.gpus import Gpu
from ..probes.host import Host
from ..probes.rocm import Rocm

#: NVIDIA's first driver branch with Vulkan 1.2, which llama.cpp asks for
VULKAN_NVIDIA_DRIVER = "450.0"
#: AMD's chips for computing alone; no Vulkan driver serves them
COMPUTE_ONLY = frozenset({"gfx908", "gfx90a", "gfx940", "gfx941", "gfx942", "gfx950"})


def refuses(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    """Why this GPU cannot run the build; None where it can."""
    if gpu.usable is False:
        return _lacking(gpu.why_not or "its driver does not work")
    return RULES[build.backend](build, gpu, facts)


def newer_driver(build: BuildRecipe, gpu: Gpu, facts: Facts) -> str | None:
    """The driver with which this build would run on this GPU, where nothing else is in the way."""
    if not build.cuda or gpu.driver is None or refuses(build, gpu, facts) is None:
        return None
    for version in (build.cuda.driver, build.cuda.portable_driver):
        if refuses(build, replace(gpu, driver=version), facts) is None:
            return version
    return None


def _lacking(words: str) -> Refusal:
    return Refusal("lacking", words)


def _unknown(words: str) -> Refusal:
    return Refusal("unknown", words)


def _for_vendor(name: str) -> Refusal:
    return Refusal("for-another", f"it is for {name} GPUs")


def _cuda(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    del facts
    code = build.cuda
    assert code
    if gpu.vendor != "nvidia":
        return _for_vendor("NVIDIA")
    if gpu.compute_capability is None:
        return _unknown("the GPU's compute capability is not known")
    if gpu.driver is None and gpu.cuda_driver_version is None:
        return _unknown("the version of NVIDIA's driver is not known")
    mine = numbers(gpu.compute_capability)
    if mine > numbers(code.newest):
        return _lacking(f"it has no code for compute capability {gpu.compute_capability}")
    if _is_native(code, mine):
        return _driver(gpu, code.driver, code, f"programs made with CUDA {code.toolkit} need")
    if any(numbers(one) <= mine for one in code.portable):
        made = f"CUDA {code.toolkit} has this GPU's code in a form that is compiled at start, by"
        return _driver(gpu, code.portable_driver, code, made)
    return _lacking(
        f"CUDA {code.toolkit} has no code for compute capability {gpu.compute_capability}"
    )


def _is_native(code: CudaCode, mine: tuple[int, ...]) -> bool:
    same = [numbers(one) for one in code.native if numbers(one)[0] == mine[0]]
    return any(one <= mine for one in same) or mine in [numbers(one) for one in code.specific]


def _driver(gpu: Gpu, needed: str, code: CudaCode, why: str) -> Refusal | None:
    if gpu.driver is None:
        newest = numbers(gpu.cuda_driver_version)
        known = f"the driver knows CUDA {gpu.cuda_driver_version} only"
        enough = newest >= numbers(code.toolkit)
        return None if enough else _lacking(f"{why} driver {needed}, and {known}")
    if numbers(gpu.driver) >= numbers(needed):
        return None
    return _lacking(f"{why} driver {needed} or newer, and this one is {gpu.driver}")


def _rocm(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    code = build.rocm
    assert code
    if gpu.vendor != "amd":
        return _for_vendor("AMD")
    if gpu.gfx is None:
        return _unknown("the GPU's gfx target is not known")
    if gpu.gfx not in code.targets:
        return _lacking(f"it has no code for {gpu.gfx}")
    if (facts.get(Host) or Host()).wsl:
        return _lacking("ROCm in WSL2 needs AMD's own package for it")
    return None if code.bundled else _libraries(code, gpu, facts.get(Rocm) or Rocm())


def _libraries(code: RocmCode, gpu: Gpu, rocm: Rocm) -> Refusal | None:
    """The archives for Linux bring no ROCm with them. Where nobody knows whether it is there,
    Vulkan is surer, for GPUs that have it.
    """
    if rocm.version and numbers(rocm.version)[:1] == numbers(code.runtime):
        return None
    if rocm.installed is None and gpu.gfx in COMPUTE_ONLY:
        return None
    needs = f"it needs the libraries of ROCm {code.runtime}, and"
    if rocm.version:
        return _lacking(f"{needs} ROCm {rocm.version} is installed")
    if rocm.installed is None:
        return _unknown(f"{needs} whether they are here is not known")
    return _lacking(f"{needs} there are none")


def _vulkan(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    del build
    if gpu.vendor not in ("nvidia", "amd", "intel"):
        return _lacking(f"Vulkan is not offered for {gpu.vendor} GPUs")
    if (facts.get(Host) or Host()).wsl:
        return _lacking("WSL2 does not pass Vulkan on")
    if gpu.mig:
        return _lacking("slices of a card have no Vulkan")
    if gpu.gfx in COMPUTE_ONLY:
        return _lacking(f"there is no Vulkan driver for {gpu.gfx}")
    known = gpu.driver if gpu.vendor == "nvidia" else None
    if known and numbers(known) < numbers(VULKAN_NVIDIA_DRIVER):
        return _lacking(f"Vulkan 1.2 needs driver 450 or newer, and this one is {known}")
    return None


def _metal(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    del build
    if gpu.vendor != "apple":
        return _lacking("Metal is offered on Apple silicon alone")
    if (facts.get(Host) or Host()).translated:
        return _lacking(
            "this Python runs translated (Rosetta), and Metal needs one for Apple silicon"
        )
    return None


def _sycl(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    del build, facts
    return None if gpu.vendor == "intel" else _for_vendor("Intel")


def _nothing(build: BuildRecipe, gpu: Gpu, facts: Facts) -> Refusal | None:
    del gpu, facts
    return Refusal("for-another", f"{build.id} computes on the processor")


RULES: dict[str, Callable[[BuildRecipe, Gpu, Facts], Refusal | None]] = {
    "cuda": _cuda,
    "rocm": _rocm,
    "vulkan": _vulkan,
    "metal": _metal,
    "sycl": _sycl,
    "cpu": _nothing,
}
