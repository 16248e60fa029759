"""What the recipe says that a wheel needs from the system is what its own header says."""

import re
import subprocess
import sys
import zipfile

import pytest

from localai_setup.machine.keeping import recipe_files
from localai_setup.model.system_libraries import KNOWN
from localai_setup.recipes.loading import load_all

from .linked_libraries import linked

LLAMA = load_all(recipe_files.texts()).engines["llama.cpp"]
#: Part of every system that the recipe's `glibc`, `os_version` or `systems` already asks for.
EVERYWHERE = re.compile(
    r"lib(?:c|m|pthread|dl|rt)\.so\.\d|ld-linux\S*|/usr/lib/\S+|/System/Library/\S+"
    r"|api-ms-win-\S+|(?:bcryptprimitives|advapi32|ntdll|ws2_32|crypt32|kernel32|python3)\.dll",
    re.IGNORECASE,
)
WHEELS = [
    (build, build.package, wheel.tag, build.libraries)
    for build in LLAMA.builds
    if build.package
    for wheel in build.package.wheels
]


def fetched(package, tag, folder):
    """The wheel's compiled part, for whichever platform."""
    pin = f"{package.name}=={package.version}"
    for_others = [
        "--platform",
        tag,
        "--python-version",
        "3.11",
        "--implementation",
        "cp",
        "--abi",
        "abi3",
    ]
    make = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(
        [*make, *for_others, "--abi", "none", "-d", folder, pin], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"{pin} for {tag} cannot be had: {done.stderr[-200:]}")
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.mark.e2e
@pytest.mark.network
@pytest.mark.parametrize(
    ("build", "package", "tag", "reported"), WHEELS, ids=[one[2] for one in WHEELS]
)
def test_the_recipe_names_what_the_wheel_links_to(tmp_path, build, package, tag, reported):
    with fetched(package, tag, tmp_path) as wheel:
        compiled = [one for one in wheel.namelist() if one.endswith((".so", ".pyd"))]
        assert len(compiled) == 1
        found = linked(wheel.read(compiled[0]))
    assert sorted(name for name in found if not EVERYWHERE.fullmatch(name)) == sorted(reported), (
        build.id
    )


@pytest.mark.e2e
@pytest.mark.network
@pytest.mark.parametrize(
    ("replacement", "tag"),
    [(one, wheel.tag) for one in LLAMA.replacements for wheel in one.package.wheels],
)
def test_what_stands_in_has_the_library_and_needs_nothing_more(tmp_path, replacement, tag):
    with fetched(replacement.package, tag, tmp_path) as wheel:
        raw = wheel.read(f"{replacement.folder}/{replacement.library}")
    assert [name for name in linked(raw) if not EVERYWHERE.fullmatch(name)] == []
    assert b"GOMP_parallel" in raw


def test_this_pythons_own_libraries_are_read():
    """The reader of headers is itself read once against a program that is surely here."""
    if sys.platform == "win32":
        pytest.skip("python.exe of an environment is a launcher")
    with open(sys.executable, "rb") as file:
        raw = file.read()
    try:
        found = linked(raw)
    except ValueError:
        pytest.skip("this Python is of several architectures or of none that is read")
    assert any(
        name.startswith(("libc.so", "libm.so", "/usr/lib/")) or "python" in name for name in found
    )


def test_the_probe_asks_for_every_library_that_a_build_needs():
    for build in LLAMA.builds:
        for system in build.systems:
            assert set(build.libraries) <= set(KNOWN.get(system, ())), build.id
