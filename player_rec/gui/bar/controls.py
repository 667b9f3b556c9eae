"""The buttons of the built-in player, wherever they are shown."""

from collections.abc import Sequence

from player_rec.engine.scene import Scene, Song
from player_rec.gui.bridge import Bridge
from player_rec.players.builtin.news import Transport
from player_rec.players.builtin.player import BuiltinPlayer


class Controls:
    """What a press means."""

    def __init__(self, player: BuiltinPlayer, bridge: Bridge) -> None:
        self.player, self._bridge = player, bridge
        self.heart = False
        """Whether heart mode is on, which keeps the order of the queue."""

        bridge.scene.connect(self._seen)

    def _seen(self, scene: Scene) -> None:
        self.heart = scene.heart

    @property
    def playing(self) -> bool:
        """Whether music plays."""
        return self.player.now().transport is Transport.PLAYING

    def go_or_hold(self) -> None:
        """Pause what plays, or go on; where nothing waits to be played, heart mode finds something."""
        if self.playing:
            self.player.pause()
        elif self.player.now().item is not None or self.player.queue():
            self.player.play()
        else:
            self._bridge.learn(lambda wishes: wishes.heart(on=True), lambda _: self.player.play())

    def play_songs(self, songs: Sequence[Song], *, heart: bool = False) -> None:
        """Play songs now; with heart mode on from there if so wished."""
        if not songs:
            return
        self.player.play_now([song.file for song in songs])
        if heart:
            self._bridge.order(lambda wishes: wishes.heart(on=False))
            self._bridge.order(lambda wishes: wishes.heart(on=True))
