"""The command line in a process of its own, without the half second in which Python imports it all again.

One process imports localai and forks for each command: the child gets its environment, folder, streams and
arguments, runs what `python -m localai_setup` runs, and ends as any program does.
"""

import atexit
import contextlib
import gc
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: A fork of a Mac's process may not use its frameworks, and Windows has none.
CAN_FORK = sys.platform == "linux"
#: variables that concern an interpreter while it starts
OF_THE_START = ("PYTHON", "LD_", "LC_", "LANG")
#: what functions of ours import; not huggingface_hub, which reads the environment while it is imported
LATE = ("filelock", "httpx", "packaging.version", "psutil", "rich.console", "yaml")


class Forking:
    """Runs commands one after the other, as `subprocess.run` does."""

    def __init__(self):
        self.connection, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.forking", str(theirs.fileno())]
        self.process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()])
        theirs.close()
        self.replies = self.connection.makefile()

    def run(self, arguments, environment, stdin, timeout):
        (printed, stdout), (warned, stderr) = os.pipe(), os.pipe()
        request = json.dumps([list(arguments), environment, os.getcwd()]) + "\n"
        with tempfile.TemporaryFile() as given:
            given.write(stdin.encode())
            given.seek(0)
            streams = [given.fileno(), stdout, stderr]
            socket.send_fds(self.connection, [request.encode()], streams)
        os.close(stdout)
        os.close(stderr)
        pid, late = int(self.replies.readline()), threading.Event()
        with ended_after(timeout, pid, late), ThreadPoolExecutor(1) as pool:
            words = [pool.submit(everything, warned), everything(printed)]
            code = int(self.replies.readline())
        words = words[1], words[0].result()
        if late.is_set():
            raise subprocess.TimeoutExpired(["localai", *arguments], timeout, *words)
        return subprocess.CompletedProcess(["localai", *arguments], code, *words)

    def close(self):
        self.replies.close()
        self.connection.close()
        self.process.wait(60)


@contextlib.contextmanager
def ended_after(seconds, pid, late):
    def end():
        late.set()
        os.kill(pid, signal.SIGKILL)

    timer = threading.Timer(seconds, end)
    timer.start()
    yield
    timer.cancel()


def everything(descriptor):
    with open(descriptor, encoding="utf-8") as file:
        return file.read()


def serve(connection):
    """Fork for each request; returns in the child, with what it is to run. Tells pid and exit code."""
    while True:
        raw, streams, _, _ = socket.recv_fds(connection, 65536, 3)
        while raw and not raw.endswith(b"\n"):
            raw += connection.recv(65536)
        if not raw:
            return None
        if (pid := os.fork()) == 0:
            connection.close()
            become(streams)
            return json.loads(raw)
        for one in streams:
            os.close(one)
        connection.sendall(f"{pid}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        connection.sendall(f"{code}\n".encode())


def become(streams):
    """Make these stdin, stdout and stderr."""
    for number, one in enumerate(streams):
        os.dup2(one, number)
        os.close(one)
    sys.stdin = open(0, encoding="utf-8", closefd=False)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = open(
        2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
    )


def everything_imported():
    import localai_setup

    for one in pkgutil.walk_packages(localai_setup.__path__, "localai_setup."):
        if not one.name.endswith("__main__"):
            import_module(one.name)
    for name in LATE:
        import_module(name)
    return import_module("localai_setup.__main__")


def ended(main):
    """End as Python does after `main`, but for taking apart what was imported, which takes long."""
    code = 0
    try:
        main()
    except SystemExit as left:
        code = left.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    program = everything_imported()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if request := serve(socket.socket(fileno=int(sys.argv[1]))):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        arguments, environment, folder = request
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv = [program.__file__, *arguments]
        ended(program.main)
