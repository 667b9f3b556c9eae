"""Which track a command is about, and letting the radio know that something was said."""

from contextlib import suppress
from pathlib import Path

from player_rec.app.build import App
from player_rec.app.remote import ask
from player_rec.domain.errors import NoAnswer, NoSuchTrack
from player_rec.domain.track import Track
from player_rec.engine.seeds import find_track

HELP = "a file, or words of title, artist or album; default: the song playing now"


def asked_track(app: App, text: str | None) -> Track:
    """The track that is named, or the one playing now. Raises NoSuchTrack."""
    if text is None:
        told = ask(app.places, {"do": "status"}) or {}
        number = app.library.tracks.at(Path(told["playing"])) if told.get("playing") else None
        if number is None:
            raise NoSuchTrack("nothing is known to play now; name a file or a song")
    else:
        number = find_track(app.library, text)
    track = app.library.tracks.one(number)
    if track is None:
        raise NoSuchTrack(f"{text or 'the song playing now'} is not in the library; scan its folder first")
    return track


def tell_radio(app: App) -> None:
    """Something was said: a radio that is on plans anew at once."""
    with suppress(NoAnswer):  # it is kept, and noticed as soon as the radio can look
        ask(app.places, {"do": "look"})
