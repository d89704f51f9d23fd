"""Sets the project up and checks it; not part of the product."""
