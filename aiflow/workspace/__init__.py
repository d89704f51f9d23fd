"""What the server, a notebook's kernel and the terminal all do with runs and projects.

Implemented once, here.

Nothing here knows Tornado, a widget or a terminal: these call it, and translate its answers and errors.
"""
