"""Python: facts, syntax, gates, start of programs and explanations of errors."""
