"""A real, messy music library for end-to-end runs, made from freely licensed Debian packages."""
