#!/bin/sh
# Prints a Python that can run Latent Atlas: the one named by $1 if there is one, else the first of the
# usual names that is new enough. Fails with one sentence if there is none, or if it has no venv.
set -u

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

fail() {
    echo "$1" >&2
    exit 1
}

found=""
for candidate in ${1:-python3 python3.13 python3.12 python3.11 python}; do
    if new_enough "$candidate"; then
        found="$candidate"
        break
    fi
done

if [ -z "$found" ]; then
    version=$("${1:-python3}" --version 2>&1) || version="no ${1:-python3}"
    fail "Latent Atlas needs Python 3.11 or newer and found $version. Install one, or name it: make PYTHON=python3.13 …"
fi
"$found" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "$found has no venv module. On Debian or Ubuntu: apt-get install python3-venv."
echo "$found"
