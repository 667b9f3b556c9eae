"""The other pages of the window, a file each."""
