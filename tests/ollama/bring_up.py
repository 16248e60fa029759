"""The command that is killed and run again: pull a model and give it our settings, by its steps.

`python bring_up.py PORT MODELS_FOLDER REGISTRY_NAME`, or with a GGUF file in place of the name: the server
pulls it from this command, or where its name begins with `sent` it is sent and created.
"""

import hashlib
import sys
from pathlib import Path


def main(port, folder, source):
    from localai_setup import executor
    from localai_setup.machine.workbench import Workbench
    from localai_setup.model.errors import LocalaiError
    from localai_setup.model.model_server import ModelPart, OwnModel, ServerPlace
    from localai_setup.steps.bring_model import BringModel
    from localai_setup.steps.pull_model import PullModel

    place = ServerPlace(int(port), models_folder=folder)
    own = OwnModel("localai-killed", base=source, parameters={"num_ctx": 2048})
    steps = [PullModel(place, source), BringModel(place, own, "Ollama")]
    if source.endswith(".gguf"):
        content = Path(source).read_bytes()
        part = ModelPart(source, hashlib.sha256(content).hexdigest(), len(content))
        own = OwnModel("localai-killed", (part,), parameters={"num_ctx": 2048})
        # nobody knows the folder; a server in a container cannot pull from here
        contained = "any" if Path(source).name.startswith("sent") else ""
        steps = [BringModel(ServerPlace(int(port), container=contained), own, "Ollama")]
    machine = Workbench()
    try:
        for step in steps:
            executor.run(step, machine, lambda _: None)
    except LocalaiError as error:
        print(error.what, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.exit(main(*sys.argv[1:]))
