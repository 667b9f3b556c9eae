"""One protocol, many players. An adapter knows files and events; who listens and why is not its business."""
