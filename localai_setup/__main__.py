"""The entry point: answers `--version` before anything heavy is imported, and never shows a traceback."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with an exit code of `model/errors.py`."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from . import __version__

        sys.stdout.write(f"localai {__version__}\n")
        return
    from .guard import run_guarded

    sys.exit(run_guarded(sys.argv[1:]))


if __name__ == "__main__":
    main()
