"""How soon a server answers a notebook, asked from a process of its own while something else goes on.

    python -m tests.benchmarks.probe PORT PATH...

Asks the paths in turn, 20 times a second, until the end of its standard input; prints each answer's
milliseconds as JSON.
"""

import http.client
import json
import sys
import threading
import time

from tests.live.server import TOKEN

_EVERY_S = 0.05


def ask(connection: http.client.HTTPConnection, path: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"token {TOKEN}"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    port, *paths = sys.argv[1:]
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    times: list[float] = []
    print("ready", flush=True)
    while not over.wait(_EVERY_S):
        times.append(ask(connection, paths[len(times) % len(paths)]))
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    main()
