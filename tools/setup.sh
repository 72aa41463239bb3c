#!/usr/bin/env bash
# Makes .venv at the root with everything in it, .venv/bin/yinghou too. `make setup` calls it.
# Missing system packages are installed as root or through sudo; with neither, one message says what to type.
# Does nothing when nothing changed since the last time. PYTHON chooses the interpreter (python3).
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
python=${PYTHON:-python3}
packages=packaging/debian-packages.txt
constraints=packaging/constraints.txt
stamp=.venv/.set-up

say() { printf '%s\n' "$@" >&2; }  # one line for each argument
fail() { say "$@"; exit 1; }

# One set-up at a time: `make run` and `make test` may be started together.
exec 9<"$root"
if command -v flock >/dev/null; then flock 9; fi

# --- what the system lacks -------------------------------------------------------------------------------------------

# Prints each wanted package that is not there, one a line, in the name that this system knows.
missing_packages() {
    local wanted installed choice name
    wanted=$(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$packages")
    # shellcheck disable=SC2046  # every name is a word of its own
    installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' $(tr '|' ' ' <<<"$wanted") 2>/dev/null \
        | sed -n 's/^ii  *//p' || true)
    while read -r choice; do
        for name in ${choice//|/ }; do
            if grep -qxF "$name" <<<"$installed"; then continue 2; fi
        done
        for name in ${choice//|/ }; do
            if [[ $choice != *"|"* ]] || apt-cache show "$name" >/dev/null 2>&1; then break; fi
        done
        echo "$name"
    done <<<"$wanted"
}

# Debian's python3 comes without venv and pip; the package is named after the interpreter.
missing_venv() {
    if [ -x .venv/bin/python ] || "$python" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
    local name
    name=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(basename "$python")" = python3 ]; then name=python3-venv; fi
    echo "$name"
}

missing() { missing_venv; missing_packages; }

ask_to_install() {
    fail "Yinghou needs packages that are missing here, and there is no root or sudo to install them. As root, type:" \
        "" "    apt-get update && apt-get install --no-install-recommends $1" "" "and then start again."
}

install_packages() {
    local lacking=$1 become=() log
    if [ "$(id -u)" != 0 ]; then
        # Without a terminal sudo cannot ask for a password: it must work without one, or not at all.
        if [ -t 0 ]; then become=(sudo); else become=(sudo -n); fi
        if ! command -v sudo >/dev/null || ! "${become[@]}" true 2>/dev/null; then ask_to_install "$lacking"; fi
    fi
    say "Installing system packages: $lacking"
    log=$(mktemp)
    "${become[@]}" apt-get update -qq >"$log" 2>&1 \
        || say "The package lists could not be refreshed; going on with those that are here."
    lacking=$(missing | paste -sd ' ')  # fresh lists may know a library by its newer name
    # shellcheck disable=SC2086  # every name is a word of its own
    if ! "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $lacking \
        >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "apt-get could not install: $lacking" "Its last words are above, the whole of them in $log."
    fi
    rm -f "$log"
}

command -v "$python" >/dev/null || fail "Yinghou needs Python 3.11 or newer; there is no $python here." \
    "Choose another with: make setup PYTHON=/path/to/python3"

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    lacking=$(missing | paste -sd ' ')
    if [ -n "$lacking" ]; then install_packages "$lacking"; fi
elif [ ! -e "$stamp" ]; then
    say "This is no Debian or Ubuntu: install what $packages lists by your system's own means."
fi

# --- .venv -----------------------------------------------------------------------------------------------------------

digest=$({ sha256sum pyproject.toml "$constraints" "$packages" tools/setup.sh; echo "$root $python"; } | sha256sum)
if [ -x .venv/bin/yinghou ] && [ "$(cat "$stamp" 2>/dev/null)" = "$digest" ]; then exit 0; fi
rm -f "$stamp"

version='import sys; print("%d.%d" % sys.version_info[:2])'
wanted=$("$python" -c "$version")
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || fail "Yinghou needs Python 3.11 or newer; $python is $wanted." \
        "Choose another with: make setup PYTHON=/path/to/python3"
# An environment holds its own path and its interpreter's: one that moved or is of another version is made anew.
if [ "$(.venv/bin/python -c "$version" 2>/dev/null || true)" != "$wanted" ] \
    || ! grep -qsF "$root/.venv" .venv/bin/activate; then
    say "Making .venv with Python $wanted"
    "$python" -m venv --clear .venv
fi
say "Installing Python packages into .venv"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
    --constraint "$constraints" --editable '.[dev]' \
    || fail "The Python packages could not be installed: look at pip's message above, then \`make setup\` again."
echo "$digest" >"$stamp"
say "Set-up is complete: \`make run\` opens the window, \`make help\` lists the rest."
