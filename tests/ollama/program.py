"""An installed Ollama that stands in: bin/ollama and lib/ollama, as an archive has them."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
START = f"""import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.ollama import standin
standin.main()
"""


def install(folder, *, engine=True):
    """The path of its program."""
    program, runner = folder / "bin" / "ollama", folder / "lib" / "ollama" / "llama-server"
    program.parent.mkdir(parents=True)
    start = folder / "start.py"
    start.write_text(START, encoding="utf-8")
    _script(program, f'STANDIN_ROOT="{folder}" exec "{sys.executable}" "{start}" "$@"')
    if engine:
        runner.parent.mkdir(parents=True)
        _script(runner, "exec sleep 600")
        _script(runner.with_name("llama-quantize"), "exit 0")
    return program


def _script(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    path.chmod(0o755)
