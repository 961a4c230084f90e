"""How the data were analysed, in words: endpoints, estimands, statistics, safety, software."""

from __future__ import annotations

import importlib.metadata
import platform
from typing import TYPE_CHECKING

from trialwright import __version__
from trialwright.endpoints import list_estimands
from trialwright.report.translation import translate_text
from trialwright.report.words.counted import say_how_counted
from trialwright.report.words.values import chosen, number_of, stated, stated_percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwright.analysis import Analysis
    from trialwright.endpoints.estimands import Estimand
    from trialwright.report.model import Cell
    from trialwright.report.words.sentences import Sentence, Sentences
    from trialwright.study.model import Study

_ENDPOINTS = ("ORR", "DCR", "TTR", "DOR", "PFS", "TTP", "OS", "LTPFS")
_ESTIMANDS = ("ORR", "PFS", "OS")
_PACKAGES = ("numpy", "scipy", "polars")


def say_endpoints(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say how each endpoint was counted, with its censoring."""
    done = {key for key in _ENDPOINTS if analysis.result_of(key) is not None}
    missing = {one.key for one in analysis.not_computable}
    return tuple(
        say.say(
            "methods.endpoint",
            title=say.word("title", key),
            how=say_how_counted(say, key, analysis.study, analysis.counting),
        )
        for key in _ENDPOINTS
        if key in done | missing
    )


def say_estimands(say: Sentences, analysis: Analysis) -> tuple[Sentence, ...]:
    """Say the estimands of response, progression-free and overall survival."""
    found = list_estimands(analysis.study, analysis.counting)
    return tuple(_estimand(say, one) for one in found if one.key in _ESTIMANDS)


def _estimand(say: Sentences, one: Estimand) -> Sentence:
    def words(text: str) -> str:
        return translate_text(text, say.language).rstrip(".")

    events = [
        say.say(
            "methods.estimand_event",
            event=words(each.event),
            strategy=words(each.strategy),
            meaning=words(each.meaning),
        )
        for each in one.intercurrent_events
    ]
    return say.say(
        "methods.estimand",
        title=say.word("title", one.key),
        treatment=words(one.treatment),
        population=words(one.population),
        variable=words(one.variable),
        events=say.clauses_of(events),
        summary=words(one.summary),
    )


def say_statistics(say: Sentences, study: Study) -> tuple[Sentence, ...]:
    """Say how rates, times and incidences were estimated, and what was done about missing data."""
    return tuple(_statistics(say, study))


def _statistics(say: Sentences, study: Study) -> Iterator[Sentence]:
    how, level = study.statistics, stated_percent(say, study.statistics.confidence_level)
    method = _METHODS.get(str(how.proportion_interval.value), str(how.proportion_interval.value))
    yield say.say("methods.proportions", level=level, method=method)
    if study.design.kind.value == "two_stage":
        way = chosen(say, "size_change", how.two_stage_size_change)
        yield say.say("methods.two_stage_inference", way=way)
    yield say.say("methods.survival", level=level, scale=stated(say, how.survival_interval))
    yield say.say("methods.incidence", scale=stated(say, how.incidence_interval))
    yield say.say("methods.follow_up")
    unit = study.endpoints.time_unit
    yield say.say("methods.unit", unit=chosen(say, "unit_name", unit))
    if unit.value == "months":
        yield say.say("methods.month_days", days=_days_of_month(say, study))
    yield say.say("methods.missing")
    yield say.say(
        "methods.partial_dates",
        death=chosen(say, "partial", study.dates.partial_death_date),
        therapy=chosen(say, "partial", study.dates.partial_new_therapy_date),
        end=chosen(say, "partial", study.dates.partial_end_of_treatment_date),
    )
    yield say.say("methods.no_adjustment")


_METHODS = {
    "clopper_pearson": "Clopper–Pearson",
    "wilson": "Wilson",
    "wilson_corrected": "Wilson, continuity corrected",
    "jeffreys": "Jeffreys",
    "mid_p": "mid-P",
    "agresti_coull": "Agresti–Coull",
}


def _days_of_month(say: Sentences, study: Study) -> Cell | Sentence:
    field = study.endpoints.days_per_month
    if field.value is None:
        return stated(say, field)
    return number_of(field.value, field.path, text=f"{field.value:.8g}")


def say_safety_methods(say: Sentences, study: Study) -> tuple[Sentence, ...]:
    """Say how harm was graded, counted and watched."""
    return tuple(_safety(say, study))


def _safety(say: Sentences, study: Study) -> Iterator[Sentence]:
    how = study.safety
    yield say.say("methods.ctcae", version=stated(say, how.ctcae_version))
    yield say.say(
        "methods.emergent",
        days=stated(say, how.emergent_days),
        serious=stated(say, how.emergent_days_serious),
    )
    if how.emergent_until_new_therapy.value:
        yield say.say("methods.until_therapy")
    if study.ablation is not None:
        yield say.say(
            "methods.procedural",
            days=stated(say, how.procedure_days),
            rise=stated(say, how.ablation_rise_days),
        )
    yield say.say("methods.hys_law", days=stated(say, how.liver_window_days))
    yield say.say(
        "methods.toxicity",
        definition=stated(say, how.unacceptable_toxicity),
        days=stated(say, how.toxicity_window_days),
    )
    yield say.say(
        "methods.stopping",
        rate=stated_percent(say, how.highest_toxicity_rate),
        probability=stated_percent(say, how.toxicity_stop_probability),
        step=stated(say, how.toxicity_look_every),
    )


def say_software(say: Sentences) -> tuple[Sentence, ...]:
    """Say with which programs the analysis was made."""
    versions = {"Trialwright": __version__, "Python": platform.python_version()}
    versions |= {name: importlib.metadata.version(name) for name in _PACKAGES}
    items = [
        say.say("methods.software_item", name=name, version=version)
        for name, version in versions.items()
    ]
    return (say.say("methods.software", software=say.list_of(items)),)
