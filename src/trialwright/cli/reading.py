"""Read what a user names as DATA: SDTM domains, or a data set of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from typing import Literal

    from trialwright.dataset import Dataset
    from trialwright.study.model import Study


def read_data(
    path: Path,
    sheet: str | None = None,
    *,
    data_set: str | None = None,
    partial_dates: Literal["first_day", "last_day"] | None = None,
) -> Dataset:
    """Read a folder of SDTM domains, else whatever ``read_dataset`` reads.

    Parameters
    ----------
    path : Path
        What the user named.
    sheet : str, optional
        Study of a workbook of tumour sizes.
    data_set : str, optional
        Data set of a folder of SDTM domains that holds several.
    partial_dates : {"first_day", "last_day"}, optional
        How partial SDTM dates are completed.

    Raises
    ------
    DataError
        If the data cannot be read, or an option does not fit what is at ``path``.
    """
    from trialwright.cdisc import holds_sdtm, read_sdtm
    from trialwright.dataset import read_dataset
    from trialwright.errors import DataError

    if holds_sdtm(path):
        if sheet is not None:
            msg = f"{path} holds SDTM domains and no sheets; leave --sheet out"
            raise DataError(msg)
        return read_sdtm(path, data_set=data_set, partial_dates=partial_dates)
    if data_set is not None or partial_dates is not None:
        msg = f"{path}: holds no SDTM domains; --data-set and --partial-dates are for those"
        raise DataError(msg)
    return read_dataset(path, sheet=sheet)


def as_known_on(dataset: Dataset, study: Study, cut: datetime | None) -> Dataset:
    """Return the data as they were known on a day; all of them if no day is given.

    Parameters
    ----------
    dataset : Dataset
        What was read.
    study : Study
        How dates that are known in part are completed; a cut needs whole dates.
    cut : datetime or None
        What the user asked for.

    Raises
    ------
    DataError
        If the data count study days, which no calendar day can cut.
    """
    from trialwright.dataset import complete_dates, cut_data
    from trialwright.errors import DataError

    if cut is None:
        return dataset
    if dataset.day_zero is not None:
        msg = f"{dataset.source} counts study days and holds no calendar dates; leave --cut out"
        raise DataError(msg)
    return cut_data(complete_dates(dataset, study), cut.date())
