"""A stand-in for matplotlib, which takes long to install: what a backend of it sees, and no more."""

import os

rcParams = {"backend": os.environ.get("MPLBACKEND", "agg"), "font.sans-serif": ["DejaVu Sans"]}


def use(backend, *, force=True):
    rcParams["backend"] = backend
