"""What many people at once got, in words."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.load import LoadRun
from ..model.measurement import BUSY_SHARE
from . import console


def show(run: LoadRun) -> None:
    """The figures to stdout, what to think of them to stderr."""
    console.show("\n".join(_figures(run)))
    if run.busy_share > BUSY_SHARE:
        console.say(
            f"Other programs kept the processor {run.busy_share:.0%} busy, so this is slower than the "
            "machine can do."
        )
    if run.users > run.slots * run.replicas:
        at_once = run.slots * run.replicas
        console.say(
            f"The server answers {at_once} at a time, so others waited for their turn. "
            f"`localai serve --users {run.users}` plans for more."
        )


def _figures(run: LoadRun) -> Iterator[str]:
    yield (
        f"Asked     by {run.users} people at once for {run.seconds:.0f} s, answers of {run.tokens} tokens"
    )
    yield f"Answered  {run.requests} requests, {run.requests_per_second:.2f} per second"
    if run.tps_each is not None:
        yield f"Speed     {run.tps_each:.1f} tokens per second for each while it was answered, {run.tps_all:.1f} for all together"
    if run.first_token_median is not None and run.first_token_p95 is not None:
        yield (
            f"Waiting   {run.first_token_median:.1f} s to the first token (median), "
            f"{run.first_token_p95:.1f} s for 95 of 100"
        )
    reasons = ", ".join(f"{count} {why}" for why, count in sorted(run.failures.items()))
    yield f"Failed    {f'{run.failed} ({reasons})' if run.failed else 'none'}"
