"""A browser for the tests of this folder."""

from tests.chromium import browser, jp_asyncio_loop, jp_server_cleanup

__all__ = ["browser", "jp_asyncio_loop", "jp_server_cleanup"]
