# unpack.sh ID BUILD MARKER: unpack the archives that were taken, and write MARKER last of all.
umask 077
cd "$HOME/.localai-pool/$1" || exit 1
sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
for one in "$2.new"/*.tar.gz; do
    tar -xzf "$one" -C "$2.new" --strip-components=1 && rm -f "$one" || exit 1
done
(cd "$2.new" && [ -x ggml-rpc-server -o -x rpc-server ]) || { echo "no program in it lends" >&2; exit 1; }
(cd "$2.new" && find . -type f ! -name files.sha256 >../names && sort ../names | while read -r one; do sum "$one"; done >files.sha256) || exit 1
rm -f names
printf %s "$3" >"$2.new/complete" && rm -rf "$2" && mv "$2.new" "$2"
