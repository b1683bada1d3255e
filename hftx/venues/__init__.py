"""What only one venue says: names, numbers, endpoint rows, error maps. Nothing here is shared."""
