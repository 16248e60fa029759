"""What the engine needs from the system: looked for before the plan, and told or brought."""

import itertools
import json
import sys
from dataclasses import replace

import pytest

from localai_setup import planner, survey
from localai_setup.diagnosis import fixing
from localai_setup.diagnosis.doctor import examine
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.engines import llama_cpp
from localai_setup.machine.asking import loading
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.machine.fetching import environments
from localai_setup.machine.keeping import folders, library_folders, recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.errors import LocalaiError
from localai_setup.model.examination import Examination
from localai_setup.model.facts import Facts
from localai_setup.model.finding import Finding, Fix
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Text
from localai_setup.model.system_libraries import KNOWN, command
from localai_setup.probes import libraries, setup
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.libraries import SystemLibraries
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all
from localai_setup.steps.install_engine import InstallEngine

from .known import KNOWN as PROBLEMS

RECIPES = load_all(recipe_files.texts())
LLAMA = RECIPES.engines["llama.cpp"]


def machine(missing=(), system="Linux", family="debian", libc="glibc 2.36", arch="x86_64"):
    host = Host(system=system, family=family, libc=libc if system == "Linux" else None)
    memory = Memory(total_mib=16000, available_mib=12000)
    cpu = Cpu(arch=arch, features=("avx2", "fma", "f16c"))
    found = SystemLibraries(missing=tuple(missing))
    return Facts({Host: host, Cpu: cpu, Memory: memory, Gpus: Gpus(), SystemLibraries: found})


def planned(facts):
    return match(facts, RECIPES, Wish("starter")).choice


def steps(facts):
    return [one.id for one in planner.plan(planned(facts), Workbench()).steps]


def test_nothing_is_brought_where_nothing_is_missing_or_nothing_is_known():
    assert "install-library" not in steps(machine())
    unknown = machine().by_type
    del unknown[SystemLibraries]
    assert "install-library" not in steps(Facts(unknown))


@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
def test_a_missing_openmp_is_brought_before_the_engine(arch):
    assert steps(machine(["libgomp.so.1"], arch=arch))[:2] == ["install-library", "install-engine"]


def test_the_plan_tells_what_is_brought_its_size_and_its_licence():
    step = planner.plan(planned(machine(["libgomp.so.1"])), Workbench()).steps[0]
    for words in ("libgomp.so.1", "missing", "2 MB", "LLVM-exception", "cmeel-libomp-21.1.8"):
        assert words in step.title
    assert step.downloads[0]["bytes"] == 2_219_512


@pytest.mark.parametrize(
    ("facts", "reported"),
    [
        (machine(["libstdc++.so.6"]), "`sudo apt install libstdc++6`"),
        (
            machine(["libstdc++.so.6", "libgomp.so.1"], family="rhel"),
            "`sudo dnf install libgomp libstdc++`",
        ),
        (machine(["libgomp.so.1"], libc="glibc 2.27"), "`sudo apt install libgomp1`"),
        (machine(["libgomp.so.1"], libc="glibc 2.27", family="suse"), "zypper install libgomp1"),
        (machine(["libgomp.so.1"], libc="glibc 2.27", family=None), "package manager"),
        (
            machine(["MSVCP140.dll"], system="Windows", family=None),
            "winget install Microsoft.VCRedist",
        ),
    ],
)
def test_what_cannot_be_brought_is_asked_for_before_anything_is_fetched(facts, reported):
    reason = llama_cpp.refuses(LLAMA, facts)
    assert reported in reason.words and reason.can_be_helped
    assert "same command again" in reason.words
    assert planned(facts) is None


def test_every_known_library_has_a_command_on_every_known_family():
    for family, names in itertools.product(
        ("debian", "rhel", "suse", "arch", "alpine"), KNOWN["Linux"]
    ):
        assert command([names], family)
    assert command(["libunheard.so.9"], "debian") == ""


def test_the_page_of_the_problem_tells_the_same_commands():
    page = PROBLEMS.by_id["engine-system-library-missing"].problem
    for fix in page.fixes:
        for family in fix.where.families:
            assert fix.commands == (command(KNOWN["Linux"], family),)


def test_the_systems_own_loader_is_asked():
    # a Python that starts on a busy computer
    found = loading.loaded(["libnothing-of-this-name.so.7"], timeout_seconds=60)
    assert "libnothing-of-this-name.so.7" in found["libnothing-of-this-name.so.7"]
    if sys.platform == "linux":
        assert loading.loaded(["libc.so.6"], timeout_seconds=60) == {"libc.so.6": None}


def facts_of(readings):
    identity = Identity("Linux", "", "x86_64", "3.11")
    machine = RecordedMachine(identity, readings)
    return survey.facts(survey.read(machine, [libraries]), [libraries])[SystemLibraries]


def test_an_old_recording_knows_nothing_and_raises_no_alarm():
    assert facts_of({}) == SystemLibraries()
    answer = '{"libgomp.so.1": "cannot open", "libstdc++.so.6": null}'
    found = facts_of({libraries.LIBRARIES.key: Text(answer)})
    assert (found.present, found.missing) == (("libstdc++.so.6",), ("libgomp.so.1",))


@pytest.mark.parametrize(
    ("missing", "problem"),
    [
        (["libgomp.so.1"], "engine-system-library-missing"),
        (["MSVCP140.dll"], "windows-vc-runtime-missing-or-old"),
    ],
)
def test_the_doctor_names_the_library_and_no_false_cause(missing, problem):
    state = setup.SetUpState(
        is_set_up=True, finished=True, model="m", examined=Examination(libraries=tuple(missing))
    )
    found = examine(Facts({setup.SetUpState: state}), Surroundings(), PROBLEMS).findings
    assert [one.id for one in found if one.status == "fail"] == [problem]
    assert missing[0] in found[0].what


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    monkeypatch.delenv(library_folders.VARIABLE, raising=False)
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def test_a_brought_library_is_found_by_the_engine_alone(home):
    assert library_folders.environment() == {}
    folder = home / "data" / "engines" / "some-library-1"
    folder.mkdir(parents=True)
    (folder / library_folders.MARKER).write_text(library_folders.text("some-library==1\n", "lib"))
    assert library_folders.environment() == {library_folders.VARIABLE: str(folder / "lib")}
    growing = folder.rename(folder.with_name("some-library-1.growing-x"))
    assert library_folders.environment() == {}, growing


def test_an_engine_whose_library_is_missing_is_not_done_and_fetches_nothing(home):
    step = InstallEngine("none", "none==1\n", "", ("libnothing-of-this-name.so.7",))
    bench = Workbench(offline=True)
    assert not step.done(bench)
    with pytest.raises(LocalaiError, match="libnothing-of-this-name"):
        step.apply(bench, print)
    assert not (home / "data").exists()


def test_an_engine_that_cannot_be_loaded_is_not_kept(home, monkeypatch):
    """Its files are complete, and it was installed well; only loading it shows what is wrong."""
    bench = Workbench()
    monkeypatch.setattr(type(bench.installers), "install", lambda *_: None)
    with pytest.raises(LocalaiError, match="cannot be loaded here.*xllamacpp"):
        bench.environments.build("engine-1", "engine==1\n", "", lambda _: None)
    assert list((home / "data" / "engines").iterdir()) == []
    assert environments.MARKER


def saved(build):
    facts = machine()
    choice = planned(facts)
    bench = Workbench()
    return replace(planner.draft(planner.plan(choice, bench), bench), build=build or choice.build)


def test_a_library_that_vanished_later_is_brought_by_the_doctor(home):
    before = saved("")
    now = planner.with_libraries(before, RECIPES, machine(["libgomp.so.1"]))
    assert [one["id"] for one in now.steps][:2] == ["install-library", "install-engine"]
    assert planner.with_libraries(now, RECIPES, machine(["libgomp.so.1"])) == now
    assert planner.with_libraries(before, RECIPES, machine()) == before
    assert planner.with_libraries(saved("gone-by-now"), RECIPES, machine()).steps
    fix = Fix("Bring it.", step="install-library")
    found = Finding("engine-system-library-missing", "fail", "", "", "", (), (fix,))
    ids = [one.id for one in fixing.steps_to_run([found], replace(now, finished=True))]
    assert ids == ["install-library", "start-server"]


def test_a_repair_that_did_not_help_is_not_recommended_again():
    ours, system = (
        Fix("Repair.", ("localai doctor --fix",), step="install-engine"),
        Fix("Ask apt.", ("x",)),
    )
    found = Finding("a", "fail", "", "It has 3 files.", "", (), (ours, system))
    failed = fixing.unhelpful([found], [replace(found, what="It has 4 files.")])
    after, other = fixing.without_unhelpful([found, replace(found, id="b")], failed)
    assert after.fixes == (system,)
    assert "did not help" in after.what
    assert other.fixes == (ours, system)
    assert fixing.unhelpful([found], []) == {}
    assert fixing.unhelpful([found], [replace(found, what="Another cause.")]) == {}
    (alone,) = fixing.without_unhelpful([replace(found, fixes=(ours,))], failed)
    assert alone.fixes == (fixing.SET_UP_AGAIN,)


@pytest.fixture
def broken(tmp_path):
    """A folder for `LD_LIBRARY_PATH` whose library cannot be loaded: to the loader, as if it were missing."""

    def made(name):
        (tmp_path / name).write_text("no library")
        return {library_folders.VARIABLE: str(tmp_path)}

    return made


on_glibc = pytest.mark.skipif(sys.platform != "linux", reason="the loader is that of Linux")


@on_glibc
def test_init_asks_for_a_library_before_it_fetches_anything(localai, broken):
    localai.extra.update(broken("libstdc++.so.6"))
    done = localai("init", "--yes", "--for", "starter")
    assert done.returncode == 1, done.stderr
    assert "libstdc++.so.6, which this system lacks" in done.stderr
    assert "run the same command again; it goes on" in done.stderr
    assert not (localai.home / "local ai ü" / "data").exists()


def repairs(localai):
    state = localai.home / "local ai ü" / "state" / "failed-repairs.json"
    return json.loads(state.read_text()) if state.exists() else {}


#: While the server here is down, that of a test beside may take its port, and doctor rightly says so.
BUT_THE_PORT = ("--skip", "setup-port-taken", "--skip", "setup-port-moved")


@on_glibc
@pytest.mark.e2e
@pytest.mark.network
def test_a_repair_that_cannot_help_is_tried_once_and_then_the_next_way_is_told(localai, broken):
    """The broken library comes first on the path, so that none that is brought can help."""
    assert localai("init", "--yes", "--for", "starter").returncode == 0
    localai("down")
    localai.extra.update(broken("libgomp.so.1"))
    before = localai("doctor")
    assert "libgomp.so.1" in before.stdout
    assert "To repair" in before.stdout
    failed = localai("doctor", "--fix")
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "engine-system-library-missing" in repairs(localai)
    after = localai("doctor", *BUT_THE_PORT)
    assert "repair was run and did not help" in after.stdout
    assert "To repair" not in after.stdout
    assert "install libgomp1" in after.stdout or "libgomp" in after.stdout
    del localai.extra[library_folders.VARIABLE]
    assert localai("up").returncode == 0
    assert "To repair" not in localai("doctor", *BUT_THE_PORT).stdout
    assert not repairs(localai).keys() - {"setup-port-taken"}


def test_the_failed_repair_is_remembered_until_it_is_well(localai):
    """With nothing set up, a folder that cannot be repaired stands for any repair without effect."""
    state = localai.home / "local ai ü" / "state"
    state.mkdir(parents=True)
    remembered = state / "failed-repairs.json"
    remembered.write_text(
        json.dumps({"setup-server-stopped": "old", "engine-system-library-missing": "x"})
    )
    assert localai("doctor").returncode in (0, 1)
    assert json.loads(remembered.read_text()) == {}
