"""Which files are music, judged by name alone, and which names were never meant to be listened to.

A name says what its owner believes the file to be; whether this build can decode it is found out later, and a
file that cannot be read is listed with the reason. So every ending that stands for recorded music is in, also
where a decoder is rare (tracker modules, DSD, Monkey's Audio). Left out are

- scores and chip programs (mid, sid, nsf, spc): instructions for a machine, not a recording;
- endings used for films (mkv, avi, mov, m4v, ts), whose sound-only sisters mka and m4a are in. mp4, webm, asf
  and rm are in: music shops, ripped streams and old collections put bare sound into them;
- playlists, cue sheets, WavPack correction files (wvc) and other companions of music;
- speech notes of telephones (amr, 3gp).
"""

from typing import Final

_COMPRESSED: Final = "mp1 mp2 mp3 mpa mpga m4a m4b m4p mp4 aac adts ogg oga opus spx wma asf webm weba mka"
_OLD: Final = "mpc mp+ ra rm vqf oma aa3 at3"
_LOSSLESS: Final = "flac fla ape wv tta tak ofr shn wav wave bwf rf64 w64 aif aiff aifc au snd caf alac"
_CINEMA: Final = "ac3 eac3 ec3 dts dtshd mlp thd"
_DSD: Final = "dsf dff"
_MODULES: Final = "mod xm it s3m mptm mtm stm 669 umx okt"

AUDIO_SUFFIXES: Final = frozenset(
    " ".join((_COMPRESSED, _OLD, _LOSSLESS, _CINEMA, _DSD, _MODULES)).split(),
)
"""Endings, lower case and without the dot, that stand for music."""

_UNFINISHED_INNER: Final = (".temp", ".tmp")
_DOUBTFUL_START: Final = (".", "INCOMPLETE~", "~syncthing~")
_TITLE_START: Final = ".."  # "...And Justice for All" is not meant to be hidden
_UNFINISHED_END: Final = (".download", ".crdownload", ".part", ".partial")
_NOT_FOR_LISTENING: Final = frozenset(
    ("$recycle.bin", "#recycle", "@eadir", "__macosx", "found.000", "lost+found", "system volume information"),
)


def is_audio(name: str) -> bool:
    """Say whether a file of this name (no folder) counts as music. Hidden ones do not.

    Most unfinished files fall out by their ending (``song.mp3.part``, ``song.mp3.Xy12Ab``); the programs that
    keep the ending mark the name before it (``song.temp.m4a``) or at its start.
    """
    stem, _, suffix = name.rpartition(".")
    if suffix not in AUDIO_SUFFIXES and suffix.lower() not in AUDIO_SUFFIXES:
        return False
    if name.startswith(_DOUBTFUL_START) and not name.startswith(_TITLE_START):
        return False
    return stem != "" and not stem.endswith(_UNFINISHED_INNER)


def is_ignored(name: str) -> bool:
    """Say whether a folder of this name is passed over with all that is in it.

    Hidden ones are, and so are wastebaskets, thumbnails of storage boxes, and the folders in which browsers keep
    a download.
    """
    if name.startswith(".") and not name.startswith(_TITLE_START):
        return True
    return name.lower() in _NOT_FOR_LISTENING or name.endswith(_UNFINISHED_END)


def is_reachable(path: str, root: str) -> bool:
    """Say whether nothing on the way from ``root`` to ``path`` is ignored, going by the names alone."""
    return not any(map(is_ignored, path[len(root) :].split("/")))


def is_listed(path: str, root: str) -> bool:
    """Say whether an audio file at ``path`` would be listed below ``root``, going by the names alone."""
    return is_audio(path.rpartition("/")[2]) and is_reachable(path, root)
