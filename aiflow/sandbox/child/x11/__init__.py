"""Programs that open windows of X: the virtual display that they run on, and its connection to the page."""
