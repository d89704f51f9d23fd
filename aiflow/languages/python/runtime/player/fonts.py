"""Chinese text where the font that a program names is not installed.

An installed Chinese font stands in for it.
"""

import re
from typing import Any, Final

# As pygame spells them: small letters, no spaces. Sans first, then whatever has the characters.
_CHINESE: Final = (
    "notosanscjksc", "notosanssc", "sourcehansanssc", "sourcehansanscn", "wenquanyimicrohei",
    "wenquanyizenhei", "microsoftyahei", "simhei", "pingfangsc", "hiraginosansgb", "stheiti",
    "droidsansfallback", "notosanscjkjp", "notoserifcjksc", "simsun", "arplumingcn", "arplukaicn",
)  # fmt: skip
_CHINESE_ELSEWHERE: Final = re.compile(
    r"simhei|simsun|simkai|simfang|yahei|jhenghei|kaiti|fangsong|dengxian|pingfang|heiti|songti"
    r"|stsong|stkaiti|stxihei|stheiti|mingliu|cjk|notosanssc|notoserifsc|sourcehan|wqy|wenquanyi|hiragino|unifont|[^\x00-\x7f]"
)


def _is_chinese(name: Any) -> bool:
    text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
    return _CHINESE_ELSEWHERE.search("".join(text.lower().split())) is not None


def patch_fonts(pygame: Any) -> None:
    """Lets ``SysFont`` and ``match_font`` find a Chinese font for names that only Windows has (SimHei)."""
    sysfont = pygame.sysfont
    find, make = sysfont.match_font, sysfont.SysFont
    known: list[str | None] = []

    def chinese() -> str | None:
        if not known:
            known.append(next((path for name in _CHINESE if (path := find(name))), None))
        return known[0]

    def match_font(names: Any, bold: Any = False, italic: Any = False) -> Any:  # noqa: FBT002  # pygame's signature
        for name in names.split(",") if isinstance(names, str) else list(names):
            path = find(name, bold, italic)
            if path is None and _is_chinese(name):  # before the Latin font that programs name after it
                path = chinese()
            if path is not None:
                return path
        return chinese()

    def system_font(
        name: Any,
        size: int,
        bold: Any = False,  # noqa: FBT002  # pygame's signature
        italic: Any = False,  # noqa: FBT002  # pygame's signature
        constructor: Any = None,
    ) -> Any:
        path = match_font(name, bold, italic) if name else None
        if path is None or path == find(name, bold, italic):
            return make(name, size, bold, italic, constructor)
        return (constructor or sysfont.font_constructor)(path, size, bold, italic)

    sysfont.SysFont = system_font
    sysfont.match_font = match_font
    for module in (pygame.font, pygame.ftfont if hasattr(pygame, "ftfont") else None):
        if module is not None and hasattr(module, "SysFont"):
            module.SysFont = system_font
            module.match_font = match_font
