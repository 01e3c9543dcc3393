"""Generated YAML documents, and generated specs with something wrong in most of them."""

from __future__ import annotations

import json
import os
from typing import Any

import yaml
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("EXAMPLES", "200"))
"""How many examples a property is tried with: `EXAMPLES=10000 pytest tests/engine` for many."""

SCALARS = """
true True TRUE tRue yes No on OFF y null ~ Null 0 -0 007 0o17 0x1F 0b101 -0b11 1_000 _1 +5 -5
1:30 1:30:00 -1:30 190:20:30.15 1.5 1.10 .5 5. -.5 1e3 1.5e3 1.5e+3 1.5E-3 .inf -.INF .nan
2020-01-01 2020-01-01T00:00:00Z a é a:b a#b 12345678901234567890123 0_ 1__0 08 09 0.0 -0.0
99999e9 -007 0:0 x_1 Resource AWS.S3.Bucket arn:aws:s3:::b 10.0.0.0/8 中 𝒳
"""
"""Plain scalars on the borders of YAML's types."""

_plain = st.sampled_from(SCALARS.split())
_quoted = st.one_of(_plain, st.text("abc ,:#[]{}&*!|>%@`é\"'\\\n", max_size=12)).map(
    lambda text: json.dumps(text, ensure_ascii=False)  # libyaml knows no surrogate escapes
)
_single = _plain.map(lambda text: f"'{text}'")
_scalar = st.one_of(_plain, _plain, _quoted, _single)
_key = st.one_of(st.sampled_from("abcdef"), _quoted, _single, _plain)


def _flow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(_key, inner).map(": ".join)
    return st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(pair, max_size=4).map(lambda pairs: f"{{{', '.join(pairs)}}}"),
    )


flow_documents = st.recursive(_scalar, _flow, max_leaves=12)


def _indent(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Blocks of blocks; one whose text ends in a line break stands on lines of its own."""

    def attach(head: str, value: str) -> str:
        return f"{head}\n{_indent(value)}" if value.endswith("\n") else f"{head} {value}\n"

    entry = st.tuples(_key, inner).map(lambda pair: attach(f"{pair[0]}:", pair[1]))
    item = inner.map(lambda value: attach("-", value))
    return st.one_of(
        st.lists(entry, min_size=1, max_size=4), st.lists(item, min_size=1, max_size=4)
    ).map("".join)


_folded = st.sampled_from(["|\n  a\n\n  b\n", ">-\n  a\n  b\n"]).map(lambda text: text.rstrip("\n"))
block_documents = st.recursive(st.one_of(_scalar, flow_documents, _folded), _block, max_leaves=10)


@st.composite
def documents_with_aliases(draw: st.DrawFn) -> str:
    """A mapping whose values are anchored, aliased and merged."""
    values = draw(st.lists(flow_documents, min_size=1, max_size=3))
    lines = [f"v{n}: &a{n} {value}" for n, value in enumerate(values)]
    lines += [f"w{n}: *a{draw(st.integers(0, len(values) - 1))}" for n in range(3)]
    lines.append("m: &m {a: 1, b: [x]}")
    lines.append("n: {<<: *m, b: 2}")
    return "\n".join(lines) + "\n"


documents = st.one_of(flow_documents, block_documents, documents_with_aliases())

_odd: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 5),
        st.floats(width=16),
        st.sampled_from(
            ["", "x", "yes", "true", "HIGH", "High", "<", "a&b", "x.py", "policy", "\n"]
        ),
        st.binary(max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(st.text("ab<", max_size=2), st.integers(0, 2)), inner, max_size=3
        ),
    ),
    max_leaves=6,
)
_mock = st.fixed_dictionaries(
    {}, optional={"objectName": st.one_of(st.just("f"), _odd), "returnValue": _odd, "x": _odd}
)
_test = st.fixed_dictionaries(
    {},
    optional={
        "Name": st.one_of(st.just("t"), _odd),
        "ExpectedResult": st.one_of(st.booleans(), _odd),
        "Resource": _odd,
        "Mocks": st.one_of(st.lists(st.one_of(_mock, _odd), max_size=2), _odd),
        "Log": _odd,
        "RuleOutputs": _odd,
    },
)
_KEYS = """
Filename PolicyID GlobalID DisplayName Enabled ResourceTypes Tags Reports Severity Description
Suppressions OutputIds BaseVersion ResourceType FileName LogTypes Detection Schedule RuleID
"""
_spec = st.fixed_dictionaries(
    {
        "AnalysisType": st.one_of(
            st.sampled_from(["policy", "policy", "policy", "global", "rule", "Policy", "x"]), _odd
        )
    },
    optional={
        **dict.fromkeys(_KEYS.split(), _odd),
        "Tests": st.one_of(st.lists(st.one_of(_test, _odd), max_size=3), _odd),
    },
)


def _dump(data: Any) -> bytes:
    return bytes(yaml.safe_dump(data, encoding="utf-8", allow_unicode=True, sort_keys=False))


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    """A spec with some of its bytes lost, and others put in."""
    content = draw(_spec.map(_dump))
    at = draw(st.integers(0, len(content)))
    lost = draw(st.integers(0, 4))
    return content[:at] + draw(st.binary(max_size=4)) + content[at + lost :]


specs = st.one_of(_spec.map(_dump), _damaged(), st.binary(max_size=60))
