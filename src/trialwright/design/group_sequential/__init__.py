"""Critical values of a normal statistic that is looked at several times."""

from trialwright.design.group_sequential.critical_values import (
    GroupSequential,
    LookChances,
    find_group_sequential,
)

__all__ = [
    "GroupSequential",
    "LookChances",
    "find_group_sequential",
]
