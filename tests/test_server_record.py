"""The record of a server that runs: what cannot be one names none, though the process is alive."""

import json
import os
from dataclasses import asdict

import pytest

from localai_setup.machine.running import server_record
from localai_setup.machine.running.processes import Processes
from localai_setup.model.server import Running

BORN = Processes().named(os.getpid()).create_time
WELL = Running(os.getpid(), BORN, 43110, "/models/tiny.gguf")


@pytest.mark.parametrize("port", [0, -1, 65536, 2**31, 10**30])
def test_a_port_that_is_none_names_no_server(tmp_path, port):
    record = tmp_path / "server.json"
    record.write_text(json.dumps({**asdict(WELL), "port": port}))
    assert server_record.alive(record, Processes()) is None


@pytest.mark.parametrize("port", [1, 43110, 65535])
def test_a_server_that_runs_is_found_again(tmp_path, port):
    record = tmp_path / "server.json"
    record.write_text(json.dumps({**asdict(WELL), "port": port}))
    assert server_record.alive(record, Processes()).port == port
