"""Prints each result as a line of JSON, for the program that started Ansible."""

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: lines
type: stdout
short_description: One line of JSON for each result
description:
  - Prints host, event, task and result of each task as one line of JSON.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Says nothing else, so that every line that is no JSON is Ansible's own complaint."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "localai.fleet.lines"

    def v2_playbook_on_start(self, _playbook: Any) -> None:
        """Nothing."""

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """The machines that were asked for, so that none is forgotten."""
        hosts = play.get_variable_manager()._inventory.get_hosts(play.hosts)  # noqa: SLF001
        self._line("asked", hosts=[one.get_name() for one in hosts])

    def v2_runner_on_ok(self, result: Any) -> None:
        self._result("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002
        self._result("failed", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._result("unreachable", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Nothing to tell."""

    def _result(self, event: str, result: Any) -> None:
        task, host = result._task, result._host  # noqa: SLF001
        self._line(event, host=host.get_name(), task=task.action, result=result._result)  # noqa: SLF001

    def _line(self, event: str, **fields: Any) -> None:
        text = json.dumps({"event": event, **fields}, default=str)
        self._display.display(text, screen_only=True)
