"""Text on its way to the bus."""


def clean(words: str) -> str:
    """Text the bus takes: it cuts off whoever sends it a NUL or half a character."""
    return words.replace("\0", " ").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
