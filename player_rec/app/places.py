"""Where things are kept. What can be rebuilt lies apart from what cannot."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from player_rec.domain.errors import BadModel

_NAME = "player_rec"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of one installation, or of one library kept in a folder of its own."""

    config: Path
    data: Path
    cache: Path
    state: Path

    @property
    def arguments(self) -> tuple[str, ...]:
        """What a command line needs to mean these places; nothing for the usual ones."""
        return () if self == usual_places() else ("--library", str(self.data))

    @property
    def settings(self) -> Path:
        """What the user may change."""
        return self.config / "settings.toml"

    @property
    def listening(self) -> Path:
        """What the listener said and did: cannot be rebuilt, backed up before every migration."""
        return self.data / "listening.db"

    @property
    def library(self) -> Path:
        """What is known of the music: rebuilt in hours."""
        return self.data / "library.db"

    @property
    def index(self) -> Path:
        """The neighbour index: rebuilt in seconds."""
        return self.cache / "index"

    @property
    def log(self) -> Path:
        """What the program did, for sending along with a report."""
        return self.state / "player_rec.log"

    @property
    def lock(self) -> Path:
        """Held by the one process that writes to the library."""
        return self.data / "library.lock"

    @property
    def following(self) -> Path:
        """Held by the one process that follows a player."""
        return self.data / "following.lock"

    @property
    def ear(self) -> Path:
        """Tells where that process can be spoken to."""
        return self.data / "following.address"

    @property
    def pause(self) -> Path:
        """While this file is there, nothing is analysed."""
        return self.data / "paused"


def usual_places() -> Places:
    """The folders this operating system has for such things."""
    found = platformdirs.PlatformDirs(_NAME, appauthor=False)
    return Places(found.user_config_path, found.user_data_path, found.user_cache_path, found.user_state_path)


def places_in(folder: Path) -> Places:
    """Everything in one folder, so that it can be carried about or thrown away."""
    return Places(folder, folder, folder, folder)


def shipped_model() -> Path:
    """The network this version of the program listens with: the one ONNX file that comes with it."""
    installed = Path(__file__).parents[1] / "models"
    folder = installed if installed.is_dir() else Path(__file__).parents[2] / "models"  # beside it in a checkout
    found = sorted(folder.glob("*.onnx"))
    if not found:
        raise BadModel(f"no model came with the program: there is no .onnx file in {folder}")
    return found[0]
