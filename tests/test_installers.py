"""pip, or uv where pip is missing, or a word on what to install."""

import os
import shutil
import subprocess
import sys

from pathlib import Path

import pytest

from localai_setup.machine.fetching import environments, installers
from localai_setup.machine.fetching.installers import Installers, interpreter
from localai_setup.machine.keeping import folders
from localai_setup.machine.running import program_path
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError

PIN = "iniconfig==2.0.0 --hash=sha256:b6a85871a79d2e3b22d2d1b94ac2824226a63c6b741c88f7ae975f18b6778374\n"
TOOLS = Installers(Processes())


@pytest.fixture
def no_pip(monkeypatch):
    monkeypatch.setattr(installers, "find_spec", lambda _name: None)


@pytest.fixture
def pins(tmp_path):
    file = tmp_path / "pins.txt"
    file.write_text(PIN)
    return file


@pytest.fixture(scope="module")
def uv(tmp_path_factory):
    """A real uv, in an environment of its own."""
    folder = tmp_path_factory.mktemp("uv")
    make = [sys.executable, "-m", "pip", "install", "-q", "--target", folder, "uv"]
    if subprocess.run(make, check=False, capture_output=True).returncode:
        pytest.skip("uv cannot be had from the package index")
    return folder / "bin"


@pytest.mark.parametrize(
    ("manager", "package"),
    [
        ("apt-get", "python3-venv"),
        ("dnf", "python3-pip"),
        ("apk", "py3-pip"),
        ("none", "python.org"),
    ],
)
def test_without_pip_and_uv_the_package_is_named(monkeypatch, no_pip, pins, manager, package):
    monkeypatch.setattr(program_path, "find", lambda name: name if name == manager else None)
    with pytest.raises(LocalaiError) as trouble:
        TOOLS.unpack(pins.parent / "target", pins)
    assert package in trouble.value.hint
    assert ("`" in trouble.value.hint) == (manager != "none")


@pytest.mark.skipif(sys.platform == "win32", reason="there every Python has venv")
def test_without_venv_the_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", shutil.which("false") or "false")
    monkeypatch.setattr(shutil, "which", lambda name, **_: name if name == "apt-get" else None)
    with pytest.raises(LocalaiError, match="virtual environment") as trouble:
        TOOLS.make_environment(tmp_path / "env")
    assert "sudo apt install python3-venv" in trouble.value.hint


def test_modules_of_the_current_folder_are_never_imported(monkeypatch, tmp_path, pins):
    """In a cloned repository or a folder of downloads anything may be called `pip.py`."""
    trap = tmp_path / "downloads"
    trap.mkdir()
    for name in ("venv", "pip", "ensurepip", "runpy"):
        (trap / f"{name}.py").write_text(f"open({str(tmp_path / 'owned')!r}, 'a').write('{name} ')")
    monkeypatch.chdir(trap)
    monkeypatch.setenv("PYTHONPATH", str(trap))
    TOOLS.make_environment(tmp_path / "environment")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(LocalaiError):
        TOOLS.unpack(tmp_path / "target", pins)
    assert not (tmp_path / "owned").exists()


RUSTC = """#!/bin/sh
# as rustup's does: it writes its settings before it answers
home="${RUSTUP_HOME:-$HOME/.rustup}"
mkdir -p "$home" && echo 'version = "12"' > "$home/settings.toml" && echo "$home" >> "$HOME/../asked"
exit 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a program that is a shell script")
@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_nothing_is_left_in_a_home(monkeypatch, request, tmp_path, pins, tool):
    """Neither caches nor what a program writes that pip starts on the way."""
    home, programs = tmp_path / "home", tmp_path / "programs"
    home.mkdir()
    programs.mkdir()
    (programs / "rustc").write_text(RUSTC)
    (programs / "rustc").chmod(0o755)
    path = os.environ["PATH"]
    if tool == "uv":
        request.getfixturevalue("no_pip")
        path = f"{request.getfixturevalue('uv')}{os.pathsep}{path}"
    for name, value in {
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{path}",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "UV_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("PIP_NO_CACHE_DIR", "UV_NO_CACHE", "XDG_CACHE_HOME", "RUSTUP_HOME"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LocalaiError):
        TOOLS.unpack(tmp_path / "target", pins)
    assert list(home.rglob("*")) == []
    assert not list(pins.parent.glob("scratch-*"))
    assert tool == "uv" or (tmp_path / "asked").exists()


def test_a_slow_pip_is_not_taken_for_none(monkeypatch, pins):
    """On a busy machine pip took a minute to tell its version."""
    monkeypatch.setattr(installers, "INSTALL_TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(installers, "PIP", (sys.executable, "-c", "import time; time.sleep(9)"))
    with pytest.raises(LocalaiError, match="no end after") as trouble:
        TOOLS.unpack(pins.parent / "target", pins)
    assert "pip is not there" not in str(trouble.value)


@pytest.fixture(scope="module")
def old_pip(tmp_path_factory):
    """The pip of Ubuntu 22.04's venv; one before 22.3 has no `--python`."""
    folder = tmp_path_factory.mktemp("pip")
    make = [sys.executable, "-m", "pip", "install", "-q", "--target", folder, "pip==22.0.2"]
    if subprocess.run(make, check=False, capture_output=True).returncode:
        pytest.skip("pip 22.0.2 cannot be had from the package index")
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)"
    return (sys.executable, "-c", start, "--disable-pip-version-check", "--no-input")


TOOLS_BY_NAME = [
    "pip",
    pytest.param(
        "old pip",
        marks=pytest.mark.skipif(
            sys.version_info >= (3, 13), reason="it imports cgi, which this Python no longer has"
        ),
    ),
    "uv",
]


@pytest.mark.network
@pytest.mark.parametrize("tool", TOOLS_BY_NAME)
def test_both_unpack_what_is_pinned(monkeypatch, request, tmp_path, pins, tool):
    if tool == "old pip":
        monkeypatch.setattr(installers, "PIP", request.getfixturevalue("old_pip"))
    if tool == "uv":
        request.getfixturevalue("no_pip")
        path = f"{request.getfixturevalue('uv')}{os.pathsep}{os.environ['PATH']}"
        monkeypatch.setenv("PATH", path)
    environment = tmp_path / "env"
    TOOLS.make_environment(environment)
    TOOLS.install(environment, pins)
    run = [interpreter(environment), "-c", "import iniconfig; print(iniconfig.__file__)"]
    assert str(environment) in subprocess.run(run, capture_output=True, text=True).stdout
    pins.write_text(PIN.replace("b6a8", "ffff"))
    with pytest.raises(LocalaiError, match="bytes"):
        TOOLS.unpack(tmp_path / "other", pins)


def test_offline_fetches_nothing(pins):
    with pytest.raises(LocalaiError, match="--offline"):
        Installers(Processes(), offline=True).unpack(pins.parent / "target", pins)


#: variables, with {here} for a folder that is there → whether all packages come from this computer
ALONE = [
    ({}, False), ({"PIP_NO_INDEX": "1"}, False), ({"PIP_FIND_LINKS": "{here}"}, False),
    ({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "{here}"}, True),
    ({"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "{here}"}, False),
    ({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "https://example.org/"}, False),
    ({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "{here} https://example.org/"}, False),
    ({"UV_NO_INDEX": "1", "UV_FIND_LINKS": "{here}"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "is_installed"), ALONE)
def test_offline_packages_of_this_computer_are_installed(
    variables, is_installed, pins, tmp_path, monkeypatch
):
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "UV_NO_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(here=tmp_path))
    with pytest.raises(LocalaiError) as reported:
        Installers(Processes(), offline=True).unpack(tmp_path / "target", pins)
    # the folder is empty, so that pip says what it lacks
    assert ("--offline" in reported.value.what) != is_installed


SSL = "Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {} (_ssl.c:1006)'))"
NAME = "NewConnectionError('<pip._vendor...HTTPSConnection>: Failed to establish a new connection: {}')"


LONG_PATH = (
    "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: "
    "'C:\\\\deep\\\\x.py'\nHINT: This error might have occurred since this system does not have Windows "
    "Long Path support enabled."
)


@pytest.mark.parametrize(
    ("output", "stated", "explained"),
    [
        (SSL.format("certificate has expired"), "clock", "net-certificate-date-invalid"),
        (SSL.format("certificate is not yet valid"), "clock", "net-certificate-date-invalid"),
        (SSL.format("self-signed certificate"), "refused", "net-tls-intercepted"),
        (NAME.format("[Errno -3] Temporary failure in name resolution"), "name", "net-dns-failing"),
        (NAME.format("[Errno 11001] getaddrinfo failed"), "name", "net-dns-failing"),
        ("Caused by: dns error: failed to lookup address information", "name", "net-dns-failing"),
        ("Cannot connect to proxy.", "proxy", "HTTPS_PROXY"),
        ("OSError: [Errno 28] No space left on device", "disk is full", "Free some space"),
        ("[WinError 112] Es steht nicht genug Speicherplatz zur Verfügung", "disk", "Free some"),
        (LONG_PATH, "too long", "LOCALAI_HOME"),
        ("OSError: [Errno 36] File name too long: '/home/a/x'", "too long", "LOCALAI_HOME"),
        ("ERROR: No matching distribution found for xllamacpp", "offers no file", "pip config"),
    ],
)
def test_what_the_tool_says_is_told_in_words(monkeypatch, pins, output, stated, explained):
    """pip ends every trouble with the same last line; what came before says which it was."""
    words = f"{output}\nERROR: No matching distribution found for iniconfig"
    script = f"import sys; sys.exit(0 if '--version' in sys.argv else {words!r})"
    monkeypatch.setattr(installers, "PIP", (sys.executable, "-c", script))
    with pytest.raises(LocalaiError, match=stated) as trouble:
        TOOLS.unpack(pins.parent / "target", pins)
    assert explained in trouble.value.hint


# a newer localai brings a newer runner


def made_environment(bench, name, runner):
    """As `build` leaves it, without an engine."""
    folder = bench.environments.folder(name)
    interpreter(folder).parent.mkdir(parents=True)
    interpreter(folder).touch()
    package = installers.packages(folder) / "xllamacpp"
    package.mkdir(parents=True)
    (package / "xllamacpp.so").touch()
    (folder / environments.MARKER).write_text(PIN)
    Path(bench.environments.program(name, runner)[1]).write_text(runner)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield Workbench(offline=True)
    folders.all_folders.cache_clear()


def test_a_newer_runner_comes_beside_the_one_that_works(bench):
    """Nothing is fetched again, and the set-up of before still starts with its own."""
    made_environment(bench, "engine-1", "old")
    assert bench.environments.is_complete("engine-1", PIN, "old")
    assert not bench.environments.is_complete("engine-1", PIN, "new")
    bench.environments.build("engine-1", PIN, "new", lambda _: None)
    assert bench.environments.is_complete("engine-1", PIN, "new")
    assert bench.environments.is_complete("engine-1", PIN, "old")
    programs = {bench.environments.program("engine-1", one)[1] for one in ("old", "new")}
    assert sorted(Path(one).read_text() for one in programs) == ["new", "old"]


def test_the_runner_of_version_0_1_still_counts(bench):
    made_environment(bench, "engine-1", "old")
    _python, runner = bench.environments.program("engine-1", "old")
    Path(runner).rename(Path(runner).with_name(environments.OLD_RUNNER))
    assert bench.environments.is_complete("engine-1", PIN, "old")
    assert not bench.environments.is_complete("engine-1", PIN, "new")


def test_other_pins_are_another_engine(bench):
    made_environment(bench, "engine-1", "old")
    with pytest.raises(LocalaiError, match="--offline"):
        bench.environments.build("engine-1", PIN.replace("2.0.0", "2.0.1"), "old", lambda _: None)
    assert not bench.environments.is_complete("engine-1", PIN, "old")
