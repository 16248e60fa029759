"""The disk of the models: as the machine tells it, and as damaged recordings do not."""

import json
import sys
from types import SimpleNamespace as Made

import pytest

from localai_setup.machine.fetching import disk as live
from localai_setup.model.reading import Readings, Text
from localai_setup.probes import disk


def test_this_machine_tells_its_disk(monkeypatch, tmp_path):
    monkeypatch.setattr(live.folders, "folder", lambda _: tmp_path / "not" / "there")
    reported = live.models()
    found = disk.parse(Readings({"call:disk.models": Text(json.dumps(reported))}))
    assert 0 <= found.free_mib <= found.total_mib
    assert not found.unknown


@pytest.mark.parametrize("kind,network", [("nfs4", True), ("ext4", False), (None, None)])
def test_a_network_mount_is_known_by_its_kind(kind, network):
    reported = {"free_bytes": 1024**3, "total_bytes": 2 * 1024**3, "file_system": kind}
    found = disk.parse(Readings({"call:disk.models": Text(json.dumps(reported))}))
    assert (found.free_mib, found.network_mount) == (1024, network)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"free_bytes": "9"}', '{"free_bytes": -1}'])
def test_damaged_answers_leave_it_unknown(text):
    found = disk.parse(Readings({"call:disk.models": Text(text)}))
    assert found.free_mib is None
    assert [one.fact for one in found.unknown] == ["disk"]


def test_a_growing_folder_never_seems_to_shrink(tmp_path):
    growth = live.Growth(tmp_path)
    assert growth.measured() == 0
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "wheel").write_bytes(bytes(100))
    assert growth.measured() == 100
    (tmp_path / "inner" / "wheel").unlink()
    (tmp_path / "unpacked").write_bytes(bytes(70))
    assert growth.measured() == 100
    (tmp_path / "more").write_bytes(bytes(70))
    assert growth.measured() == 140


@pytest.mark.skipif(sys.platform != "linux", reason="room is reserved on Linux alone")
@pytest.mark.parametrize(
    ("mount", "size"), [(("ext4", "rw"), 70_000), (("nfs4", "rw,ext4"), 3), ((None, ""), 3)]
)
def test_room_is_reserved_where_the_file_system_does_so_at_once(mount, size, monkeypatch, tmp_path):
    monkeypatch.setattr(live, "_mount", lambda _: mount)
    file = tmp_path / "model.part"
    file.write_bytes(b"abc")
    live.reserve(file, 70_000)
    assert file.stat().st_size == size
    assert file.read_bytes()[:3] == b"abc"


def test_what_a_file_takes_is_counted_in_blocks_where_the_system_counts_them(tmp_path):
    counted = Made(stat=lambda: Made(st_size=7, st_blocks=8))
    not_counted = Made(stat=lambda: Made(st_size=7))
    assert [live.taken_bytes(one) for one in (counted, not_counted)] == [4096, 7]
    assert live.taken_bytes(tmp_path / "not there") == 0
