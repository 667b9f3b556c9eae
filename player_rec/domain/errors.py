"""Every expected failure, as one tree. Each rebuilds itself from its ``args``, so it crosses processes."""

from pathlib import Path


class PlayerRecError(Exception):
    """Something went wrong that a person can be told about in one sentence."""


class UnreadableTrack(PlayerRecError):
    """A file could not be read or decoded. It is listed, and tried again when it changes."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class WorkerLost(UnreadableTrack):
    """A file brought down, or outlasted, the process that was reading it."""


class BadModel(PlayerRecError):
    """The model file is missing, damaged, or says too little about itself."""


class StoreTooNew(PlayerRecError):
    """A database was written by a newer player_rec than this one."""


class StoreUnavailable(PlayerRecError):
    """A database is there but cannot be used now: locked, no permission, disk full."""


class StoreDamaged(PlayerRecError):
    """A database cannot be read as one."""


class LibraryBusy(PlayerRecError):
    """Another player_rec is writing to this library."""


class NoSuchTrack(PlayerRecError):
    """Nothing in the library answers to what was asked for."""


class BadSettings(PlayerRecError):
    """The settings file holds something that is no setting."""


class NoAnswer(PlayerRecError):
    """The process that follows the player is there but does not answer."""


class NothingToPlay(PlayerRecError):
    """No song is left that may be heard now and that the player can play."""


class BadImport(PlayerRecError):
    """A file that was to be brought back is not one that was taken away."""


class PlayerGone(PlayerRecError):
    """The music player cannot be reached: not running, shut down, or it refuses."""
