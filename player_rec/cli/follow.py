"""``follow``: follow a player in the foreground: learn from what it plays, and serve heart mode."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from player_rec.app.build import App, open_follower, utc_now
from player_rec.app.orders import Orders
from player_rec.app.remote import Ear
from player_rec.engine.follower import Follower
from player_rec.engine.loop import Engine
from player_rec.engine.scene import Scenes
from player_rec.engine.wishes import Wishes
from player_rec.players.registry import KNOWN

_LET_GO_WITHIN_S = 20.0
"""For so long a process that was just told to end may need to leave heart mode."""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("follow", parents=[common], help="learn from what a player plays, until stopped")
    parser.add_argument("--player", default="", choices=["", *KNOWN], metavar="NAME", help=f"one of {', '.join(KNOWN)}")
    parser.add_argument("--heart", action="store_true", help="switch heart mode on as soon as the player is there")
    parser.add_argument("--until-off", action="store_true", help="end when heart mode is switched off")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Follow until Ctrl-C, SIGTERM or ``heart off``; heart mode is then left properly."""
    steps: list[Follower] = []
    engine = Engine(lambda: _step(steps[0]) if steps else None)
    with ExitStack() as stack:
        wait_s = _LET_GO_WITHIN_S if args.until_off else 0
        follower = stack.enter_context(open_follower(app, args.player, engine.post, wait_s))
        steps.append(follower)
        wishes = Wishes(follower, app.library, app.listener, utc_now)
        orders = Orders(wishes, Scenes(follower, app.library, app.listener), engine.post)
        stack.callback(Ear(app.places, partial(_answer, orders, engine, args)).close)
        stack.enter_context(_told_to_end(engine))
        if args.heart:
            follower.heart_when_there()
        if not args.until_off:
            print(f"following {follower.player.name} as soon as it is there; Ctrl-C ends it", file=sys.stderr)
        engine.run()
    return 0


def _step(follower: Follower) -> float | None:
    return follower.step()


@contextmanager
def _told_to_end(engine: Engine) -> Iterator[None]:
    """Signals end the work between two jobs, never in one; whoever sends a second does not want to wait."""
    before: dict[int, Any] = {}

    def end(number: int, _: object) -> None:
        engine.stop()
        signal.signal(number, before[number])

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
        before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answer(orders: Orders, engine: Engine, args: argparse.Namespace, order: Any) -> Any:
    """None, as from nobody, once this process is about to end."""
    if orders.over:
        return None
    answer = orders(order)
    orders.over |= args.until_off and order == {"do": "heart", "on": False} and "error" not in answer
    if orders.over:
        engine.stop()
    return answer
