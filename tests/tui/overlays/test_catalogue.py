"""What the catalogue says of the field under the cursor, of a type and of all types."""

from __future__ import annotations

from pathlib import Path

from panther_tui.overlays.catalogue import CatalogueScreen, FieldScreen
from panther_tui.screens.main import MainScreen
from tests.tui.fake_engine import shows, wait_for
from tests.tui.features.test_around import opened

BODY = 'def policy(resource):\n    return resource["Grnts"] or resource.get("MFADelete", "Name")\n'


async def test_j_goes_from_a_field_to_its_type_to_all_types_and_away(tmp_path: Path) -> None:
    async with opened(tmp_path, bodies=BODY, size=(80, 24)) as (pilot, app, _):
        await pilot.press("2", "g", "j", "J")
        await wait_for(pilot, lambda: isinstance(app.screen, FieldScreen))
        await shows(pilot, "AWS.S3.Bucket.MFADelete", "string or null: ", "AWS.S3.Bucket.Name")
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, CatalogueScreen))
        await shows(pilot, "AWS.S3.Bucket ─", "MFADelete")
        await pilot.press(*"grant")
        await shows(pilot, "filter grant", "Grants", "holds")
        await pilot.press("escape")
        await shows(pilot, "Resource types", "AWS.KMS.Key")
        await pilot.press(*"kms", "enter")
        await shows(pilot, "KeyRotationEnabled")
        await pilot.press("escape", "escape")
        await wait_for(pilot, lambda: isinstance(app.screen, MainScreen))

        await pilot.press("3", "g", "j", "j", "J")
        await wait_for(pilot, lambda: isinstance(app.screen, FieldScreen))
        await shows(pilot, "AWS.S3.Bucket.Grants", "list or null: ")
