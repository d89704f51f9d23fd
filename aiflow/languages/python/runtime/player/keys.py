"""The page's names of keys and pygame's.

Source: https://www.w3.org/TR/uievents-code/ and SDL's scancode table, which pygame's KSCAN names repeat.
"""

from typing import Any, Final

# KeyboardEvent.code -> the part after K_ and after KSCAN_
_SPECIAL: Final = {
    "ArrowUp": ("UP", "UP"), "ArrowDown": ("DOWN", "DOWN"), "ArrowLeft": ("LEFT", "LEFT"),
    "ArrowRight": ("RIGHT", "RIGHT"), "Space": ("SPACE", "SPACE"), "Enter": ("RETURN", "RETURN"),
    "Escape": ("ESCAPE", "ESCAPE"), "Backspace": ("BACKSPACE", "BACKSPACE"), "Tab": ("TAB", "TAB"),
    "ShiftLeft": ("LSHIFT", "LSHIFT"), "ShiftRight": ("RSHIFT", "RSHIFT"), "ControlLeft": ("LCTRL", "LCTRL"),
    "ControlRight": ("RCTRL", "RCTRL"), "AltLeft": ("LALT", "LALT"), "AltRight": ("RALT", "RALT"),
    "MetaLeft": ("LGUI", "LGUI"), "MetaRight": ("RGUI", "RGUI"), "CapsLock": ("CAPSLOCK", "CAPSLOCK"),
    "Delete": ("DELETE", "DELETE"), "Insert": ("INSERT", "INSERT"), "Home": ("HOME", "HOME"),
    "End": ("END", "END"), "PageUp": ("PAGEUP", "PAGEUP"), "PageDown": ("PAGEDOWN", "PAGEDOWN"),
    "Minus": ("MINUS", "MINUS"), "Equal": ("EQUALS", "EQUALS"), "BracketLeft": ("LEFTBRACKET", "LEFTBRACKET"),
    "BracketRight": ("RIGHTBRACKET", "RIGHTBRACKET"), "Backslash": ("BACKSLASH", "BACKSLASH"),
    "IntlBackslash": ("LESS", "NONUSBACKSLASH"), "Semicolon": ("SEMICOLON", "SEMICOLON"),
    "Quote": ("QUOTE", "APOSTROPHE"), "Backquote": ("BACKQUOTE", "GRAVE"), "Comma": ("COMMA", "COMMA"),
    "Period": ("PERIOD", "PERIOD"), "Slash": ("SLASH", "SLASH"),
    "PrintScreen": ("PRINTSCREEN", "PRINTSCREEN"), "ScrollLock": ("SCROLLLOCK", "SCROLLLOCK"),
    "Pause": ("PAUSE", "PAUSE"), "NumLock": ("NUMLOCK", "NUMLOCK"), "ContextMenu": ("MENU", "MENU"),
    "Help": ("HELP", "HELP"), "NumpadEnter": ("KP_ENTER", "KP_ENTER"), "NumpadAdd": ("KP_PLUS", "KP_PLUS"),
    "NumpadSubtract": ("KP_MINUS", "KP_MINUS"), "NumpadMultiply": ("KP_MULTIPLY", "KP_MULTIPLY"),
    "NumpadDivide": ("KP_DIVIDE", "KP_DIVIDE"), "NumpadDecimal": ("KP_PERIOD", "KP_PERIOD"),
    "NumpadEqual": ("KP_EQUALS", "KP_EQUALS"),
}  # fmt: skip
CODES: Final = (
    _SPECIAL
    | {f"Key{letter}": (letter.lower(), letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    | {f"Digit{digit}": (digit, digit) for digit in "0123456789"}
    | {f"Numpad{digit}": (f"KP{digit}", f"KP{digit}") for digit in "0123456789"}
    | {f"F{number}": (f"F{number}", f"F{number}") for number in range(1, 16)}
)
_UNICODE: Final = {"Enter": "\r", "Tab": "\t", "Backspace": "\b", "Escape": "\x1b", "Delete": "\x7f"}
MODIFIERS: Final = {
    "ShiftLeft": "KMOD_LSHIFT", "ShiftRight": "KMOD_RSHIFT", "ControlLeft": "KMOD_LCTRL",
    "ControlRight": "KMOD_RCTRL", "AltLeft": "KMOD_LALT", "AltRight": "KMOD_RALT", "MetaLeft": "KMOD_LGUI",
    "MetaRight": "KMOD_RGUI",
}  # fmt: skip


def pygame_key(pygame: Any, code: str, key: str) -> tuple[int, int] | None:
    """A key's pygame keycode and scancode; None for one that pygame does not know.

    Args:
        pygame: the module.
        code: KeyboardEvent.code, the place on the keyboard.
        key: KeyboardEvent.key, what the user's layout has there: pygame's keycode follows the layout for
            letters.
    """
    names = CODES.get(code)
    if names is None:
        return None
    keycode = int(getattr(pygame, f"K_{names[0]}"))
    if code.startswith("Key") and len(key) == 1 and key.isascii() and key.isalpha():
        keycode = ord(key.lower())
    return keycode, int(getattr(pygame, f"KSCAN_{names[1]}"))


def typed_character(key: str, *, control: bool) -> str:
    """Return pygame's ``event.unicode`` for a key."""
    if len(key) != 1:
        return _UNICODE.get(key, "")
    if control and key.isascii() and key.isalpha():
        return chr(ord(key) & 0x1F)
    return key
