"""The command that is killed and run again: pull a model and give it our settings.

`python bring_up.py PORT MODELS_FOLDER REGISTRY_NAME`, or with a GGUF file in place of the name: the server
pulls it from this command, or where its name begins with `sent` it is sent and created.
"""

import hashlib
import sys
from pathlib import Path


def main(port, folder, source):
    from localai_setup import executor
    from localai_setup.machine.ollama import names
    from localai_setup.machine.ollama.api import Api
    from localai_setup.machine.ollama.pulling import Pull
    from localai_setup.machine.ollama.store import Store
    from localai_setup.machine.workbench import Workbench
    from localai_setup.model.errors import LocalaiError
    from localai_setup.model.model_server import ModelPart, OwnModel, ServerPlace
    from localai_setup.steps.bring_model import BringModel

    place = ServerPlace(int(port), models_folder=folder)
    own = OwnModel("localai-killed", base=source, parameters={"num_ctx": 2048})
    steps = [BringModel(place, own, "Ollama")]
    if source.endswith(".gguf"):
        content = Path(source).read_bytes()
        part = ModelPart(source, hashlib.sha256(content).hexdigest(), len(content))
        own = OwnModel("localai-killed", (part,), parameters={"num_ctx": 2048})
        # nobody knows the folder; a server in a container cannot pull from here
        contained = "any" if Path(source).name.startswith("sent") else ""
        steps = [BringModel(ServerPlace(int(port), container=contained), own, "Ollama")]
    machine = Workbench()
    try:
        if own.base:
            Pull(Api(int(port)), names.parse(source), lambda _: None, Store(Path(folder))).run()
        for step in steps:
            executor.run(step, machine, lambda _: None)
    except LocalaiError as error:
        print(error.what, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.exit(main(*sys.argv[1:]))
