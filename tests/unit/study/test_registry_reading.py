"""Registry files of every layout and encoding, and files that are none."""

import json
from pathlib import Path

import pytest

from trialwright.errors import RegistryError
from trialwright.study.reading import read_record, read_records

FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"


@pytest.fixture(scope="module")
def record():
    return read_record(FIXTURES / "record.txt")


def test_headerless_lines_and_their_guesses(record):
    assert record.source_format == "headerless"
    assert [guess.field for guess in record.line_guesses] == [
        "title",
        "brief_summary",
        "conditions",
        "interventions",
        "primary_outcomes",
        "secondary_outcomes",
        "detailed_description",
    ]
    assert [guess.line_number for guess in record.line_guesses] == [1, 2, 3, 4, 5, 6, 7]
    assert all(guess.reason for guess in record.line_guesses)


def test_headerless_outcomes(record):
    (primary,) = record.primary_outcomes
    assert primary.measure == "Objective response rate (ORR)"
    assert primary.description == "The ratio of patients who are evaluated as CR or PR"
    assert primary.time_frame == "2 years"
    names = [outcome.measure.split("(")[1].rstrip(")") for outcome in record.secondary_outcomes]
    assert names == ["PFS", "OS", "DCR", "DOR", "TTP"]
    duration = record.secondary_outcomes[3]
    assert duration.time_frame == "2 years"
    assert duration.raw.endswith("2 years.")


def test_headerless_interventions_and_conditions(record):
    assert record.conditions == ("Colorectal Cancer Liver Metastases",)
    assert [(i.kind, i.name) for i in record.interventions] == [
        ("OTHER", "Radiofrequency ablation"),
        ("DRUG", "Regorafenib and Toripalimab Combination"),
    ]


def test_nothing_is_invented(record):
    silent = (
        "nct_id official_title acronym enrolment enrolment_type study_type allocation "
        "intervention_model masking primary_purpose sponsor status sex minimum_age maximum_age "
        "eligibility_criteria start_date primary_completion_date completion_date has_results"
    )
    assert [name for name in silent.split() if getattr(record, name) is not None] == []
    assert record.arms == record.phases == record.collaborators == record.keywords == ()


def test_headerless_lines_in_another_order(tmp_path):
    path = tmp_path / "other.txt"
    path.write_text(
        "NCT99999999\n\nDrug A in Melanoma\nMelanoma|Uveal Melanoma\nDrug: A\n"
        "Response (RR), CR or PR, 1 year\nRECRUITING\nPHASE2\nFEMALE\n2024\n"
        "Allocation: NA|Intervention Model: SINGLE_GROUP\nWe give A. We look.\n"
        "We look again. Twice.\n",
        encoding="utf-8",
    )
    record = read_record(path)
    assert record.nct_id == "NCT99999999"
    assert record.title == "Drug A in Melanoma"
    assert record.conditions == ("Melanoma", "Uveal Melanoma")
    assert (record.status, record.phases, record.sex) == ("RECRUITING", ("PHASE2",), "FEMALE")
    assert record.intervention_model == "SINGLE_GROUP"
    assert record.brief_summary == "We give A. We look.\nWe look again. Twice."
    assert [g.field for g in record.line_guesses if g.text == "2024"] == ["unknown"]


def test_current_csv():
    record = read_record(FIXTURES / "current.csv", nct_id="nct99999901")
    assert record.source_format == "ClinicalTrials.gov CSV"
    assert record.brief_summary == 'First paragraph.\nSecond paragraph, with "quotes".'
    assert record.conditions == ("Liver Metastases", "Colorectal Cancer")
    assert [i.name for i in record.interventions] == ["Drug A", "Microwave ablation"]
    assert record.enrolment == 42
    assert (record.allocation, record.intervention_model) == ("NA", "SINGLE_GROUP")
    assert record.phases == ("PHASE1", "PHASE2")
    assert record.age_groups == ("ADULT", "OLDER_ADULT")
    assert (record.minimum_age, record.maximum_age) == (None, None)
    assert record.collaborators == ("Example University", "Example Fund")
    assert (record.start_date, record.completion_date) == ("2024-03-01", "2027")
    assert record.has_results is False
    assert [o.measure for o in record.secondary_outcomes] == [
        "Overall survival (OS)",
        "Pain (VAS|NRS)",
    ]
    assert record.remarks == ()


def test_csv_of_several_records_gives_all_or_the_one_named():
    first, second = read_records(FIXTURES / "current.csv")
    assert second.masking == "DOUBLE (PARTICIPANT, INVESTIGATOR)"
    assert second.has_results is True
    assert read_record(FIXTURES / "current.csv", nct_id="NCT99999901") == first
    with pytest.raises(RegistryError, match=r"current.csv: 2 records \(NCT99999901, NCT99999902\)"):
        read_record(FIXTURES / "current.csv")
    with pytest.raises(RegistryError, match="no record NCT00000000; it holds NCT99999901"):
        read_record(FIXTURES / "current.csv", nct_id="NCT00000000")


def test_classic_csv():
    record = read_record(FIXTURES / "classic.csv")
    assert (record.nct_id, record.status) == ("NCT99999903", "ACTIVE_NOT_RECRUITING")
    assert [(i.kind, i.name) for i in record.interventions] == [
        ("DRUG", "Drug C"),
        ("PROCEDURE", "Biopsy"),
    ]
    assert record.primary_outcomes == ()
    assert [(o.measure, o.confidence) for o in record.other_outcomes] == [
        ("Objective response rate", "low"),
        ("Overall survival", "low"),
    ]
    assert (record.sponsor, record.collaborators) == ("Example Hospital", ("Example Fund",))
    assert (record.minimum_age, record.maximum_age) == ("18 Years", "75 Years")
    assert (record.allocation, record.intervention_model) == ("NA", "SINGLE_GROUP")
    assert (record.masking, record.phases) == ("NONE", ("PHASE1", "PHASE2"))
    assert (record.start_date, record.primary_completion_date) == ("2020-03-30", "2022-04")
    assert record.has_results is False


def test_any_columns_in_any_order_and_the_unknown_is_named():
    record = read_record(FIXTURES / "few_columns.csv")
    assert (record.title, record.enrolment) == ("Drug D", 25)
    assert record.primary_outcomes[0].description == "CR or PR"
    assert record.remarks == ("column 'Site notes' is not read",)


def test_values_that_are_not_what_they_should_be_are_left_out_and_said(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text(
        "NCT Number,Enrollment,Start Date,Primary Outcome Measures\n"
        'NCT-UNKNOWN,about 40,Apr-20,"RR, CR or PR, 1 year"\n',
        encoding="utf-8",
    )
    record = read_record(path)
    assert (record.nct_id, record.enrolment, record.start_date) == (None, None, None)
    assert [remark.split("'")[1] for remark in record.remarks] == [
        "NCT-UNKNOWN",
        "about 40",
        "Apr-20",
    ]


@pytest.mark.parametrize(
    ("encoding", "remarks"), [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("gb18030", 1)]
)
def test_encodings_of_a_chinese_spreadsheet(tmp_path, encoding, remarks):
    path = tmp_path / "record.csv"
    text = (
        'Study Title,Primary Outcome Measures\n瑞戈非尼联合特瑞普利单抗,"ORR, CR or PR, 2 years"\n'
    )
    path.write_bytes(text.encode(encoding))
    record = read_record(path)
    assert record.title == "瑞戈非尼联合特瑞普利单抗"
    assert len(record.remarks) == remarks


def test_latin_1_is_refused_instead_of_misread(tmp_path):
    path = tmp_path / "record.csv"
    text = 'Study Title,Primary Outcome Measures\nÉtude à Lariboisière,"ORR, CR or PR, 2 years"\n'
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(RegistryError, match="save it as UTF-8"):
        read_record(path)


@pytest.mark.parametrize("shape", ["bare", "list", "answer", "foreign keys"])
def test_json_shapes(tmp_path, shape):
    study = json.loads((FIXTURES / "study.json").read_text(encoding="utf-8"))
    content = {
        "bare": study,
        "list": [study],
        "answer": {"studies": [study], "nextPageToken": "x"},
        "foreign keys": study | {"ctrname": "CTGOV2"},
    }[shape]
    path = tmp_path / "download.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    record = read_record(path)
    assert record.source_format == "ClinicalTrials.gov API v2"
    assert (record.nct_id, record.title, record.enrolment) == ("NCT99999904", "Drug E", 30)
    assert record.primary_outcomes[0].measure == "Response, best overall"
    assert record.primary_outcomes[0].time_frame == "2 years"
    assert record.primary_outcomes[0].confidence == "high"
    assert record.interventions[0].description == "10 mg daily"
    assert record.arms[0].kind == "EXPERIMENTAL"
    assert record.masking == "SINGLE (OUTCOMES_ASSESSOR)"
    assert (record.start_date, record.minimum_age) == ("2020-01", "18 Years")


def test_a_title_in_brackets_is_not_json(tmp_path):
    path = tmp_path / "record.txt"
    path.write_text("[18F] PET in Cancer\nCancer\nUptake (SUV), mean, Day 1\n", encoding="utf-8")
    assert read_record(path).title == "[18F] PET in Cancer"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b" \n", "empty.csv: the file is empty"),
        ("paper.pdf", b"%PDF-1.7 ...", "paper.pdf: a PDF; give a ClinicalTrials.gov download"),
        ("table.csv", b"PK\x03\x04...", "a spreadsheet or zip file"),
        ("noise.bin", b"\x00\x01\x02", "noise.bin: a binary file"),
        ("broken.json", b'{"protocolSection": ', "broken.json line 1, column"),
        ("other.json", b'{"name": "x", "age": 3}', r"'protocolSection' is missing \(found: name"),
        ("empty.json", b'{"studies": []}', "the list of studies is empty"),
        ("bare.json", b'{"protocolSection": {}}', "no outcome measure found; add the primary"),
        ("lab.csv", b"patient,visit\n1,2\n", "lab.csv line 1: no column of a ClinicalTrials.gov"),
        ("head.csv", b"Study Title,Conditions\n", "no record below it"),
        ("short.csv", b"Study Title,Conditions\na\n", "short.csv line 2: the row has 1 cells"),
        ("twice.csv", b"Study Title,Title\na,b\n", "more than one column holds study title, title"),
        ("bare.csv", b"Study Title,Conditions\na,b\n", "choose the column 'Primary Outcome Meas"),
        ("notes.txt", b"Dear all,\nsee you on Monday.\n", "notes.txt: no outcome measure found"),
    ],
)
def test_bad_input_names_the_file_and_the_mend(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RegistryError, match=message):
        read_record(path)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(RegistryError, match="there is no such file"):
        read_record(tmp_path / "nowhere.csv")
    with pytest.raises(RegistryError, match="a folder, not a file"):
        read_record(tmp_path)


def test_an_observational_study_with_secondary_outcomes_alone_reads(tmp_path):
    study = json.loads((FIXTURES / "study.json").read_text(encoding="utf-8"))
    module = study["protocolSection"]["outcomesModule"]
    module["secondaryOutcomes"] = module.pop("primaryOutcomes")
    path = tmp_path / "study.json"
    path.write_text(json.dumps(study), encoding="utf-8")
    assert read_record(path).primary_outcomes == ()


def test_texts_quote_every_field(record):
    texts = dict(record.texts())
    assert texts["interventions[1]"] == "OTHER: Radiofrequency ablation"
    assert texts["secondary_outcomes[4]"].endswith("2 years.")
    assert "keywords[1]" not in texts


SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "registry"


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "primary", "enrolment"),
    [
        ("aact_NCT04207047.json", 1, 3),
        ("aact_NCT05594173.json", 2, 20),
        ("aact_NCT06171568.json", 1, 400),
        ("ctrdata_NCT00567567.json", 3, 665),
        ("ctrdata_NCT03275402.json", 1, 52),
    ],
)
def test_public_records_read(name, primary, enrolment):
    if not SHARED.is_dir():
        pytest.skip(f"no shared registry records in {SHARED}")
    record = read_record(SHARED / name)
    assert record.nct_id == name.split("_")[1].removesuffix(".json")
    assert len(record.primary_outcomes) == primary
    assert record.enrolment == enrolment


@pytest.mark.shared
def test_the_fixture_is_the_public_record():
    if not SHARED.is_dir():
        pytest.skip(f"no shared registry records in {SHARED}")
    name = "record.txt"
    assert (FIXTURES / name).read_bytes() == (SHARED / name).read_bytes()
