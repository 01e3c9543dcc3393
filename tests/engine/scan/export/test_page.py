"""The HTML page: it stands alone, nothing in it is markup that is not ours, and it stays small."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from panther_engine.model import Verdict
from panther_engine.scan.export.exported import Exported
from panther_engine.scan.export.page import policies
from panther_engine.values.scanned import Evaluation
from tests.engine.scan.export.exports import (
    FOUND,
    exported,
    keep_scan,
    made,
    write_policy,
    written,
)

VOID = {"meta", "br", "rect"}
"""Elements without an end; `rect` ends itself."""


class Page(HTMLParser):
    """What a page holds, if all its elements are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_the_page_loads_nothing_and_lets_nothing_in(scan: Exported, tmp_path: Path) -> None:
    text = written(scan, tmp_path, "f.html")
    page = Page(text)
    assert page.tags.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert not any(name.startswith("on") or name == "style" for name in page.attributes)
    assert "src" not in page.attributes
    assert page.attributes["href"] == {"https://example.com/p"}
    (style,) = re.findall("<style>(.*)</style>", text, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style
    digest = b64encode(sha256(style.encode()).digest()).decode()
    (policy,) = (one for one in page.attributes["content"] if "default-src" in one)
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith(f"style-src 'sha256-{digest}'")


def test_what_came_from_an_inventory_is_text(scan: Exported, tmp_path: Path) -> None:
    text = written(scan, tmp_path, "f.html")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert '=1+1|"cmd",\\n\\x1b[31m</script><b>\\u202ename' in Page(text).text


def test_the_page_counts_by_severity_account_type_and_policy(
    scan: Exported, tmp_path: Path
) -> None:
    text = Page(written(scan, tmp_path, "f.html")).text
    assert "6 resources by 1 policy: 6 evaluations in 1.0 s" in text
    assert "2 fail 2 err 2 pass, 33.3 % 1 suppressed 0 ignored 1 unverified" in text
    assert "By severity" in text
    assert "By severity fail err of High 2 2 6" in text
    assert "By account fail err of 000000000000 1 1 3 000000000001 1 1 3" in text
    assert "The policy" in text
    assert "KeyError: 'Grants' policies/p.py:5" in text
    assert "Buckets are closed." in text


def test_a_reference_that_is_no_address_of_the_web_is_no_link(tmp_path: Path) -> None:
    folder = write_policy(tmp_path)
    spec = folder / "policies" / "P.yml"
    spec.write_text(spec.read_text().replace("https://example.com/p", "javascript:alert(1)"))
    store = keep_scan(tmp_path / "scans.sqlite")
    page = Page(written(exported(store, tmp_path), tmp_path, "f.html"))
    store.close()
    assert "href" not in page.attributes
    assert "javascript:alert(1)" in page.text


def test_the_page_stays_small_and_says_what_it_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "ALL_ROWS", 30)
    write_policy(tmp_path)
    ids = [f"{number}-{'x' * 2_000}" for number in range(300)]
    found = [
        Evaluation(f"policies/{name}.yml", name, one, Verdict.FAIL) for name in "PQ" for one in ids
    ]
    store = keep_scan(tmp_path / "scans.sqlite", found, ids, (made(), made("Low", "Q")))
    text = written(exported(store, tmp_path), tmp_path, "f.html")
    store.close()
    assert len(text) < 50_000
    page = Page(text)
    assert "280 more are not on this page; `--export` writes all" in page.text
    assert "290 more are not on this page" in page.text
    assert page.text.index("The policy") < page.text.index("290 more")


def test_a_scan_that_found_nothing_has_a_page_too(tmp_path: Path) -> None:
    write_policy(tmp_path)
    store = keep_scan(tmp_path / "scans.sqlite", ())
    text = Page(written(exported(store, tmp_path), tmp_path, "f.html")).text
    store.close()
    assert "Passed by all resources P 6" in text
    assert "Policies" not in text.replace("Policies err", "")


def test_what_is_new_since_the_scan_before_is_marked(tmp_path: Path) -> None:
    write_policy(tmp_path)
    file = tmp_path / "scans.sqlite"
    keep_scan(file, FOUND[:1]).close()
    store = keep_scan(file, FOUND[:2])
    text = Page(written(exported(store, tmp_path, 2), tmp_path, "f.html")).text
    first = Page(written(exported(store, tmp_path, 1), tmp_path, "f.html")).text
    store.close()
    assert "b new" in text
    assert text.count(" new") == 1
    assert " new" not in first


def test_what_is_ignored_comes_last_with_its_reason(tmp_path: Path) -> None:
    write_policy(tmp_path)
    ignored = replace(FOUND[0], ignored="until <May>: known")
    store = keep_scan(tmp_path / "scans.sqlite", (ignored, FOUND[1]))
    text = Page(written(exported(store, tmp_path), tmp_path, "f.html")).text
    store.close()
    assert "0 suppressed 1 ignored 0 unverified" in text
    assert text.index("ERROR b") < text.index("ignored: until <May>: known")
