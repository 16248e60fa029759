"""Turns every way in which a command can end into words and an exit code."""

from __future__ import annotations

import os
import sys

from .model.errors import Exit, LocalaiError


def run_guarded(arguments: list[str]) -> int:
    """Run the command line. Expected trouble is told in words; anything else is our bug (exit 70)."""
    try:
        from .cli import run

        return run(arguments)
    except LocalaiError as error:
        tell(error)
        return error.exit_code
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write(
            "\nInterrupted. Nothing is half done; the same command goes on from here.\n"
        )
        return Exit.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except OSError as error:
        tell(_from_system(error))
        return Exit.PROBLEM
    except Exception as error:
        from .ui.crash import report_crash

        return report_crash(error, arguments)


def _from_system(error: OSError) -> LocalaiError:
    """The computer refused something: full, read-only, in the way. Not a bug of ours."""
    where = f" ({error.filename})" if error.filename else ""
    return LocalaiError(
        f"The system refused: {error.strerror or error}{where}.",
        "What was done before is kept.",
        "Make room or make the folder writable (LOCALAI_HOME names another), then run it again.",
    )


def tell(error: LocalaiError) -> None:
    """What, why, what to do: on stderr, in plain lines that survive any terminal."""
    lines = [f"error: {error.what}", error.why, f"hint: {error.hint}" if error.hint else ""]
    text = "\n".join(line for line in lines if line)
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + "\n")
