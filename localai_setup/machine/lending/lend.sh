# lend.sh BUILD MARK PORT: lend the memory of this machine at 127.0.0.1:PORT for as long as stdin is open.
# MARK is the sha256 of the build's marker. Exit codes: 66 another build, 67 the port is taken, 68 no such build,
# 70 the program ended.
unset CDPATH
cd "$(dirname "$0")" || exit 68
root=$(pwd) folder=$(pwd)/$1 port=$3
hex=$(printf '%04X' "$port")
sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
runs() { { tr '\0' ' ' <"/proc/$1/cmdline" || ps -o args= -p "$1"; } 2>/dev/null | grep -qF "$root/"; }
taken() {
    if [ -r /proc/net/tcp ]; then grep -qE ":$hex 00000000:0000 0A " /proc/net/tcp
    else lsof -nP -iTCP:"$port" -sTCP:LISTEN >/dev/null 2>&1; fi
}
listens() {
    if [ -r /proc/net/tcp ]; then grep -qE " 0100007F:$hex 00000000:0000 0A ([^ ]+ ){3} *$(id -u) " /proc/net/tcp
    else lsof -nP -a -p "$1" -iTCP:"$port" -sTCP:LISTEN >/dev/null 2>&1; fi
}
# also by a connection that goes out from 127.0.0.1; one that was closed (TIME_WAIT) holds nothing
held() {
    if [ -r /proc/net/tcp ]; then
        cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
            grep -qE "^ *[0-9]+: (0100007F|0{8}|0{32}|0{16}FFFF00000100007F):$hex [0-9A-F]+:[0-9A-F]+ (01|02|08|0A) "
    else lsof -nP -iTCP:"$port" 2>/dev/null | grep -qE " [^ >]*:$port(->| |\$)"; fi
}
[ -f "$folder/complete" ] || { echo "its build $1 is not there"; exit 68; }
[ "$(sum <"$folder/complete" | cut -c1-64)" = "$2" ] || { echo "its build $1 is another"; exit 66; }
(cd "$folder" && sum -c files.sha256 >/dev/null 2>&1) || { echo "files of its build $1 were changed"; exit 66; }

# one that a broken connection left behind
old=$(cat lender.pid 2>/dev/null)
if [ -n "$old" ] && runs "$old"; then
    kill "$old" 2>/dev/null
    for _ in 1 2 3 4 5; do runs "$old" || break; sleep 1; done
    runs "$old" && kill -9 "$old" 2>/dev/null
fi
if taken; then echo "another program listens on its port $port"; exit 67; fi

program=$folder/ggml-rpc-server
[ -x "$program" ] || program=$folder/rpc-server  # its name in older builds
exec 3<&0
LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} \
    "$program" --host 127.0.0.1 --port "$port" </dev/null 3<&- &
pid=$!
echo "$pid" >lender.pid
# without a program of its own, which would outlive it
(while read -r _ <&3; do :; done; kill "$pid") </dev/null >/dev/null 2>&1 &
watch=$!
until listens "$pid" || ! kill -0 "$pid" 2>/dev/null; do sleep 1; done
lent=
kill -0 "$pid" 2>/dev/null && lent=yes && echo "localai: lends"
wait "$pid"
code=$?
# between the look at the port and now another may have taken it
if [ -z "$lent" ] && [ "$code" -le 128 ] && held; then
    kill "$watch" 2>/dev/null
    rm -f lender.pid
    echo "its port $port was taken by another program in the moment before"
    exit 67
fi
# one that never came to lend said itself what it lacks, unless it was killed
if [ -n "$lent" ] || [ "$code" -gt 128 ]; then echo "the program that lends ended with exit code $code"; fi
kill "$watch" 2>/dev/null
rm -f lender.pid
exit 70
