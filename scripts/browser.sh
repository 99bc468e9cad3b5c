#!/bin/sh
# The browser of the browser tests: any installed Chromium or Chrome.
#
#   browser.sh find     prints its path; status 1 if there is none
#   browser.sh ensure   installs one if there is none and this is Debian or Ubuntu and we are root;
#                       without one it says so in a line, which is a failure only where CI=true
#
# LATENT_ATLAS_BROWSER names another one.
set -u

works() {
    "$1" --version >/dev/null 2>&1
}

find_browser() {
    if [ -n "${LATENT_ATLAS_BROWSER:-}" ]; then
        works "$LATENT_ATLAS_BROWSER" && echo "$LATENT_ATLAS_BROWSER"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do
        path=$(command -v "$name" 2>/dev/null) && works "$path" && echo "$path" && return
    done
    for name in "Google Chrome" Chromium; do
        path="/Applications/$name.app/Contents/MacOS/$name"
        [ -x "$path" ] && echo "$path" && return
    done
    return 1
}

install_browser() {
    command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || return 1
    echo "Installing Chromium for the browser tests…"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } \
        >/dev/null </dev/null
}

case "${1:-}" in
find)
    find_browser
    ;;
ensure)
    find_browser >/dev/null && exit 0
    install_browser && find_browser >/dev/null && exit 0
    if [ "${CI:-}" = true ]; then
        echo "There is no Chromium or Chrome, and with CI=true the browser tests must run." >&2
        exit 1
    fi
    echo "Browser tests will be skipped: install Chromium or Chrome, or name one with LATENT_ATLAS_BROWSER."
    ;;
*)
    echo "usage: browser.sh find|ensure" >&2
    exit 2
    ;;
esac
