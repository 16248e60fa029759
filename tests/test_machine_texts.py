"""Every `texts/*.yaml` is what one kind of machine prints, and what `detect --json` makes of it.

`expected` holds parts of that document, of each the fields that the texts prove; a part that is a list
is given as a complete list.
"""

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from localai_setup import survey
from localai_setup.commands.detect import document
from localai_setup.cputext import levels
from localai_setup.model.facts import Facts
from localai_setup.model.reading import Readings, Text
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory

from . import test_schemas
from .readings import cases, load, machine_of
from .test_gpus import damaged, printed_sizes

CASES = cases("texts")
#: what most texts tell of
USUAL = {"os", "cpu", "memory"}


def facts_of(case: dict, readings: Readings) -> Facts:
    """Of the parts that a case proves, and the usual ones."""
    parts = USUAL | case["expected"].keys()
    kinds = [one.fact for one in survey.shown() if one.name in parts]
    return survey.facts(readings, survey.probes_of(kinds))


def proved(reported, expected):
    """What is reported, as far as a case says something of it."""
    return {name: reported[name] for name in expected} if isinstance(expected, dict) else reported


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_texts_prove_these_facts(path: Path) -> None:
    case = load(path)
    reported = document(facts_of(case, machine_of(case).readings))
    reported = json.loads(json.dumps(reported, default=vars))
    for part, expected in case["expected"].items():
        assert proved(reported[part], expected) == expected
    test_schemas.check(reported)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(CASES),
    st.sampled_from(["cut", "shuffle", "drop", "garble"]),
    st.integers(0, 2**32),
)
def test_damaged_text_never_raises_and_invents_no_number(path, how, seed) -> None:
    case = load(path)
    machine = machine_of(case)
    texts = dict(machine.readings.texts("*"))
    broken = {key: damaged(text, how, seed) if text else "" for key, text in texts.items()}
    full_name = {"call:platform.uname": texts["call:platform.uname"]}
    facts = facts_of(case, Readings({k: Text(t) for k, t in {**broken, **full_name}.items()}))
    assert not facts.crashed
    complete = "\n".join(broken.values())
    sizes = {round(size, 2) for size in printed_sizes(complete)}
    # systeminfo groups thousands as its language does
    grouped = re.findall(r"\d{1,3}(?:[.,\s\u00a0\u202f\u2019'\u00ff\ufffd]?\d{3})+", complete)
    sizes |= {float(re.sub(r"\D", "", number)) for number in grouped}
    found = facts[Memory]
    for size in (found.total_mib, found.swap_mib, found.limit_mib):
        assert size is None or is_stated(size, sizes), size
    assert_cores_are_stated(facts[Cpu], broken)
    assert all(levels.NAME.fullmatch(name) for name in facts[Cpu].features or ())
    assert facts[Host].system == machine.identity.system


def is_stated(size: float, sizes: set[float]) -> bool:
    """Printed, the sum of two modules, or one without the memory of a GPU."""
    near = {round(size + step / 100, 2) for step in (-1, 0, 1)}
    return bool(near & sizes) or any(round(size - one, 2) in sizes for one in sizes)


def assert_cores_are_stated(found: Cpu, texts: dict[str, str]) -> None:
    """A count of cores is printed, or counts lines or CPU numbers; it is never larger than all of them."""
    complete = "\n".join(texts.values())
    numbers = [int(n) for n in re.findall(r"\d{1,6}", complete)]
    most = max([*numbers, len(complete.splitlines())], default=0)
    for count in (found.physical_cores, found.logical_cores, found.performance_cores):
        assert count is None or 0 < count <= most * most
    spelled = {linux: apple for apple, linux in {**levels.APPLE_X86, **levels.APPLE_ARM}.items()}
    for name in set(found.features or ()) - {"asimd", "lm"}:
        assert name in complete.lower() or spelled.get(name, "?") in complete.lower()
