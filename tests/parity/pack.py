"""`python -m tests.parity.pack CHECKOUT`: PAT's zip and ours hold the same files, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from panther_engine.authoring.packing.archive import archive_bytes, write_archive
from panther_engine.authoring.packing.pack import collect_pack
from tests.environments import MissingCheckoutError, find_checkout, pat_python

FILTERS: tuple[tuple[str, ...], ...] = ((), ("Severity=High",), ("AnalysisType=policy",))


def main() -> int:
    """Compare them; the exit code is 1 if they differ."""
    try:
        checkout = find_checkout(sys.argv[1] if sys.argv[1:] else "")
    except MissingCheckoutError as missing:
        print(missing, file=sys.stderr)
        return 2
    differ = False
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(checkout, copy, symlinks=True)
        for number, filters in enumerate(FILTERS):
            differ |= _differ(copy, filters, Path(folder, f"out{number}"))
    return int(differ)


def _differ(checkout: Path, filters: tuple[str, ...], out: Path) -> bool:
    theirs = _contents(_zip_by_pat(checkout, filters, out))
    pack = collect_pack(checkout, filters)
    ours = _contents(write_archive(pack, out / "ours"))
    same = archive_bytes(collect_pack(checkout, filters)) == archive_bytes(pack)
    other = sorted(name for name in theirs.keys() & ours if theirs[name] != ours[name])
    print(
        f"{' '.join(filters) or 'all'}: PAT {len(theirs):,} entries, we {len(ours):,};"
        f" only PAT's {sorted(theirs.keys() - ours)[:5]}, only ours"
        f" {sorted(ours.keys() - theirs)[:5]}, other bytes {other[:5]};"
        f" the same bytes twice: {same}"
    )
    return theirs != ours or not same


def _zip_by_pat(checkout: Path, filters: tuple[str, ...], out: Path) -> Path:
    options = [part for one in filters for part in ("--filter", one)]
    tool = [pat_python(), "-m", "panther_analysis_tool.main", "--skip-version-check"]
    command = [*tool, "zip", "--skip-tests", "--out", out, *options]
    subprocess.run(list(map(str, command)), cwd=checkout, check=True, capture_output=True)
    (written,) = out.glob("*.zip")
    return written


def _contents(file: Path) -> dict[str, bytes]:
    with ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


if __name__ == "__main__":
    sys.exit(main())
