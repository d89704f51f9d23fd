"""Converts the errors of services into this project's exceptions.

A service says what is wrong in an exception of the SDK, in an HTTP status, in a JSON body (with HTTP 200
too), in an event of the stream, in MiniMax's ``base_resp`` or in a number at the end of its message. The most
exact of them decides: MiniMax's number, then a word for programs, then the words of the message, then the
status.
"""

import email.utils
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiflow.engines.error_table import (
    BAD_ADDRESS,
    BAD_REQUEST,
    CODES,
    EXCEPTIONS,
    MINIMAX,
    NO_CONNECTION,
    OVERLOADED,
    STATUSES,
    UNKNOWN,
    WORDS,
    WORDS_COUNT_FOR,
    Fault,
)
from aiflow.exceptions import EngineError


@dataclass(frozen=True, slots=True)
class Target:
    """The service of a request; ``secrets`` are redacted in its messages."""

    host: str
    model: str
    secrets: Sequence[str] = ()


def make_error(
    fault: Fault, target: Target, *, said: str = "", retry_after_s: float | None = None
) -> EngineError:
    """Return the exception of a fault.

    Args:
        fault: the kind of failure.
        target: the service.
        said: the service's message, hostile text; it is cleaned and shown where ours explains little.
        retry_after_s: the wait that the service asked for.
    """
    message = fault.message.replace("{host}", _on_one_line(target.host, target.secrets, 100))
    message = message.replace("{model}", _on_one_line(target.model, target.secrets, 100))
    # Our own messages say what to do; the service's words are hostile text and shown only without one.
    if fault in (BAD_REQUEST, UNKNOWN) and (words := clean(said, target.secrets)):
        message += f"（服务的原话：{words}）"
    return fault.kind(message, retryable=fault.retryable, retry_after_s=retry_after_s)


def from_exception(error: BaseException, target: Target) -> EngineError | None:
    """Return the exception for one of the SDK, its HTTP library or the system; None for any other."""
    response = getattr(error, "response", None)
    if response is not None and isinstance(getattr(error, "status_code", None), int):
        return from_response(error.status_code, response.headers, _text_of(response, error), target)  # type: ignore[attr-defined]  # just looked for
    found = find_fault(error)
    return None if found is None else make_error(found, target, said=str(error))


def find_fault(error: BaseException) -> Fault | None:
    """Return the fault of an exception: that of its deepest known cause, which is the most exact."""
    # httpx wraps the system's error, the SDK wraps httpx's: only the innermost tells DNS from a refusal.
    for cause in reversed(list(_causes(error))):
        for kind in type(cause).__mro__:
            if kind.__name__ in EXCEPTIONS:
                return EXCEPTIONS[kind.__name__]
    return NO_CONNECTION if isinstance(error, OSError) else None


def from_response(status: int, headers: Mapping[str, str], text: str, target: Target) -> EngineError:
    """Return the exception for an HTTP response with an error status."""
    wait = _retry_after(headers)
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    named = _from_data(data, status) if isinstance(data, dict) else _from_words(text, status)
    said = _words_of(data) if isinstance(data, dict) else ""
    return make_error(named or fault_of_status(status), target, said=said, retry_after_s=wait)


def from_body(data: object, target: Target) -> EngineError | None:
    """Return the exception for a JSON object of a 200 response or an event; None when it is no error."""
    if not isinstance(data, dict) or not _is_error(data):
        return None
    fault = _from_data(data, 200) or fault_of_status(_status_in(data))
    return make_error(fault, target, said=_words_of(data))


def fault_of_status(status: int) -> Fault:
    """Return the fault of an HTTP status, for responses without further information."""
    if status in STATUSES:
        return STATUSES[status]
    # An unknown 5xx (RFC 9110, section 15) is the server's fault, so a retry may help.
    if status >= 500:
        return OVERLOADED
    # A redirect leads to another address than the one that was configured.
    if 300 <= status < 400:
        return BAD_ADDRESS
    return BAD_REQUEST if status >= 400 else UNKNOWN


def clean(text: str, secrets: Sequence[str] = (), limit: int = 200) -> str:
    """Return a service's text for display: short, on one line, without control characters and keys."""
    # Cut twice: first roughly, to bound the patterns; a key must not be cut before it is redacted.
    text = _on_one_line(text, secrets, 10 * limit)
    # Gateways echo the request's headers; the message reaches notebooks and logs.
    text = re.sub(r"(?i)(bearer\s+|api[_ -]?key\S*\s*[:=]?\s*)[^\s,;，。]+", r"\1***", text)
    text = re.sub(r"\b(?:sk|pk|ak|eyJ)[-_.A-Za-z0-9*]{6,}|[-_A-Za-z0-9*]{32,}", "***", text)
    return text if len(text) <= limit else text[:limit] + "…"


def _on_one_line(text: str, secrets: Sequence[str], limit: int) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return " ".join("".join(char if char.isprintable() else " " for char in text[:limit]).split())


def _is_error(data: Mapping[str, Any]) -> bool:
    if data.get("error") or data.get("type") == "error" or data.get("object") == "error":
        return True
    if _base_code(data):
        return True
    # An ordinary chunk may have fields named `code` and `message` as well.
    return "choices" not in data and isinstance(data.get("code"), int | str) and bool(data.get("message"))


def _base_code(data: Mapping[str, Any]) -> int:
    base = data.get("base_resp")
    code = base.get("status_code") if isinstance(base, dict) else 0
    return code if isinstance(code, int) else 0


def _from_data(data: Mapping[str, Any], status: int) -> Fault | None:
    words = _words_of(data)
    if fault := MINIMAX.get(_base_code(data)):
        return fault
    # MiniMax's OpenAI route has its code only there.
    if (number := re.search(r"\((\d{4})\)\s*$", words)) and int(number[1]) in MINIMAX:
        return MINIMAX[int(number[1])]
    inner = _inner(data)
    for key in ("code", "type", "status"):
        if fault := CODES.get(str(inner.get(key, "")).lower()):
            return fault
    return _from_words(words, status)


def _from_words(words: str, status: int) -> Fault | None:
    # The message of any other status can quote the request, whose words prove nothing.
    if status not in WORDS_COUNT_FOR:
        return None
    # Bounded: the message is hostile text, and each pattern searches all of it.
    return next((fault for pattern, fault in WORDS if pattern.search(words[:2000])), None)


def _inner(data: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = data.get("error")
    return inner if isinstance(inner, dict) else data


def _words_of(data: Mapping[str, Any]) -> str:
    """Return the message in an error's JSON; services use different fields."""
    base = data.get("base_resp")
    candidates: list[object] = [
        _inner(data).get("message"),
        data.get("error"),
        data.get("message"),
        data.get("detail"),
        data.get("error_description"),
        base.get("status_msg") if isinstance(base, dict) else None,
    ]
    return next((text for text in candidates if isinstance(text, str) and text), "")


def _status_in(data: Mapping[str, Any]) -> int:
    """Return the HTTP status in a 200 response's error (OpenRouter's ``code``, MiniMax's ``http_code``)."""
    inner = _inner(data)
    for key in ("http_code", "code", "status", "status_code"):
        value = str(inner.get(key, ""))
        if re.fullmatch(r"[45]\d\d", value):
            return int(value)
    return 200


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of ``Retry-After`` (RFC 9110, section 10.2.3) or of OpenAI's ``retry-after-ms``."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        # Bounded digits: float would accept "nan", "inf" and a huge exponent.
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value.strip()):
            return float(value) * scale
    try:
        when = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    # The clock of this machine may be ahead of the server's.
    return max(0.0, when.timestamp() - time.time())


def _text_of(response: Any, error: BaseException) -> str:
    """Return an error's body; where the SDK did not read it, the part that it decoded."""
    if getattr(response, "is_stream_consumed", True):
        return str(response.text)
    return json.dumps({"error": getattr(error, "body", None)}, default=str)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    # Exceptions can refer to each other in a circle, and a group can hold very many.
    while waiting and len(seen) < 50:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [inner for inner in (cause.__cause__, cause.__context__) if inner is not None]
        waiting += getattr(cause, "exceptions", ())  # all the addresses that were tried
