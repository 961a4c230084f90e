"""Harm in words: events, deaths, unacceptable toxicity, Hy's law, exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from trialwright.report.model import Cell, Inputs
from trialwright.report.translation import translate_text
from trialwright.report.words.values import count_of, number_of, percent_of
from trialwright.safety.course import treatment_names
from trialwright.safety.event_counts import SEVERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from trialwright.analysis.safety.result import SafetyAnalysis
    from trialwright.analysis.safety.watch import ToxicityLook, ToxicityWatch
    from trialwright.report.words.sentences import Sentence, Sentences

_FEW = 5  # terms that one sentence names at most


def say_harm(say: Sentences, safety: SafetyAnalysis) -> tuple[tuple[Sentence, ...], ...]:
    """Say what harm there was, a paragraph a subject; what was not collected says so."""
    missing = tuple(
        say.say(
            "harm.not_collected",
            title=translate_text(one.title, say.language),
            why=translate_text(one.why, say.language).rstrip("."),
        )
        for one in safety.not_computable
    )
    if not safety.treated:
        return ((say.say("harm.nobody"),),)
    return (
        tuple(_exposure(say, safety)),
        tuple(_events(say, safety)),
        tuple(_deaths(say, safety)),
        (*_toxicity(say, safety), *_liver(say, safety)),
        missing,
    )


def _events(say: Sentences, safety: SafetyAnalysis) -> Iterator[Sentence]:
    if safety.events is None:
        return
    emergent = safety.events.emergent.filter(pl.col("patient_id").is_in(list(safety.treated)))
    total = len(safety.treated)
    n = count_of(safety.treated, "treated")
    if emergent.is_empty():
        yield say.say("harm.none", n=n)
        return
    values: dict[str, Cell | Sentence] = {}
    for name, gives, chosen in (
        ("any", "any event", pl.lit(value=True)),
        ("severe", f"grade {SEVERE} or higher", pl.col("grade") >= SEVERE),
        ("serious", "a serious event", pl.col("serious").fill_null(value=False)),
    ):
        values |= _count_and_rate(name, _patients(emergent.filter(chosen)), total, gives)
    yield say.say("harm.any", n=n, grade=number_of(SEVERE, "grade"), **values)
    yield from _frequent(say, emergent, total)
    yield from _related(say, emergent, safety)
    fatal = _patients(emergent.filter(pl.col("fatal")))
    if fatal:
        yield say.say("harm.fatal", fatal=count_of(fatal, "a fatal event"))
    else:
        yield say.say("harm.no_fatal")


def _patients(events: pl.DataFrame) -> list[str]:
    return list(dict.fromkeys(events["patient_id"].to_list()))


def _count_and_rate(
    name: str, patients: Iterable[str], total: int, gives: str
) -> Mapping[str, Cell]:
    counted = count_of(patients, gives)
    share = int(counted.text) / total
    return {name: counted, f"{name}_rate": percent_of(share, counted.inputs)}


def _frequent(say: Sentences, emergent: pl.DataFrame, total: int) -> Iterator[Sentence]:
    """Name the terms that most patients had; a tie is never cut, so it may be none of them."""
    own = emergent.group_by("term", maintain_order=True).agg(pl.col("patient_id").unique())
    found = [(str(term), sorted(who)) for term, who in own.iter_rows()]
    found.sort(key=lambda one: (-len(one[1]), one[0]))
    kept = next(
        (
            found[:size]
            for size in range(min(_FEW, len(found)), 0, -1)
            if size == len(found) or len(found[size - 1][1]) > len(found[size][1])
        ),
        [],
    )
    if kept:
        items = [
            say.say(
                "harm.frequent_item",
                term=term,
                count=count_of(who, term),
                rate=percent_of(len(who) / total, Inputs.counted(who, term)),
            )
            for term, who in kept
        ]
        listed = say.list_of(items)
        yield say.say("harm.frequent", frequent=number_of(len(items), "terms"), list=listed)


def _related(say: Sentences, emergent: pl.DataFrame, safety: SafetyAnalysis) -> Iterator[Sentence]:
    items = []
    for name in treatment_names(safety.study):
        who = _patients(emergent.filter(pl.col("related").list.contains(name)))
        rate = percent_of(len(who) / len(safety.treated), Inputs.counted(who, name))
        count = count_of(who, f"related to {name}")
        items.append(say.say("harm.related_item", treatment=name, count=count, rate=rate))
    if items:
        yield say.say("harm.related", list=say.list_of(items))


def _deaths(say: Sentences, safety: SafetyAnalysis) -> Iterator[Sentence]:
    if safety.deaths is None:
        return
    if safety.deaths.is_empty():
        yield say.say("harm.no_deaths")
        return
    days = safety.study.safety.death_days.require()
    unknown = safety.deaths.filter(pl.col("period") == "unknown")["patient_id"].to_list()
    near = safety.deaths.filter(pl.col("listed") & (pl.col("period") != "unknown"))
    listed = near["patient_id"].to_list()
    yield say.say(
        "harm.deaths" if listed else "harm.deaths_later",
        deaths=count_of(safety.deaths["patient_id"].to_list(), "death"),
        listed=count_of(listed, "death on treatment or soon after it"),
        days=number_of(days, "days after the last treatment"),
    )
    if unknown:
        yield say.say("harm.deaths_unknown", unknown=count_of(unknown, "death at an unknown time"))


def _toxicity(say: Sentences, safety: SafetyAnalysis) -> Iterator[Sentence]:
    watch = safety.toxicity
    if watch is None or not watch.patients:
        return
    events = [one.patient_id for one in watch.patients if one.had_toxicity]
    n = count_of((one.patient_id for one in watch.patients), "treated")
    counted = _count_and_rate("events", events, len(watch.patients), "unacceptable toxicity")
    if events:
        yield say.say("harm.toxicity", n=n, events=counted["events"], rate=counted["events_rate"])
    else:
        yield say.say("harm.no_toxicity", n=n)
    maybe = [one.patient_id for one in watch.patients if one.may_have_toxicity]
    if maybe:
        yield say.say("harm.toxicity_open", open=count_of(maybe, "may still count"))
    yield _stopping(say, watch)


def _stopping(say: Sentences, watch: ToxicityWatch) -> Sentence:
    if not watch.looks:
        return say.say("harm.no_look")
    stopped = [look for look in watch.looks if look.verdict == "stop enrolment"]
    if stopped:
        return _look(say, "stopped", stopped[0], watch)
    last = watch.looks[-1]
    if last.verdict == "go on":
        return _look(say, "go_on_free" if last.stop_at is None else "go_on", last, watch)
    return _look(say, "look_open", last, watch)


def _look(say: Sentences, key: str, look: ToxicityLook, watch: ToxicityWatch) -> Sentence:
    first = [one.patient_id for one in watch.patients[: look.patients] if one.had_toxicity]
    values: dict[str, Any] = {
        "look": number_of(look.patients, "patients of the look"),
        "count": number_of(look.least, "patients", Inputs.counted(first, "toxicity")),
    }
    if look.stop_at is not None:
        values["bound"] = number_of(look.stop_at, "stop at")
    return say.say(f"harm.{key}", **values)


def _liver(say: Sentences, safety: SafetyAnalysis) -> Iterator[Sentence]:
    if safety.hys_law is None:
        return
    if not safety.hys_law:
        yield say.say("harm.no_hys_law")
        return
    complete = [one.patient_id for one in safety.hys_law if one.bucket == "every condition"]
    yield say.say(
        "harm.hys_law" if complete else "harm.hys_law_none",
        candidates=count_of((one.patient_id for one in safety.hys_law), "laboratory criteria"),
        complete=count_of(complete, "every condition of Hy's law"),
    )


def _exposure(say: Sentences, safety: SafetyAnalysis) -> Iterator[Sentence]:
    if safety.exposure_summary is None:
        return
    for drug in safety.exposure_summary.iter_rows(named=True):
        median = drug["intensity_median"]
        if median is not None:
            given = Inputs(
                tuple((one["patient_id"], f"{one['value']:.6g}") for one in drug["intensity_of"])
            )
            intensity = percent_of(median, given, "median relative dose intensity, percent")
            yield say.say("harm.exposure", drug=str(drug["drug"]), intensity=intensity)
