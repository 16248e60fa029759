"""Runs localai on a machine and returns its JSON; brings localai there first where it is missing.

Runs by whichever Python Ansible finds there, which may be older than localai's.
"""

from __future__ import annotations

import json
import os
import shutil
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.localai.fleet.plugins.module_utils import bringing
from ansible_collections.localai.fleet.plugins.module_utils.running import (
    TroubleError,
    failure,
    run,
)

DOCUMENTATION = """
module: command
short_description: Runs localai and returns its JSON
description:
  - Runs a command of localai on the machine and returns the documents that it prints.
  - In check mode nothing is changed; C(init), C(upgrade) and C(uninstall) return their plan.
options:
  action:
    description: What to do.
    choices: [doctor, init, upgrade, uninstall]
    required: true
    type: str
  arguments:
    description: Flags for the command itself.
    type: list
    elements: str
    default: []
  common:
    description: Flags for every command that is run.
    type: list
    elements: str
    default: []
  requirement:
    description: What pip installs where localai is missing.
    type: str
    default: localai-setup
  program:
    description: The localai to run; empty to look for one.
    type: str
    default: ""
  pushed:
    description: Whether packages or models were pushed to ~/.cache/localai-fleet.
    type: bool
    default: false
"""
EXAMPLES = """
- localai.fleet.command:
    action: doctor
"""
RETURN = """
documents:
  description: What each command of localai printed, by its name.
  type: dict
  returned: always
state:
  description: C(answered) or C(without-localai).
  type: str
  returned: success
"""

#: exit codes with which each command has answered; for the others 0 alone
ANSWERS = {"doctor": (0, 1), "plan": (0, 3), "init": (0, 3)}
#: of the actions, those that change something
CHANGES = ("init", "upgrade", "uninstall")


def main() -> None:
    """Answer one task of a playbook."""
    module = AnsibleModule(
        argument_spec={
            "action": {
                "choices": ["doctor", *CHANGES],
                "required": True,
            },
            "arguments": {"type": "list", "elements": "str", "default": []},
            "common": {"type": "list", "elements": "str", "default": []},
            "requirement": {"type": "str", "default": "localai-setup"},
            "program": {"type": "str", "default": ""},
            "pushed": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    job = Job(module.params, module.check_mode)
    try:
        job.run()
    except TroubleError as trouble:
        module.fail_json(msg=str(trouble), documents=job.documents, changed=job.changed)
    module.exit_json(changed=job.changed, state=job.state, documents=job.documents)


class Job:
    """One action on this machine."""

    def __init__(self, params: dict[str, Any], is_dry: bool) -> None:
        self.params, self.is_dry = params, is_dry
        self.documents: dict[str, Any] = {}
        self.changed = False
        self.state = "answered"
        self.program = params["program"] or bringing.found()

    def run(self) -> None:
        if self.params["pushed"] and not self.is_dry:
            bringing.unpack()
        action = self.params["action"]
        if action in ("init", "upgrade"):
            self.bring()
        if not self.program:
            self.state = "without-localai"
            if action == "uninstall":
                self.clear()
            return
        if action in CHANGES:
            getattr(self, action)()
        if action != "uninstall":
            self.doctor()
        if action not in CHANGES:
            self.ask("plan", self.params["arguments"])

    def bring(self) -> None:
        """Install localai where it is missing, and for an upgrade the version that was asked for."""
        requirement = self.params["requirement"]
        is_upgrade = self.params["action"] == "upgrade" and self.program == bringing.OURS
        if self.program and not (
            is_upgrade and bringing.installed() != requirement.split("==")[-1]
        ):
            return
        if self.params["action"] == "upgrade" and not self.program:
            return
        self.changed = True
        if not self.is_dry:
            bringing.install(requirement, self.environment())
            self.program = bringing.OURS

    def doctor(self) -> None:
        if self.ask("doctor").get("set_up"):
            self.ask("licences")

    def init(self) -> None:
        arguments = self.params["arguments"]
        if self.is_dry:
            steps = self.ask("init", ["--dry-run", *arguments]).get("steps", [])
            self.changed = self.changed or any(not one["done"] for one in steps)
            return
        if self.params["pushed"]:
            self.place_models(arguments)
        made = self.ask("init", ["--yes", *arguments])
        # an older localai does not tell; where nothing fits there are no receipts
        self.changed = made.get("changed", "receipts" in made) or self.changed

    def upgrade(self) -> None:
        if self.ask("doctor").get("set_up") is None:
            return
        arguments = ["--dry-run"] if self.is_dry else ["--yes"]
        found = self.ask("upgrade", arguments)
        does = bool(found.get("changes")) if self.is_dry else found.get("upgraded", False)
        self.changed = self.changed or does

    def uninstall(self) -> None:
        """Also what was brought and pushed for it; a localai that was there before stays."""
        if self.is_dry:
            self.clear()
            self.changed = self.changed or self.ask("doctor").get("set_up") is not None
            return
        removed = self.ask("uninstall", ["--yes", *self.params["arguments"]]).get("removed", [])
        self.clear()
        self.changed = self.changed or bool(removed)

    def clear(self) -> None:
        """Remove what was brought and pushed, also where bringing it was cut off."""
        is_ours = self.program in ("", bringing.OURS)
        folders = [bringing.PUSHED, *([bringing.HOME] if is_ours else [])]
        ours = [one for one in folders if os.path.exists(one)]
        self.changed = bool(ours)
        for folder in [] if self.is_dry else ours:
            shutil.rmtree(folder, ignore_errors=True)

    def place_models(self, arguments: list[str]) -> None:
        """Link pushed models to where the plan writes them; localai checks every byte of them."""
        for step in self.ask("init", ["--dry-run", *arguments]).get("steps", []):
            for target in step["writes"]:
                pushed = os.path.join(bringing.PUSHED, "models", os.path.basename(target))
                if os.path.isfile(pushed) and not os.path.exists(target):
                    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
                    bringing.link_or_copy(pushed, target)

    def ask(self, command: str, arguments: list[str] | None = None) -> dict[str, Any]:
        """The JSON of one command, kept under its name."""
        argv = [self.program, command, "--json", *(arguments or []), *self.params["common"]]
        done = run(argv, self.environment())
        try:
            document: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise TroubleError(failure(argv, done)) from None
        is_answer = done.returncode in ANSWERS.get(command, (0,))
        if not is_answer or not isinstance(document, dict):
            raise TroubleError(failure(argv, done))
        self.documents[command] = document
        return document

    def environment(self) -> dict[str, str]:
        """With pushed packages, and offline, nothing is fetched from an index."""
        wheels = os.path.join(bringing.PUSHED, "wheels")
        if not self.params["pushed"] or not os.path.isdir(wheels):
            offline = {"PIP_NO_INDEX": "1"} if "--offline" in self.params["common"] else {}
            return {**os.environ, **offline}
        only = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels}
        return {**os.environ, **only, "UV_NO_INDEX": "1", "UV_FIND_LINKS": wheels}


if __name__ == "__main__":
    main()
