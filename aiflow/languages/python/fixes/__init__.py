"""The rules that correct Python source; each module is one family of mistakes, or what several need."""
