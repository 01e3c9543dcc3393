"""The style of what stands around a place of a spec."""

from __future__ import annotations

from dataclasses import replace

from yaml.nodes import MappingNode, Node, SequenceNode

from panther_engine.authoring.edits.render import Style, imitate
from panther_engine.authoring.edits.spec_text import SpecText, end_of, is_flow, start_of


def style_around(spec: SpecText, node: Node) -> Style:
    """How collections are written at a node and, where it does not show, in the whole spec."""
    whole = Style(spec.json, trailing=not spec.json, next_line=not spec.json, newline=spec.newline)
    if spec.json:
        return whole
    whole = replace(
        whole, list_offset=_list_offset(spec), block_resources=_has_block_resources(spec)
    )
    if isinstance(node, MappingNode | SequenceNode) and is_flow(node) and node.value:
        return imitate(spec.text[start_of(node) : end_of(node)], whole)
    last = next((it for it in reversed(_resources(spec)) if is_flow(it) and it.value), None)
    sample = spec.text[start_of(last) : end_of(last)] if last is not None else ""
    return imitate(sample, whole) if "\n" in sample else whole


def _list_offset(spec: SpecText) -> int:
    if isinstance(spec.root, MappingNode) and not is_flow(spec.root):
        for key, value in spec.root.value:
            if isinstance(value, SequenceNode) and not is_flow(value) and value.value:
                return max(spec.column(start_of(value)) - spec.column(start_of(key)), 0)
    return 2


def _has_block_resources(spec: SpecText) -> bool:
    """Whether most resources of the spec are blocks."""
    resources = _resources(spec)
    return sum(not is_flow(it) for it in resources) * 2 > len(resources)


def _resources(spec: SpecText) -> list[MappingNode]:
    """The resources of the tests, and the logs of rules' tests."""
    return [
        value
        for name, tests in (spec.root.value if isinstance(spec.root, MappingNode) else ())
        if name.value == "Tests" and isinstance(tests, SequenceNode)
        for test in tests.value
        for key, value in (test.value if isinstance(test, MappingNode) else ())
        if key.value in ("Resource", "Log") and isinstance(value, MappingNode)
    ]
