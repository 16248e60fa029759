"""What every command about many machines ends with: the report, in the form that was asked for."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path

from ..machine.keeping import policy_files
from ..model.errors import Exit
from ..model.fleet import FleetReport
from ..model.policy import Policy
from ..ui import console, fleetpage, fleettext, jsonout, page
from ._options import Options


def policy(path: Path | None) -> Policy | None:
    """What all machines are held against.

    Raises:
        LocalaiError: it cannot be read.

    """
    return policy_files.read(path) if path else None


def now() -> str:
    """UTC, as 2026-11-28T09:30:00Z."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def show(options: Options, report: FleetReport, html: Path | None) -> Exit:
    """Print it, and write the page; the exit code is 1 where a machine needs somebody. Of what is to be
    uninstalled, one that has no localai needs nobody.

    Raises:
        LocalaiError: the page cannot be written. What the machines answered is told by then.

    """
    if options.json:
        jsonout.write(asdict(report))
    else:
        fleettext.show(report, verbose=options.verbose)
    if html:
        page.save(html, fleetpage.text(report))
        console.say(f"The page is {html}.")
    wished = ("well", "without-localai") if report.action == "uninstall" else ("well",)
    return Exit.OK if all(one.state in wished for one in report.machines) else Exit.PROBLEM
