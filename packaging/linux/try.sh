#!/bin/sh
# Set up if need be, learn how a folder of music sounds, and answer what sounds like what in it.
# Usage: try.sh [FOLDER [SONG…]]   Without a folder, it takes the few free songs that come with the program.
set -eu
here=$(dirname "$0")
"$here/setup.sh" run
player_rec="$here/../../.venv/bin/player-rec"
if [ $# -eq 0 ]; then
    music="$here/../../tests/data/music"
    library=$(mktemp -d)
    trap 'rm -rf "$library"' EXIT
    "$player_rec" scan "$music" --library "$library"
    find "$music" -name '*.opus' | sort | while read -r song; do
        echo
        "$player_rec" similar "$song" -k 2 --library "$library"
    done
    exit
fi
folder=$1
shift
"$player_rec" scan "$folder"
if [ $# -gt 0 ]; then
    "$player_rec" similar "$@"
else
    "$player_rec" status
    echo 'Now ask: .venv/bin/player-rec similar "a song of yours"'
fi
