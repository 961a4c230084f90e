"""Registry files that are broken, huge or forged: only ``RegistryError`` comes out."""

import copy
import csv
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.errors import RegistryError
from trialwright.study.draft import draft_study
from trialwright.study.gaps import find_gaps
from trialwright.study.lint import lint_record
from trialwright.study.reading import read_record, read_records

FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"
HEADER = "NCT Number,Study Title,Primary Outcome Measures\n"
OUTCOME = '"ORR, CR or PR, 2 years"'


def _written(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _use(record):
    """Do with a record what the command line does: lint, gaps, a draft, and printing."""
    lint_record(record)
    find_gaps(record)
    draft_study(record)
    str(record).encode()


def _use_or_refusal(path):
    """Use every record of a file; return what is said where it is refused instead."""
    try:
        records = read_records(path)
    except RegistryError as error:
        return str(error)
    for record in records:
        _use(record)
    return None


def _refusal(path):
    with pytest.raises(RegistryError) as caught:
        read_records(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["record.txt", "record.csv"])
def test_a_line_of_a_million_characters(tmp_path, name):
    path = _written(tmp_path, name, "A Phase II Study of " + "x" * 1_000_000 + "\n")
    assert _refusal(path).startswith(name)


def test_a_cell_of_a_million_characters_reads_and_the_limit_of_csv_stays(tmp_path):
    path = _written(tmp_path, "a.csv", f"{HEADER}NCT99999999,{'x' * 1_000_000},{OUTCOME}\n")
    before = csv.field_size_limit(1000)
    try:
        with ThreadPoolExecutor(4) as pool:
            titles = list(pool.map(lambda _: read_record(path).title, range(8)))
        assert {len(title) for title in titles} == {1_000_000}
        assert csv.field_size_limit() == 1000
        _refusal(_written(tmp_path, "b.csv", HEADER + '"' + "x" * 200_000))
        assert csv.field_size_limit() == 1000
    finally:
        csv.field_size_limit(before)


def test_many_blanks_in_an_outcome_take_no_time(tmp_path):
    path = _written(tmp_path, "a.txt", f"Response, CR or PR after 1{' ' * 200_000}x, 2 years\n")
    assert read_record(path).primary_outcomes[0].time_frame == "2 years"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bom.csv", b"\xef\xbb\xbf", "bom.csv: the file is empty"),
        ("bom.txt", b"\xff\xfe", "bom.txt: the file is empty"),
        ("bom.json", b"\xef\xbb\xbf \n", "bom.json: the file is empty"),
        ("a.txt", "Title\n".encode("utf-32"), "a.txt: not UTF-8 but UTF-32 text; save it as"),
        ("b.txt", b"\x00\x00\xfe\xff\x00\x00\x00T", "b.txt: not UTF-8 but UTF-32 text"),
        ("nul.csv", b"\xef\xbb\xbfNCT Number\x00", "nul.csv: a binary file"),
        ("nul.txt", "Title\x00".encode("utf-16"), "nul.txt: a binary file"),
        ("a.csv", 'NCT Number,Study Title\n"NCT1","unclosed\n',
         "a.csv line 2: the quote that opens the cell 'unclosed' never closes"),
        ("b.csv", '\nNCT Number,Study Title\nNCT1,x\n"NCT\n2\r\n3","y\n\nz\n',
         "b.csv line 6: the quote that opens the cell 'y' never closes"),
        ("c.csv", 'NCT Number,Study Title\nNCT1,"', "c.csv line 2: the quote that opens the cell"),
        ("d.csv", '\n"foo,bar\n', "d.csv line 2: the quote that opens the cell 'foo,bar'"),
        ("e.csv", "\n\nfoo,bar\n1,2\n", "e.csv line 3: no column of a ClinicalTrials.gov"),
        ("null.json", "null", r"'protocolSection' is missing \(found: null\)"),
        ("deep.json", "[" * 100_000, "deep.json: nested too deeply to be a registry record"),
        ("deep2.json", '{"a":' * 100_000, "deep2.json: nested too deeply to be a registry"),
        ("list.json", '{"protocolSection": [1]}', "protocolSection must be an object, not a list"),
        ("key.json", r'{"\ud800": 1}', "'protocolSection' is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path, name, content, words):
    path = _written(tmp_path, name, content)
    with pytest.raises(RegistryError, match=words) as caught:
        read_record(path)
    str(caught.value).encode()


def test_one_of_several_records_is_chosen_by_option_or_argument(tmp_path):
    rows = "".join(f"NCT9999990{n},x,{OUTCOME}\n" for n in (1, 2))
    path = _written(tmp_path, "two.csv", HEADER + rows)
    with pytest.raises(RegistryError, match=r'command line --nct-id NUMBER, in Python nct_id="'):
        read_record(path)
    assert read_record(path, nct_id="NCT99999902").nct_id == "NCT99999902"


@pytest.mark.parametrize("numbers", [("", ""), ("NCT99999901", "NCT99999901")])
def test_records_without_numbers_of_their_own(tmp_path, numbers):
    rows = "".join(f"{number},x,{OUTCOME}\n" for number in numbers)
    with pytest.raises(RegistryError, match="keep one of them in the file"):
        read_record(_written(tmp_path, "two.csv", HEADER + rows))


def test_an_enrolment_of_any_length_is_no_crash(tmp_path):
    text = f"Enrollment,Primary Outcome Measures\n{'9' * 5000},{OUTCOME}\n"
    record = read_record(_written(tmp_path, "a.csv", text))
    assert record.enrolment is None
    assert "is not a whole number" in record.remarks[0]


@pytest.fixture(scope="module")
def study():
    return json.loads((FIXTURES / "study.json").read_text(encoding="utf-8"))


def _paths(node, path=()):
    yield path
    children = node.items() if isinstance(node, dict) else ()
    children = enumerate(node) if isinstance(node, list) else children
    for key, child in children:
        yield from _paths(child, (*path, key))


def _changed(study, path, value):
    if not path:
        return value
    content = copy.deepcopy(study)
    node = content
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return content


_WRONG = [
    None, True, 5, -1.5, "text", "", "a\ud800b", "\x00\x1b", [], [None], [[]], ["x"], {}, {"a": []},
    10**17, float("nan"), float("inf"),
]  # fmt: skip


def test_wrong_types_everywhere(tmp_path, study):
    path = tmp_path / "study.json"
    refused = 0
    for place in _paths(study):
        for value in _WRONG:
            path.write_text(json.dumps(_changed(study, place, value)), encoding="utf-8")
            message = _use_or_refusal(path)
            if message is not None:
                assert message.startswith("study.json")
                assert "; " in message
                refused += 1
    assert refused > 300


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("identificationModule", [], "identificationModule must be an object, not a list"),
        ("identificationModule.nctId", 5, "identificationModule.nctId must be a text, not a numb"),
        ("conditionsModule.conditions", "x", "conditionsModule.conditions must be a list, not a t"),
        ("designModule.phases", [1], r"designModule.phases\[1\] must be a text, not a number"),
        ("designModule.enrollmentInfo.count", "3", "count must be a whole number below 1000000000"),
        ("designModule.enrollmentInfo.count", 2.5, "must be a whole number below 1000000000; down"),
        ("outcomesModule.primaryOutcomes", {"measure": 1}, "primaryOutcomes must be a list, not a"),
        ("outcomesModule.primaryOutcomes", ["x"], r"primaryOutcomes\[1\] must be an object, not a"),
        ("armsInterventionsModule.armGroups", [None], r"armGroups\[1\] must be an object, not nul"),
    ],
)
def test_a_wrong_type_is_named_with_its_place(tmp_path, study, place, value, words):
    content = _changed(study, ("protocolSection", *place.split(".")), value)
    path = _written(tmp_path, "s.json", json.dumps(content))
    with pytest.raises(RegistryError, match=f"s.json: protocolSection.*{words}"):
        read_record(path)
    path = _written(tmp_path, "s.json", json.dumps([study, content]))
    with pytest.raises(RegistryError, match=r"s.json study 2: protocolSection\."):
        read_records(path)


def test_a_number_of_5000_digits(tmp_path, study):
    count = ("protocolSection", "designModule", "enrollmentInfo", "count")
    text = json.dumps(_changed(study, count, "@")).replace('"@"', "9" * 5000)
    assert "count must be a whole number" in _refusal(_written(tmp_path, "s.json", text))
    foreign = json.dumps(study | {"other": "@"}).replace('"@"', "9" * 5000)
    assert read_record(_written(tmp_path, "s.json", foreign)).enrolment == 30


def test_what_is_no_text_is_shown_and_said(tmp_path, study):
    place = ("protocolSection", "identificationModule", "briefTitle")
    path = _written(tmp_path, "s.json", json.dumps(_changed(study, place, "a\ud800b\x1b")))
    record = read_record(path)
    assert record.title == "a\ufffdb\ufffd"
    (remark,) = record.remarks
    where, _, how = remark.partition(" holds ")
    assert where == "protocolSection.identificationModule.briefTitle"
    assert how == "what is no text (U+D800); shown as \ufffd"
    _use(record)


@pytest.mark.parametrize("name", ["study.json", "current.csv", "classic.csv", "record.txt"])
def test_a_file_cut_off_anywhere(tmp_path, name):
    content = (FIXTURES / name).read_bytes()
    path = tmp_path / name
    for end in range(0, len(content), 61):
        path.write_bytes(content[:end])
        assert (_use_or_refusal(path) or name).startswith(name)


@given(
    content=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()),
    head=st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b'{"studies":', HEADER.encode()]),
    suffix=st.sampled_from(["txt", "csv", "json"]),
)
def test_any_bytes_read_or_are_refused(tmp_path_factory, content, head, suffix):
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(head + content)
    assert (_use_or_refusal(path) or path.name).startswith(path.name)
