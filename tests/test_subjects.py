"""A check counts as passed where its subject is on this machine; where nobody can tell, it counts."""

import pytest

from localai_setup.diagnosis.subjects import SUBJECTS, is_absent
from localai_setup.model.facts import Facts, Unknown
from localai_setup.probes.drivers import AMD, INTEL, NVIDIA, Drivers, PciCard
from localai_setup.probes.engines import LOOKED_FOR, Engine, Engines
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.host import Host
from localai_setup.probes.setup import SetUpState

from .known import PROBLEMS


def card(vendor):
    return Drivers(cards=(PciCard("0000:01:00.0", vendor),))


UNKNOWN = (Unknown("gpus", "timed-out", "did not answer"),)
#: facts → subjects that are on the machine, of those that these facts decide
CASES = [
    ((Gpus(), Drivers()), "", "nvidia amd intel"),
    ((Gpus(), card(NVIDIA)), "nvidia", "amd intel"),
    ((Gpus(), card(AMD)), "amd", "nvidia intel"),
    ((Gpus(), card(INTEL)), "intel", "nvidia amd"),
    ((Gpus((Gpu("amd"),)), Drivers()), "amd", "nvidia intel multi"),
    ((Gpus((Gpu("amd"), Gpu("nvidia"))), Drivers()), "amd nvidia multi", "intel"),
    ((Gpus(), Drivers(nvidia_on_bus=True)), "nvidia", "amd intel"),
    ((Gpus(unknown=UNKNOWN), Drivers()), "nvidia amd intel multi", ""),
    ((Gpus(unknown=UNKNOWN), card(AMD)), "amd multi", "nvidia intel"),
    ((Gpus(),), "nvidia amd intel", "multi"),
    ((Host("Linux"),), "", "apple windows"),
    ((Host("Darwin"),), "apple", "windows"),
    ((Host("Windows"),), "windows", "apple"),
    ((Host(),), "apple windows wsl", ""),
    ((Host("Linux", wsl=True),), "wsl", ""),
    ((Host("Linux", wsl=False),), "", "wsl"),
    ((Engines(),), "", "ollama lmstudio"),
    ((Engines((Engine("Ollama", None, "running"),)),), "ollama", "lmstudio"),
    ((Engines((Engine("LM Studio", None, "installed"),)),), "lmstudio", "ollama"),
    ((SetUpState(),), "", "setup"),
    ((SetUpState(is_set_up=True),), "setup", ""),
    ((SetUpState(damaged=True),), "setup", ""),
    ((), "nvidia amd intel multi apple windows wsl ollama lmstudio setup", ""),
    ((), "mem disk net cpu", ""),
]


@pytest.mark.parametrize(("given", "here", "absent"), CASES)
def test_a_subject_is_absent_only_where_the_facts_say_so(given, here, absent):
    facts = Facts({type(one): one for one in given})
    assert {one: is_absent(f"{one}-x", facts) for one in f"{here} {absent}".split()} == {
        **dict.fromkeys(here.split(), False),
        **dict.fromkeys(absent.split(), True),
    }


def test_every_subject_but_engines_begins_the_id_of_a_problem():
    assert set(SUBJECTS) - LOOKED_FOR <= {name.partition("-")[0] for name in PROBLEMS}
