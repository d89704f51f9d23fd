"""A program from elsewhere becomes a project: a folder, a zip, single files, notebooks.

Nothing of it is executed, no model is asked, and nothing is repaired. What arrives is hostile input: its
names, its sizes, its encodings and the time that it costs. Each file is imported, converted or left out, and
whatever happens to it is reported.
"""
