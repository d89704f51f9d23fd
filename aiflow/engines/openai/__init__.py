"""The engine for every service with OpenAI's chat completions API: stream, reasoning, errors, retries."""

from aiflow.engines.openai.engine import OpenAIEngine

__all__ = ["OpenAIEngine"]
