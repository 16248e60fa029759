"""Recordings come from strangers: each that cannot be used ends in words, soon, and in little memory."""

import gzip
import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localai_setup import survey
from localai_setup.machine.asking import recorded, recorder
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.machine import Identity
from localai_setup.model.reading import FAILURE_KINDS, Failed, Missing, Readings, Text

from . import machines
from .readings import cases, load, machine_of

HEAD = b'{"schema": "localai.recording/1", "readings": '
MANY = json.dumps({f"file:/{n}": {} for n in range(recorded.MAX_READINGS + 1)}).encode()


def refused(path) -> str:
    with pytest.raises(LocalaiError) as caught:
        recorded.load(path)
    assert caught.value.exit_code == Exit.USAGE
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not JSON"),
        (b"\x7fELF\x02\x01\x01\x00\xff\xfe", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (HEAD + b'{"a":' * 200_000, "not JSON"),
        (HEAD + b"NaN}", "NaN"),
        (HEAD + b'{"file:/a": {}, "file:/a": {}}}', "comes twice"),
        (HEAD + b"[]}", "must be objects"),
        (HEAD + b"3}", "must be objects"),
        (HEAD + b'{}, "machine": ["x"]}', "must be objects"),
        (b'{"schema": "localai.recording/2", "readings": {}}', "schema"),
        (b'{"readings": {}}', "schema"),
        (b"[]", "schema"),
        (b"1" * 5000, "not JSON"),
        (HEAD + MANY + b"}", "more than"),
        (gzip.compress(b"{}")[:-9], "breaks off"),
        (b"\x1f\x8b rubbish", "not JSON"),
    ],
    ids=range(16),
)
def test_a_useless_recording_is_refused_in_words(tmp_path, content, why) -> None:
    path = tmp_path / "recording.json"
    path.write_bytes(content)
    assert why in refused(path)


def test_a_packed_recording_that_swells_costs_no_memory(tmp_path) -> None:
    resource = pytest.importorskip(
        "resource", reason="what a process took at most is asked otherwise"
    )
    path = tmp_path / "recording.json.gz"
    path.write_bytes(gzip.compress(b" " * (2 * recorded.MAX_RECORDING_BYTES), 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "larger than" in refused(path)
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mib < 4 * recorded.MAX_RECORDING_BYTES / 1024**2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes by name")
def test_only_a_regular_file_is_a_recording(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name, words in (("", "Is a directory"), ("pipe", "a named pipe"), ("link", "a device")):
        assert words in refused(tmp_path / name)
    assert "No such file" in refused(tmp_path / "dangling")


def test_single_readings_of_wrong_types_are_doubts_and_nothing_else(tmp_path) -> None:
    odd = {
        "a": None, "b": [], "c": {"status": "text"}, "d": {"status": "text", "text": 5},
        "e": {"status": "missing"}, "f": {"status": "failed", "reason": {}},
        "g": {"status": "text", "stdout": "x", "stderr": 1, "exit_code": "0", "ms": True},
    }  # fmt: skip
    path = tmp_path / "recording.json"
    document = {"schema": recorded.SCHEMA, "readings": odd, "machine": {"system": 7}}
    path.write_text(json.dumps(document))
    machine = recorded.load(path)
    kinds = {key: type(machine.readings.of(key)) for key in odd}
    assert kinds == {
        "a": Failed, "b": Failed, "c": Failed, "d": Failed, "e": Missing, "f": Failed, "g": Text
    }  # fmt: skip
    assert machine.readings.of("g") == Text("x")
    assert machine.identity.system is None


def test_broken_letters_come_out_as_words(localai, tmp_path) -> None:
    """Half a character, NUL and escapes in every place that is printed."""
    rotten = "\ud800\x00\x1b[31m"
    table = f"GPU 0: NVIDIA {rotten} (UUID: GPU-0)\n"
    document = {
        "schema": recorded.SCHEMA,
        "machine": {"system": rotten, "release": rotten, "machine": rotten},
        "readings": {
            "command:nvidia-smi -L": {"status": "text", "stdout": table},
            "file:/etc/os-release": {"status": "text", "text": f"ID={rotten}\nVERSION_ID={rotten}"},
            f"command:nvidia-smi {rotten}": {"status": "failed", "reason": rotten},
        },
    }
    path = tmp_path / "recording.json"
    path.write_text(json.dumps(document))
    for words in (["detect", "--json"], ["doctor"]):
        done = localai(*words, "--replay", str(path))
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr


def test_a_recording_answers_as_its_machine_did(localai, tmp_path) -> None:
    path = tmp_path / "recording.json"
    assert localai("record", str(path)).returncode == 0
    live = json.loads(localai("detect", "--json").stdout)
    replayed = json.loads(localai("detect", "--json", "--replay", str(path)).stdout)
    for part in ("os", "cpu", "gpus"):
        assert replayed[part] == live[part]
    steady = {"total_mib", "limit_mib", "swap_mib"}
    assert {k: replayed["memory"][k] for k in steady} == {k: live["memory"][k] for k in steady}
    assert {one["fact"] for one in replayed["unknown"]} == {one["fact"] for one in live["unknown"]}


def replayed(machine: RecordedMachine) -> Readings:
    """What a recording of this machine answers."""
    document = recorder.document(machine.identity, machine.readings)
    return recorded.machine_of(json.loads(json.dumps(document))).readings


@pytest.fixture
def nothing_private(monkeypatch):
    """Recordings without redaction: it is tested on its own, in test_leaks."""
    for name in ("text", "key"):
        monkeypatch.setattr(recorder.Redactor, name, lambda _self, text: text)


WORDS = st.text(st.characters(codec="utf-8"))
NUMBERS = st.none() | st.integers(-(2**31), 2**31)
READING = (
    st.builds(Missing)
    | st.builds(Failed, WORDS, st.sampled_from(FAILURE_KINDS))
    | st.builds(Text, WORDS, exit_code=st.none(), code=NUMBERS, ms=NUMBERS)
    | st.builds(Text, WORDS, WORDS, exit_code=NUMBERS, ms=NUMBERS)
)


@settings(suppress_health_check=list(HealthCheck))
@given(st.dictionaries(WORDS, READING, max_size=5))
def test_what_is_recorded_is_what_is_replayed(nothing_private, readings) -> None:
    machine = RecordedMachine(Identity("Linux"), readings)
    assert {**replayed(machine).by_key, **readings} == replayed(machine).by_key


def fixtures():
    for path in (*cases("sightings"), *cases("texts")):
        yield pytest.param(load(path), "readings", id=path.stem)
    for path in cases("situations"):
        for number, one in enumerate(load(path)):
            for part in ("sick", "well"):
                yield pytest.param(one, part, id=f"{path.stem}-{number}-{part}")


@pytest.mark.parametrize(("case", "part"), list(fixtures()))
def test_a_recording_proves_what_its_machine_does(nothing_private, case, part) -> None:
    machine = machine_of(case, part)
    live, again = survey.facts(machine.readings), survey.facts(replayed(machine))
    assert not live.crashed
    assert live.by_type == again.by_type


def test_the_kind_of_a_failure_is_kept_and_guessed_where_an_old_recording_lacks_it() -> None:
    def kind(entry):
        document = {"schema": recorded.SCHEMA, "readings": {"command:nvidia-smi": entry}}
        return recorded.machine_of(document).readings.of("command:nvidia-smi").kind

    assert kind({"status": "failed", "reason": "x", "kind": "denied"}) == "denied"
    assert kind({"status": "failed", "reason": "it timed out"}) == "timed-out"
    assert kind({"status": "failed", "reason": "x", "kind": "strange"}) == "failed"
    assert kind({"status": "failed", "reason": "x", "kind": []}) == "failed"


ODD_JSON = (
    "[", "[" * 5_000, "[]", "{}", "null", "3", "NaN", '"x"', "[[]]", "[1]", "[null]", "[{}]",
    '[{"name": 3}]', '{"a": []}', '{"cards": [{"total_bytes": "x", "name": []}]}', '{"runs": 3}',
    '{"runs": [3, {"points": 3}]}', '{"system": [], "machine": {}, "release": 3}',
    '{"port": [], "pid": {}}', '{"models": [3, {"name": []}]}', '{"user": [], "groups": 3}',
)  # fmt: skip


@pytest.mark.parametrize("text", ODD_JSON, ids=range(len(ODD_JSON)))
def test_json_of_another_shape_costs_no_fact(text) -> None:
    """Every probe gets it as the answer to each of its questions."""
    asked = {source.key for probe in survey.probes() for source in getattr(probe, "SOURCES", ())}
    asked |= {"call:nvml", "call:gputil", "command:sysctl -a"}
    readings = Readings({key.replace("*", "0"): Text(text) for key in asked})
    assert not survey.facts(readings).crashed
    for probe in survey.probes():
        for name in ("follow_up", "afterwards"):
            list(getattr(probe, name, lambda _: ())(readings))


def test_a_folder_that_holds_a_recording_stands_for_it():
    folder = machines.FOLDER / "raspberry-pi-5-8gb"
    inside = recorded.load(folder / "recording.json")
    assert recorded.load(folder).identity == inside.identity
