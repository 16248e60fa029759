"""Everything that is accepted after reading it: `python -m tests.accept` writes it anew.

What `doctor` and `plan` say on each machine of `tests/machines/`, the tables of plans, and the generated
pages of `docs/`. Read the difference before you commit it: would someone who knows this hardware agree?
"""

import contextlib
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from localai_setup.guard import run_guarded
from localai_setup.machine.keeping import folders
from localai_setup.ui import console

from . import architectures_table, cards_table, estimates_table, machines, plans_table

ROOT = Path(__file__).parent.parent
HOW = "if the change is intended: `python -m tests.accept`, and read the difference"
#: What the folders of a person are called in accepted texts, whoever runs this and wherever.
HOME = Path("/home/ada/localai")
PLANS = ("chat", "coding")


def texts() -> dict[Path, Callable[[], str]]:
    """Every accepted file, and how its text is made."""
    found: dict[Path, Callable[[], str]] = {
        plans_table.ACCEPTED: plans_table.table,
        plans_table.USES: plans_table.table_by_use,
        estimates_table.ACCEPTED: estimates_table.table,
        architectures_table.ACCEPTED: architectures_table.table,
        cards_table.ACCEPTED: cards_table.table,
    }
    for recording in machines.own():
        found[recording.with_name("doctor.txt")] = lambda at=recording: doctor(at)
        found[recording.with_name("plan.txt")] = lambda at=recording: plans(at)
    return found


def doctor(recording: Path) -> str:
    """Without the numbers of checks, which every new problem changes."""
    text = printed("doctor", "--replay", str(recording))
    return re.sub(r"(?m)^([✓-]) \d+ checks ", r"\1 … checks ", text)


def plans(recording: Path) -> str:
    return "".join(
        f"$ localai plan --for {use}\n{printed('plan', '--for', use, '--replay', str(recording))}\n"
        for use in PLANS
    )


def printed(*arguments: str) -> str:
    """What a command prints on either stream, without its colours, on nobody's terminal."""
    output = io.StringIO()
    with (
        tempfile.TemporaryDirectory() as empty,
        mock.patch.dict("os.environ", {"LOCALAI_HOME": empty, "HOME": str(HOME.parent)}),
        # an old console of Windows has one column less
        mock.patch("rich.console.detect_legacy_windows", lambda: False),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
    ):
        _forget()
        run_guarded(list(arguments))
        _forget()
        real = str(Path(empty).resolve())
    return output.getvalue().replace(real, str(HOME)).replace("\\", "/")


def _forget() -> None:
    """Consoles and folders are looked up once in a process."""
    for cached in (console.out, console.err, folders.all_folders):
        cached.cache_clear()


def main() -> None:
    written = []
    for path, make in texts().items():
        text = make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(str(path.relative_to(ROOT)))
    print("\n".join(written) or "nothing has changed", flush=True)
    subprocess.run([sys.executable, "docs/generate.py"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
