"""The lists of variables, and reading the domains that they are made of."""

from __future__ import annotations

import re

import pytest
from adam_domains import DOSE, subject_domains

from trialwright.cdisc.adam.adsl import ADSL_DOMAINS
from trialwright.cdisc.adam.source import read_domains
from trialwright.cdisc.adam.variables import read_variables


@pytest.mark.parametrize("data_set", ["ADSL", "ADTR"])
def test_names_and_labels_fit_a_transport_file(data_set):
    listed = read_variables(data_set)
    for name, variable in listed.variables.items():
        assert re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", name)
        assert variable.name == name
        assert 0 < len(variable.label) <= 40
        assert variable.polars_type
    labels = [variable.label for variable in listed.variables.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("data_set", ["ADSL", "ADTR"])
def test_every_variable_is_in_a_list_and_every_list_is_of_variables(data_set):
    listed = read_variables(data_set)
    named = {name for names in listed.lists.values() for name in names}
    assert named == listed.variables.keys()
    assert all(len(set(names)) == len(names) for names in listed.lists.values())
    with pytest.raises(KeyError):
        listed.named(["NOSUCH"])


def test_domains_are_read_from_a_folder_a_data_set_before_the_file_without_suffix(tmp_path):
    for code, frame in subject_domains(EX=[DOSE]).items():
        frame.write_csv(tmp_path / f"{code.lower()}.csv")
    subject_domains(EX=[DOSE | {"EXDOSE": "120"}])["EX"].write_parquet(
        tmp_path / "EX_other.parquet"
    )
    (tmp_path / "lb.csv").unlink()
    (tmp_path / "notes.txt").write_text("no domain", encoding="utf-8")
    held = read_domains(tmp_path, ADSL_DOMAINS)
    assert list(held) == ["DM", "DS", "EX", "AE"]
    assert held["EX"]["EXDOSE"].to_list() == ["80"]
    assert read_domains(tmp_path, ADSL_DOMAINS, data_set="other")["EX"]["EXDOSE"].to_list() == [
        "120"
    ]
