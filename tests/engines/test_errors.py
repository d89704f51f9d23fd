"""The map of faults is complete.

Every exception of the SDK and of its HTTP library, every code of MiniMax.
"""

import inspect
import ssl

import httpx
import httpx2
import openai
import pytest

from aiflow import exceptions
from aiflow.engines import error_table as fault_table
from aiflow.engines import errors as faults
from aiflow.engines.error_table import EXCEPTIONS, MINIMAX, STATUSES, Fault
from aiflow.exceptions import (
    AIFlowError,
    AuthError,
    BadRequestError,
    ConnectError,
    ContextError,
    EngineError,
    ModelError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    RefusedError,
    StallError,
)

TARGET = faults.Target("api.example.com", "test-model", ("sk-secret-0123456789",))


def classes_of(module: object) -> list[type[BaseException]]:
    found = [value for _, value in inspect.getmembers(module, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, Exception) and not issubclass(kind, Warning)]


# The one with an underscore belongs to the SDK's module-level client, which nothing here uses.
SDK = [kind for kind in classes_of(openai) if not kind.__name__.startswith("_")]
CLIENT = openai.AsyncOpenAI(api_key="x", base_url="http://127.0.0.1:1")
HTTP = [kind for kind in [*classes_of(httpx2), *classes_of(httpx)] if kind.__name__ != "CookieConflict"]
REQUEST = httpx2.Request("POST", "https://api.example.com/v1/chat/completions")


def test_the_lists_are_not_empty() -> None:
    names = {kind.__name__ for kind in SDK}
    assert {"APITimeoutError", "RateLimitError", "InternalServerError", "APIResponseValidationError"} <= names
    assert {"ReadTimeout", "ConnectError", "RemoteProtocolError"} <= {kind.__name__ for kind in HTTP}


@pytest.mark.parametrize("kind", [*SDK, *HTTP], ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_of_the_sdk_is_mapped_by_its_own_name_or_its_base(kind: type[BaseException]) -> None:
    general = {"OpenAIError", "APIError", "APIStatusError", "HTTPError", "HTTPStatusError"}
    named = [base.__name__ for base in kind.__mro__ if base.__name__ in EXCEPTIONS]
    assert named, f"{kind.__name__} is new: say what it means in fault_table.EXCEPTIONS"
    assert named[0] not in general or kind.__name__ in general
    bare = kind.__new__(kind)
    mapped = faults.from_exception(bare, TARGET)
    assert isinstance(mapped, EXCEPTIONS[named[0]].kind)


@pytest.mark.parametrize("status", range(400, 600))
def test_every_status_through_the_sdk(status: int) -> None:
    response = httpx2.Response(status, request=REQUEST, text="")
    error = CLIENT._make_status_error("", body=None, response=response)
    mapped = faults.from_exception(error, TARGET)
    assert mapped is not None
    expected = (
        STATUSES[status].kind if status in STATUSES else OverloadedError if status >= 500 else BadRequestError
    )
    assert type(mapped) is expected


def test_every_code_of_minimax() -> None:
    expected: dict[type[EngineError], set[int]] = {
        OverloadedError: {1000, 1001, 1013, 1024, 1033},
        RateLimitError: {1002, 1041, 2045, 2062},
        AuthError: {1004, 2049},
        QuotaError: {1008, 2056},
        RefusedError: {1026, 1027},
        ContextError: {1039},
        BadRequestError: {1042, 2013},
        ModelError: {2061},
    }
    assert {code for codes in expected.values() for code in codes} == set(MINIMAX)
    for kind, codes in expected.items():
        for code in codes:
            by_base = faults.from_body({"base_resp": {"status_code": code, "status_msg": "x"}}, TARGET)
            number = {"type": "error", "error": {"type": "bad_request_error", "message": f"x ({code})"}}
            by_message = faults.from_body(number, TARGET)
            assert type(by_base) is type(by_message) is kind
            # Only errors that MiniMax's table calls temporary can be retried at once.
            assert by_base is not None
            assert by_base.retryable is (kind in {OverloadedError, RateLimitError})


def test_an_unknown_code_is_an_error_too() -> None:
    failure = faults.from_body({"base_resp": {"status_code": 4711, "status_msg": "quite new"}}, TARGET)
    assert type(failure) is EngineError
    assert "quite new" in failure.message


@pytest.mark.parametrize(
    "data", [{"choices": []}, {"base_resp": {"status_code": 0}}, {"error": None}, [], "x", None, {}]
)
def test_what_is_no_error(data: object) -> None:
    assert faults.from_body(data, TARGET) is None


def test_every_engine_error_is_used_or_raised_elsewhere() -> None:
    used = {value.kind for value in vars(fault_table).values() if isinstance(value, Fault)}
    elsewhere = {"NoLessonError", "CircuitOpenError"}
    ours = {
        kind for kind in vars(exceptions).values() if inspect.isclass(kind) and issubclass(kind, EngineError)
    }
    assert {kind.__name__ for kind in ours - used} == elsewhere


def test_every_message_is_for_a_student() -> None:
    for name, fault in vars(fault_table).items():
        if isinstance(fault, Fault):
            message = faults.make_error(fault, TARGET).message
            assert sum("\u4e00" <= char <= "\u9fff" for char in message) >= 8, name
            assert message.endswith("。"), name
            assert "{" not in message, name


@pytest.mark.parametrize(
    ("cause", "kind", "says"),
    [
        (ssl.SSLCertVerificationError("CERTIFICATE_VERIFY_FAILED"), ConnectError, "证书"),
        (ConnectionRefusedError(), ConnectError, "没有接受连接"),
        (httpx2.ConnectTimeout("x"), ConnectError, "等得太久"),
        (httpx2.ReadTimeout("x"), StallError, "太久"),
        (httpx2.ProxyError("x"), ConnectError, "代理"),
        (httpx.ReadError("x"), ConnectError, "断"),
        (OSError("x"), ConnectError, "连不上"),
    ],
)
def test_the_deepest_cause_says_most(cause: BaseException, kind: type[EngineError], says: str) -> None:
    error = openai.APIConnectionError(request=REQUEST)
    middle = httpx2.ConnectError("x") if not isinstance(cause, httpx2.HTTPError | httpx.HTTPError) else cause
    if middle is not cause:
        middle.__cause__ = cause
    error.__cause__ = middle
    mapped = faults.from_exception(error, TARGET)
    assert type(mapped) is kind
    assert says in mapped.message


def test_a_bug_of_ours_is_not_the_services_fault() -> None:
    assert faults.from_exception(TypeError("x"), TARGET) is None
    assert not issubclass(TypeError, AIFlowError)


def test_cleaning_leaves_nothing_that_looks_like_a_key() -> None:
    text = faults.clean(
        "Incorrect API key provided: sk-pr***wxyz. Bearer abc.def sk-secret-0123456789\n\u202e"
        + "k" * 40
        + " "
        + "字" * 300,
        TARGET.secrets,
    )
    assert not any(part in text for part in ("sk-", "abc.def", "kkkk", "\n", "\u202e"))
    assert len(text) <= 201


def test_a_long_model_name_is_shown() -> None:
    name = "Qwen2-5-Coder-32B-Instruct-GPTQ-Int4-Chinese"
    assert name in faults.make_error(fault_table.MODEL, faults.Target("h", name)).message
