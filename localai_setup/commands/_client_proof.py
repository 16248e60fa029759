"""A real request in a program's own way: the program is run, and has to print an answer."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ..machine.keeping.writing import write_atomically
from ..machine.running import program_path
from ..machine.workbench import Workbench
from ..model.app import App, ClientProof
from ..model.errors import LocalaiError
from ..ui.connecttext import Proof

#: an agent's instructions are thousands of tokens, which a processor alone reads for minutes
TIMEOUT_SECONDS = 900.0
PRESENT_SECONDS = 60.0
SHOWN_LINES = 6
#: stands in a command line for the file with the request
SCRIPT = "<script>"


def prove(app: App, bench: Workbench, *, written: bool) -> Proof:
    """Let the program ask once; `written` says whether its settings, where it has a file, hold ours.

    Raises:
        LocalaiError: it ran, and no answer came.

    """
    missing = _missing(app, bench)
    if not missing and app.writes and not written:
        missing = "its settings were not written; `--yes` writes them."
    if missing or app.proof is None:
        return Proof(answered=None, text=missing)
    variables = dict(one.split("=", 1) for one in app.proof.variables)
    with tempfile.TemporaryDirectory(prefix="localai-proof-") as folder:
        line = _line(app.proof, Path(folder))
        run = bench.processes.run(line, TIMEOUT_SECONDS, variables, Path(folder))
    answer = run.stdout.strip()
    if run.exit_code or not answer or app.proof.expects not in answer:
        raise _no_answer(app, run.how_it_failed if run.exit_code else "what came is no answer")
    return Proof(answered=True, text="\n".join(answer.splitlines()[-SHOWN_LINES:]))


def _line(proof: ClientProof, folder: Path) -> tuple[str, ...]:
    """The command line with the program's whole path, as Windows needs it; its script lies in `folder`."""
    program, *rest = proof.windows if sys.platform == "win32" else proof.run
    script = folder / "request"
    if proof.script:
        write_atomically(script, proof.script.encode())
    known = (str(script) if word == SCRIPT else word for word in rest)
    return (program_path.find(program) or program, *known)


def _missing(app: App, bench: Workbench) -> str:
    """Why the program cannot be asked here; empty where it can."""
    if app.proof is None:
        return f"{app.id} cannot be asked from a command line; send it a question yourself."
    line = app.proof.windows if sys.platform == "win32" else app.proof.run
    if not line:
        return f"{app.id} cannot be asked from a command line of this system."
    if program_path.find(line[0]) is None:
        return f"{line[0]} is not on PATH."
    present = app.proof.present
    if present and bench.processes.run(present, PRESENT_SECONDS).exit_code:
        return f"`{' '.join(present)}` fails here."
    return ""


def _no_answer(app: App, why: str) -> LocalaiError:
    return LocalaiError(
        f"{app.id} did not answer: {why}.",
        "The settings are there, but the program did not come to an answer with them.",
        "`localai chat hello` says whether the server answers; `localai logs` shows what it was asked.",
    )
