"""The radio that knows your own music, on your own laptop, with the network cable out."""
