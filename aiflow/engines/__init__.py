"""Engines: sources of answers, which are a model, a prepared lesson or a recording.

An engine turns a request into deltas and knows nothing of runs, files and events.
"""
