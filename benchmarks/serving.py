"""The engine that was set up, started with other settings, for the benchmarks beside this file."""

import json
import subprocess
import time

from localai_setup.machine.running.server import is_ready


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
