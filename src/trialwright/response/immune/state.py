"""What iRECIST is told of a scan, what it says of it, and what it remembers.

Tuples of numbers alone, so that the rules of ``irecist`` can be compiled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trialwright.response.codes import Response
    from trialwright.response.immune.codes import ImmuneResponseCode, ImmuneRule
    from trialwright.response.recist import Call, State, Targets


class ImmuneRules(NamedTuple):
    """The choice of the protocol that iRECIST depends on."""

    earliest_confirmation_days: int  # a scan sooner after the first iUPD is disregarded; 0: none


class NewLesions(NamedTuple):
    """The new lesions of one scan; they are never added to the sum of the targets."""

    appeared: int  # seen for the first time
    returned: int  # gone at the iUPD that waits, and there now
    present: int  # seen on this scan, those that appeared included
    missing: int  # known from an earlier scan and not read on this one
    targets: Targets  # the new-lesion targets, added up on their own
    target_lesions: int  # how many new-lesion targets there are so far
    increased: bool  # one that is not judged by the sum has increased since the iUPD
    unequivocal: bool  # a new lesion known before has progressed unequivocally


class Scan(NamedTuple):
    """What one time point shows."""

    visit: int  # index of the time point (1 is the first after baseline)
    day: int  # since the first treatment
    day_by_targets: int  # the date of a progression that the sum of the targets shows
    day_otherwise: int  # and of one that it does not show
    targets: Targets
    non_target: Response  # from recist.read_non_targets
    non_target_left: bool  # a non-target lesion is seen, others perhaps not read
    non_target_increased: bool  # any further increase, which need not be unequivocal
    new: NewLesions


class Progressed(NamedTuple):
    """In which categories of lesions there is progression by RECIST 1.1."""

    target: bool
    non_target: bool
    new_lesion: bool


class Unconfirmed(NamedTuple):
    """The progression that waits for confirmation, as its first scan showed it."""

    pending: bool
    day: int  # the day that the iUPD is dated at
    progressed: Progressed
    target_mm: float  # complete sums from which further growth is counted; nan: none yet
    new_target_mm: float
    response: Response  # of the disease of baseline, new lesions left aside


class ImmuneState(NamedTuple):
    """What earlier time points left behind."""

    recist: State
    new_targets: State  # first sum and nadir of the new-lesion targets
    new_target_lesions: int
    unconfirmed: Unconfirmed
    response: Response  # last one of the disease of baseline that could be read
    confirmed: bool  # iCPD at an earlier time point


class ImmuneCall(NamedTuple):
    """The response at one time point; ``recist`` holds its target and non-target parts."""

    recist: Call
    new_lesion_progressed: bool
    overall: ImmuneResponseCode
    rule: ImmuneRule
