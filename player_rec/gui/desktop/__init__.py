"""The program as a citizen of the desktop: tray, menus, autostart, one program a library, notifications, MPRIS."""
