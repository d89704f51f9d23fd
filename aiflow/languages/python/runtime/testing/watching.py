"""Watches a game's window: its pictures, its caption and the texts that are drawn into it."""

import zlib
from collections.abc import Callable
from typing import Any, Final

from .clock import Clock

_FRAME_S: Final = 1 / 60
_MAX_TEXTS: Final = 20_000


class Window:
    """Watches a game's window.

    Args:
        clock: the program's time, which passes with the pictures where the program does not wait itself.

    Attributes:
        is_touched: whether the player has done something yet.
        shown: how many pictures were shown.
        captions: the captions, each once where it stays the same.
        texts: the captions, and the texts that were drawn.
        picture_changed: whether a picture after the first touch differs from the last one before it; without
            a touch, whether any differs from the first.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_shown = -1.0
        self._before: int | None = None
        self.is_touched = False
        self.shown = 0
        self.captions: list[str] = []
        self.texts: list[str] = []
        self._changed_untouched = self._changed_touched = False

    @property
    def picture_changed(self) -> bool:
        """Whether the picture changed, see the class."""
        return self._changed_touched if self.is_touched else self._changed_untouched

    def patch(self, pygame: Any, step: Callable[[], None]) -> None:
        """Watch pygame.

        Args:
            pygame: the module.
            step: is called with each picture, each look at the events and each wait.
        """
        display = pygame.display
        display.flip = self._after(display.flip, lambda: self._show(pygame), step)
        display.update = self._after(display.update, lambda: self._show(pygame), step)
        display.toggle_fullscreen = lambda: 1
        for module, name in (
            (pygame.event, "get"),
            (pygame.event, "poll"),
            (pygame.event, "pump"),
            (pygame.event, "wait"),
        ):
            setattr(module, name, self._before_call(getattr(module, name), step))
        open_window, set_caption = display.set_mode, display.set_caption

        def set_mode(size: Any = (0, 0), flags: int = 0, *_ignored: Any, **_too: Any) -> Any:
            return open_window(size, flags & ~(pygame.FULLSCREEN | pygame.SCALED))

        def caption(title: str, *more: Any) -> None:
            set_caption(title, *more)
            self._keep_text(str(title))
            if not self.captions or self.captions[-1] != str(title):
                self.captions = [*self.captions[-1:], str(title)]

        display.set_mode, display.set_caption = set_mode, caption
        self._patch_fonts(pygame)

    def _patch_fonts(self, pygame: Any) -> None:
        window = self

        class Font(pygame.font.Font):  # type: ignore[misc]  # pygame's own, which takes no patches
            def render(self, text: Any, *args: Any, **kwargs: Any) -> Any:
                window._keep_text(text if isinstance(text, str) else "")
                return super().render(text, *args, **kwargs)

        pygame.font.Font = pygame.sysfont.Font = Font

    def _keep_text(self, text: str) -> None:
        if text and len(self.texts) < _MAX_TEXTS:
            self.texts.append(text)

    def _after(
        self, original: Callable[..., Any], watch: Callable[[], None], step: Callable[[], None]
    ) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            watch()
            step()
            return result

        return call

    def _before_call(self, original: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            step()
            return original(*args, **kwargs)

        return call

    def _show(self, pygame: Any) -> None:
        """Look at the picture that has been shown."""
        # A loop that does not wait would show pictures without end in one moment.
        if self._clock.passed - self._last_shown < _FRAME_S / 10:
            self._clock.wait(_FRAME_S)
        self._last_shown = self._clock.passed
        self.shown += 1
        surface = pygame.display.get_surface()
        if surface is None:
            return
        picture = zlib.crc32(surface.get_buffer().raw)
        if not self.is_touched or self._before is None:
            self._changed_untouched = self._changed_untouched or self._before not in {None, picture}
            self._before = picture
        elif picture != self._before:
            self._changed_touched = True
