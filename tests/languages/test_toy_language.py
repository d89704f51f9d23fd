"""A second language comes from a distribution of its own; no file of ours is changed for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aiflow.exceptions import ConfigError
from aiflow.languages import registry
from aiflow.languages.registry import all_languages, language_of, load_language
from aiflow.model.language_facts import LanguageFacts, language_facts

TOY = Path(__file__).parent / "toy"


@pytest.fixture
def announced(tmp_path: Path) -> dict[str, str]:
    """The environment of a process in which the toy language is installed."""
    installed = tmp_path / "site" / "toy_language-1.0.dist-info"
    installed.mkdir(parents=True)
    metadata = "Metadata-Version: 2.1\nName: toy-language\nVersion: 1.0\n"
    announcement = "[aiflow.languages]\ntoy = toy_language:FACTS\n"
    (installed / "METADATA").write_text(metadata, encoding="utf-8")
    (installed / "entry_points.txt").write_text(announcement, encoding="utf-8")
    return os.environ | {"PYTHONPATH": os.pathsep.join((str(TOY), str(installed.parent))), "PYTHONUTF8": "1"}


def test_a_project_in_another_language_is_generated_run_and_downloaded(
    tmp_path: Path, announced: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, str(TOY / "generate.py"), str(tmp_path)],
        env=announced,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["main"] == "main.toy"
    assert told["findings"] == [["main.toy", 1, "syntax"], ["main.toy", None, "repair"]]
    assert told["validated"]
    assert told["printed"].split() == ["你好", "再见"]
    assert told["zip"] == ["README.md", "main.toy", "plan.md", "spec.md"]
    specify, plan, implement, repair = told["prompts"]
    assert "程序用 Toy 写" in specify
    assert "main.toy" in plan
    assert "Toy 项目" in implement
    assert "Toy 程序员" in repair
    assert not any("ython" in prompt for prompt in told["prompts"])


def test_files_know_their_language() -> None:
    assert all_languages()[0].facts.name == "python"
    assert language_of("game/main.PYW") is load_language("python")
    assert language_of("README.md") is None


def test_a_language_that_is_not_there_is_refused_with_a_sentence() -> None:
    with pytest.raises(ConfigError, match=r"language.*“klingon”.*python"):
        load_language("klingon")


def test_a_language_that_cannot_be_loaded_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = LanguageFacts(
        name="broken",
        title="Broken",
        implementation="no_such_module:X",
        extensions=(".bro",),
        main_names=("a.bro",),
    )
    monkeypatch.setattr(registry, "language_facts", lambda: (*language_facts(), broken))
    assert [language.facts.name for language in all_languages()] == ["python"]
    with pytest.raises(ConfigError, match="Broken"):
        load_language("broken")
