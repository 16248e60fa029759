"""Turns every way in which a command can end into words and an exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from types import FrameType

from .model.errors import Exit, LocalaiError

#: what ends a program from outside: `kill`, a shutdown, a terminal that is closed
ENDING = ("SIGTERM", "SIGHUP")
#: of permissions: what nobody but the owner gets on what is written
WRITABLE_BY_OTHERS = 0o022


class Ended(SystemExit):
    """A signal asked this program to leave. `code` is what a shell gives a program that it ended."""


def end_in_words() -> None:
    """From now on these signals end the program as Ctrl-C does: what it began is taken back first.

    One that is ignored (`nohup`) stays so.
    """
    for name in ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    raise Ended(128 + number)


def run_guarded(arguments: list[str]) -> int:
    """Run the command line. Expected trouble is told in words; anything else is our bug (exit 70)."""
    from .ui import console

    console.prepare()
    _take_ctrl_break_as_ctrl_c()
    # whatever the umask was: who may write into our folders may put another program in place of ours
    os.umask(os.umask(WRITABLE_BY_OTHERS) | WRITABLE_BY_OTHERS)
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _write_nowhere()
        return Exit.OK
    except OSError as error:
        _write_nowhere()
        if _reader_has_left(error):
            return Exit.OK
        tell(_from_system(error))
        return Exit.PROBLEM
    return code


def _take_ctrl_break_as_ctrl_c() -> None:
    """Windows ends a program at Ctrl-Break without a word, unless the program asks to be told."""
    if sys.platform == "win32":
        signal.signal(signal.SIGBREAK, signal.default_int_handler)


def _run(arguments: list[str]) -> int:
    try:
        from .cli import run

        return run(arguments)
    except LocalaiError as error:
        tell(error)
        return error.exit_code
    except (KeyboardInterrupt, EOFError):
        _tell_of_interruption()
        return Exit.INTERRUPTED
    except Ended as ended:
        _tell_of_interruption()
        return int(str(ended.code))
    except OSError:
        raise
    except Exception as error:
        from .ui.crash import report_crash

        return report_crash(error, arguments)


def _tell_of_interruption() -> None:
    """Where the terminal is gone nobody is there to be told."""
    from .ui import console

    words = "Interrupted. Nothing is half done; what is finished is kept, and the same command does the rest."
    with contextlib.suppress(OSError):
        sys.stderr.write(f"\n{console.fitted(words, sys.stderr)}\n")


def _reader_has_left(error: OSError) -> bool:
    """Windows calls a pipe that nobody reads any more an invalid argument, of no file by name."""
    return sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None


def _write_nowhere() -> None:
    """The reader of a pipe has left, or the disk is full: Python would flush once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _from_system(error: OSError) -> LocalaiError:
    """The computer refused something: full, read-only, in the way. Not a bug of ours."""
    where = f" ({error.filename})" if error.filename else ""
    return LocalaiError(
        f"The system refused: {error.strerror or error}{where}.",
        "What was done before is kept.",
        _way_out(error),
    )


def _way_out(error: OSError) -> str:
    from .machine.keeping import patience, plain_files

    if patience.is_open_elsewhere(error):
        return "Close the program that has it open (a log in an editor, for example), then run it again."
    if isinstance(error, plain_files.NoFileError):
        return "Move it away, then run the same command again."
    if error.errno == errno.ENAMETOOLONG:
        return "Take a shorter name, then run it again."
    return "Make room or make the folder writable (LOCALAI_HOME names another), then run it again."


def tell(error: LocalaiError) -> None:
    """What, why, what to do: on stderr."""
    from .ui import console, spoken
    from .ui.printable import printable

    lines = [f"error: {error.what}", error.why, f"hint: {error.hint}" if error.hint else ""]
    text = "\n".join(line for line in lines if line)
    spoken.add(text)
    sys.stderr.write(console.fitted(printable(text), sys.stderr) + "\n")
