"""Finds what is wrong with specs and bodies, without running any code."""

from __future__ import annotations

from panther_engine.reading.check.body import check_body, check_mocks
from panther_engine.reading.repository.ids import check_ids
from panther_engine.reading.check.spec import Other, check_spec

__all__ = ["Other", "check_body", "check_ids", "check_mocks", "check_spec"]
