"""What was measured, beside what was predicted, in words."""

from __future__ import annotations

from ..model.measurement import Drafts, Measurement
from ..model.sizes import mib_words
from . import console, plot

_HEAD = f"{'tokens':>8}  {'written':>8}  {'read':>8}\n{'before':>8}  {'per s':>8}  {'per s':>8}"


def show(run: Measurement, picture: str, seconds: float) -> None:
    """The table to stdout; how it compares and what was left out to stderr."""
    out, sign = console.out(), "█"
    out.print("\n".join([_HEAD, *plot.bars(run.points, sign)]), markup=False, soft_wrap=True)
    console.show(f"\n{_speed(run)}\n{_memory(run)}")
    if run.drafts:
        console.show(_drafting(run.drafts))
    if run.left_out:
        depths = ", ".join(map(str, run.left_out))
        console.say(
            f"Left out, because it would take more than {seconds:g} s: {depths} tokens. "
            f"`localai bench --seconds {10 * seconds:g}` goes further."
        )
    if not run.undisturbed:
        console.say(
            f"Other programs kept the processor {run.busy_share:.0%} busy, so this is slower than the "
            "machine can do, and later plans do not use it. Close them and run `localai bench` again."
        )
    console.say(f"The picture is in {picture}")


def _speed(run: Measurement) -> str:
    measured, predicted = run.generate_tps, run.predicted_tps
    if measured is None:
        return f"Speed     {run.points[0].prompt_tps:.0f} tokens per second are read"
    words = f"Speed     {measured:.1f} tokens per second"
    if not predicted:
        return words
    share = measured / predicted
    return f"{words}; {predicted:.1f} were predicted ({share:.2f} of it)."


def _drafting(drafts: Drafts) -> str:
    words = (
        f"Drafting  {drafts.with_tps:.1f} tokens per second with, {drafts.without_tps:.1f} without "
        f"({drafts.gain:.2f} times as fast; {drafts.taken_share:.0%} of the drafts held)"
    )
    return words if drafts.gain >= 1 else f"{words}. `localai doctor --fix` switches it off."


def _memory(run: Measurement) -> str:
    if run.resident_mib is None:
        return "Memory    not known"
    words = f"Memory    {mib_words(run.resident_mib, 2)} in main memory"
    if run.buffers_mib is not None:
        words += f"; the engine's buffers are {mib_words(run.buffers_mib, 2)}"
    if run.predicted_mib is None:
        return words
    if run.buffers_mib is None:
        return f"{words}, its programs included; {mib_words(run.predicted_mib, 2)} were predicted for the model"
    return f"{words}; {mib_words(run.predicted_mib, 2)} were predicted"
