"""Tools on PATH that hang, crash, print rubbish or only to stderr cost little and prove nothing."""

import json
import os
import subprocess
import sys
import time

import psutil
import pytest

SHIMS = {
    "hangs": "#!/bin/sh\nsleep 61\n",
    "crashes": "#!/bin/sh\nkill -SEGV $$\n",
    "rubbish": "#!/bin/sh\nhead -c 5000 /dev/urandom\n",
    "stderr": "#!/bin/sh\necho 'something is wrong' >&2\nexit 9\n",
    "empty": "#!/bin/sh\nexit 0\n",
}
TOOLS = (
    "nvidia-smi",
    "rocminfo",
    "rocm-smi",
    "lspci",
    "vulkaninfo",
    "clinfo",
    "ldd",
    "ss",
    "llama-server",
)


@pytest.mark.skipif(sys.platform == "win32", reason="the shims are shell scripts")
@pytest.mark.parametrize("kind", SHIMS)
def test_detect_answers_in_time_and_names_no_gpu(tmp_path, kind):
    for tool in TOOLS:
        shim = tmp_path / tool
        shim.write_text(SHIMS[kind])
        shim.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "localai_setup", "detect", "--json"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
    )
    took = time.monotonic() - started
    facts = json.loads(done.stdout)
    assert facts["gpus"] == [] or facts["unknown"]
    assert took < 8, "generous for a busy machine; benchmarks/speed.py measures"
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "61"]]
