"""A distribution with a language of its own: each line of a ``.toy`` file is ``say WORDS``."""
