"""``python -m aiflow`` is the ``aiflow`` command."""

from aiflow.cli import main

if __name__ == "__main__":
    main()
