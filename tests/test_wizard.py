"""The wizard on a real terminal: every way out leaves nothing behind, the way through ends with an answer."""

import sys

import pytest

pexpect = pytest.importorskip("pexpect")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pty")


def wizard(localai, *arguments):
    command = [sys.executable, "-m", "localai_setup", "init", *arguments]
    environment = {**localai.environment(), "TERM": "xterm"}
    return pexpect.spawn(
        command[0],
        command[1:],
        env=environment,
        encoding="utf-8",
        timeout=120,
        dimensions=(40, 100),
    )


def test_ctrl_c_leaves_nothing_behind(localai):
    child = wizard(localai)
    child.expect("What do you want to do")
    child.sendcontrol("c")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    # a lock means nothing by itself; the other tells `uninstall` which folders were made
    left = {path.name for path in localai.home.rglob("*") if path.is_file()}
    assert {name for name in left if not name.endswith(".lock")} <= {"folders.json"}


ASKS_LATE = """
import time
from localai_setup.ui.conversation import Terminal, yes_or_no
print("looking", flush=True)
input()
for _ in range(2):
    print("answered", Terminal().choose(yes_or_no("Remove all?", "It is gone then.", "--yes", "no")))
"""


def test_keys_pressed_before_a_question_do_not_answer_it():
    """Two questions; what is typed ahead of both, in one go, answers neither."""
    child = pexpect.spawn(sys.executable, ["-c", ASKS_LATE], encoding="utf-8", timeout=60)
    child.expect("looking")
    child.send("\r\x1b[A\r\r\r")
    child.expect("Remove all")
    assert child.expect(["answered", pexpect.TIMEOUT], timeout=2) == 1
    child.send("\r")
    child.expect("answered no")
    child.expect("Remove all")
    child.send("\r")
    child.expect("answered no")
    child.expect(pexpect.EOF)


@pytest.mark.e2e
@pytest.mark.network
def test_the_way_through_ends_with_an_answer(localai):
    child = wizard(localai, "--for", "starter")
    child.expect("Shall I do this")
    child.send("\r")
    child.expect("Answered:")
    child.expect("localai uninstall")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
