#!/bin/sh
# Set up player_rec in this checkout: system packages, a virtual environment in .venv, the locked dependencies.
# Usage: setup.sh run|dev        Does nothing when all is as it should be.
set -eu
kind=$1
cd "$(dirname "$0")/../.."

# What this was set up from; when one of these changes, it is set up again.
stamp=".venv/set-up-$kind"
current=$(cat packaging/locks/build.txt "packaging/locks/$kind.txt" pyproject.toml packaging/linux/setup.sh | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$current" ] && exit 0

install_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    echo "installing:$missing" >&2
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words is meant
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

python=$(command -v python3.11 || command -v python3) || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 1; }

# The compiler and the headers are for hnswlib, which comes as source only.
# The libraries after them are what the window needs of the system; a desktop has them.
packages="g++ ca-certificates libegl1 libgl1 libfontconfig1 libdbus-1-3 libglib2.0-0 libxkbcommon-x11-0 libxcb-cursor0
    libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1"
"$python" -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"
"$python" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' ||
    packages="$packages python3-dev"
# The encoders make test files of every format; strace and unshare show that nothing asks the network;
# mpd is a player to drive, mpc the hand at its controls; playerctl, gdbus (libglib2.0-bin) and busctl (systemd) are the
# desktop's hands at ours, dunst its notifications on a screen nobody sees, with a window manager, a tray and a hand at
# mouse and keys; pulseaudio is heard instead of a sound card.
[ "$kind" = run ] || packages="$packages ffmpeg musepack-tools wavpack strace util-linux iproute2 mpd mpc
    desktop-file-utils playerctl dbus libglib2.0-bin systemd dunst xvfb
    openbox trayer xdotool pulseaudio pulseaudio-utils"
# shellcheck disable=SC2086
install_packages $packages

[ -x .venv/bin/python ] || "$python" -m venv .venv
# No instructions of this very machine: an environment may be copied to another.
export HNSWLIB_NO_NATIVE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
pip() { .venv/bin/python -m pip "$@"; }
pip install --quiet --require-hashes -r packaging/locks/build.txt
pip install --quiet --require-hashes --no-build-isolation -r "packaging/locks/$kind.txt"
pip install --quiet --no-deps --no-build-isolation --editable .
printf '%s' "$current" >"$stamp"
