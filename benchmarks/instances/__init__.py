"""The instances: seeded generators, each with its policy as TOML, registered once."""

from benchmarks.instances import cities as cities  # registers its instances
from benchmarks.instances.registry import INSTANCES, Instance, Task

__all__ = ["INSTANCES", "Instance", "Task"]
