"""The foot of the window: what plays, and the controls of the built-in player."""
