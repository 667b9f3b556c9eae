"""Sound space on a plane: every track a point, near what sounds like it (t-SNE). Pure; nothing here waits or keeps."""
