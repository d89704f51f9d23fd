"""Python: parsing, syntax, and the gates that read Python source."""
