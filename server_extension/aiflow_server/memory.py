"""What the garbage collector has to look at."""

import gc


def settle() -> None:
    """Take what is in memory out of the garbage collector's sight: what was imported stays for good.

    Otherwise each full collection looks through a quarter of a million objects of Jupyter's and ours, and
    holds every thread, every stream and every notebook's answer for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
