"""Two settings that hold for the whole process, also for code that is not ours.

``server.tune_process`` turns them off.
"""

import gc
import sys

# By default a thread that computes keeps the others waiting for 5 ms each time that they want to go on.
SWITCH_INTERVAL_S = 0.0005


def tune_process() -> None:
    """Let threads switch more often, and exclude the objects that exist now from garbage collection.

    Without the second, each full collection visits a quarter of a million objects of Jupyter's and ours,
    and stops every thread, stream and notebook for a tenth of a second.
    """
    sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_INTERVAL_S))
    gc.collect()
    gc.freeze()
