"""What a key may ask for, as a proxy is told it: so many answers at once, and so many a minute.

A key counts wherever it stands in the two headers that llama.cpp reads it from, so that writing it otherwise
brings no second share. A request beyond its limit is answered with 429 at once and counts as none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..keeping.user_keys import UserKey

#: the headers that llama.cpp's server reads a key from
KEY_HEADERS = ("Authorization", "X-Api-Key")
#: tells traefik's counters whose request it is; what a client writes there is overwritten
NAME_HEADER = "X-Localai-User"
TABLE = "limits"


def haproxy(keys: Iterable[UserKey], asks: str) -> str:
    """Rules for the frontend; `asks` is the condition that a model is asked."""
    return "\n".join(line for at, one in enumerate(keys, 1) for line in _counted(at, one, asks))


def haproxy_table(keys: Sequence[UserKey]) -> str:
    """Where it counts: 60 s is the minute of `per_minute`."""
    if not keys:
        return ""
    store = "conn_cur,gpc0,gpc0_rate(60s)"
    return f"backend {TABLE}\n  stick-table type string len 32 size {max(100, 2 * len(keys))} expire 24h store {store}\n"


def _counted(number: int, one: UserKey, asks: str) -> Iterator[str]:
    who = f"{{ var(txn.who) -m str user{number} }} {asks}"
    has = " or ".join(f"{{ req.fhdr({header}) -m sub {one.key} }}" for header in KEY_HEADERS)
    yield f"  http-request set-var(txn.who) str(user{number}) if {has}"
    yield f"  http-request track-sc0 var(txn.who) table {TABLE} if {who}"
    if one.at_once:
        yield f"  http-request {_refused(1)} if {who} {{ sc0_conn_cur gt {one.at_once} }}"
    if one.per_minute:
        yield f"  http-request {_refused(60)} if {who} {{ sc0_gpc0_rate ge {one.per_minute} }}"
    yield f"  http-request sc-inc-gpc0(0) if {who}"


def _refused(seconds: int) -> str:
    error = {
        "code": 429,
        "message": "This key has reached its limit.",
        "type": "rate_limit_error",
    }
    body = json.dumps({"error": error})
    return (
        f"return status 429 content-type application/json hdr Retry-After {seconds} string '{body}'"
    )


def traefik_routers(keys: Iterable[UserKey], asks: str) -> dict[str, object]:
    """One for each, before the one for all; `asks` is the rule that a model is asked."""
    found: dict[str, object] = {}
    for at, one in enumerate(keys, 1):
        has = " || ".join(f"HeaderRegexp(`{header}`, `{one.key}`)" for header in KEY_HEADERS)
        found[f"user{at}"] = {
            "rule": f"({has}) && ({asks})",
            "priority": 2,
            "service": "servers",
            "middlewares": [*_counters(at, one), "again"],
        }
    return found


def traefik_middlewares(keys: Iterable[UserKey]) -> dict[str, object]:
    """What these routers name."""
    return {
        name: each for at, one in enumerate(keys, 1) for name, each in _counters(at, one).items()
    }


def _counters(number: int, one: UserKey) -> Mapping[str, object]:
    user = f"user{number}"
    by = {"requestHeaderName": NAME_HEADER}
    found: dict[str, object] = {
        f"{user}-name": {"headers": {"customRequestHeaders": {NAME_HEADER: user}}}
    }
    if one.per_minute:
        pace = {"average": one.per_minute, "period": "1m", "burst": one.per_minute}
        found[f"{user}-pace"] = {"rateLimit": {**pace, "sourceCriterion": by}}
    if one.at_once:
        places = {"amount": one.at_once, "sourceCriterion": by}
        found[f"{user}-places"] = {"inFlightReq": places}
    return found
