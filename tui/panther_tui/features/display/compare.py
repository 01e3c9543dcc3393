"""`D`: the difference between the selected test's resource and another test's."""

from __future__ import annotations

from collections.abc import Mapping

from panther_tui.features.feature import Answer, Feature


class Compare(Feature):
    """Compares with a resource chosen from a list; the second time compares no more."""

    def answers(self) -> Mapping[str, Answer]:
        """On and off."""
        return {"resource.compare": self._toggle}

    def _toggle(self) -> None:
        from panther_tui.overlays.choose import Choice, ChooseScreen

        pane = self.desk.panes.resource
        before = pane.compared_with
        others = pane.others()
        if before is not None or not others:
            pane.compare_with(None)
            if not others:
                self.desk.say("There is no other test to compare with.")
            return
        choices = [Choice(str(place), test.name) for place, test in others]
        selected = self.desk.selection.test
        first = min(others, key=lambda it: abs(it[0] - selected))[0]
        pane.compare_with(first)
        screen = ChooseScreen(
            "Compare with",
            choices,
            str(first),
            lambda value: pane.compare_with(int(value)),
            lambda: pane.compare_with(None),
            aside=True,
        )
        self.desk.host.push_screen(screen)
