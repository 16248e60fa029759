"""Machines that have one problem, and the same machines with all well.

Each entry of `situations/*.yaml` holds the readings of a machine under `sick` and of its healthy twin
under `well`, spelled as in a recording. They are made up after the formats that the programs print.
"""

from __future__ import annotations

import pytest

from localai_setup import survey
from localai_setup.commands._findings import surroundings
from localai_setup.diagnosis.doctor import examine

from . import readings
from .known import KNOWN

#: A doctor that names more than this beside the right problem is guessing.
MOST_OTHERS = 3
SITUATIONS = [one for path in readings.cases("situations") for one in readings.load(path)]


def alarms(case: dict, part: str) -> list[str]:
    """What doctor warns of on a recording of these readings."""
    facts = survey.facts(survey.read(readings.machine_of(case, part)))
    found = examine(facts, surroundings(facts), KNOWN).findings
    return [one.id for one in found if one.status in ("fail", "warn")]


NAMED = [pytest.param(one, id=f"{n}-{one['problem']}") for n, one in enumerate(SITUATIONS)]


@pytest.mark.parametrize("case", NAMED)
def test_the_problem_is_named_first(case):
    named = alarms(case, "sick")
    assert named[:1] == [case["problem"]]
    assert len(named) <= MOST_OTHERS + 1


@pytest.mark.parametrize("case", NAMED)
def test_its_healthy_twin_raises_nothing(case):
    assert not alarms(case, "well")
