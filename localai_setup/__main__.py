"""The entry point: answers `--version` before anything heavy is imported, and never shows a traceback."""

from __future__ import annotations

import gc
import sys

OLDEST = (3, 10)
#: What a command makes at its start lives to its end. Looking for garbage among it after every 700
#: objects, as Python does, is 3 to 9 % of what `doctor` computes (least of ten runs, three times).
OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line and leave with an exit code of `model/errors.py`."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from . import __version__

        sys.stdout.write(f"localai {__version__}\n")
        return
    if sys.version_info < OLDEST:
        sys.stderr.write(
            "error: localai needs Python 3.10 or newer, and this is {}.{}.\n"
            "hint: Install a newer one (python.org, or your system's package python3.12).\n".format(
                *sys.version_info
            )
        )
        sys.exit(1)
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from .guard import end_in_words, run_guarded

        end_in_words()
        sys.exit(run_guarded(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
