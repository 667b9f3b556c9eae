"""Draw ``terminal.svg`` for the README: real commands, run on the songs that come with the program.

Usage: ``python packaging/screenshots/terminal.py``
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
COMMANDS = (
    ("scan", "Music", "--hurry"),
    ("similar", "the evil sister", "-k", "3"),
    ("heart", "preview", "eastern feeling", "-n", "4"),
)
_BEFORE, _, _REST = CONSOLE_SVG_FORMAT.partition("    @font-face")
OFFLINE_SVG = _BEFORE + _REST[_REST.index("    .{unique_id}-matrix") :]
"""The usual drawing, without the fonts it would fetch from the network."""


def main() -> None:
    """Run the commands and draw what they print."""
    console = Console(record=True, width=100, force_terminal=True, file=sys.stdout)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Music").symlink_to(CHECKOUT / "tests" / "data" / "music")
        for command in COMMANDS:
            shown = " ".join(f'"{word}"' if " " in word else word for word in command)
            console.print(Text.assemble(("$ ", "bold green"), ("player-rec " + shown, "bold")))
            line = [sys.executable, "-m", "player_rec.cli.main", *command, "--library", "kept"]
            said = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True)
            console.print(Text(said.stdout.replace(f"{folder}/", "~/").replace("  ", "\u00a0\u00a0")))
    svg = console.export_svg(title="player-rec", code_format=OFFLINE_SVG, unique_id="terminal")
    (HERE / "terminal.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
