"""How do others read it? SDTM as input."""

from __future__ import annotations

from trialwright.cdisc.files import holds_sdtm
from trialwright.cdisc.rules import SDTM_RULES
from trialwright.cdisc.sdtm import read_sdtm, trace_rows

__all__ = ["SDTM_RULES", "holds_sdtm", "read_sdtm", "trace_rows"]
