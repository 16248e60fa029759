# look.sh ID BUILD MARK FIRST: the system, the processor, whether the build with this mark is complete, and a free
# port from FIRST on.
root=$HOME/.localai-pool/$1
sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
# also by a connection that goes out from it: nothing can listen there until it is closed
taken() {
    if [ -r /proc/net/tcp ]; then cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") "
    else lsof -nP -iTCP:"$1" 2>/dev/null | grep -qE " [^ >]*:$1(->| |\$)"; fi
}
has=missing
[ "$(sum <"$root/$2/complete" 2>/dev/null | cut -c1-64)" = "$3" ] &&
    (cd "$root/$2" && sum -c files.sha256 >/dev/null 2>&1) && has=complete
port=$4
while taken "$port"; do port=$((port + 1)); done
echo "localai: $(uname -s) $has $port"
