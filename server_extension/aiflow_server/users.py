"""The person to whom a run belongs."""

from typing import Any


def user_key(user: Any) -> str:
    """Return the name that limits and fairness go by.

    A server that knows no users (a token for everybody, as on one's own machine) makes up a new name for
    every request that carries the token; all of these are one person.
    """
    username = getattr(user, "username", "")
    made_up = str(getattr(user, "name", "") or "").startswith("Anonymous ")
    return "" if made_up else str(username)
