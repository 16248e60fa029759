"""Where nothing is there, `uninstall` asks nobody and removes nothing."""

import pytest

from localai_setup import cli, guard
from localai_setup.machine.keeping import removing

from .test_removing import FOREIGN, OURS, home, write

__all__ = ["home"]

#: what lies in a home, what is kept → the exit code where nobody is there to answer
UNASKED = {
    "nothing": ((), (), 0),
    "what others put there": (FOREIGN, (), 0),
    "models that are kept": (OURS[:1], ("--keep-models",), 0),
    "models that are not kept": (OURS[:1], (), 4),
    "the lock of a command": (("state/init.lock",), (), 4),
    "a record that was set aside": ((f"../{removing.ASIDE}",), (), 4),
}


@pytest.mark.parametrize("case", UNASKED)
def test_nobody_is_asked_where_nothing_is_there(case, home, monkeypatch, capsys):
    names, flags, code = UNASKED[case]
    monkeypatch.setenv("HOME", str(home.parent))
    write(home, names)
    before = sorted(home.parent.rglob("*"))
    assert guard.run_guarded(["uninstall", *flags]) == code
    shown = " ".join(capsys.readouterr().err.split())
    assert ("There is nothing to remove. What is left: localai itself" in shown) is (code == 0)
    assert sorted(home.parent.rglob("*")) == before


def test_empty_folders_of_ours_go_with_a_yes_alone(home, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(home.parent))
    (home / "state").mkdir(parents=True)
    assert cli.run(["uninstall"]) == 0
    assert (home / "state").exists()
    assert cli.run(["uninstall", "--yes"]) == 0
    assert not home.exists()
