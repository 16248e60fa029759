"""What a check finds, and what the taxonomy of problems is made of.

A problem is a page `problems/<layer>/<id>.yaml`: what is known of it, and how it shows itself in a
text. Where it shows itself in this machine's facts too, `checks/<layer>/<id>.py` has a function
`check(facts…) -> Symptom | None` beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Status = Literal["fail", "warn", "info"]
#: how surely it is this problem: beyond doubt, more likely than any other, or worth a look
Confidence = Literal["sure", "likely", "possible"]
STATUS_ORDER: dict[Status, int] = {"fail": 0, "warn": 1, "info": 2}


@dataclass(frozen=True)
class Evidence:
    """A line of a reading that shows the problem. `source` is the reading's key, or `text`."""

    source: str
    text: str


@dataclass(frozen=True)
class Where:
    """Which machines a fix is for; an empty field means any. Families: debian, rhel, arch, suse, …"""

    systems: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    wsl: bool | None = None
    container: bool | None = None
    systemd: bool | None = None
    secure_boot: bool | None = None
    #: the engines it is for; told by the commands where a page does not name them
    engines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fix:
    """One way out. `commands` can be pasted; `proof` is a command that shows that it worked.

    `loses` says what work could be lost, and is printed before the commands. `shell` is the one that
    the commands are for, where the system has several that differ.
    """

    text: str
    commands: tuple[str, ...] = ()
    needs_root: bool = False
    reboot: bool = False
    loses: str = ""
    proof: str = ""
    where: Where = Where()
    #: the id of a step of the saved plan that repairs this; only for what localai itself set up
    step: str = ""
    shell: str = ""


@dataclass(frozen=True)
class Problem:
    """What is known of one problem, whatever machine it turns up on.

    `seen` is what a person notices, `why` what causes it and what it spoils; `likelihood` (0 to 1)
    orders problems that one text shows equally well: the more common first. `leads_to` are the ids of the
    problems that it causes.
    """

    title: str
    seen: str
    why: str
    fixes: tuple[Fix, ...]
    sources: tuple[str, ...] = ()
    status: Status = "fail"
    likelihood: float = 0.5
    systems: tuple[str, ...] = ()
    confused_with: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()


class Signature(NamedTuple):
    """How a problem shows itself in a text: a regular expression, matched without regard to case.

    `pattern` is searched in one line (`lines=1`) or in a window of that many lines joined by a
    newline, after ANSI colours are removed. `needs` are lower-case words (letters, digits and
    underscores) all of which any matching window contains: texts without them are never searched.
    `phrase` is the longest run of characters that any match contains, in lower case.
    `also` are expressions that must be found somewhere in the whole text, `unless` ones that must
    not; each of `compare` (see `textvalue.py`) must hold between numbers of the text. `certainty`
    (0 to 1) is how surely the text means this problem and no other.
    """

    pattern: str
    needs: tuple[str, ...]
    certainty: float = 0.9
    lines: int = 1
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    phrase: str = ""


class Signatures(tuple[Signature, ...]):
    """All signs of a problem, for its own check to ask for."""

    __slots__ = ()


@dataclass(frozen=True)
class Symptom:
    """How a problem shows on this machine: one sentence with the machine's own values, and proof."""

    what: str
    evidence: tuple[Evidence, ...] = ()
    certainty: float = 0.9
    #: where this occurrence is milder or worse than the problem usually is
    status: Status | None = None
    #: readings of this machine leave no doubt; the words of a log may
    confidence: Confidence = "sure"
    #: ways out with this machine's own names in them; they come before those of the page
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True)
class Unchecked:
    """A check that could not be made, and why: neither healthy nor broken."""

    reason: str


@dataclass(frozen=True)
class Cleared:
    """A reading shows that this problem is not there, whatever the words of a log suggest."""

    reason: str


@dataclass(frozen=True)
class Finding:
    """A problem that was found: the taxonomy's words joined with the symptom's."""

    id: str
    status: Status
    title: str
    what: str
    why: str
    evidence: tuple[Evidence, ...]
    fixes: tuple[Fix, ...]
    certainty: float = 0.9
    confidence: Confidence = "sure"

    @property
    def docs(self) -> str:
        return f"docs/problems/{self.id}.md"
