from panther_tui.panes.code.field_at_cursor import fields_in_code, names_in_code


def test_known_fields_of_a_line_are_meant_in_their_order() -> None:
    line = 'if resource["B"] and deep_get(resource, "A", "x") and resource.get(\'B\'):'
    assert fields_in_code(line, {"A", "B"}) == ("B", "A")


def test_an_unknown_field_is_what_is_asked_for() -> None:
    assert names_in_code('return resource.get("Grnts") or resource["Nme"] == "x"') == (
        "Grnts", "Nme",
    )  # fmt: skip
