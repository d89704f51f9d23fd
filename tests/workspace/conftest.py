"""The live server of the server's tests, and the folder that it works in."""

from tests.server.conftest import api, catalogue, config_values, home, jp_server_config

__all__ = ["api", "catalogue", "config_values", "home", "jp_server_config"]
