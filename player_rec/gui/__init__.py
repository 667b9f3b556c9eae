"""The door most people use: a tray icon and a window. Everything Qt is here, and never waits for what thinks."""
