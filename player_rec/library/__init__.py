"""Files on disk, turned into tracks: what is there, what its tags say, and when it changes."""
