# remove.sh ID: end what lends, and remove all that was brought here.
case $1 in "" | *[!0-9a-f]*) echo "that is no pool of localai" >&2; exit 1 ;; esac
cd "$HOME/.localai-pool/$1" 2>/dev/null || exit 0
root=$(pwd)
runs() { { tr '\0' ' ' <"/proc/$1/cmdline" || ps -o args= -p "$1"; } 2>/dev/null | grep -qF "$root/"; }
old=$(cat lender.pid 2>/dev/null)
if [ -n "$old" ] && runs "$old"; then
    kill "$old" 2>/dev/null
    for _ in 1 2 3 4 5; do runs "$old" || break; sleep 1; done
    runs "$old" && kill -9 "$old" 2>/dev/null
fi
cd "$HOME" && rm -rf "$root" && { rmdir .localai-pool 2>/dev/null || :; }
