"""A few thousand attacks on the files of a project.

``python -m tests.attacks --cases 100000`` is the long form.
"""

import ctypes
import sys

import pytest

from tests.attacks.http import Server, attack_http
from tests.attacks.races import attack_races
from tests.attacks.store import attack_store
from tests.attacks.trap import Trap


@pytest.fixture
def trap(tmp_path, home):
    return Trap(tmp_path / "trap", home / "projects")


async def test_paths_through_every_endpoint(api, trap, jp_http_port, jp_base_url):
    token = api.headers["Authorization"].removeprefix("token ")
    outcome = await attack_http(Server(jp_http_port, jp_base_url, token), trap, 1500, seed=1)
    assert outcome.broken == []
    assert outcome.tried == 1500
    assert (
        outcome.answers["200"] > 50
    )  # the right id and a harmless path are among them: the attacks reach the files
    assert outcome.answers["201"] > 0


def test_paths_in_the_store(trap):
    outcome = attack_store(trap, 1000, seed=2)
    assert outcome.broken == []
    assert outcome.answers["refused"] > 500
    assert outcome.answers["inside"] > 5


@pytest.mark.skipif(
    sys.platform != "linux", reason="two names are swapped in one step by a call that only Linux has"
)
def test_races_between_check_and_use(trap):
    assert hasattr(ctypes.CDLL(None), "renameat2")
    outcomes = attack_races(trap, 1600)
    assert [one.broken for one in outcomes] == [[]] * len(outcomes)
    written = next(one for one in outcomes if one.kind == "race, write")
    assert set(written.answers) == {"inside", "refused"}  # both were met: the race was one
