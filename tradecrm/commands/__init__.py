"""The commands of the command line; each works through the same services as the window, none draws a window."""
