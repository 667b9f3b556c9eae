"""One evening: an MPD, a library, a person, a witness, and a program that lives many short lives."""

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from player_rec.app.places import places_in
from player_rec.app.remote import ask
from tests.endurance import kill_checks as checks
from tests.endurance.kill_music import PROGRAM, make_songs, scan
from tests.endurance.kill_music import program as run_program
from tests.endurance.kill_person import Person
from tests.endurance.kill_witness import Looked, Mpd, Witness
from tests.players.server import MpdServer

SONGS, FORMER = 24, 3
MARGIN_S = 0.5
"""What ended so shortly before a kill may not have been written down."""

SETTLES_WITHIN_S, STARTS_WITHIN_S, LOOKS_EVERY_S = 10.0, 30.0, 0.2
LONGEST_SONG_S = 9.0
MOST_LITTER = 3
"""Sockets left in temporary folders by programs that were killed before they could tell where it is."""


@dataclass(slots=True)
class Account:
    """What was done and what was found."""

    kills: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)
    settled_s: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    songs: int = 0
    alive_ends: int = 0
    plays: Counter[str] = field(default_factory=Counter)

    def hold(self, when: str, wrong: list[str]) -> None:
        """Take in what is wrong, each only once."""
        for one in wrong:
            if not any(old.endswith(one) for old in self.broken):
                self.broken.append(f"{when}: {one}")
                print(f"  BROKEN {when}: {one}", flush=True)


class Evening:
    """One MPD, one library, one person, and a program that lives many short lives."""

    def __init__(self, folder: Path, seed: int, songs: int = SONGS, *, switches: float = 0.0) -> None:
        """``switches`` is the share of deeds that are switching heart mode off and on again."""
        self.kept, self._rng, self.account = folder / "kept", random.Random(seed), Account()
        names = make_songs(folder / "music", songs, self._rng)
        heard = scan(folder / "music", self.kept)
        assert heard == songs + 1, f"{heard} of {songs + 1} songs heard"
        self._places = places_in(self.kept)
        self.server = MpdServer(folder, folder / "music")
        self.server.start()
        self.server.mpc("update", "--wait")
        self._places.settings.write_text(f'mpd_host = "{self.server.socket}"\n', encoding="utf-8")
        self._mpd = Mpd(self.server.socket)
        self.witness = Witness(self.server.socket)
        self._at_hand = Mpd(self.server.socket)
        self.person = Person(self._at_hand, self.witness, self.kept, names[FORMER:], self._rng, self._picks)
        self.former = names[:FORMER]
        self._switches = switches
        self._alive: list[tuple[float, float]] = []
        self._counted = 0
        self._program: subprocess.Popen[bytes] | None = None

    def spend(self, kills: int) -> Account:
        """The whole evening."""
        self.person.begin(self.former)
        for number in range(1, kills + 1):
            self._live(f"kill {number}", patient=number % 2 == 0)
        self._leave()
        self.account.songs = len(self.witness.songs)
        self.account.alive_ends = sum(
            song.finished and any(begin <= song.ended <= end for begin, end in self._alive)
            for song in self.witness.songs
        )
        self.account.plays = Counter(play.ending for play in checks.plays(self.kept))
        return self.account

    def close(self) -> None:
        """Leave nothing running."""
        if self._program and self._program.poll() is None:
            self._program.kill()
            self._program.wait()
        self.witness.close()
        self._mpd.close()
        self._at_hand.close()
        self.server.kill()

    def _live(self, name: str, *, patient: bool) -> None:
        """Start the program, use it, kill it, and look at what it left."""
        begun, born_at = time.monotonic(), time.time()
        program = self._start()
        if not patient:
            moment, way = self._any_moment(begun), "at any moment"
        else:
            self._until_ready(program)
            self._acts(self._rng.randrange(2))
            self._settle(f"before {name}", alive=True)
            for _ in range(self._rng.randrange(2)):
                self.witness.wait_for_song(LONGEST_SONG_S)
            moment, way = self._aligned_moment()
        dead_at = self._kill(program, moment)
        self.account.kills[way] += 1
        self._alive += [(since, dead_at - MARGIN_S) for since in self._followed_since(born_at)]
        self._look(name)
        if self._rng.random() < 0.3:
            self._acts(1)
        self.person.keep_going()

    def _start(self) -> "subprocess.Popen[bytes]":
        line = [*PROGRAM, "follow", "--player", "mpd", "--heart", "--library", str(self.kept)]
        away = {**os.environ, "TMPDIR": str(self.kept.parent)}
        self._program = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=away)
        return self._program

    def _followed_since(self, born_at: float) -> list[float]:
        """When the program that was started then wrote in its log that it follows; empty if it never came so far."""
        lines = self._places.log.read_text("utf-8", errors="replace").splitlines()
        times = [datetime.fromisoformat(line[:23]).timestamp() for line in lines if line.endswith(": following mpd")]
        return [at for at in times if at >= born_at]

    def _until_ready(self, program: "subprocess.Popen[bytes]") -> None:
        """Wait until the program says that it is connected."""
        until = time.monotonic() + STARTS_WITHIN_S
        while not (told := ask(self._places, {"do": "status"})) or not told.get("connected"):
            assert program.poll() is None, f"the program ended with {program.returncode}"
            assert time.monotonic() < until, "the program does not follow"
            time.sleep(0.05)

    def _kill(self, program: "subprocess.Popen[bytes]", moment: Callable[[], None]) -> float:
        """Send SIGKILL when the moment has come, while the person goes on; when it was sent."""
        sent: list[float] = []

        def strike() -> None:
            moment()
            sent.append(time.time())
            program.kill()

        striking = threading.Thread(target=strike, name="killer")
        striking.start()
        while striking.is_alive():
            striking.join(self._rng.uniform(0.1, 1.5))
            if striking.is_alive():
                self._acts(1)
        if program.wait() != -signal.SIGKILL:
            self.account.hold("alive", [f"the program ended by itself with {program.returncode}"])
        return sent[0]

    def _any_moment(self, begun: float) -> Callable[[], None]:
        after_s = self._rng.uniform(0.3, 4.0)
        return lambda: time.sleep(max(0.0, begun + after_s - time.monotonic()))

    def _picks(self) -> set[str]:
        return checks.Radio.read(self.kept).ever

    def _aligned_moment(self) -> tuple[Callable[[], None], str]:
        """From 0.2 s before a song gives way to 0.4 s after it; or right in the changes of the queue that follow."""
        off_s, after_s = self._rng.uniform(-0.2, 0.4), self._rng.uniform(0.0, 0.01)

        def beside_song_change() -> None:
            mpd = Mpd(self.server.socket)
            left_s = Looked.at(mpd).left_s
            mpd.close()
            time.sleep(max(0.0, min(left_s, LONGEST_SONG_S) + off_s))

        def in_queue_change() -> None:
            self.witness.wait_for_song(LONGEST_SONG_S)
            self.witness.wait_for_queue(1.0)
            time.sleep(after_s)

        return self._rng.choice([(beside_song_change, "beside a song change"), (in_queue_change, "in a queue change")])

    def _acts(self, times: int) -> None:
        for _ in range(times):
            if self._rng.random() < self._switches:
                self.account.deeds["switch off and on"] += self._switch(on=False) and self._switch(on=True)
            else:
                self.account.deeds[self.person.act()] += 1

    def _switch(self, *, on: bool) -> bool:
        """Switch heart mode; whether the program lived to say that it did."""
        told = ask(self._places, {"do": "heart", "on": on})
        return told is not None and "error" not in told

    def _look(self, name: str) -> None:
        """What must hold at any time, however the program was left."""
        kept = checks.plays(self.kept)
        self.account.hold(name, checks.intact(self.kept))
        self.account.hold(name, checks.words_kept(self.kept, self.person.said))
        self.account.hold(name, self.person.said.refused)
        self.account.hold(name, checks.plays_kept(kept, list(self.witness.songs), self._alive))
        self.account.hold(name, checks.plays_possible(kept))

    def _count_own(self, radio: checks.Radio) -> list[str]:
        """Strike out of the ledger what has begun to play since; say what played though nobody queued it."""
        ledger, strange = self.person.ledger, []
        songs = list(self.witness.songs)
        for song in songs[self._counted :]:
            if song.entry.id in ledger.added:
                ledger.gone.add(song.entry.id)
            elif song.entry.id in radio.ever:
                continue
            elif ledger.waiting()[song.entry.name]:
                ledger.gone_under_new_number[song.entry.name] += 1
            elif song.entry.name not in radio.nameless:
                strange.append(f"nobody queued {song.entry.name}, which played at {song.began:.1f}")
        self._counted = len(songs)
        return strange

    def _settle(self, name: str, *, alive: bool) -> None:
        """Wait until the queue is as it should be; what is wrong with it if it never is."""
        begun = time.monotonic()
        wrong = ["never looked at"]
        while wrong and time.monotonic() < begun + SETTLES_WITHIN_S:
            looked = Looked.at(self._mpd)
            radio = checks.Radio.read(self.kept)
            if looked.version != self._mpd.status()["playlist"]:
                continue
            self.account.hold(name, self._count_own(radio))
            wrong = checks.queue_sane(self.kept, looked, radio, self.person.ledger) if alive else self._left(looked)
            if wrong:
                time.sleep(LOOKS_EVERY_S)
        self.account.settled_s.append(time.monotonic() - begun)
        self.account.hold(name, wrong)

    def _left(self, looked: Looked) -> list[str]:
        radio = checks.Radio.read(self.kept)
        wrong = ["heart mode is still on"] if radio.on else []
        wrong += [f"picks are noted still: {sorted(radio.waiting)}"] if radio.waiting or radio.unnamed else []
        return wrong + checks.balance(looked.upcoming, Counter(), self.person.ledger)

    def _leave(self) -> None:
        """Start once more, switch heart mode off, and end the program the gentle way."""
        program = self._start()
        self._until_ready(program)
        self._settle("at the end", alive=True)
        left = run_program(self.kept, "heart", "off", "--json")
        if left.returncode:
            self.account.hold("at the end", [f"heart mode cannot be switched off: {left.stderr}"])
        self._settle("switched off", alive=False)
        program.terminate()
        if program.wait(STARTS_WITHIN_S):
            self.account.hold("at the end", [f"the program ended with {program.returncode}"])
        self._look("at the end")
        litter = [path.name for path in self.kept.parent.glob("player_rec-*")]
        if len(litter) > MOST_LITTER:
            self.account.hold("at the end", [f"sockets of the killed are left: {len(litter)}"])
        log = self._places.log.read_text("utf-8", errors="replace")
        self.account.hold("log", [f"a mistake: {line}" for line in log.splitlines() if " ERROR " in line])
