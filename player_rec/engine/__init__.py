"""What moves: one thread owns everything that changes."""
