"""What of a machine's numbers is main memory, and which lists of processors hold for us."""

import pytest

from localai_setup.model.reading import Readings, Text
from localai_setup.model.source import File
from localai_setup.probes import cpu, memory

pytestmark = pytest.mark.quick
NODES = "file:/sys/devices/system/node/node"


def node(number, gib, cpus):
    """A node of the kernel's; one without processors is a GPU's memory."""
    return {
        f"{NODES}{number}/meminfo": Text(f"Node {number} MemTotal: {gib * 2**20} kB\n"),
        f"{NODES}{number}/cpulist": Text(f"{cpus}\n"),
    }


#: GiB that `meminfo` tells, nodes → GiB of main memory
TOTALS = [
    (576, [(0, 480, "0-71"), (1, 96, "")], 480),
    (576, [(0, 288, "0-71"), (1, 288, "72-143")], 576),
    (96, [(0, 96, "")], 96),
    (64, [], 64),
]


@pytest.mark.parametrize(("gib", "nodes", "expected"), TOTALS)
def test_memory_of_gpus_that_is_a_node_is_no_main_memory(gib, nodes, expected):
    texts = {"file:/proc/meminfo": Text(f"MemTotal: {gib * 2**20} kB\n")}
    for one in nodes:
        texts |= node(*one)
    assert memory.parse(Readings(texts)).total_mib == expected * 1024


#: our own control groups → the lists of processors that are asked for
GROUPS = [
    ("0::/a/b\n", ["cgroup/a/b/cpuset.cpus.effective", "cgroup/a/cpuset.cpus.effective"]),
    ("3:cpu,cpuset:/a\n5:memory:/a\n", ["cgroup/cpuset/a/cpuset.cpus"]),
    ("5:memory:/a\n", []),
    ("3:cpuset:/../a\n", []),
]


@pytest.mark.parametrize(("groups", "lists"), GROUPS)
def test_lists_of_processors_are_asked_of_our_own_groups(groups, lists):
    texts = {"file:/proc/self/cgroup": Text(groups), "file:/proc/cpuinfo": Text("processor: 0\n")}
    asked = cpu.follow_up(Readings(texts))
    assert [one.key for one in asked] == [File(f"/sys/fs/{path}").key for path in lists]
