"""The languages that are announced."""

import logging
from importlib.metadata import EntryPoint

import pytest

from aiflow.model import language_facts


def test_a_language_that_cannot_be_loaded_is_logged_and_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = EntryPoint("broken", "no_such_module:FACTS", language_facts.GROUP)
    monkeypatch.setattr(language_facts, "entry_points", lambda group: [broken])
    found = language_facts.language_facts.__wrapped__
    with caplog.at_level(logging.WARNING, logger="aiflow"):
        assert [facts.name for facts in found()] == ["python"]
    assert "broken" in caplog.text
