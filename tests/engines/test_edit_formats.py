"""A model is asked for changes in the form that was measured for it, or that the configuration names."""

import pytest

from aiflow.config import OpenAIConfig
from aiflow.engines.openai.engine import OpenAIEngine


@pytest.mark.parametrize(
    ("model", "setting", "form"),
    [
        ("MiniMax-M2.5", "auto", "whole"),
        ("Qwen/Qwen2.5-Coder-1.5B-Instruct", "auto", "whole"),
        ("", "auto", "whole"),
        ("MiniMax-M2.5", "blocks", "blocks"),
        ("qwen2.5-coder-1.5b", "function", "function"),
    ],
)
def test_the_form_of_a_model(model, setting, form):
    settings = OpenAIConfig.model_validate({"model": model, "edit_format": setting})
    assert OpenAIEngine(settings).edit_format == form
