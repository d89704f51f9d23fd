"""``python -m tests.modelserver``: the stand-in model, run by hand."""

import argparse
import signal
import sys
import threading

from tests.modelserver import STYLES, ModelServer


def main() -> int:
    """Serve until SIGINT, SIGTERM or the end of the standard input (with ``--until-eof``)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--style", choices=STYLES, default="reasoning_content")
    parser.add_argument("--size", type=int, default=12, help="characters in one delta")
    parser.add_argument("--until-eof", action="store_true", help="end with the standard input")
    options = parser.parse_args()
    with ModelServer(options.port, style=options.style, sizes=(options.size,)) as server:
        environment = f"AIFLOW_BASE_URL={server.base_url} AIFLOW_API_KEY=test AIFLOW_MODEL=test-model"
        print(f"{environment} AIFLOW_ENGINE=openai", flush=True)
        if options.until_eof:
            sys.stdin.read()
            return 0
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        # In slices: on Windows a wait without an end does not let a signal in.
        while not stop.wait(0.5):
            pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
