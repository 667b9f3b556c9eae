"""Sound, turned into a vector: decode, mel spectrogram, network, and the measures for transitions."""
