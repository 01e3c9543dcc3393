"""A slow, plain reference for the YAML dialect of PAT 1.11.1, to compare the fast reader with.

It shares nothing with the reader: PyYAML's pure Python loader, with what PAT changes put in place
of what YAML 1.1 says.
"""

from __future__ import annotations

import re
from typing import Any

import yaml


class PatDialect(yaml.SafeLoader):
    """YAML 1.1 without its dates, its many booleans, its octal and its base-60 integers."""

    def timestamp(self, node: yaml.ScalarNode) -> str:
        return str(self.construct_scalar(node))

    def boolean(self, node: yaml.ScalarNode) -> bool | str:
        word = self.construct_scalar(node)
        if re.fullmatch("true|True|TRUE", word):
            return True
        if re.fullmatch("false|False|FALSE", word):
            return False
        return str(word)

    def integer(self, node: yaml.ScalarNode) -> int | str:
        word = str(self.construct_scalar(node))
        if ":" in word:
            return word
        found = re.fullmatch(r"([-+]?)(0[xXbB])?(.*)", word.replace("_", ""))
        assert found is not None
        sign, prefix, digits = found.groups()
        base = {"x": 16, "b": 2}.get((prefix or "d")[-1].lower(), 10)
        return int(digits, base) * (-1 if sign == "-" else 1)


PatDialect.add_constructor("tag:yaml.org,2002:timestamp", PatDialect.timestamp)
PatDialect.add_constructor("tag:yaml.org,2002:bool", PatDialect.boolean)
PatDialect.add_constructor("tag:yaml.org,2002:int", PatDialect.integer)


def load(content: bytes) -> Any:
    """The data of one document. Raises `yaml.YAMLError`, or `ValueError` where PAT does."""
    return yaml.load(content, Loader=PatDialect)
