"""What the commands show, on standard output."""
