"""An analysed library as the arrays a replay needs, and larger catalogues made in its likeness."""

from collections.abc import Collection, Hashable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from player_rec.app.places import places_in
from player_rec.domain.errors import NoSuchTrack
from player_rec.domain.track import Track
from player_rec.engine.space import serving_model
from player_rec.store.db import open_rebuildable
from player_rec.store.library import Library
from player_rec.store.tagtext import fold

Vectors = NDArray[np.float32]
Ints = NDArray[np.int64]

TRACKS_AN_ALBUM, TRACKS_AN_ARTIST = 10, 8
"""Songs of a made album at most, and of a made artist on average."""

ZIPF_EXPONENT = 0.6
"""Sizes of artists in a made catalogue fall with the rank to this power."""

FROM_TRACK, FROM_ARTIST = 0.55, 1.6
"""How far an artist lies from the track it is made from, and a song from its artist, in spreads of the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Tracks as arrays over rows.

    Attributes:
        ids: (n,) track numbers, ascending.
        vectors: (n, dimension) float32 of unit length.
        artist: (n,) the same number for the same artist; a track without one has a number of its own.
        album: (n,) likewise.
        recording: (n,) likewise for what sounds the same.
        duration_ms: (n,) lengths.
        energy: (n,) 0 (calm) to 1 (fierce); not written to ``tracks.npz``, and zeros when read from there.
    """

    ids: Ints
    vectors: Vectors
    artist: Ints
    album: Ints
    recording: Ints
    duration_ms: Ints
    energy: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, tracks: Collection[int] | Ints) -> Ints:
        """The rows of ``tracks`` (n,), all of them held here."""
        return np.searchsorted(self.ids, np.fromiter(tracks, np.int64, len(tracks)))

    def save(self, path: Path) -> None:
        """Write ``tracks.npz`` in the replay format."""
        np.savez(
            path,
            ids=self.ids,
            vectors=self.vectors,
            artist=self.artist,
            album=self.album,
            recording=self.recording,
            duration_ms=self.duration_ms,
        )


def read(folder: Path) -> Catalogue:
    """The tracks of the library kept in ``folder`` that can be played and have been heard by its fullest model.

    Raises:
        NoSuchTrack: there is no library, or nothing in it has been heard.
        StoreUnavailable: it cannot be opened.
    """
    kept = places_in(folder).library
    if not kept.is_file():
        raise NoSuchTrack(f"{folder} holds no library")
    with closing(open_rebuildable(kept)) as db:
        library = Library(db)
        model = serving_model(library, "")
        here = sorted(library.vectors.ids(model) & library.tracks.here())
        vectors, tracks, sounds = (
            library.vectors.get(model, here),
            library.tracks.get(here),
            library.vectors.sounds(here),
        )
    if not here:
        raise NoSuchTrack(f"nothing in {folder} has been heard yet")
    rows = [tracks[track] for track in here]
    return Catalogue(
        ids=np.array(here, np.int64),
        vectors=unit(np.array([vectors[track] for track in here], np.float32)),
        artist=_numbered(_artist(track) for track in rows),
        album=_numbered(_album(track) for track in rows),
        recording=np.array([track.recording for track in rows], np.int64),
        duration_ms=np.array([track.identity.duration_ms for track in rows], np.int64),
        energy=np.array([sounds[track].energy for track in here], np.float64),
    )


def load(path: Path) -> Catalogue:
    """The catalogue that ``Catalogue.save`` wrote."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in ("ids", "vectors", "artist", "album", "recording", "duration_ms")}
    return Catalogue(**arrays, energy=np.zeros(len(arrays["ids"])))


def enlarged(catalogue: Catalogue, count: int, rng: np.random.Generator) -> Catalogue:
    """The catalogue with made tracks after its own, ``count`` in all.

    A made artist lies near a track of the collection, its songs near the artist; both are moved by differences of
    tracks taken by chance, so that they spread as the collection does. Artists have sizes by Zipf's law and are cut
    into albums of ten. Made tracks are recordings of their own; lengths and energy come from tracks taken by chance.
    """
    more = count - len(catalogue)
    if more <= 0:
        return catalogue
    artist = _owners(more, rng)
    begins = np.r_[0, np.flatnonzero(np.diff(artist)) + 1]
    place = np.arange(more) - np.repeat(begins, np.diff(np.r_[begins, more]))
    album = np.cumsum((place % TRACKS_AN_ALBUM == 0).astype(np.int64))
    centres = _moved(catalogue.vectors, rng.integers(len(catalogue), size=int(artist[-1]) + 1), FROM_TRACK, rng)
    shift = _moved(catalogue.vectors, None, FROM_ARTIST, rng, more)
    alike = rng.integers(len(catalogue), size=more)

    def after(own: Ints, made: Ints) -> Ints:
        return np.concatenate([own, made - made.min() + own.max() + 1]).astype(np.int64)

    return Catalogue(
        ids=after(catalogue.ids, np.arange(more)),
        vectors=np.concatenate([catalogue.vectors, unit(centres[artist] + shift)]),
        artist=after(catalogue.artist, artist),
        album=after(catalogue.album, album),
        recording=after(catalogue.recording, np.arange(more)),
        duration_ms=np.concatenate([catalogue.duration_ms, catalogue.duration_ms[alike]]),
        energy=np.concatenate([catalogue.energy, catalogue.energy[alike]]),
    )


def unit(vectors: Vectors) -> Vectors:
    """Rows (n, dimension) brought to unit length."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)


def _moved(
    vectors: Vectors, origins: Ints | None, share: float, rng: np.random.Generator, count: int | None = None
) -> Vectors:
    """Differences of tracks taken by chance, scaled by ``share``, added to the ``origins`` if there are any."""
    many = len(origins) if origins is not None else count
    one, other = rng.integers(len(vectors), size=(2, many or 0))
    shift = (vectors[one] - vectors[other]) * np.float32(share / np.sqrt(2))
    return shift if origins is None else unit(vectors[origins] + shift)


def _owners(tracks: int, rng: np.random.Generator) -> Ints:
    """The artist of each of so many songs, counted from 0, songs of one artist together."""
    artists = max(1, tracks // TRACKS_AN_ARTIST)
    shares = np.arange(1, artists + 1) ** -ZIPF_EXPONENT
    sizes = np.ceil(shares / shares.sum() * tracks).astype(np.int64)
    return np.repeat(np.arange(artists), rng.permutation(sizes))[:tracks].astype(np.int64)


def _artist(track: Track) -> Hashable:
    names = track.tags.artists or track.tags.album_artists
    return fold(", ".join(names)) if names else track.id


def _album(track: Track) -> Hashable:
    if not track.tags.album:
        return track.id
    by = "" if track.tags.compilation else ", ".join(track.tags.album_artists) or _artist(track)
    return fold(str(by)), fold(track.tags.album)


def _numbered(keys: Iterable[Hashable]) -> Ints:
    """Equal keys get equal numbers, counted from 0 in the order met."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
