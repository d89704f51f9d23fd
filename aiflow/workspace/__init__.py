"""Everything that the server, a kernel and the terminal do with runs and projects, implemented once.

Nothing here knows Tornado, a widget or a terminal: these call it, and translate its answers and errors.
"""
