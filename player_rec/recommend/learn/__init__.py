"""What the plays tell of one listener: memory, taste, the mood of a session, habit. Learned on the spot."""
