"""The address of a model service: its parts, and which ones a person may enter."""

import ipaddress
import socket
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aiflow.exceptions import InputError

_PORTS: Final = {"http": 80, "https": 443}
_MAX_CHARS: Final = 500
# The metadata services of clouds give the credentials of the machine to every process that asks.
_METADATA: Final = tuple(map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")))


def parse_address(base_url: str) -> str:
    """Return scheme, host and port of a URL; empty when it is not a usable HTTP address."""
    parts = _split(base_url)
    if parts is None:
        return ""
    return f"{parts.scheme}://{_host(parts)}" + (f":{parts.port}" if parts.port else "")


def origin_of(base_url: str) -> str:
    """Return scheme, host and port, the default port too: the name under which a key is stored.

    Args:
        base_url: the address.

    Returns:
        The origin; empty when it is not a usable HTTP address.
    """
    parts = _split(base_url)
    if parts is None:
        return ""
    return f"{parts.scheme}://{_host(parts)}:{parts.port or _PORTS[parts.scheme]}"


def is_loopback(base_url: str) -> bool:
    """Return whether the service runs on this machine."""
    parts = _split(base_url)
    if parts is None:
        return False
    found = _ip(parts.hostname or "")
    return parts.hostname == "localhost" or (found is not None and found.is_loopback)


def check_base_url(base_url: str) -> str:
    """Check an address that a person entered.

    Args:
        base_url: as it was typed.

    Returns:
        The address without blanks around it and without a slash at its end.

    Raises:
        InputError: it is none, or none that a person may choose (reason ``bad_base_url``).
    """
    typed = base_url.strip().rstrip("/")
    parts = _split(typed)
    if len(typed) > _MAX_CHARS or not typed.isprintable() or any(map(str.isspace, typed)) or parts is None:
        raise _refused("服务地址应该像 https://服务的名字/v1 这样")
    if "@" in parts.netloc:
        raise _refused("服务地址里不能写用户名和密码，密钥请填在“密钥”里")
    if parts.query or parts.fragment:
        raise _refused("服务地址里不能有 ? 和 #，一般以 /v1 结尾")
    found = _ip(parts.hostname or "")
    if found is not None and any(found in network for network in _METADATA):
        raise _refused("这个地址留给机器自己用，不是模型服务")
    # Also what protects from a name that leads to a metadata service: those speak no TLS.
    if parts.scheme == "http" and not is_loopback(typed):
        raise _refused("不在这台电脑上的服务要用 https:// 开头的地址，不然密钥和内容会被别人看到")
    return typed


def _refused(why: str) -> InputError:
    return InputError(f"{why}。请改好再试。", reason="bad_base_url")


def _split(base_url: str) -> SplitResult | None:
    try:
        parts = urlsplit(base_url.strip())
        _ = parts.port
    # `port` raises for a number above 65535, `urlsplit` for a bracket that is not closed.
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname else None


def _host(parts: SplitResult) -> str:
    # `hostname` drops the brackets of an IPv6 address.
    return f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that a host is a spelling of; None for a name."""
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            # The system's resolver reads 2852039166, 0xa9.0xfe.43518 and the like as addresses, too.
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, ValueError):
            return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
