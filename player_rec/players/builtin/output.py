"""The sound device: miniaudio's, which asks for samples on a thread of its own."""

from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from player_rec.players.builtin.buffer import Samples

PERIOD_MS: Final = 150
PERIODS: Final = 2
"""The device holds so many periods: how late a pause is heard. Python may be late by all but the one that is played.

PulseAudio and those who stand in for it hold a single one, whatever they are asked for: with periods of 50 ms a busy
machine tore holes of 12 ms into the sound.
"""

RATE_WITHOUT_DEVICE_HZ: Final = 48_000


class NoSound(Exception):
    """No device can be opened, or the one that was is gone; says why, in words."""


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """A device that could be chosen, by name."""

    name: str


class Output(Protocol):
    """Where samples go."""

    rate_hz: int
    name: str
    latency_s: float

    def start(self) -> None:
        """Ask for samples from now on. Raises NoSound."""

    def stop(self) -> None:
        """Ask for none. Waits for the asking that is under way."""

    def close(self) -> None:
        """Let go of the device. Twice is fine."""


Fill = Callable[[Samples], None]
OpenOutput = Callable[[Fill, Callable[[], None], str], Output]
"""Opens a device from what fills its samples, what to call when it is lost, and a name (empty for the default)."""


def open_output(fill: Fill, lost: Callable[[], None], name: str = "", *, silent: bool = False) -> "MiniaudioOutput":
    """Open a device of the system, or one that plays to nobody. Raises NoSound."""
    import miniaudio  # takes 0.1 s

    backends = [miniaudio.Backend.NULL] if silent else _real(miniaudio)
    chosen = next((device["id"] for device in _devices(miniaudio, backends) if device["name"] == name), None)
    if name and chosen is None:
        raise NoSound(f"the sound device “{name}” is not there")
    return MiniaudioOutput(miniaudio, backends, chosen, fill, lost)


def open_silent_output(fill: Fill, lost: Callable[[], None], name: str = "") -> "MiniaudioOutput":
    """Open a device that takes as long as a real one and plays to nobody."""
    return open_output(fill, lost, name, silent=True)


def output_devices() -> Sequence[OutputDevice]:
    """Those there are now; none where there is no sound system."""
    import miniaudio

    return [OutputDevice(device["name"]) for device in _devices(miniaudio, _real(miniaudio))]


class MiniaudioOutput:
    """An open device. Made by ``open_output``."""

    def __init__(self, miniaudio: Any, backends: list[Any], chosen: Any, fill: Fill, lost: Callable[[], None]) -> None:
        self._miniaudio, self._fill, self._lost = miniaudio, fill, lost
        self._stopping = False
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=2,
                sample_rate=0,  # whatever the device has: nobody resamples a second time
                buffersize_msec=PERIOD_MS,
                callback_periods=PERIODS,
                device_id=chosen,
                backends=backends,
                app_name="player_rec",
            )
        except miniaudio.MiniaudioError as error:
            raise NoSound(f"no sound device can be opened ({error.args[0]})") from error
        self.rate_hz = int(self._device._device.sampleRate) or RATE_WITHOUT_DEVICE_HZ  # noqa: SLF001 - told nowhere else
        self.name = str(self._device.backend)
        self.latency_s = PERIOD_MS * PERIODS / 1000
        self._device.stop_callback = self._stopped

    def start(self) -> None:
        """Ask for samples from now on. Raises NoSound."""
        self._stopping = False
        samples = self._samples()
        next(samples)
        try:
            self._device.start(samples)
        except self._miniaudio.MiniaudioError as error:
            raise NoSound(f"the sound device does not start ({error.args[0]})") from error
        self._device.stop_callback = self._stopped

    def stop(self) -> None:
        """Ask for none. Waits for the asking that is under way."""
        self._stopping = True
        with suppress(self._miniaudio.MiniaudioError):  # it may have stopped by itself
            self._device.stop()

    def close(self) -> None:
        """Let go of the device. Twice is fine."""
        device, self._stopping = self._device, True
        if device is None:
            return
        self._device = None
        device.close()
        # The binding forgets to: each device would leave a connection to the sound server open.
        self._miniaudio.lib.ma_context_uninit(device._context)  # noqa: SLF001

    def _samples(self) -> Generator[memoryview, int, None]:
        out = np.zeros((0, 2), np.float32)
        wanted = yield memoryview(b"")
        while True:
            if len(out) != wanted:
                out = np.zeros((wanted, 2), np.float32)
            self._fill(out)
            wanted = yield out.data.cast("B")

    def _stopped(self) -> None:
        if not self._stopping:
            self._lost()


def _real(miniaudio: Any) -> list[Any]:
    """The sound systems of this machine, the best first; never the one that plays to nobody."""
    none = {miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM}
    enabled = miniaudio.get_enabled_backends()
    return [backend for backend in miniaudio.Backend if backend in enabled and backend not in none]


def _devices(miniaudio: Any, backends: list[Any]) -> list[dict[str, Any]]:
    try:
        return list(miniaudio.Devices(backends).get_playbacks())
    except miniaudio.MiniaudioError:
        return []
