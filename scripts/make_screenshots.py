"""Takes the pictures of README.md and docs/tour.md from the real app: `make screenshots`.

The README's shows the examples, copied, with a bug put into one policy; the tour's show the demo.
The demo has a loop without end, so that its first run lasts until the time limit.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = PROJECT / "docs" / "images"
BODY = "policies/aws_s3_policies/aws_s3_bucket_public_grants.py"
RIGHT = """\
    # `or []` because Grants is null on a bucket whose ACLs are switched off.
    for grant in resource.get("Grants") or []:
"""
WRONG = """\
    for grant in resource["Grants"]:
"""
SECONDS = 60.0
"""How long a run may take."""

CELL = 12.2
"""Pixels from one column to the next, as Rich draws them."""

FONTS = '"Fira Code", Menlo, "DejaVu Sans Mono", "Courier New", monospace'
SPACE = "&#160;"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the demo, or of the examples: `keys` are pressed when every test has run."""

    name: str
    size: tuple[int, int]
    """Columns and rows."""
    keys: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Where the cursor begins; by default at the first failure."""
    demo: bool = True


FIRST = "policies/aws_acm_policies/aws_acm_certificate_renews.yml"
WEEK = "policies/aws_rds_policies/aws_rds_instance_backup_week.yml"
"""Whose one failing test fails without an error."""

PICTURES = (
    Picture("screen.svg", (150, 36), demo=False),
    Picture("tour.svg", (120, 36), places=(WEEK,)),
    Picture("tour-walk.svg", (120, 36), ("i", "s", "enter", "enter"), FIRST),
    Picture("tour-compare.svg", (80, 24), ("3", "D", "enter"), WEEK),
)


def copy_examples(home: Path) -> Path:
    """The examples as somebody's repository with an environment and a bug."""
    copy = home / "panther-policies"
    shutil.copytree(
        PROJECT / "examples", copy, ignore=shutil.ignore_patterns("triage", "__pycache__")
    )
    (copy / ".git").mkdir()
    (copy / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    body = copy / BODY
    text = body.read_text("utf-8")
    if RIGHT not in text:
        raise SystemExit(f"{BODY} no longer has {RIGHT!r}: mend scripts/make_screenshots.py")
    body.write_text(text.replace(RIGHT, WRONG), "utf-8")
    return copy


def copy_demo(home: Path) -> Path:
    """What `panther-tui demo` opens, in a folder with a short name."""
    copy = home / "triage"
    if not copy.exists():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(PROJECT / "examples" / "triage", copy, ignore=ignored)
    return copy


async def take(root: Path, picture: Picture) -> str:
    """The screen as SVG, when every test has run and the keys are pressed."""
    from panther_engine.reading.repository.pat_settings import load_pat_settings
    from panther_engine.session.process.remote import EngineProcess
    from panther_tui.app.app import PantherApp
    from panther_tui.app.start import session_options
    from panther_tui.settings.config import load_config
    from panther_tui.triage.beginning import Beginning

    config, _ = load_config(root)
    engine = EngineProcess()
    engine.begin(session_options(root, config, load_pat_settings(root)))
    app = PantherApp(engine, beginning=Beginning(picture.places), config=config)
    async with app.run_test(size=picture.size) as pilot:
        async with asyncio.timeout(SECONDS):
            while app.state.running or app.state.last_run is None or app.state.totals.stale:
                await pilot.pause(0.05)
        for key in picture.keys:
            await pilot.pause(0.3)
            await pilot.press(key)
        await pilot.pause(0.7)
        return app.export_screenshot(title="panther-tui")


def on_the_grid(svg: str) -> str:
    """Each word at its column, whatever font there is and however it treats spaces."""

    def words(match: re.Match[str]) -> str:
        before, left, between, after, text = match.groups()
        pieces = []
        column = 0
        for piece in re.split(f"((?:{SPACE})+)", text):
            if piece.startswith(SPACE):
                column += piece.count(SPACE)
            elif piece:
                x = round(float(left) + column * CELL, 1)
                cells = len(re.sub(r"&#?\w+;", "x", piece))
                length = f'{between} textLength="{round(cells * CELL, 1)}"'
                pieces.append(f'<text{before} x="{x}"{length}{after}>{piece}</text>')
                column += cells
        return "".join(pieces)

    svg = re.sub(
        r'<text(?= class="terminal-\d+-r)([^>]*?) x="([\d.]+)"([^>]*?) textLength="[\d.]+"([^>]*)>'
        r"([^<]*)</text>",
        words,
        svg,
    )
    svg = svg.replace("font-family: Fira Code, monospace;", f"font-family: {FONTS};")
    # Rich's columns are 0.61 of its 20 px; most fonts are 0.6 wide, and would leave gaps.
    svg = svg.replace("font-size: 20px;", "font-size: 20.3px;")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main() -> int:
    """Write the pictures; returns the exit code."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        os.environ.update(HOME=str(home), COLORTERM="truecolor", TERM="xterm-256color")
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            del os.environ[name]
        os.environ.pop("VIRTUAL_ENV", None)
        for picture in PICTURES:
            root = copy_demo(home) if picture.demo else copy_examples(home)
            svg = on_the_grid(asyncio.run(take(root, picture)))
            path = IMAGES / picture.name
            path.write_text(svg, "utf-8")
            print(path.relative_to(PROJECT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
