"""Paths with every trick of every platform, and every way to write them into a request."""

import random
from pathlib import Path
from urllib.parse import quote

from tests.faults.test_hostile_paths import hostile

# UTF-8 forbids these long forms of "." and "/", and some decoders read them all the same.
_OVERLONG = {".": "%c0%ae", "/": "%c0%af", "\\": "%c1%9c"}
_UTF16 = {".": "%u002e", "/": "%u2215", "\\": "%u2216"}
_LOOKALIKES = {".": "．", "/": "∕", "\\": "＼"}


def target(rng: random.Random, outside: Path, inside: Path) -> bytes:
    """One hostile path as the bytes of a request's target."""
    path = hostile(rng, outside, inside)
    way = rng.randrange(7)
    if way == 0:
        text = quote(path.encode("utf-8", "surrogatepass"), safe="/")
    elif way == 1:
        text = quote(quote(path.encode("utf-8", "surrogatepass"), safe=""), safe="")
    elif way == 2:
        text = "".join(f"%{byte:02x}" for byte in path.encode("utf-8", "surrogatepass"))
    elif way in {3, 4, 5}:
        forms = (_OVERLONG, _UTF16, _LOOKALIKES)[way - 3]
        text = "".join(forms.get(char, char) for char in path)
    else:
        text = path
    return plain(text) or b"x"


def plain(text: str) -> bytes:
    """Bytes that may stand in a request line: what would end it is written with percent signs."""
    return b"".join(
        bytes([byte]) if 0x21 <= byte < 0x7F or (byte >= 0x80 and byte % 2) else b"%%%02x" % byte
        for byte in text.encode("utf-8", "surrogatepass")
    )


def project_name(rng: random.Random, project_id: str) -> bytes:
    """A value in the place of a project's id, mostly the right one."""
    if rng.random() < 0.8:
        return project_id.encode()
    return rng.choice(
        [
            b"..", b"%2e%2e", b"..%2f..", b".aiflow", b"%00", project_id.upper().encode(),
            project_id.replace("-", "").encode(), b"{%b}" % project_id.encode(),
            b"urn:uuid:" + project_id.encode(), project_id.encode() + b"%2f..", b"%ff", b"*",
            project_id.encode() + b"%00", b"%20" + project_id.encode(),
            b"00000000-0000-0000-0000-000000000000",
        ]
    )  # fmt: skip
