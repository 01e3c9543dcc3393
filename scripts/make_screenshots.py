"""Takes the README's picture from the real app: `make screenshots`.

The examples, copied, with a bug put into one policy: the picture shows what a save of it shows.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PICTURE = PROJECT / "docs" / "images" / "screen.svg"
BODY = "policies/aws_s3_policies/aws_s3_bucket_public_grants.py"
RIGHT = """\
    # `or []` because Grants is null on a bucket whose ACLs are switched off.
    for grant in resource.get("Grants") or []:
"""
WRONG = """\
    for grant in resource["Grants"]:
"""
SIZE = (150, 40)
SECONDS = 30.0


def copy_examples(folder: Path) -> Path:
    """The examples as somebody's repository, with the bug."""
    copy = folder / "panther-policies"
    shutil.copytree(
        PROJECT / "examples", copy, ignore=shutil.ignore_patterns("triage", "__pycache__")
    )
    (copy / ".git").mkdir()
    body = copy / BODY
    text = body.read_text("utf-8")
    if RIGHT not in text:
        raise SystemExit(f"{BODY} no longer has {RIGHT!r}: mend scripts/make_screenshots.py")
    body.write_text(text.replace(RIGHT, WRONG), "utf-8")
    return copy


async def take(root: Path) -> str:
    """The screen as SVG, when every test has run."""
    from panther_tui.engine.remote import EngineProcess
    from panther_tui.engine.settings import load_pat_settings
    from panther_tui.tui.app import PantherApp
    from panther_tui.tui.config import load_config
    from panther_tui.tui.start import session_options

    config, _ = load_config(root)
    engine = EngineProcess()
    engine.begin(session_options(root, config, load_pat_settings(root)))
    app = PantherApp(engine, config=config)
    async with app.run_test(size=SIZE) as pilot:
        async with asyncio.timeout(SECONDS):
            while app.state.running or app.state.last_run is None or app.state.totals.stale:
                await pilot.pause(0.05)
        await pilot.pause(0.5)
        return app.export_screenshot(title="panther-tui")


def main() -> int:
    """Write the picture; returns the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        home.mkdir()
        os.environ.update(HOME=str(home), COLORTERM="truecolor", TERM="xterm-256color")
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            del os.environ[name]
        svg = asyncio.run(take(copy_examples(home)))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", "utf-8")
    print(PICTURE.relative_to(PROJECT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
