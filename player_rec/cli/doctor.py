"""``doctor``: is everything in order? What to send along with a report."""

import argparse
import platform
import shutil
import sqlite3
import sys
from importlib.metadata import version
from typing import Any

from player_rec.app.build import App, pause_reason
from player_rec.cli.show import print_json
from player_rec.domain.errors import BadModel
from player_rec.library.mounts import read_mounts
from player_rec.library.scan import survey
from player_rec.library.watchplan import plan_places, watch_limits
from player_rec.store.db import integrity

_PARTS = ("player-rec", "numpy", "onnxruntime", "av", "hnswlib", "mutagen", "watchdog", "platformdirs")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("doctor", parents=[common], help="check the installation and the library")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, app: App) -> int:
    """Check everything and say what is wrong; 1 if something is."""
    troubles: list[str] = []
    answer = {
        "versions": {name: version(name) for name in _PARTS}
        | {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version, "system": platform.platform()},
        "model": _model(app, troubles),
        "databases": _databases(app, troubles),
        "index": _index(app, troubles),
        "watching": _watching(app),
        "places": _places(app, troubles),
        "analysis": pause_reason(app, background=True) or "may run",
        "troubles": troubles,
    }
    if args.json:
        print_json(answer)
    else:
        _print(answer)
    return 1 if troubles else 0


def _model(app: App, troubles: list[str]) -> dict[str, Any]:
    try:
        spec = app.spec
    except BadModel as error:
        troubles.append(str(error))
        return {}
    return {
        "key": spec.key, "licence": spec.licence, "sample_rate_hz": spec.sample_rate_hz, "mels": spec.mels,
        "patch_frames": spec.patch_frames, "windows": spec.windows, "dimension": spec.dimension, "file": str(app.model),
    }  # fmt: skip


def _databases(app: App, troubles: list[str]) -> dict[str, str]:
    found = {"library": integrity(app.library.db), "listening": integrity(app.listener.db)}
    troubles += [f"the {name} database is damaged: {what}" for name, what in found.items() if what != "ok"]
    return found


def _index(app: App, troubles: list[str]) -> dict[str, Any]:
    space = app.space()
    if not len(space):
        return {"tracks": 0}
    recall = space.recall()
    if recall < 0.95:
        troubles.append(f"the index finds only {recall:.0%} of the true neighbours; delete {app.places.index}")
    return {"tracks": len(space), "model": space.model, "kind": space.kind, "recall_at_20": round(recall, 4)}


def _watching(app: App) -> dict[str, Any]:
    folders = app.listener.folders()
    limits = watch_limits(folders)
    mounts = read_mounts()
    places = [place for folder in folders for place in plan_places(folder, survey(folder), mounts, limits.left)]
    return {
        "watches": {"most": limits.max_user_watches, "used": limits.used, "wanted": limits.folders},
        "how": {place.folder: f"{place.mode}" + (f" because {place.why}" if place.why else "") for place in places},
    }


def _places(app: App, troubles: list[str]) -> dict[str, Any]:
    free_mib = shutil.disk_usage(app.places.data).free // 2**20
    if free_mib < 200:
        troubles.append(f"only {free_mib} MiB are free in {app.places.data}")
    return {
        "data": str(app.places.data), "cache": str(app.places.cache), "settings": str(app.places.settings),
        "log": str(app.places.log), "free_mib": free_mib,
    }  # fmt: skip


def _print(answer: dict[str, Any]) -> None:
    for heading, content in answer.items():
        if heading == "troubles":
            continue
        lines = [f"{k} {v}" for k, v in content.items()] if isinstance(content, dict) else [str(content)]
        print(f"{heading:10} " + ("\n" + " " * 11).join(lines or ["-"]))
    for trouble in answer["troubles"]:
        print(f"TROUBLE    {trouble}", file=sys.stderr)
    if not answer["troubles"]:
        print("all in order")
