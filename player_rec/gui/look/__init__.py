"""How everything looks: colours, icons, small widgets, and following the desktop from light to dark."""
