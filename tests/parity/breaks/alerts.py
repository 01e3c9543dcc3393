"""Breaks of a policy's alert functions."""

from __future__ import annotations

from dataclasses import replace

from tests.parity.breaks.copy import BODY, TITLE, Break, Copy, named, replacing

_LINES = {
    "title": TITLE,
    "severity": '    return "CRITICAL" if owner_of(resource) == "finance" else "DEFAULT"\n',
    "description": "    return f\"{len(resource['Grants'])} grants\"\n",
    "runbook": '    return "Remove the grant to everyone."\n',
    "reference": '    return "https://example.com/private-buckets"\n',
    "destinations": "    return None\n",
    "alert_context": '    return {"owner": owner_of(resource), "grants": grantees(resource)}\n',
}
_DEDUP = 'def dedup(resource):\n    return resource["Name"]\n'
_UNIQUE = 'def unique(resource):\n    return resource["Name"]\n'


def _of(function: str, *texts: tuple[str, str]) -> list[Break]:
    """Breaks that put another line into an alert function."""
    line = _LINES[function]
    return replacing(
        "alerts",
        BODY,
        [(f"{function.replace('_', '-')}-{name}", line, f"    {text}\n") for name, text in texts],
    )


def none_defined(copy: Copy) -> None:
    text = copy.read(BODY)
    copy.write(BODY, text[: text.index("\n\ndef title")])


def title_raises_in_every_test(copy: Copy) -> None:
    copy.replace(BODY, TITLE, "    raise ValueError(resource['Name'])\n")


def title_changes_what_dedup_sees(copy: Copy) -> None:
    copy.replace(BODY, TITLE, "    resource['Name'] = 'changed'\n    return 'x'\n")


def title_reads_what_policy_left(copy: Copy) -> None:
    copy.replace(BODY, 'ALLOWED = ["website"]\n', 'ALLOWED = ["website"]\nLAST = []\n')
    copy.replace(BODY, "    if resource", "    LAST.append(resource['Name'])\n    if resource")
    copy.replace(BODY, TITLE, "    return f'{LAST}'\n")


def policy_raises_alerts_still_run(copy: Copy) -> None:
    copy.replace(BODY, "    if resource", "    raise ValueError('policy')\n    if resource")


BREAKS = [
    *_of(
        "title",
        ("none", "return None"),
        ("int", "return 5"),
        ("empty", "return ''"),
        ("of-1000", "return 'x' * 1000"),
        ("of-1001", "return 'x' * 1001"),
        ("of-wide-characters", "return 'é' * 1001"),
        ("raises", "raise KeyError('Name')"),
        ("exits", "raise SystemExit(2)"),
        ("prints", "print('from title'); return 'x'"),
        ("str-subclass", "return type('S', (str,), {})('x')"),
        ("multi-line", "return 'a\\nb\\x1b[31m'"),
    ),
    *_of(
        "severity",
        ("lower", "return 'low'"),
        ("mixed", "return 'Medium'"),
        ("default", "return 'default'"),
        ("unknown", "return 'SEVERE'"),
        ("none", "return None"),
        ("int", "return 3"),
        ("raises", "return resource['Level']"),
        ("with-spaces", "return ' HIGH '"),
    ),
    *_of(
        "description", ("none", "return None"), ("long", "return 'd' * 5000"), ("raises", "1 / 0")
    ),
    *_of("runbook", ("none", "return None"), ("long", "return 'r' * 5000"), ("raises", "1 / 0")),
    *_of("reference", ("none", "return None"), ("long", "return 'u' * 5000"), ("raises", "1 / 0")),
    *_of(
        "destinations",
        ("empty", "return []"),
        ("unknown", "return ['Slack']"),
        ("text", "return 'Slack'"),
        ("tuple", "return ('Slack',)"),
        ("of-none", "return [None]"),
        ("of-numbers", "return [1, 2]"),
        ("of-bools", "return [True]"),
        ("skip", "return ['SKIP']"),
        ("raises", "raise KeyError('Slack')"),
        ("eleven", "return [str(i) for i in range(11)]"),
    ),
    *(
        replace(change, name=f"{change.name}-among-known", destinations=("Slack", "Jira"))
        for change in _of(
            "destinations",
            ("known", "return ['Slack']"),
            ("both", "return ['Slack', 'Jira']"),
            ("twice", "return ['Slack', 'Slack']"),
            ("unknown", "return ['Pager']"),
            ("known-and-unknown", "return ['Slack', 'Pager']"),
            ("empty", "return []"),
            ("none", "return None"),
            ("skip", "return ['SKIP']"),
            ("in-another-case", "return ['slack']"),
        )
    ),
    *_of(
        "alert_context",
        ("none", "return None"),
        ("a-list", "return [1]"),
        ("a-set-inside", "return {'a': {1}}"),
        ("nan", "return {'a': float('nan')}"),
        ("bytes", "return {'a': b'x'}"),
        ("non-text-keys", "return {1: 2, None: 3, True: 4}"),
        ("tuple-key", "return {(1, 2): 3}"),
        ("too-large", "return {'a': 'x' * 210000}"),
        ("unicode", "return {'a': 'é😀'}"),
        ("itself-inside", "resource['me'] = resource; return resource"),
        ("raises", "raise ValueError('context')"),
        ("a-mapping-type", "import types; return types.MappingProxyType({'a': 1})"),
        ("ordered", "from collections import OrderedDict; return OrderedDict(b=1, a=2)"),
        ("the-resource", "return resource"),
    ),
    *replacing(
        "alerts",
        BODY,
        [
            ("dedup-empty", _DEDUP, "def dedup(resource):\n    return ''\n"),
            ("dedup-none", _DEDUP, "def dedup(resource):\n    return None\n"),
            ("dedup-int", _DEDUP, "def dedup(resource):\n    return 1\n"),
            ("dedup-long", _DEDUP, "def dedup(resource):\n    return 'k' * 1200\n"),
            ("dedup-raises", _DEDUP, "def dedup(resource):\n    return resource['Key']\n"),
            ("dedup-missing", _DEDUP, ""),
            ("unique-none", _UNIQUE, "def unique(resource):\n    return None\n"),
            ("unique-int", _UNIQUE, "def unique(resource):\n    return 1\n"),
            ("unique-raises", _UNIQUE, "def unique(resource):\n    return resource['Key']\n"),
            ("title-not-callable", "def title(resource):", "title = 'text'\n\n\ndef _t(resource):"),
            ("title-none-at-all", "def title(resource):", "title = None\n\n\ndef _t(resource):"),
            ("title-takes-nothing", "def title(resource):", "def title():\n    resource = {}"),
            ("title-async", "def title(resource):", "async def title(resource):"),
            ("name-in-capitals", "def title(resource):", "def Title(resource):"),
        ],
    ),
    *named(
        "alerts",
        none_defined,
        title_raises_in_every_test,
        title_changes_what_dedup_sees,
        title_reads_what_policy_left,
        policy_raises_alerts_still_run,
    ),
]
