"""Everything that openapi.json allows, and much that it does not, asked of the live server (Schemathesis).

``AIFLOW_FUZZ_EXAMPLES`` sets how many examples an operation gets; CI takes a few, by hand one takes hundreds.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.server.conftest import OPENAPI_PATH

EXAMPLES = int(os.environ.get("AIFLOW_FUZZ_EXAMPLES", "5"))
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method", "ignored_auth",
    "use_after_free",
)  # fmt: skip


@pytest.fixture
def config_values():
    return {
        "lessons": {"speed": 0},
        "run": {"durability": "none"},
        "tests": {"enabled": False},
        "gates": {"smoke_run": False},
        "server": {"max_runs": 2, "max_waiting_per_user": 4},
    }


async def test_no_5xx_and_no_undocumented_answer(api, tmp_path):
    code, told = await run(api, tmp_path, "--phases", "fuzzing")
    assert code == 0, told[-6000:]


async def test_nor_for_a_project_that_is_there(api, tmp_path):
    made = await api.generate()
    await api.events(made)
    # Else every id is a made-up one, and nothing but 404 is ever seen.
    config = tmp_path / "schemathesis.toml"
    config.write_text(f'[parameters]\nproject_id = "{made}"\n', encoding="utf-8")
    code, told = await run(
        api, tmp_path, "--phases", "coverage,fuzzing", "--exclude-method", "DELETE", config=config
    )
    assert code == 0, told[-6000:]
    assert (await api.get(f"api/projects/{made}")).code == 200  # it was there until the end


async def run(api, folder: Path, *further: str, config: Path | None = None) -> tuple[int, str]:
    command = [
        sys.executable, "-m", "schemathesis.cli", *(["--config-file", str(config)] if config else []),
        "run", str(OPENAPI_PATH), "--url", api.base.rstrip("/"),
        "--header", f"Authorization:{api.headers['Authorization']}", "--checks", ",".join(CHECKS),
        "--max-examples", str(EXAMPLES), "--generation-deterministic", "--continue-on-failure", "--no-color",
        # A made-up address would be asked, and a made-up choice would hold for the runs of the others.
        "--exclude-path", "/api/engine", "--exclude-path", "/api/engine/check",
        "--suppress-health-check", "all", "--request-timeout", "20", "--warnings", "off", *further,
    ]  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    told, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode("utf-8", "replace")
