"""A probe that meets what nobody thought of costs its own fact, at whichever point it does."""

from types import ModuleType

import pytest

from localai_setup import survey
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Text
from localai_setup.probes import drivers, memory
from localai_setup.probes.memory import Memory

pytestmark = pytest.mark.quick
MEMINFO = {"file:/proc/meminfo": Text("MemTotal: 16384 kB\nMemAvailable: 8192 kB\n")}
UEVENT = "file:/sys/bus/pci/devices/0000:01:00.0/uevent"


@pytest.mark.parametrize("point", ["follow_up", "afterwards"])
def test_one_that_crashes_while_it_looks_further_stops_no_other(point):
    def crash(_readings):
        raise ValueError("never seen before")

    broken = ModuleType("broken")
    setattr(broken, point, crash)
    readings = survey.read(RecordedMachine(Identity("Linux"), MEMINFO), [broken, memory])
    assert survey.facts(readings, [memory])[Memory].total_mib == 16


@pytest.mark.parametrize(
    "ids", ["", ":", "10DE", "10DE:zz", "zz:2520", "-1:1", "0x10:0x20", "1" * 5000 + ":1", "١:٢"]
)
def test_a_device_without_a_number_is_no_card(ids):
    text = f"DRIVER=nvidia\nPCI_CLASS=30000\nPCI_ID={ids}\n"
    machine = RecordedMachine(Identity("Linux"), {UEVENT: Text(text)})
    facts = survey.facts(survey.read(machine, [drivers]), [drivers])
    assert not facts.crashed
