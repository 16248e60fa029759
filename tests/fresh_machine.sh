#!/usr/bin/env bash
# README's first command on a freshly installed Debian, typed by an ordinary user.
#
#   tests/fresh_machine.sh SUITE [--root FOLDER] [--commands] [--tests]      SUITE: bookworm, trixie, …
#
# Makes the smallest Debian there is (debootstrap, no compiler, no libgomp1), gives it git, python3 with
# venv and an ordinary user, copies this checkout there and checks the answer, `doctor` and `uninstall`.
# FOLDER keeps the root, or is one that an earlier run left; `--commands` also types the commands of README
# and docs (typed_commands.py) and installs with pipx and uv, `--tests` also runs README's second command.
# Needs root and Linux; elsewhere it says so and ends well. Package sources, proxies, certificates and
# pip's settings are this machine's own.
set -euo pipefail

suite=${1:?usage: tests/fresh_machine.sh SUITE [--root FOLDER] [--tests]}
shift
folder="" tests="" commands=""
while [ $# -gt 0 ]; do
    case $1 in
        --root) folder=$2; shift 2 ;;
        --tests) tests=yes; shift ;;
        --commands) commands=yes; shift ;;
        *) echo "unknown: $1" >&2; exit 2 ;;
    esac
done
checkout=$(cd "$(dirname "$0")/.." && pwd)

skip() { echo "fresh machine: skipped, because $1"; exit 0; }
[ "$(uname)" = Linux ] || skip "this is not Linux"
[ "$(id -u)" = 0 ] || skip "only root can make one"
command -v debootstrap >/dev/null || skip "debootstrap is not installed (apt install debootstrap)"

# Mounts and programs of the fresh machine end with this script, however it ends.
if [ -z "${LOCALAI_FRESH_ALONE:-}" ]; then
    unshare --mount --pid --fork true 2>/dev/null || skip "this container may not mount anything"
    set -- "$suite" ${folder:+--root "$folder"} ${commands:+--commands} ${tests:+--tests}
    exec env LOCALAI_FRESH_ALONE=yes unshare --mount --pid --fork --kill-child bash "$0" "$@"
fi

if [ -z "$folder" ]; then
    folder=$(mktemp -d /tmp/localai-fresh.XXXXXX)
    chmod 755 "$folder"
    trap 'umount -R "$folder/proc" "$folder/dev/pts" 2>/dev/null; rm -rf --one-file-system "$folder"' EXIT
fi
root=$(realpath -m "$folder")

say() { printf '\n== %s, %s s: %s\n' "$suite" "$SECONDS" "$*"; }
fail() { say "FAILED: $*"; exit 1; }

# What this machine's own apt uses, where that is Debian's.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | grep '/debian/\?$' | head -n1 || true)
if [ ! -e "$root/etc/debian_version" ]; then
    say "making it"
    wanted=git,python3,python3-venv,ca-certificates
    debootstrap --variant=minbase --include=$wanted "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 ||
        { tail -n 20 "$root.log"; fail "debootstrap, see $root.log"; }
    rm -f "$root.log"
fi

mount -t proc proc "$root/proc"
mkdir -p "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666,gid=5,mode=620 devpts "$root/dev/pts"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
if [ -e /etc/pip.conf ]; then cp /etc/pip.conf "$root/etc/"; fi
id=$(chroot "$root" id -u person 2>/dev/null || true)
[ -n "$id" ] || chroot "$root" useradd --create-home --shell /bin/bash person

# This machine's settings for package indexes, and the certificates that they name.
settings=()
while IFS='=' read -r name value; do
    case $name in
        PIP_FIND_LINKS) continue ;;
        PIP_* | UV_* | SSL_CERT_FILE | REQUESTS_CA_BUNDLE | [Hh][Tt][Tt][Pp]*_[Pp]* | [Nn][Oo]_[Pp]*) ;;
        *) continue ;;
    esac
    settings+=("$name=$value")
    if [ -f "$value" ]; then install -D -m 644 "$value" "$root$value"; fi
done < <(env)

# The authorities that somebody added to this machine's own store, as a company does.
if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
    # the caller's folder for temporary files is not in there
    TMPDIR=/tmp chroot "$root" update-ca-certificates >/dev/null 2>&1 || fail "update-ca-certificates"
fi

# nothing of an earlier run, which may have ended in its middle
rm -rf --one-file-system "$root/home/person"
mkdir -p "$root/home/person/localai"
git -C "$checkout" ls-files -z --cached --others --exclude-standard |
    tar -C "$checkout" --null --ignore-failed-read -T - -cf - | tar -C "$root/home/person/localai" -xf -
chroot "$root" chown -R person:person /home/person

# A command typed by the person in the checkout. No model hub, so that every run takes the same model.
as_person() {
    chroot --userspec=person:person "$root" env -i HOME=/home/person USER=person LANG=C.UTF-8 TERM=dumb \
        PATH=/home/person/.local/bin:/usr/local/bin:/usr/bin:/bin HF_ENDPOINT=http://127.0.0.1:9 "${settings[@]}" \
        bash -c "cd ~/localai && $1"
}
command_of_readme() { awk '/^```sh$/{n++; getline; if (n=='"$1"') print}' "$checkout/README.md"; }

! as_person 'ldconfig -p 2>/dev/null || /sbin/ldconfig -p' | grep -q libgomp || say "note: libgomp is there already"
first="$(command_of_readme 1) --yes"
say "$first"
log=$(mktemp)
as_person "$first" >"$log" 2>&1 &
command=$!
sleep 2
[ -s "$log" ] || fail "nothing was said within two seconds"
wait $command || { cat "$log"; fail "the first command of the README"; }
sed -n '/Looking at this machine/,$p' "$log"
grep -q "^Answered: ." "$log" || fail "no answer"
say "the answer came; status, doctor, uninstall"
as_person '.venv/bin/localai status && .venv/bin/localai doctor' || fail "doctor finds something on a fresh set-up"
if as_person 'ls -d ~/.local/share/localai/engines/cmeel-*' >/dev/null 2>&1; then
    say "the library that was brought is lost: doctor names it, doctor --fix brings it again"
    as_person 'rm -r ~/.local/share/localai/engines/cmeel-* && .venv/bin/localai down' || fail "down"
    ! as_person '.venv/bin/localai doctor' >"$log" 2>&1 || fail "doctor finds nothing"
    grep -q 'engine-system-library-missing' "$log" || { cat "$log"; fail "doctor names another cause"; }
    as_person '.venv/bin/localai doctor --fix' || fail "doctor --fix"
fi
gone() { [ ! -e "$root/home/person/.local/share/localai" ] || fail "uninstall left something behind"; }
if [ -n "$commands" ]; then
    say "the commands of README and docs"
    as_person '.venv/bin/python tests/typed_commands.py' || fail "commands of README and docs"
fi
as_person '.venv/bin/localai uninstall --yes' || fail "uninstall"
gone
installed_by() { # NAME COMMAND: one that puts localai on PATH; README's and the way back
    say "$2"
    as_person "$2" || fail "$2"
    as_person 'cd ~ && localai init --yes --for starter && localai doctor && localai uninstall --yes' >"$log" 2>&1 ||
        { cat "$log"; fail "a localai that $1 installed"; }
    grep -q "^Answered: ." "$log" || fail "no answer"
    grep -q "$1" "$log" || fail "uninstall does not say how $1 removes localai"
    gone
}
if [ -n "$commands" ]; then
    # Debian's own pipx, where it can be had
    TMPDIR=/tmp chroot "$root" sh -c 'command -v pipx >/dev/null || { apt-get update && apt-get install -y pipx; }' >"$log" 2>&1 ||
        { tail -n 5 "$log"; fail "pipx cannot be installed"; }
    installed_by pipx 'pipx install .'
    as_person 'pipx uninstall localai-setup' || fail "pipx uninstall"
    as_person 'pipx install uv' || fail "pipx install uv"
    installed_by uv 'uv tool install .'
    as_person 'uv tool uninstall localai-setup' || fail "uv tool uninstall"
fi
if [ -n "$tests" ]; then
    second=$(command_of_readme 2)
    say "$second"
    as_person "git init -q && git add -A && $second" || fail "the second command of the README"
fi
say "all is well"
