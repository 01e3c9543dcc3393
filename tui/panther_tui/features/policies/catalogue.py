"""`J`: what the catalogue says of the field under the cursor, of its type, and of all types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from panther_tui.features.feature import Answer, Feature
from panther_tui.panes.code.field_at_cursor import fields_in_code, names_in_code
from panther_tui.terminal.safe_text import printable
from panther_tui.views.line import Line

if TYPE_CHECKING:
    from panther_engine import ResourceType

_STEP = re.compile(r"""\[(?:"([^"]+)"|'([^']+)'|\d+)\]""")


class Catalogue(Feature):
    """Shows a field in a few lines, or a type, or all of them, whatever the cursor is on."""

    def answers(self) -> Mapping[str, Answer]:
        """The catalogue."""
        return {"catalogue": self._show}

    def _show(self) -> None:
        from panther_engine import resource_type, resource_types
        from panther_tui.overlays.catalogue import CatalogueScreen, FieldScreen

        desk = self.desk
        policy = desk.state.policies.get(desk.selection.spec)
        names = policy.entry.resource_types if policy is not None else ()
        kinds = [kind for name in names if (kind := resource_type(name)) is not None]
        known = {field.name for kind in kinds for field in kind.fields}
        fields = self._fields(known)

        def whole() -> None:
            shown = kinds[0].name if len(kinds) == 1 else ""
            for kind in kinds:
                if fields and any(it.name == fields[0] for it in kind.fields):
                    shown = kind.name
                    break
            desk.host.push_screen(
                CatalogueScreen(resource_types(), shown, fields[0] if fields else "")
            )

        if not fields:
            whole()
            return
        lines = [line for name in fields for line in _told(name, kinds)]
        desk.host.push_screen(FieldScreen(", ".join(fields), lines, whole))

    def _fields(self, known: set[str]) -> Sequence[str]:
        """The fields under the cursor: known ones if there are any."""
        panes = self.desk.panes
        if self.desk.active is panes.resource:
            steps = _STEP.findall(panes.resource.copied_place())
            top = next((one or other for one, other in steps), "")
            return [top] if top else []
        if self.desk.active is panes.code:
            lines = panes.code.text.splitlines()
            number = panes.code.place().line
            line = lines[number - 1] if 0 < number <= len(lines) else ""
            return fields_in_code(line, known) or names_in_code(line)[:1]
        return []


def _told(name: str, kinds: Sequence[ResourceType]) -> list[Line]:
    """What each type says of a field."""
    from panther_engine import holds_of, nearest_name, said_of

    lines = []
    for kind in kinds:
        field = next((it for it in kind.fields if it.name == name), None)
        head = (printable(f"{kind.name}.{name}", 200), "key")
        if field is None:
            near = nearest_name(name, [it.name for it in kind.fields])
            said = f"  no field that is known{f'; nearest: {near}' if near else ''}"
            lines.append(Line((head, (said, "warning"))))
            continue
        lines += [Line((head,)), Line(((f"  {said_of(field)}", ""),))]
        if field.keys:
            lines.append(Line(((f"  {holds_of(field)}", "muted"),)))
    return lines
