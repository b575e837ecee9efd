"""From files and frames to a checked roster."""
