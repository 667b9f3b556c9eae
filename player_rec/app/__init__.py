"""Choose the parts and join them."""
