"""Frameworks on the screen: sections with what covers them, and from there to a policy."""

from __future__ import annotations

from dataclasses import replace

from panther_engine.events import InventoryOpened, PolicyScanned
from panther_engine.values.scanned import Counts
from panther_tui.overlays.frameworks.screen import FrameworksScreen
from tests.tui.app.test_app import MFA, READ, READ_FAILS, ROOT, opened, selection
from tests.tui.fake_engine import FakeEngine, screen_text, shows, wait_for

CIS = replace(READ, reports=(("CIS", ("1.10", "1.9")), ("[b]Own", ("x",))))
OFF = replace(MFA, reports=(("CIS", ("1.9", "9.9")),), enabled=False)


def engine() -> FakeEngine:
    return FakeEngine((ROOT, OFF, CIS))


async def test_sections_are_listed_with_what_is_known_of_them_now() -> None:
    async with opened(engine=engine()) as (pilot, app, fake):
        await pilot.press("Q")
        await shows(pilot, "Frameworks", "type to filter", "1 policy · 3 tests")
        fake.say(READ_FAILS)
        await shows(pilot, "2 of 3 tests fail")
        text = screen_text(app)
        assert "CIS  2 covered · 1 off · 47 uncovered" in text
        assert "✗ 1.9" in text
        assert "2 policies (1 off) · 2 of 5 tests fail" in text
        await pilot.press(*"9.9")
        await shows(pilot, "1 section ·", "1 policy (1 off) · 2 tests · not in the list")
        await pilot.press("ctrl+u", *"1.10")
        fake.say(InventoryOpened(("/i.json",), {"AWS.S3.Bucket": 7}))
        fake.say(PolicyScanned(READ.spec, 1, Counts(4, 2, 1), None))
        await shows(pilot, "2 fail, 1 err of 7 resources")
        await pilot.press("ctrl+u", *"[b]")
        await shows(pilot, "[b]Own  1 covered")


async def test_a_section_opens_and_a_policy_is_gone_to() -> None:
    async with opened(engine=engine()) as (pilot, app, _):
        await pilot.press("Q", *"1.9")
        await shows(pilot, "1 section ·")
        await pilot.press("down", "right")
        await shows(pilot, "AWS.S3.Read", "AWS.S3.Mfa", "off · 2 tests")
        await pilot.press("left")
        await wait_for(pilot, lambda: "off · 2 tests" not in screen_text(app))
        await pilot.press("enter", "down")
        await shows(pilot, "off · 2 tests")
        await pilot.press("enter")
        await wait_for(pilot, lambda: not isinstance(app.screen, FrameworksScreen))
        await wait_for(pilot, lambda: selection(app).spec in (READ.spec, MFA.spec))
