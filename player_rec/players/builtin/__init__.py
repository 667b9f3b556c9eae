"""The project's own player: files → samples → the sound device, with nothing else installed."""
