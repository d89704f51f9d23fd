"""The questions before Specify: chosen by rule from a bank, asked once, their answers kept as agreements."""
