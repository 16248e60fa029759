"""The shared libraries that an engine loads from the system are there.

Why: An engine brings its own libraries, but not those that every system is expected to have; small
installations and containers come without them.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...model.system_libraries import CPLUSPLUS, MICROSOFT, OPENMP, command
from ...probes.setup import SetUpState

FAMILIES = {
    "debian": "Debian, Ubuntu and what is made of them",
    "rhel": "Fedora, RHEL and what is made of them",
    "suse": "SUSE",
    "arch": "Arch Linux",
    "alpine": "Alpine",
}

PROBLEM = Problem(
    title="A shared library of the system is missing that the engine needs.",
    seen="The engine stops at once and names a library that cannot be opened.",
    why="The library for parallel computing (OpenMP) or of C++ is not part of every small installation.",
    fixes=(
        Fix(
            "Let localai bring it for its own engine alone, where it can; no administrator is needed.",
            ("localai doctor --fix",),
            proof="localai doctor --only engine-system-library-missing",
            where=Where(systems=("linux",)),
            step="install-library",
        ),
        *(
            Fix(
                f"Install it for all programs: {name}.",
                (command((OPENMP, CPLUSPLUS), family),),
                needs_root=True,
                proof="localai doctor --only engine-system-library-missing",
                where=Where(systems=("linux",), families=(family,)),
            )
            for family, name in FAMILIES.items()
        ),
    ),
    sources=(
        "https://github.com/lemonade-sdk/lemonade/issues/2793",
        "https://github.com/oobabooga/textgen/issues/6917",
        "https://github.com/fboulnois/llama-cpp-docker/issues/8",
    ),
    likelihood=0.7,
    systems=("linux",),
    confused_with=("os-glibc-too-old", "python-cuda-libraries-missing"),
)

_NAMES = r"lib(?:gomp|stdc\+\+|i?omp5?|atomic|gcc_s)\.so[.\d]*"

SIGNATURES = (
    Signature(
        rf"{_NAMES}: cannot open shared object file",
        ("cannot", "open", "shared", "object", "file"),
        certainty=0.97,
    ),
    Signature(rf"\b{_NAMES} => not found", ("not", "found"), certainty=0.95),
    Signature(
        rf"Error loading shared library {_NAMES}",
        ("error", "loading", "shared", "library"),
        certainty=0.9,
    ),
    Signature(
        r"The engine loads \S.{0,80} this system has no such library",
        ("engine", "loads", "system", "library"),
        certainty=0.97,
        unless=(r"\.dll\b",),
    ),
)


def check(setup: SetUpState) -> Symptom | None:
    missing = [name for name in setup.examined.libraries if name not in MICROSOFT]
    if not missing:
        return None
    what = f"The engine of {setup.model} loads {' and '.join(missing)}, and this system has no such library."
    return Symptom(what, (Evidence("call:localai.examine", ", ".join(missing)),), 0.99)
