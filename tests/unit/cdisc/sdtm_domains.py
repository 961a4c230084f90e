"""Small made-up SDTM domains, written as a sponsor would export them, and read."""

from __future__ import annotations

import csv
from pathlib import Path

from trialwright.cdisc import SDTM_RULES
from trialwright.cdisc.sdtm import _read

SUBJECT = "S-01"
DM = {"USUBJID": SUBJECT, "RFSTDTC": "2024-01-08", "RFXSTDTC": "2024-01-08T10:15", "SEX": "F"}


def tumour(lesion, role="TARGET", place="LIVER", **more):
    return {"USUBJID": SUBJECT, "TULNKID": lesion, "TUTESTCD": "TUMIDENT", "TUSTRESC": role,
            "TULOC": place, "VISIT": "SCREENING", "VISITNUM": "1"} | more  # fmt: skip


def result(lesion, value, visit="SCREENING", day="2024-01-02", **more):
    """Write one row of TR; a number is a longest diameter in mm, a word a tumour state."""
    sized = isinstance(value, (int, float))
    row = {"USUBJID": SUBJECT, "TRLNKID": lesion, "TRTESTCD": "LDIAM" if sized else "TUMSTATE",
           "TRORRES": str(value), "TRSTRESC": str(value), "TRDTC": day, "VISIT": visit}  # fmt: skip
    if sized:
        row |= {"TRSTRESN": str(value), "TRSTRESU": "mm", "TRORRESU": "mm"}
    return row | more


def call(test, value, visit="WEEK 8", day="2024-03-04", **more):
    return {"USUBJID": SUBJECT, "RSTESTCD": test, "RSORRES": value, "RSSTRESC": value,
            "RSCAT": "RECIST 1.1", "RSDTC": day, "VISIT": visit} | more  # fmt: skip


def by(reader):
    """Name the evaluator as TU, TR and RS do: all three pairs of columns."""
    evaluator, number = {
        "investigator": ("INVESTIGATOR", ""),
        "central_1": ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1"),
        "central_2": ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2"),
        "adjudicator": ("ADJUDICATOR", ""),
    }[reader]
    return {
        f"{code}{name}": word
        for code in ("TU", "TR", "RS")
        for name, word in (("EVAL", evaluator), ("EVALID", number))
    }


def write_domain(path, rows):
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


class Read:
    """A read data set with every row of its source accounted for."""

    def __init__(self, folder, data_set=None, partial_dates=None):
        # What read_sdtm and trace_rows return, read once.
        self.dataset, ledger = _read(Path(folder), data_set, partial_dates)
        self.rows = ledger.rows()
        self.findings = [one for one in self.dataset.findings if one.rule.startswith("sdtm.")]
        assert all(SDTM_RULES[one.rule].severity == one.severity for one in self.findings)

    @property
    def rules(self):
        return {finding.rule for finding in self.findings} - {"sdtm.first_treatment"}

    def table(self, name, *columns):
        rows = self.dataset.table(name).select(columns).rows()
        return [row[0] for row in rows] if len(columns) == 1 else rows

    def message(self, rule):
        (message,) = {finding.message for finding in self.findings if finding.rule == rule}
        return message

    def left_out(self, rule):
        return self.rows.filter(rule=rule)["row"].to_list()
