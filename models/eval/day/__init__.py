"""A day of listening: a simulated person, the real radio, and a player that may be a real MPD, time sped up."""
