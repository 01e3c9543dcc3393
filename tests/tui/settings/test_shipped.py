from __future__ import annotations

from pathlib import Path

import pytest

from panther_tui.settings.shipped import shipped_folder


@pytest.mark.parametrize("name", ["themes", "examples"])
def test_what_is_shipped_is_found_in_a_source_checkout(name: str) -> None:
    assert any(shipped_folder(name).iterdir())


def test_what_the_package_holds_comes_before_the_checkout(tmp_path: Path) -> None:
    package = tmp_path / "tui" / "panther_tui"
    (tmp_path / "themes").mkdir()
    package.mkdir(parents=True)
    assert shipped_folder("themes", package) == tmp_path / "themes"
    (package / "themes").mkdir()
    assert shipped_folder("themes", package) == package / "themes"
