"""The command ``rotasi``."""
