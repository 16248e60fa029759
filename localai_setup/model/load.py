"""What many people at once got from a server: each request as it went, and all of them together."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SCHEMA = "localai.load/1"


@dataclass(frozen=True)
class Call:
    """One request. Times in seconds since the load began; `first` is the first piece of the answer, None
    where none came. `tokens` were written; `failure` says why it failed, empty where it did not.
    """

    start: float
    end: float
    first: float | None = None
    tokens: int = 0
    failure: str = ""

    @property
    def tps(self) -> float | None:
        """Tokens per second from the first piece to the end; None where too few came."""
        if self.first is None or self.tokens < 2 or self.end <= self.first:  # noqa: PLR2004  one pace needs two
            return None
        return (self.tokens - 1) / (self.end - self.first)


@dataclass(frozen=True)
class LoadRun:
    """What `users` people who asked one question after another got, with answers of `tokens` tokens.

    `requests` were answered and `failed` were not, by reason in `failures`. `tps_each` is the median of
    what one person got in tokens per second while an answer was written, `tps_all` all tokens over all
    `seconds`. The times to the first token are in seconds. None where nothing was answered. `busy_share`
    (0 to 1) is how busy other programs kept the processor just before.
    """

    model: str
    users: int
    tokens: int
    seconds: float
    requests: int
    failed: int
    requests_per_second: float
    tps_all: float
    tps_each: float | None = None
    first_token_median: float | None = None
    first_token_p95: float | None = None
    failures: Mapping[str, int] = field(default_factory=dict)
    slots: int = 1
    replicas: int = 1
    busy_share: float = 0.0


def p95(values: Sequence[float]) -> float:
    """The value that 95 of 100 do not exceed: one of those that were seen."""
    ordered = sorted(values)
    return ordered[max(0, -(-95 * len(ordered) // 100) - 1)]


def summary(model: str, users: int, tokens: int, calls: Sequence[Call]) -> LoadRun:
    """All requests together; they lasted from the first start to the last end."""
    answered = [one for one in calls if not one.failure]
    seconds = max((one.end for one in calls), default=0.0)
    firsts = [one.first - one.start for one in answered if one.first is not None]
    rates = [one.tps for one in answered if one.tps is not None]
    span = max(seconds, 1e-9)
    return LoadRun(
        model=model,
        users=users,
        tokens=tokens,
        seconds=seconds,
        requests=len(answered),
        failed=len(calls) - len(answered),
        requests_per_second=len(answered) / span,
        tps_all=sum(one.tokens for one in answered) / span,
        tps_each=statistics.median(rates) if rates else None,
        first_token_median=statistics.median(firsts) if firsts else None,
        first_token_p95=p95(firsts) if firsts else None,
        failures=dict(Counter(one.failure for one in calls if one.failure)),
    )
