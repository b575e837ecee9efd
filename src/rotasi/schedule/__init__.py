"""The schedule, its verification and its folder."""
