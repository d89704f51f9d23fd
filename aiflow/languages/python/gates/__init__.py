"""The gates that read Python source; each module is one gate or what several of them need."""
