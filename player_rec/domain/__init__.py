"""What things are. Standard library and numpy only; nothing here reads, writes or waits."""
