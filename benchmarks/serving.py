"""The engine that was set up, started with other settings, for the benchmarks beside this file."""

import json
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import psutil

from localai_setup.machine.keeping import statefile
from localai_setup.machine.running.ports import free_port
from localai_setup.machine.running.server import is_ready


def on_one_thread(context):
    """What was set up, and its settings with this context on one thread."""
    setup = statefile.load()
    if setup is None:
        raise SystemExit("nothing is set up here: `localai init` first")
    settings = {**asdict(setup.settings), "alias": setup.model, "model": setup.model_path}
    return setup, settings | {"threads": 1, "context": context}


@contextmanager
def side_by_side(setup, settings, changes, first_port):
    """Name → (process, port) of a server for each of the changes (name → settings); ended at the end."""
    servers = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, change in changes.items():
                port = free_port(first_port + len(servers))
                process, _ = start(setup, settings | change | {"port": port}, Path(folder))
                servers[name] = (process, port)
            yield servers
        finally:
            for process, _ in servers.values():
                process.terminate()
                process.wait()


def processor_seconds(process):
    """Of all its threads, so far."""
    return sum(psutil.Process(process.pid).cpu_times()[:2])


def start(setup, settings, folder):
    """The server's process, once it answers, and the log that it writes; `settings` name the port."""
    file = folder / f"{settings['port']}.json"
    file.write_text(json.dumps(settings))
    log = file.with_suffix(".log")
    with log.open("w") as out:
        process = subprocess.Popen([*setup.program, str(file)], stdout=out, stderr=out)
    while not is_ready(settings["port"]):
        if process.poll() is not None:
            raise SystemExit(f"the server did not start:\n{log.read_text()[-800:]}")
        time.sleep(0.05)
    return process, log
