"""Which build runs on which GPU with which driver: the published tables, row by row."""

import pytest

from localai_setup.engines._offers import offers
from localai_setup.machine.keeping import recipe_files
from localai_setup.match import _words
from localai_setup.model.facts import Facts
from localai_setup.probes.confines import Confines
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.rocm import Rocm
from localai_setup.recipes.loading import load_all

LLAMA = load_all(recipe_files.texts()).engines["llama.cpp"]
AVX2 = ("avx2", "fma", "f16c")


def machine(*gpus, system="Linux", libc="glibc 2.39", arch="x86_64", features=AVX2, **more):
    host = Host(system=system, libc=libc if system == "Linux" else None, **more)
    return Facts({Host: host, Cpu: Cpu(arch=arch, features=features), Gpus: Gpus(gpus), Rocm: ROCM})


ROCM = Rocm("10.0.1", installed=True)


def nvidia(cc, driver, name="NVIDIA GPU", **more):
    return Gpu("nvidia", name, 8192, "dedicated", driver=driver, compute_capability=cc, **more)


def amd(gfx, **more):
    return Gpu("amd", "AMD GPU", 8192, "dedicated", gfx=gfx, **more)


def first(facts):
    found = offers(LLAMA, facts)[0]
    return found.build.id if found.refusal is None else None


def reason(facts, build):
    return next(one.refusal.words for one in offers(LLAMA, facts) if build in one.build.id)


CUDA_ROWS = [
    # driver, compute capability, Linux, Windows
    ("520.61", "8.6", "linux-vulkan", "win-vulkan"),
    ("525.60", "6.1", "linux-vulkan", "win-vulkan"),
    ("549.99", "8.9", "linux-vulkan", "win-vulkan"),
    ("552.00", "6.1", "linux-vulkan", "cuda-12.4"),
    ("552.00", "7.5", "linux-vulkan", "cuda-12.4"),
    ("552.00", "8.0", "linux-vulkan", "cuda-12.4"),
    ("552.00", "8.6", "linux-cuda-12.8", "cuda-12.4"),
    ("552.00", "8.9", "linux-cuda-12.8", "cuda-12.4"),
    ("572.61", "5.0", "linux-cuda-12.8", "cuda-12.4"),
    ("572.61", "7.0", "linux-cuda-12.8", "cuda-12.4"),
    ("572.61", "9.0", "linux-cuda-12.8", "cuda-12.4"),
    ("572.61", "12.0", "linux-cuda-12.8", "win-vulkan"),
    ("581.00", "12.0", "linux-cuda-12.8", "cuda-13.4"),
    ("581.00", "7.5", "linux-cuda-12.8", "cuda-12.4"),
    ("581.00", "12.1", "linux-cuda-13.4", "cuda-13.4"),
    ("616.00", "8.0", "linux-cuda-12.8", "cuda-12.4"),
    ("470.10", "3.5", "linux-vulkan", "win-vulkan"),
    ("418.43", "7.5", "xllamacpp", "xllamacpp"),
]


@pytest.mark.parametrize(("driver", "cc", "linux", "windows"), CUDA_ROWS)
def test_nvidia(driver, cc, linux, windows):
    gpu = nvidia(cc, driver)
    assert linux in first(machine(gpu))
    assert windows in first(machine(gpu, system="Windows"))


@pytest.mark.parametrize(
    ("gfx", "linux", "windows"),
    [
        ("gfx1100", "linux-rocm", "win-vulkan"),
        ("gfx1032", "linux-rocm", "win-vulkan"),
        ("gfx1103", "linux-rocm", "win-vulkan"),
        ("gfx906", "linux-vulkan", "win-vulkan"),
        ("gfx803", "linux-vulkan", "win-vulkan"),
        ("gfx942", "linux-rocm", "xllamacpp"),
        (None, "linux-vulkan", "win-vulkan"),
    ],
)
def test_amd(gfx, linux, windows):
    assert linux in first(machine(amd(gfx)))
    assert windows in first(machine(amd(gfx), system="Windows"))


def test_rocm_only_where_its_libraries_are():
    def with_rocm(rocm, gfx="gfx1100"):
        facts = machine(amd(gfx))
        return Facts({**facts.by_type, Rocm: rocm})

    assert "vulkan" in first(with_rocm(Rocm("6.4.1", installed=True)))
    assert "vulkan" in first(with_rocm(Rocm(installed=False)))
    assert "vulkan" in first(with_rocm(Rocm()))
    assert "rocm" in first(with_rocm(Rocm(), "gfx942"))
    assert "ROCm 6.4.1 is installed" in reason(with_rocm(Rocm("6.4.1", installed=True)), "rocm")


def test_a_reason_names_what_is_there_and_what_is_needed():
    facts = machine(nvidia("8.6", "535.10"))
    assert "550.54" in reason(facts, "cuda-12.8")
    assert "535.10" in reason(facts, "cuda-12.8")
    assert "capability is not known" in reason(machine(nvidia(None, "590.1")), "cuda-12.8")
    assert "12.1" in reason(machine(nvidia("12.1", "590.1")), "cuda-12.8")


def test_c_libraries():
    old = machine(nvidia("8.6", "581.00"), libc="glibc 2.35")
    assert "vulkan" in first(old)
    assert "2.39" in reason(old, "cuda-12.8")
    assert first(machine(libc="glibc 2.17")).startswith("xllamacpp")
    assert first(machine(libc="musl 1.2.5")) is None


def test_processors():
    assert first(machine(features=("sse4_2",))) == "b11512-linux-cpu-x64"
    assert first(machine(arch="aarch64")) == "xllamacpp-2026.10.11549-linux-arm64"
    assert first(machine(arch="riscv64")) is None
    assert first(machine(arch="ppc64le")) is None


AVX512 = (*AVX2, "avx512f")
AMX = (*AVX512, "amx_tile")


@pytest.mark.parametrize(
    ("features", "virtual", "system", "build"),
    [
        (AVX2, False, "Linux", "xllamacpp"),
        (AVX512, False, "Linux", "b11512-linux-cpu"),
        (AVX512, True, "Linux", "b11512-linux-cpu"),
        (AVX512, False, "Windows", "b11512-win-cpu"),
        (AVX512, False, "Darwin", "xllamacpp"),
        (AMX, False, "Linux", "b11512-linux-cpu"),
        (AMX, None, "Linux", "b11512-linux-cpu"),
        (AMX, True, "Linux", "xllamacpp"),
    ],
)
def test_better_kernels_are_taken_where_they_run(features, virtual, system, build):
    plain = machine(features=features, system=system)
    facts = Facts({**plain.by_type, Confines: Confines(virtual_machine=virtual)})
    assert first(facts).startswith(build)


@pytest.mark.parametrize(
    ("features", "virtual", "archive", "words"),
    [
        (AVX2, False, False, []),
        (AVX512, False, False, ["AVX2 alone", "AVX-512"]),
        (AVX512, False, True, ["project's own archive is taken", "AVX-512"]),
        (AMX, False, True, ["project's own archive is taken", "AMX"]),
        (AMX, True, False, ["AVX2 alone", "AMX", "not taken here"]),
    ],
)
def test_the_kernels_that_compute_are_told_with_the_reason(features, virtual, archive, words):
    plain = machine(features=features)
    facts = Facts({**plain.by_type, Confines: Confines(virtual_machine=virtual)})
    kind = "b11512-linux-cpu" if archive else "xllamacpp"
    build = next(one for one in LLAMA.builds if one.id.startswith(kind))
    reported = " ".join(_words._kernels_for(build, facts))
    assert bool(reported) == bool(words)
    assert [one for one in words if one in reported] == words


def test_apple():
    m4 = Gpu("apple", "Apple M4", 10922, "unified", integrated=True, usable=True)
    assert first(machine(m4, system="Darwin", arch="aarch64")).endswith("macos-arm64")
    translated = machine(m4, system="Darwin", arch="aarch64", translated=True)
    assert "Rosetta" in reason(translated, "macos-arm64")
    assert "macos-x64" in first(machine(system="Darwin"))


def test_a_card_is_preferred_to_graphics_inside_the_processor():
    inside = amd("gfx1036", integrated=True)
    card = amd("gfx1100", integrated=False)
    assert offers(LLAMA, machine(inside, card))[0].gpus == (card,)


def test_slices():
    slices = [nvidia("9.0", "590.48", f"NVIDIA H100 MIG {n}g", mig=True) for n in (3, 2)]
    assert offers(LLAMA, machine(*slices))[0].gpus == (slices[0],)
    old = [nvidia("8.0", "535.54", "MIG slice", mig=True)]
    assert first(machine(*old)).startswith("xllamacpp")


def test_wsl_has_cuda_and_no_vulkan():
    assert "cuda-12.8" in first(machine(nvidia("8.6", "581.00"), wsl=True))
    assert first(machine(amd("gfx1100"), wsl=True)).startswith("xllamacpp")


def test_a_gpu_whose_driver_fails_is_used_by_no_build():
    broken = nvidia("8.6", "581.00")
    broken = type(broken)(**{**vars(broken), "usable": False, "why_not": "half updated"})
    assert first(machine(broken)).startswith("xllamacpp")
    assert reason(machine(broken), "linux-cuda-12.8") == "half updated"


def test_nothing_without_a_digest_is_offered():
    for build in LLAMA.builds:
        assert build.package or build.archives or build.unavailable
    arm = machine(nvidia("12.1", "590.1"), arch="aarch64")
    assert "no sha256" in reason(arm, "cuda-13.4-arm64")
