"""The lesions of a data set, and the rows of other tables that speak of them.

A lesion belongs to one patient and one reader: two readers may give one name to two lesions.
Where the data name no reader, a blank reader is the same as a blank reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from trialwright.dataset.schema import SOURCE_ROW, TABLES

if TYPE_CHECKING:
    from trialwright.dataset.dataset import Dataset

LESION = TABLES["lesions"].key
READING = ("patient_id", "reader")  # one reader's reading of one patient
NAMED = ("patient_id", "lesion_id")  # what a row about a lesion has to fill
PLACE = ("organ", "location")
_ROW = "row_of_lesions"
_PART = tuple(
    name for name in TABLES["lesions"].column_names if name not in (*LESION, *PLACE)
)  # what two rows of one lesion must agree on


def declared_lesions(dataset: Dataset) -> pl.DataFrame:
    """Return the lesions of a data set, one row a lesion and reader.

    Of rows that differ in the place of the lesion alone, the first of the source is taken (the
    finding ``lesion.organ_changed`` says so). Rows that differ in the part it plays are an error
    (``table.duplicate``), and none of them is taken.

    Parameters
    ----------
    dataset : Dataset
        What was observed.

    Returns
    -------
    polars.DataFrame
        Rows of the table ``lesions`` with a patient and a name, in their order.

    Examples
    --------
    >>> import polars as pl
    >>> from trialwright.dataset import Dataset, declared_lesions
    >>> one = {"patient_id": "014", "lesion_id": "T1", "role": "target", "lymph_node": False}
    >>> lesions = pl.DataFrame([{**one, "organ": "liver"}, {**one, "organ": "lung"}])
    >>> declared_lesions(Dataset.create({"lesions": lesions}, source="-"))["organ"].to_list()
    ['liver']
    """
    return (
        dataset.lesions.drop_nulls(NAMED)
        .with_row_index(_ROW)
        .filter(pl.struct(_PART).n_unique().over(LESION) == 1)
        .sort(SOURCE_ROW, *PLACE, _ROW, nulls_last=True)
        .unique(LESION, keep="first", maintain_order=True)
        .sort(_ROW)
        .drop(_ROW)
    )


def with_lesion(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Add to rows about lesions what the same reader declared of them; null where nothing."""
    said = declared_lesions(dataset).select(*LESION, "role", "organ", "lymph_node", "split_from")
    return rows.join(said, on=LESION, how="left", nulls_equal=True, maintain_order="left")


def target_lesions(dataset: Dataset) -> pl.DataFrame:
    """Return the target lesions that were chosen at baseline: fragments of one are none."""
    is_chosen = (pl.col("role") == "target") & pl.col("split_from").is_null()
    return declared_lesions(dataset).filter(is_chosen)


def ablated_lesions(dataset: Dataset) -> pl.DataFrame:
    """Return the local treatments, one row a lesion treated.

    A treatment that names no reader is of the lesion of that name of every reader, and gives one
    row for each. A treatment of a lesion that nobody declared keeps its row, without a role.
    """
    said = declared_lesions(dataset).select(*LESION, "role")
    treated = dataset.ablations.drop_nulls(NAMED)
    by_all, by_one = (treated.filter(pl.col("reader").is_null() == none) for none in (True, False))
    joined = (
        by_all.drop("reader").join(said, on=NAMED, how="left"),
        by_one.join(said, on=LESION, how="left"),
    )
    return pl.concat(rows.select(*treated.columns, "role") for rows in joined).sort(
        SOURCE_ROW, *LESION, "ablation_date", nulls_last=True, maintain_order=True
    )


def organs_named(not_imaged: str) -> list[str]:
    """Return the organs of a cell of ``visits.not_imaged``, in the spelling of the schema.

    Examples
    --------
    >>> from trialwright.dataset import organs_named
    >>> organs_named("Brain; bone;")
    ['brain', 'bone']
    """
    words = [" ".join(word.casefold().split()) for word in not_imaged.split(";")]
    return [word for word in words if word]
