"""Changes of files in a model's answer: the corpus, and how it was meant to come out."""
