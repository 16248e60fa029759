"""Whose account this is, and whose program is at the other end of a connection."""

import json
import os
import socket
import subprocess
import sys

import pytest

from localai_setup.machine.asking import calls
from localai_setup.machine.running import peers
from localai_setup.model.reading import Failed
from localai_setup.model.source import Call

pytestmark = pytest.mark.quick

#: as proc(5) has it: 127.0.0.1:40000 → 127.0.0.1:8080 of user 1000, 40001 → 8080 of 1001, and the way back
TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 11 1
   1: 0100007F:9C41 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 12 1
   2: 0100007F:1F90 0100007F:9C41 01 00000000:00000000 00:00000000 00000000  1000        0 13 1
   3: 0100007F:9C41 0100007F:1F91 01 00000000:00000000 00:00000000 00000000  1000        0 14 1
"""
#: (port it came from, port of the server, whether it may be ours)
PEERS = [
    (40000, 8080, True),
    (40001, 8080, False),
    (40001, 8081, True),
    (8080, 40001, True),
    (40002, 8080, True),  # nobody says whose it is
]


@pytest.mark.parametrize(("port", "server_port", "ours"), PEERS)
def test_whose_program_is_at_the_other_end(monkeypatch, tmp_path, port, server_port, ours):
    table = tmp_path / "tcp"
    table.write_text(TABLE)
    monkeypatch.setattr(peers, "_TABLES", (str(table), str(tmp_path / "no-tcp6")))
    monkeypatch.setattr(peers.os, "getuid", lambda: 1000, raising=False)
    assert peers.may_be_ours(port, server_port) is ours


@pytest.mark.skipif(sys.platform != "linux", reason="the tables are Linux' own")
def test_a_connection_of_this_process_is_found_in_the_systems_tables():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as asking:
            assert list(peers._users(asking.getsockname()[1], port)) == [os.getuid()]


@pytest.mark.skipif(sys.platform == "win32", reason="compared with `id`")
def test_user_and_groups_are_those_that_id_shows():
    found = json.loads(calls.answer(Call("user.groups")).text)
    assert found["user"] == shown_by_id("-un")[0]
    assert set(found["groups"]) == set(shown_by_id("-Gn"))


def shown_by_id(flag):
    return subprocess.run(["id", flag], capture_output=True, text=True, check=True).stdout.split()


def test_on_windows_no_groups_are_asked_for(monkeypatch):
    monkeypatch.setattr(calls.sys, "platform", "win32")
    found = calls.answer(Call("user.groups"))
    assert isinstance(found, Failed)
    assert "Windows" in found.reason
