"""The page of heart mode: the song playing, the dials, the queue and the reasons for it."""
