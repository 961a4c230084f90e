"""What `analyse`, `why`, `sensitivity`, `estimands` and `adam` print, write and refuse."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from itertools import takewhile

import polars as pl
import pytest
from ablated_trial import make_ablated
from small_trial import make_dataset, make_study

from trialwright.analysis import analyse, compare_ways, tell_patient
from trialwright.cli import run_command_line
from trialwright.dataset import cut_data, read_dataset, write_dataset
from trialwright.endpoints import TIME_ENDPOINTS, list_estimands
from trialwright.simulate import simulate_study
from trialwright.study import read_study, write_study
from trialwright.study.counting import preset_countings

PRESETS = tuple(preset_countings())
TIMES = [one.key for one in TIME_ENDPOINTS]


class Said:
    """What one verb said."""

    def __init__(self, code, captured):
        self.code, self.out, self.err = code, captured.out, captured.err

    @property
    def json(self):
        """Return standard output as JSON; NaN is no JSON and raises."""

        def refuse(word):
            msg = f"{word} is no JSON"
            raise ValueError(msg)

        return json.loads(self.out, parse_constant=refuse)


@pytest.fixture
def type_verb(monkeypatch, capsys):
    """Return a function that types a verb and gives what it said."""

    def type_words(*words, ok=True):
        monkeypatch.setattr(sys, "argv", ["trialwright", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            run_command_line()
        said = Said(ended.value.code or 0, capsys.readouterr())
        assert (said.code == 0) is ok, said.out + said.err
        assert "Traceback" not in said.err
        return said

    return type_words


def write_trial(folder, dataset, study):
    write_dataset(dataset, folder / "data")
    write_study(study, folder / "study.toml")
    return folder / "data", "--study", folder / "study.toml"


@pytest.fixture(scope="module")
def example(crclm_study, tmp_path_factory):
    """The worked example, simulated, of twelve patients."""
    dataset = simulate_study(crclm_study, seed=1, patients=12)
    return write_trial(tmp_path_factory.mktemp("example"), dataset, crclm_study)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write_trial(tmp_path_factory.mktemp("small"), make_dataset(), make_study())


@pytest.fixture(scope="module")
def ablated(tmp_path_factory):
    return write_trial(tmp_path_factory.mktemp("ablated"), make_ablated(), make_study())


@pytest.fixture(params=["example", "small", "ablated"])
def trial(request):
    return request.getfixturevalue(request.param)


def found_in(trial, **options):
    """Return the analysis that the verb should show."""
    return analyse(read_dataset(trial[0]), read_study(trial[2]), **options)


# --- analyse


_COUNT = re.compile(
    r"  (\d+) (event|competing event|censored|not counted|not in the efficacy set)(?:: .+)?"
)


def test_analyse_prints_each_time_with_events_and_censorings_by_reason(type_verb, trial):
    said, analysis = type_verb("analyse", *trial), found_in(trial)
    for result in analysis.timed:
        number = len(result.times)
        unit = result.counted if number == 1 else f"{result.counted}s"
        head = f"{result.key}, {result.title}: {number} {unit}\n"
        assert said.out.count(head) == 1
        lines = said.out.split(head)[1].splitlines()
        counted = Counter()
        for line in takewhile(_COUNT.fullmatch, lines):
            number, what = _COUNT.fullmatch(line).groups()
            counted[what] += int(number)
        assert counted["event"] == result.events.total()
        assert counted["competing event"] == result.competing.total()
        assert counted["censored"] == result.censored.total()
        if result.counted == "patient":
            assert counted.total() == analysis.dataset.patients.height
        for kind, number in (result.events + result.competing + result.censored).items():
            assert any(line.endswith(f": {kind}") and line.split()[0] == str(number)
                       for line in lines), kind  # fmt: skip


def test_analyse_prints_each_rate(type_verb, trial):
    said, analysis = type_verb("analyse", *trial), found_in(trial)
    table = said.out.split("Endpoints")[1]
    for rate in analysis.proportions:
        assert rate.key.split()[0] in table
    for missing in analysis.not_computable:
        assert f"  {missing.key}: not computable, {missing.why}" in said.out


def test_analyse_as_json_is_json_with_every_endpoint(type_verb, trial):
    content, analysis = type_verb("analyse", *trial, "--json").json, found_in(trial)
    keys = [row["endpoint"] for row in content["endpoints"]]
    assert keys == [
        one.key for one in (*analysis.proportions, *analysis.survival, *analysis.competing)
    ]
    assert content["counting"] == "study"
    assert len(content["responses"]) == analysis.dataset.patients.height
    assert [one["endpoint"] for one in content["not_computable"]] == [
        one.key for one in analysis.not_computable
    ]


def test_analyse_writes_a_row_a_patient_and_time(type_verb, trial, tmp_path):
    said = type_verb("analyse", *trial, "--out", tmp_path / "out")
    assert f"wrote {tmp_path / 'out'}" in said.err
    analysis = found_in(trial)
    times = pl.read_csv(tmp_path / "out" / "times.csv", infer_schema_length=None)
    for result in analysis.timed:
        rows = times.filter(pl.col("endpoint") == result.key)
        if result.counted == "patient":
            assert rows.height == analysis.dataset.patients.height
        by_status = dict(rows.group_by("status").len().iter_rows())
        assert by_status.get("event", 0) == result.events.total()
        assert by_status.get("competing", 0) == result.competing.total()
        assert by_status.get("censored", 0) == result.censored.total()
    assert times["reason"].null_count() == 0


def numbers(said):
    return {row["endpoint"]: (row["n"], row["events"], row["estimate"])
            for row in said.json["endpoints"]}  # fmt: skip


@pytest.mark.parametrize("counting", ["fda_a", "fda_c", "admiral"])
def test_analyse_counts_as_it_is_asked_to(type_verb, small, counting):
    said = type_verb("analyse", *small, "--counting", counting)
    assert f"Times are counted by {counting}: {preset_countings()[counting].title}\n" in said.out
    for result in found_in(small, counting=counting).timed:
        for kind, number in result.censored.items():
            assert f"  {number} censored: {kind}\n" in said.out


def test_all_disease_reads_the_ablated_lesions_too(type_verb, ablated):
    own, not_ablated, whole = (
        type_verb("analyse", *ablated, "--json", *words)
        for words in ((), ("--lesions", "not_ablated"), ("--lesions", "all_disease"))
    )
    assert numbers(own) == numbers(not_ablated)  # the study leaves ablated lesions out
    assert numbers(whole)["ORR"] != numbers(own)["ORR"]
    zero = analyse(
        read_dataset(ablated[0]), make_study(response__planned_ablation="zero")
    ).proportion("ORR")
    assert numbers(whole)["ORR"][:2] == (zero.estimate.n, zero.estimate.successes)
    best = {row["patient_id"]: row["best_response"] for row in whole.json["responses"]}
    assert best != {row["patient_id"]: row["best_response"] for row in own.json["responses"]}


def test_irecist_counts_its_own_progressions(type_verb, example):
    own, immune = (
        type_verb("analyse", *example, "--json", *words)
        for words in (("--criteria", "recist"), ("--criteria", "irecist"))
    )
    assert numbers(own) == numbers(type_verb("analyse", *example, "--json"))
    expected = compare_ways(read_dataset(example[0]), read_study(example[2]), "PFS")
    (irecist,) = [one for one in expected.variants if one.name == "irecist"]
    assert numbers(immune)["PFS"][:2] == (irecist.n, irecist.events)
    assert expected.moved
    assert numbers(immune)["OS"] == numbers(own)["OS"]


def test_irecist_can_be_asked_for_where_the_study_reads_none(type_verb, small):
    said = type_verb("analyse", *small, "--criteria", "irecist", "--json")
    assert numbers(said)["ORR"][0] == 7
    assert all(row["immune_best_response"] for row in said.json["responses"]
               if row["best_response"] != "NE")  # fmt: skip


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("--counting", "fda-a"), "did you mean fda_a?"),
        (("--counting", "nothing"), "choose from study, fda_a"),
        (("--reader", "centrel_1"), "did you mean central_1?"),
    ],
)
def test_a_slip_of_the_pen_gets_a_near_miss(type_verb, small, tmp_path, words, mend):
    said = type_verb("analyse", *small, *words, "--out", tmp_path / "out", ok=False)
    assert mend in said.err
    assert said.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("--lesions", "all"), ("--criteria", "mrecist")])
def test_a_word_that_is_no_choice_lists_the_choices(type_verb, small, words):
    said = type_verb("analyse", *small, *words, ok=False)
    assert said.code == 2
    assert "study" in said.err


# --- why


def test_why_prints_the_whole_story(type_verb, trial):
    analysis = found_in(trial)
    patient = analysis.sets.efficacy[1].patient_id
    said, story = type_verb("why", patient, *trial), tell_patient(analysis, patient)
    assert f"Patient {patient}" in said.out
    assert "What happened" in said.out
    assert "Analysis sets" in said.out
    for title, member, _ in story.sets:
        (line,) = [one for one in said.out.splitlines() if one.lstrip().startswith(title)]
        assert line.split(title)[1].split()[0] == ("yes" if member else "no")
    for one in story.endpoints:
        assert f"{one.key}, {one.title}: {one.result}\n" in said.out
        assert f"  {one.reason}" in said.out
        for name, result, why in one.otherwise:
            assert f"  by {name}: {result}; {why}\n" in said.out


def test_why_as_json_is_the_same_story(type_verb, trial):
    analysis = found_in(trial)
    for member in analysis.sets.members[:2]:
        content = type_verb("why", member.patient_id, *trial, "--json").json
        story = tell_patient(analysis, member.patient_id)
        assert content["patient"] == member.patient_id
        assert [one["key"] for one in content["endpoints"]] == [x.key for x in story.endpoints]
        assert [one["result"] for one in content["endpoints"]] == [
            one.result for one in story.endpoints
        ]
        assert len(content["scans"]) == len(story.reading.response.time_points)
        assert [(one["set"], one["member"]) for one in content["sets"]] == [
            (title, member) for title, member, _ in story.sets
        ]
        assert content["ways_not_possible"] == []


def test_why_counts_as_it_is_asked_to(type_verb, small):
    own = type_verb("why", "CR-1", *small).out
    other = type_verb("why", "CR-1", *small, "--counting", "fda_a").out
    assert "before treatment discontinuation" in other.split("by study:")[0]
    assert "by fda_a: censored on" in own
    assert "by study: censored on" in other
    assert "by fda_a" not in other


def test_why_of_a_patient_outside_the_efficacy_set(type_verb, small):
    said = type_verb("why", "OUT-8", *small)
    assert "enrolled, never treated" in said.out
    assert "PFS, " not in said.out


@pytest.mark.parametrize(
    ("typed", "meant"), [("cr1", "CR-1"), ("PD-5", "PD-4"), ("pd-4", "PD-4"), ("NEW5", "NEW-5")]
)
def test_an_unknown_patient_gets_the_near_ones(type_verb, small, typed, meant):
    said = type_verb("why", typed, *small, ok=False)
    assert re.search(rf"no patient '{typed}' in the data; did you mean .*{meant}", said.err)
    assert said.out == ""


def test_a_patient_nothing_like_any_other_gets_none(type_verb, small):
    said = type_verb("why", "xyz", *small, ok=False)
    assert "no patient 'xyz' in the data" in said.err
    assert "did you mean" not in said.err


def test_why_names_a_way_that_asks_for_an_open_field(type_verb, small, tmp_path):
    text = small[2].read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith("horizon_months"))
    study = tmp_path / "study.toml"
    gap = 'horizon_months = { origin = "gap", needed = "ask" }'
    study.write_text(text.replace(line, gap), encoding="utf-8")
    said = type_verb("why", "CR-1", small[0], "--study", study)
    assert "By record nothing is counted: schedule.horizon_months is still open" in said.out
    content = type_verb("why", "CR-1", small[0], "--study", study, "--json").json
    assert [one["way"] for one in content["ways_not_possible"]] == ["record"]
    asked = type_verb("why", "CR-1", small[0], "--study", study, "--counting", "record", ok=False)
    assert "schedule.horizon_months" in asked.err


# --- sensitivity


def test_sensitivity_prints_every_way_and_who_moves(type_verb, small):
    said = type_verb("sensitivity", *small)
    assert "PFS, Progression-free survival (months)" in said.out
    for name in ("study", *PRESETS, "unconfirmed", "all_disease", "irecist"):
        assert re.search(rf"^ *{name} ", said.out, re.MULTILINE), name
    moves = said.out.split("PFS: who moves")[1]
    moved = {tuple(line.split()[:2]) for line in moves.splitlines() if len(line.split()) > 1}
    for one in compare_ways(read_dataset(small[0]), read_study(small[2]), "PFS").moved:
        assert (one.variant, one.patient_id) in moved
    # the last scan of SD-3 could not be read: admiral alone ends the time there
    assert [way for way, name in moved if name == "SD-3"] == ["admiral"]


def test_sensitivity_of_several_endpoints_writes_their_tables(type_verb, small, tmp_path):
    keys = ["ORR", "PFS", "TTP competing"]
    words = [word for key in keys for word in ("--endpoint", key)]
    said = type_verb("sensitivity", *small, *words, "--out", tmp_path / "s")
    assert "competing" in said.out
    written = pl.read_csv(tmp_path / "s" / "sensitivity.csv")
    moved = pl.read_csv(tmp_path / "s" / "moved.csv")
    assert written["endpoint"].unique(maintain_order=True).to_list() == keys
    for key in keys:
        compared = compare_ways(read_dataset(small[0]), read_study(small[2]), key)
        mine = written.filter(pl.col("endpoint") == key)
        assert mine["variant"].to_list() == [one.name for one in compared.variants]
        assert mine["events"].to_list() == [one.events for one in compared.variants]
        assert moved.filter(pl.col("endpoint") == key).height == len(compared.moved)


@pytest.mark.parametrize("key", ["PSF", "", "pfs"])
def test_sensitivity_of_no_endpoint_names_those_there_are(type_verb, small, tmp_path, key):
    said = type_verb(
        "sensitivity", *small, "--endpoint", "ORR", "--endpoint", key, "--out", tmp_path / "s",
        ok=False,
    )  # fmt: skip
    assert f"no endpoint {key!r}; choose from ORR" in said.err
    assert not (tmp_path / "s").exists()


# --- estimands


def test_estimands_prints_every_endpoint_and_the_fields(type_verb, example):
    said = type_verb("estimands", example[2])
    for one in list_estimands(read_study(example[2])):
        assert f"{one.key}, {one.title}\n" in said.out
        assert one.variable in said.out
        assert one.summary in said.out
        for each in one.intercurrent_events:
            assert each.event in said.out
            assert each.field in said.out


def test_estimands_as_json_is_the_same(type_verb, example):
    content = type_verb("estimands", example[2], "--json").json
    found = list_estimands(read_study(example[2]))
    assert [one["key"] for one in content] == [one.key for one in found]
    for one, each in zip(content, found, strict=True):
        assert one["variable"] == each.variable
        assert len(one["intercurrent_events"]) == len(each.intercurrent_events)


def test_estimands_of_another_way(type_verb, example):
    own, ema = (
        type_verb("estimands", example[2], *words).out for words in ((), ("--counting", "ema"))
    )
    assert own != ema
    assert "did you mean ema?" in type_verb(
        "estimands", example[2], "--counting", "emma", ok=False
    ).err  # fmt: skip


# --- adam


def test_adam_writes_what_the_analysis_found(type_verb, trial, tmp_path):
    said = type_verb("adam", *trial, "--out", tmp_path / "adam")
    analysis = found_in(trial)
    tables = {"adae.csv": "adverse_events", "adex.csv": "doses", "adlb.csv": "labs"}
    harm = {name for name, table in tables.items() if analysis.dataset.collected(table)}
    written = {one.name for one in (tmp_path / "adam").iterdir()}
    always = {"adrs.csv", "adsl.csv", "adtr.csv", "adtte.csv", "not_counted.csv"}
    not_settled = {name for name in harm if f"no {name[:4].upper()}: " in said.out + said.err}
    assert written == always | (harm - not_settled)
    adsl = pl.read_csv(tmp_path / "adam" / "adsl.csv", infer_schema_length=None)
    assert adsl.height == analysis.dataset.patients.height
    assert f"ADSL: {adsl.height} rows" in said.out
    adtte = pl.read_csv(tmp_path / "adam" / "adtte.csv", infer_schema_length=None)
    for key in ("PFS", "OS", "TTP"):
        rows = adtte.filter(pl.col("PARAMCD") == key)
        times = analysis.survival_of(key).times
        assert rows.height == len(times)
        assert rows["AVAL"].sum() == sum(time.days for time in times)
        assert rows.filter(pl.col("CNSR") == 0).height == sum(time.event for time in times)


def test_adam_counts_as_it_is_asked_to(type_verb, small, tmp_path):
    censored = {}
    for way in ("study", "fda_a"):
        type_verb("adam", *small, "--out", tmp_path / way, "--counting", way)
        adtte = pl.read_csv(tmp_path / way / "adtte.csv", infer_schema_length=None)
        censored[way] = adtte.filter(pl.col("PARAMCD") == "PFS")["AVAL"].sum()
    assert censored["study"] - censored["fda_a"] == 56  # CR-1, one scan earlier


def test_adam_as_parquet_holds_the_same_rows(type_verb, small, tmp_path):
    type_verb("adam", *small, "--out", tmp_path / "csv")
    type_verb("adam", *small, "--out", tmp_path / "parquet", "--parquet")
    for name in ("adsl", "adrs", "adtr", "adtte"):
        written = pl.read_parquet(tmp_path / "parquet" / f"{name}.parquet")
        text = pl.read_csv(tmp_path / "csv" / f"{name}.csv", infer_schema_length=None)
        assert (written.height, written.columns) == (text.height, text.columns)


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("--counting", "fda_aa"), "did you mean fda_a?"),
        (("--collected",), "there is no DM"),
    ],
)
def test_adam_that_cannot_be_made_writes_nothing(type_verb, small, tmp_path, words, mend):
    said = type_verb("adam", *small, "--out", tmp_path / "adam", *words, ok=False)
    assert mend in said.err
    assert not (tmp_path / "adam").exists()


# --- The data as they were known on a day


def test_every_verb_reads_the_data_as_known_on_a_day(type_verb, example, tmp_path):
    dataset, study = read_dataset(example[0]), read_study(example[2])
    cut = dataset.measurements["scan_date"].sort()[dataset.measurements.height // 2]
    known = analyse(cut_data(dataset, cut), study)
    then = ("--cut", cut.isoformat())
    events = {result.key: result.events.total() for result in known.timed}
    assert events != {result.key: result.events.total() for result in found_in(example).timed}
    said = type_verb("analyse", *example, *then, "--json").json
    assert {
        row["endpoint"]: row["events"] for row in said["endpoints"] if row["endpoint"] in events
    } == events
    patient = known.patients[0].member.patient_id
    story = type_verb("why", patient, *example, *then).out
    assert all(day <= cut.isoformat() for day in re.findall(r"20\d\d-\d\d-\d\d", story))
    type_verb("sensitivity", *example, *then, "--out", tmp_path / "ways")
    ways = pl.read_csv(tmp_path / "ways" / "sensitivity.csv")
    assert ways.filter(variant="study")["events"].to_list() == [events["PFS"]]
    type_verb("adam", *example, *then, "--out", tmp_path / "adam")
    ends = pl.read_csv(tmp_path / "adam" / "adtte.csv", infer_schema_length=None)
    assert ends.filter(PARAMCD="PFS", CNSR=0).height == events["PFS"]


def test_responses_taken_as_called_are_not_cut(type_verb, example, tmp_path):
    words = ("--collected", "--cut", "2026-01-01", "--out", tmp_path / "adam")
    said = type_verb("adam", *example, *words, ok=False)
    assert "cut the domains before" in said.err
    assert not (tmp_path / "adam").exists()
