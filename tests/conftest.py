"""Every test has a person of its own: no choice, no key and no keyring of who runs the tests."""

import os
import tempfile

os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="aiflow-person-")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
