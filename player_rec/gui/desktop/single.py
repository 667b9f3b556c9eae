"""One program a library: a second start hands its files to the first, which comes to the front."""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtNetwork import QLocalServer, QLocalSocket

from player_rec.app.places import Places

log = logging.getLogger(__name__)

_WITHIN_MS: Final = 2_000


def hand_over(places: Places, files: Sequence[Path]) -> bool:
    """Tell a program that runs already. Whether there was one."""
    socket = QLocalSocket()
    socket.connectToServer(_name(places))
    if not socket.waitForConnected(_WITHIN_MS):
        return False
    socket.write(json.dumps([str(file) for file in files]).encode() + b"\n")
    socket.waitForBytesWritten(_WITHIN_MS)
    socket.disconnectFromServer()
    return True


class Door:
    """Where later starts knock."""

    def __init__(self, places: Places, knocked: Callable[[list[Path]], None]) -> None:
        self._server = QLocalServer()
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_name(places))  # left by one that was killed; one that lives was asked before
        self._server.listen(_name(places))
        self._server.newConnection.connect(self._take)
        self._knocked = knocked

    def close(self) -> None:
        """Nobody is at home any more."""
        self._server.close()

    def _take(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(lambda: self._hear(socket))
        socket.disconnected.connect(socket.deleteLater)

    def _hear(self, socket: QLocalSocket) -> None:
        """Take in a line once it is whole; what makes no sense is passed over."""
        if not socket.canReadLine():
            return
        try:
            told = [Path(file) for file in json.loads(bytes(socket.readLine().data()))]
        except (ValueError, TypeError):
            log.warning("a second start said what nobody understands")
            return
        self._knocked(told)


def _name(places: Places) -> str:
    return "player_rec-" + hashlib.sha256(str(places.data.absolute()).encode()).hexdigest()[:16]
