"""The fault table in its short form: one try of a few faults; `python -m tests.fault_table` tries all."""

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("limits and signals of POSIX", allow_module_level=True)

from .fault_table.__main__ import DOWNLOADS, QUICK, tried

pytestmark = pytest.mark.real
SHORT = (
    "connection reset at every 10 %",
    "server away, later back",
    "range answer with another start",
    "server restarts",
    "429 in the middle",
    "403 in the middle",
    "one wrong bit, always",
    "black hole at a random place",
    "disk full at a random place",
    "SIGKILL at a random place",
    "unsynced bytes lost",
    "SIGKILL at a random place, several connections",
    "unsynced bytes and log lost, several connections",
    "two processes at once",
    "hostile archive",
    "clock jumps between two runs",
    "hostile package index",
    "hostile listing of a hub",
)


@pytest.mark.parametrize("name", SHORT)
def test_a_fault_is_survived(name):
    assert name in DOWNLOADS or name in QUICK
    assert [one.wrong for one in tried(name, 1)] == [[]]
