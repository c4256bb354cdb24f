"""Lists: the virtual model, filter chips, views, and the page around them."""
