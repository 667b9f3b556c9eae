#!/bin/sh
# Set up if need be, then start the program: the tray app on a desktop; in a bare terminal learn how a folder of music
# sounds, say what sounds like what, and preview heart mode.
# Usage: try.sh [FOLDER [SONG…]]   Without a folder, it takes the few free songs that come with the program.
set -eu
here=$(dirname "$0")
"$here/setup.sh" run
bin="$here/../../.venv/bin"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    [ $# -eq 0 ] && exec "$bin/player-rec-tray"
    folder=$1
    shift
    exec "$bin/player-rec-tray" --music "$folder" "$@"
fi
player_rec="$bin/player-rec"
if [ $# -eq 0 ]; then
    music="$here/../../tests/data/music"
    library=$(mktemp -d)
    trap 'rm -rf "$library"' EXIT
    "$player_rec" scan "$music" --library "$library"
    find "$music" -name '*.opus' | sort | while read -r song; do
        echo
        "$player_rec" similar "$song" -k 2 --library "$library"
    done
    echo
    "$player_rec" heart preview "eastern feeling" -n 5 --why --library "$library"
    exit
fi
folder=$1
shift
"$player_rec" scan "$folder"
if [ $# -gt 0 ]; then
    "$player_rec" similar "$@"
    "$player_rec" heart preview "$1"
else
    "$player_rec" status
    echo 'Now ask: .venv/bin/player-rec heart preview "a song of yours"'
    echo 'or, with MPD playing: .venv/bin/player-rec heart on'
fi
