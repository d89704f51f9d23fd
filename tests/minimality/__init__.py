"""How few lines a merged rewrite changes."""
