"""What a user installs holds everything the program needs: code, model, licence, card, and the databases' steps."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def test_the_wheel_is_whole(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("player_rec", "models"):
        shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "player_rec").rglob("*.py")}
    wanted |= {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "player_rec").rglob("*.sql")}
    for pattern in ("*.onnx", "LICENSE.*", "cards/*.md"):
        wanted |= {f"player_rec/{path.relative_to(CHECKOUT)}" for path in (CHECKOUT / "models").glob(pattern)}
    assert wanted <= held
    assert {f"player_rec/models/cards/{name}" for name in ("msd_musicnn.md",)} <= held
    assert not any(name.startswith(("player_rec/models/export", "player_rec/models/eval", "tests")) for name in held)
