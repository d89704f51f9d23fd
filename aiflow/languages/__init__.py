"""Programming languages: one interface, and one folder for each language.

Everything that refers to a language's file endings, syntax, error messages or commands belongs into that
language's folder; what holds for every language belongs into ``gates``, ``sandbox`` or ``pipeline``. Which
languages there are, as plain data, is in ``aiflow.model.language_facts``.
"""
