"""Sound space: vectors by track, nearest neighbours, and what can be asked of them."""
