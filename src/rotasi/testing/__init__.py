"""Holds a class of rules or objectives to what it promises, by trying every tiny roster."""

from rotasi.testing.check import check_rule
from rotasi.testing.findings import CheckError

__all__ = ["CheckError", "check_rule"]
