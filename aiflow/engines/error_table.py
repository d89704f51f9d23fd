"""The errors of model services: how each is recognised, and which exception and message it becomes.

Data only; :mod:`aiflow.engines.errors` applies it. Sources: MiniMax's error code page, OpenAI's error code
guide, the API references of DeepSeek, DashScope, OpenRouter, Moonshot and Zhipu, and the exceptions of the
openai SDK.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiflow.exceptions import (
    AuthError,
    BadAnswerError,
    BadRequestError,
    ConnectError,
    ContextError,
    EngineError,
    EngineSetupError,
    ModelError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    RefusedError,
    StallError,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of failure.

    Attributes:
        kind: the exception that is raised.
        message: the text for the student; ``{host}`` and ``{model}`` are filled in.
        retryable: whether a retry can help; None leaves the exception's default.
    """

    kind: type[EngineError]
    message: str
    retryable: bool | None = None


NO_CONNECTION = Fault(ConnectError, "连不上模型服务 {host}。请检查网络和服务地址，然后重试。")
REFUSED_CONNECTION = Fault(
    ConnectError,
    "模型服务 {host} 没有接受连接：它可能没有启动，或者地址、端口写错了。启动它或改好地址后重试。",
)
NO_NAME = Fault(
    ConnectError, "找不到模型服务 {host} 这个名字。请检查网络是否连上、openai.base_url 有没有写错，然后重试。"
)
BAD_TLS = Fault(
    ConnectError,
    (
        "和模型服务 {host} 的加密连接没有通过证书检查，所以没有发送任何内容。请检查地址、"
        "电脑的时间和校园网的证书设置。"
    ),
    retryable=False,
)
CONNECT_TIMEOUT = Fault(ConnectError, "连接模型服务 {host} 等得太久，没有连上。请检查网络，然后重试。")
CUT = Fault(ConnectError, "和模型服务 {host} 的连接中途断了。已经收到的内容都还在，可以重试。")
PROXY = Fault(ConnectError, "网络代理没能连到模型服务 {host}。请检查电脑的代理设置，然后重试。")
STALL = Fault(StallError, "模型服务 {host} 太久没有发来任何内容，已经停止等待。可以重试。")
BAD_ADDRESS = Fault(
    EngineSetupError, "模型服务的地址不对：openai.base_url 应该像 https://服务的名字/v1 这样。请改好后再试。"
)
NO_MODEL = Fault(
    EngineSetupError,
    "还没有选模型：请在“模型”里或用 aiflow connect 选一个（也可以写在 config.json 的 openai.model 里）。",
)
BAD_KEY = Fault(
    EngineSetupError,
    "密钥里有不该有的字符（空格、换行或中文）：请重新复制一遍，填在“模型”里、aiflow connect 里，"
    "或环境变量 AIFLOW_API_KEY 里。",
)
NO_TRUST = Fault(
    EngineSetupError,
    "电脑的证书文件读不了，所以不能建立加密连接。请检查环境变量 SSL_CERT_FILE 和 SSL_CERT_DIR 指的位置。",
)
NO_KEY = Fault(
    EngineSetupError,
    "还没有模型服务 {host} 的密钥：请在“模型”里填上，或在终端里运行 aiflow connect"
    "（也可以设置环境变量 AIFLOW_API_KEY）。",
)
AUTH = Fault(
    AuthError,
    "模型服务 {host} 说密钥不对。看看有没有少复制几个字、有没有过期、是不是这个服务的密钥；"
    "在“模型”里或用 aiflow connect 可以重新填。",
)
FORBIDDEN = Fault(
    AuthError, "这个密钥没有权限使用模型服务 {host} 的“{model}”。请换一个密钥或模型，或请管理员开通。"
)
QUOTA = Fault(
    QuotaError, "模型服务 {host} 的余额或套餐已经用完。请充值、换一个密钥，或改用不需要密钥的课程。"
)
PLAN_LIMIT = Fault(
    QuotaError, "模型服务 {host} 的套餐在这段时间里的用量已经用完。请过几个小时再试，或改用不需要密钥的课程。"
)
RATE = Fault(RateLimitError, "现在请求模型服务 {host} 的人太多，它要求慢一点。请等一会儿再试。")
OVERLOADED = Fault(OverloadedError, "模型服务 {host} 暂时出了问题或太忙，这不是你的错。请等一会儿再试。")
SERVICE_TIMEOUT = Fault(OverloadedError, "模型服务 {host} 自己等待超时了，这不是你的错。请等一会儿再试。")
REFUSED = Fault(
    RefusedError, "模型服务 {host} 认为内容不合适，没有回答。请换一种说法，写清楚想做一个什么样的程序。"
)
CONTEXT = Fault(
    ContextError, "这次的内容太长，模型“{model}”放不下。请把要求写短一点，或换一个能读更长内容的模型。"
)
MODEL = Fault(
    ModelError, "模型服务 {host} 没有“{model}”这个模型，或者套餐里不包含它。请检查 openai.model 的名字。"
)
NOT_FOUND = Fault(
    ModelError,
    (
        "模型服务 {host} 上找不到这个地址或“{model}”这个模型。请检查 openai.base_url（通常以 /v1 "
        "结尾）和 openai.model。"
    ),
)
BAD_REQUEST = Fault(
    BadRequestError, "模型服务 {host} 不接受这个请求。请检查 config.json 里 openai 部分的设置。"
)
HIDDEN_CHARS = Fault(BadRequestError, "请求里有太多看不见的字符，模型服务 {host} 不接受。请删掉它们再试。")
GARBAGE = Fault(
    BadAnswerError, "模型服务 {host} 的回答看不懂：收到的不是模型的数据。可以重试；总是这样时请检查服务地址。"
)
WEB_PAGE = Fault(
    BadAnswerError,
    "{host} 回答的是一个网页，不是模型的数据。请检查 openai.base_url，或看看是不是要先登录校园网。",
)
EMPTY = Fault(BadAnswerError, "模型服务 {host} 的回答是空的，一个字也没有。可以重试。")
ONLY_THINKING = Fault(
    BadAnswerError, "模型“{model}”只想了想，没有写出回答就结束了。可以重试，或把要求写简单一点。"
)
UNKNOWN = Fault(
    EngineError, "模型服务 {host} 报告了一个错误。可以重试；总是这样时请运行 aiflow doctor 看看。"
)

_Key = TypeVar("_Key")


def _by_key(keys: Mapping[Fault, Sequence[_Key]]) -> dict[_Key, Fault]:
    """Return the fault of each key, from the keys of each fault."""
    return {key: fault for fault, listed in keys.items() for key in listed}


MINIMAX: Mapping[int, Fault] = _by_key(
    {
        OVERLOADED: (1000, 1013, 1024, 1033),
        SERVICE_TIMEOUT: (1001,),
        RATE: (1002, 1041, 2045, 2062),
        AUTH: (1004, 2049),
        QUOTA: (1008,),
        REFUSED: (1026, 1027),
        CONTEXT: (1039,),
        HIDDEN_CHARS: (1042,),
        BAD_REQUEST: (2013,),
        PLAN_LIMIT: (2056,),
        MODEL: (2061,),
    }
)  # fmt: skip

STATUSES: Mapping[int, Fault] = _by_key(
    {
        BAD_REQUEST: (400, 415, 422),
        AUTH: (401,),
        QUOTA: (402,),
        FORBIDDEN: (403,),
        NOT_FOUND: (404, 405),
        PROXY: (407,),
        SERVICE_TIMEOUT: (408,),
        OVERLOADED: (409, 425),
        MODEL: (410,),
        CONTEXT: (413, 414),
        RATE: (429,),
        REFUSED: (451,),
    }
)  # fmt: skip

# Words for programs (``code`` and ``type`` of the error), of all services, folded to lower case.
CODES: Mapping[str, Fault] = _by_key(
    {
        AUTH: (
            "invalid_api_key", "invalidapikey", "authentication_error", "incorrect_api_key_error",
            "invalid_authentication_error",
        ),
        QUOTA: (
            "insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
            "exceeded_current_quota_error", "arrearage", "insufficient_balance", "insufficient_credits",
            "1113", "throttling.allocationquota",
        ),
        RATE: (
            "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached_error", "throttling",
            "throttling.ratequota", "throttling.burstrate", "1302",
        ),
        OVERLOADED: (
            "1305", "overloaded_error", "engine_overloaded_error", "server_error", "internal_error",
            "internal_server_error", "service_unavailable",
        ),
        REFUSED: (
            "content_filter", "content_policy_violation", "data_inspection_failed", "datainspectionfailed",
            "moderation_error", "1301",
        ),
        CONTEXT: ("context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "1261"),
        MODEL: ("model_not_found", "model_not_available", "modelnotfound", "1211"),
        FORBIDDEN: ("unsupported_country_region_territory",),
    }
)  # fmt: skip

# Words of a message, tried in this order where the service gave no code that is listed above.
_WORDS: Mapping[Fault, Sequence[str]] = {
    QUOTA: (
        "insufficient.{0,20}(balance|quota|credit|fund)",
        "exceeded your (current )?quota",
        "余额不足|欠费|账户已停",
    ),
    CONTEXT: (
        "(maximum|max|model's).{0,20}context",
        "context.{0,12}(length|window|size)",
        "(prompt|input) is too long",
        "too many (input )?tokens",
        "token.{0,10}超|输入.{0,6}过长|上下文",
    ),
    REFUSED: (
        "(?<!case[- ])sensitive",
        "content.{0,12}(policy|filter|safety|management)",
        "inappropriate",
        "敏感|违规|不合规",
    ),
    AUTH: (
        "(in)?correct api key",
        "invalid (api|access) ?key",
        "api key.{0,20}(invalid|expired)",
        "密钥.{0,6}(无效|错误)",
    ),
    MODEL: (
        "model.{0,80}(not found|does not exist|not exist|is not supported|not available|unknown)",
        "no such model|(unknown|invalid) model",
        "模型.{0,10}不存在",
    ),
    OVERLOADED: ("overload|temporarily unavailable|server is busy", "系统繁忙|服务.{0,4}繁忙"),
    RATE: ("rate.?limit|too many requests", "请求.{0,6}(频繁|过快)|限流"),
}
WORDS: Sequence[tuple[re.Pattern[str], Fault]] = [
    (re.compile("|".join(patterns), re.IGNORECASE), fault) for fault, patterns in _WORDS.items()
]
# Statuses with which services send such messages.
WORDS_COUNT_FOR = frozenset({200, 400, 403, 404, 413, 422, 429, 500, 503})

# Exceptions by the name of their class or of a base class: the SDK's, and those of httpx and httpx2, which it
# does not convert while a body is read. By name, because the SDK's version decides which one is installed.
EXCEPTIONS: Mapping[str, Fault] = _by_key(
    {
        BAD_TLS: ("SSLError", "CertificateError"),
        NO_NAME: ("gaierror",),
        REFUSED_CONNECTION: ("ConnectionRefusedError",),
        CONNECT_TIMEOUT: ("ConnectTimeout", "PoolTimeout"),
        STALL: ("ReadTimeout", "WriteTimeout", "TimeoutException", "APITimeoutError"),
        NO_CONNECTION: ("ConnectError", "TransportError", "RequestError", "APIConnectionError"),
        PROXY: ("ProxyError",),
        CUT: (
            "ReadError", "WriteError", "CloseError", "RemoteProtocolError", "ConnectionResetError",
            "BrokenPipeError", "ConnectionAbortedError", "NetworkError", "ProtocolError", "StreamError",
            "WebSocketConnectionClosedError",
        ),
        BAD_ADDRESS: ("LocalProtocolError", "UnsupportedProtocol", "InvalidURL", "TooManyRedirects"),
        GARBAGE: (
            "DecodingError", "APIResponseValidationError", "InvalidWebhookSignatureError",
            "SSEOverflowError",
        ),
        UNKNOWN: ("HTTPError", "APIStatusError", "APIError", "OpenAIError"),
        BAD_REQUEST: ("BadRequestError", "UnprocessableEntityError"),
        AUTH: ("AuthenticationError", "OAuthError", "SubjectTokenProviderError"),
        FORBIDDEN: ("PermissionDeniedError",),
        NOT_FOUND: ("NotFoundError",),
        OVERLOADED: ("ConflictError", "InternalServerError", "WebSocketQueueFullError"),
        RATE: ("RateLimitError",),
        CONTEXT: ("LengthFinishReasonError",),
        REFUSED: ("ContentFilterFinishReasonError",),
    }
)  # fmt: skip
