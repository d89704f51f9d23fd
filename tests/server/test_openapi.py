"""The description and the handlers name the same endpoints."""

import re

import pytest
from aiflow_server.handlers import ROUTES
from aiflow_server.handlers.unknown import UnknownHandler

from tests.server.conftest import OPENAPI

METHODS = ("get", "head", "post", "put", "patch", "delete")


def described() -> set[tuple[str, str]]:
    return {(path, method) for path, item in OPENAPI["paths"].items() for method in METHODS if method in item}


def handled() -> set[tuple[str, str]]:
    found = set()
    for pattern, handler in ROUTES:
        if handler is not UnknownHandler:
            path = "/" + re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", pattern)
            # Jupyter's own base classes have methods that nobody asks for.
            ours = [vars(base) for base in handler.__mro__ if base.__module__.startswith("aiflow_server")]
            found |= {(path, method) for method in METHODS if any(method in base for base in ours)}
    return found


def test_same_endpoints():
    assert described() == handled()


@pytest.mark.parametrize(("path", "method"), sorted(described()))
def test_every_endpoint_documents_who_is_refused(path, method):
    responses = OPENAPI["paths"][path][method]["responses"]
    assert {"400", "403", "503"} <= set(responses)


def test_every_reference_is_there():
    text = str(OPENAPI)
    for reference in set(re.findall(r"#/components/(\w+)/(\w+)", text)):
        assert reference[1] in OPENAPI["components"][reference[0]]
