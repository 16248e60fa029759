"""Which of the places that engines and models come from answer. Asked only where the network may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..model.facts import Unknown, unknown_from
from ..model.reading import Missing, Readings
from ..model.shown import Shown
from ..model.source import Call, Source

ANSWERS = Call("network.reach")
SOURCES: tuple[Source, ...] = (ANSWERS,)
#: HTTP's first status that is a server's own error
SERVER_ERROR = 500


@dataclass(frozen=True)
class Place:
    """`code` is the HTTP status, None where none came; then `kind` (name, certificate, timed-out,
    refused, failed) and `reason` say why. `issuer` signed the certificate. `clock_ahead_seconds` is
    this computer's clock against the server's.
    """

    place: str
    address: str
    code: int | None = None
    kind: str = ""
    reason: str = ""
    issuer: str | None = None
    proxy: bool = False
    clock_ahead_seconds: int | None = None

    @property
    def host(self) -> str:
        return self.address.partition("://")[2]

    @property
    def dates_refused(self) -> bool:
        """OpenSSL says of a certificate that it "has expired" or "is not yet valid"."""
        stated = re.search("expired|not yet valid", self.reason)
        return self.kind == "certificate" and stated is not None

    @property
    def signer_refused(self) -> bool:
        """OpenSSL: "self-signed certificate (in certificate chain)", "unable to get issuer"."""
        stated = re.search("self.signed|unable to get|unable to verify", self.reason)
        return self.kind == "certificate" and stated is not None

    @property
    def answers(self) -> bool:
        return self.code is not None and self.code < SERVER_ERROR


@dataclass(frozen=True)
class Reach:
    """`places` is None where nobody asked."""

    places: tuple[Place, ...] | None = None
    unknown: tuple[Unknown, ...] = ()


def _shown(fact: Reach) -> tuple[Place, ...] | None:
    return fact.places


def _words(fact: Reach) -> Iterator[str]:
    for one in fact.places or ():
        yield f"{one.place} ({one.address}) {_reached(one)}"


def _reached(place: Place) -> str:
    if not place.answers:
        return f"does not answer: {place.reason or place.code}"
    signed = f", certificate by {place.issuer}" if place.issuer else ""
    return f"answers{' through a proxy' if place.proxy else ''}{signed}"


#: A line for each place that was asked; none where nobody asked.
SHOWN = Shown(name="network", fact=Reach, value=_shown, heading="Network", words=_words, place=80)


def parse(readings: Readings) -> Reach:
    if readings.text(ANSWERS) is None:
        reading = readings.of(ANSWERS)
        silent = isinstance(reading, Missing) or getattr(reading, "kind", "") == "not-recorded"
        return Reach(
            None, () if silent else (unknown_from("network", ANSWERS.key, readings.of(ANSWERS)),)
        )
    try:
        return Reach(tuple(_place(one) for one in readings.document(ANSWERS)))
    except (TypeError, KeyError, AttributeError):
        return Reach(None, (Unknown("network", "garbled", "its answer could not be read"),))


def _place(stated: dict[str, Any]) -> Place:
    code, ahead = stated.get("code"), stated.get("clock_ahead_seconds")
    return Place(
        str(stated["place"]),
        str(stated["address"]),
        code if isinstance(code, int) else None,
        str(stated.get("kind", "")),
        str(stated.get("reason", ""))[:300],
        str(stated["issuer"]) if stated.get("issuer") else None,
        bool(stated.get("proxy")),
        ahead if isinstance(ahead, int) else None,
    )
