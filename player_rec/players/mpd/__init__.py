"""The Music Player Daemon, over its own protocol."""
