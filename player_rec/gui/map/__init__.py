"""The library as a map: its songs are points, what sounds alike lies together."""
