"""Small models lose the thread and write the same lines again and again, without an end."""

# So many repetitions, so long together, are no table of a program any more.
_REPEATS = 20
_MIN_CHARS = 2000
_TAIL_CHARS = 4096
# A service may send single characters: a check for each would cost more than the answer.
_CHECK_EVERY = 256
_PROBE_CHARS = 32


class LoopDetector:
    """Detects an answer that repeats itself without end.

    The cost does not grow with the answer.
    """

    def __init__(self) -> None:
        self._tail = ""
        self._unchecked = 0

    def feed(self, text: str) -> bool:
        """Return whether the answer, with ``text`` at its end, only repeats itself."""
        self._tail = (self._tail + text)[-_TAIL_CHARS:]
        self._unchecked += len(text)
        if self._unchecked < _CHECK_EVERY:
            return False
        self._unchecked = 0
        probe = self._tail[-_PROBE_CHARS:]
        # Looking for a few characters is cheap, and almost always enough to say no.
        if len(self._tail) < _MIN_CHARS or self._tail.count(probe) < 2:
            return False
        return _repeats(self._tail)


# A regular expression for this would backtrack; this is linear in the tail.
def _repeats(text: str) -> bool:
    """Whether ``text`` ends with one piece, many times.

    The prefix function of Knuth, Morris and Pratt, backwards.
    """
    backwards = text[::-1]
    borders = [0] * len(backwards)
    for index in range(1, len(backwards)):
        border = borders[index - 1]
        while border and backwards[index] != backwards[border]:
            border = borders[border - 1]
        borders[index] = border + (backwards[index] == backwards[border])
        length = index + 1
        if length >= _MIN_CHARS and length >= _REPEATS * (length - borders[index]):
            return True
    return False
