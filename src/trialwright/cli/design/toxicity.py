"""``trialwright design toxicity``: the counts of toxicities that stop the trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from trialwright.cli.design.reading import (
    read_prior,
    read_rates,
    read_whole_numbers,
    refuse_beside,
)
from trialwright.cli.design.show import Json, Plot, ProtocolText, Shown, bounds_content, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trialwright.design.boundaries import Boundaries
    from trialwright.design.toxicity.posterior import PosteriorToxicityRule, ToxicityCutSearch
    from trialwright.design.toxicity.repeated_significance import RepeatedSignificance

__all__ = ["toxicity"]

Keep = Literal["alpha", "power"]
T = TypeVar("T")


def toxicity(
    total: Annotated[int | None, typer.Option(help="Patients of the whole trial.")] = None,
    every: Annotated[
        int | None, typer.Option(help="Look after each further N patients; 1: after every one.")
    ] = None,
    looks: Annotated[
        str | None, typer.Option(help="Or the looks themselves: '10,20,29'; the last is the size.")
    ] = None,
    limit: Annotated[
        float | None, typer.Option(help="Toxicity rate that must not be exceeded.")
    ] = None,
    cut: Annotated[
        float | None,
        typer.Option(
            help="Stop if the posterior probability of a rate above the limit is above this. Left "
            "out: the best cut is searched, from --acceptable, --excessive and --alpha."
        ),
    ] = None,
    prior: Annotated[
        str | None, typer.Option(help="Beta prior 'a,b'; uniform, '1,1', unless said.")
    ] = None,
    repeated: Annotated[
        bool,
        typer.Option("--repeated", help="Repeated significance tests in place of a posterior."),
    ] = False,
    acceptable: Annotated[
        float | None, typer.Option(help="Toxicity rate at which the trial should go on.")
    ] = None,
    excessive: Annotated[
        float | None, typer.Option(help="Toxicity rate at which it should stop.")
    ] = None,
    alpha: Annotated[
        float, typer.Option(help="Chance to stop at the acceptable rate, at most.")
    ] = 0.10,
    power: Annotated[
        float, typer.Option(help="With --repeated: chance to stop at the excessive rate, at least.")
    ] = 0.90,
    shape: Annotated[
        float,
        typer.Option(
            help="With --repeated: 0, one level for all looks (Pocock), to 0.5 (O'Brien-Fleming)."
        ),
    ] = 0.0,
    keep: Annotated[
        Keep,
        typer.Option(
            help="With --repeated: stop as soon as alpha allows, or as late as power allows."
        ),
    ] = "alpha",
    rates: Annotated[
        str | None, typer.Option(help="True rates to judge the rule at: '0.1,0.2,0.3,0.5'.")
    ] = None,
    json: Json = False,
    plot: Plot = None,
    protocol_text: ProtocolText = False,
) -> None:
    """Find the counts of toxicities that stop the trial, and the exact chances that they do."""
    when = _read_looks(total, every, looks)
    judged = () if rates is None else read_rates("--rates", rates)
    if repeated:
        refuse_beside("--repeated", {"--limit": limit, "--cut": cut, "--prior": prior})
        low, high = _rates_of_interest(acceptable, excessive)
        from trialwright.design.toxicity.repeated_significance import find_repeated_significance

        found = find_repeated_significance(
            low, high, looks=when, alpha=alpha, power=power, shape=shape
        )
        shown = _show_repeated(found, judged, keep)
    else:
        most = _require("--limit", limit, "the toxicity rate that must not be exceeded: 0.30")
        from trialwright.design.toxicity.posterior import UNIFORM

        belief = read_prior(prior) or UNIFORM
        if cut is None:
            low, high = _rates_of_interest(acceptable, excessive)
            from trialwright.design.toxicity.posterior import find_toxicity_cut

            best = find_toxicity_cut(
                most, when, acceptable_rate=low, excessive_rate=high, alpha=alpha, prior=belief
            )
            shown = _show_search(best, judged)
        else:
            refuse_beside("--cut", {"--acceptable": acceptable, "--excessive": excessive})
            from trialwright.design.toxicity.posterior import PosteriorToxicityRule

            shown = _show_rule(PosteriorToxicityRule(most, cut, when, belief), judged)
    show(shown, json=json, plot=plot, protocol_text=protocol_text)


def _show_rule(rule: PosteriorToxicityRule, judged: Sequence[float]) -> Shown:
    from trialwright.design.toxicity.looks import rates_around
    from trialwright.report.design.words_toxicity import word_toxicity

    rates = judged or rates_around(rule.limit)
    title = f"Stop if P(toxicity rate > {rule.limit:g}) > {rule.cut:g}, prior {rule.prior}"
    return _show(
        title,
        rule.boundaries,
        rates,
        {**_posterior_content(rule), **_content(rule.boundaries, rates)},
        lambda: word_toxicity(rule, rates=rates),
        {"limit": rule.limit},
    )


def _show_search(found: ToxicityCutSearch, judged: Sequence[float]) -> Shown:
    from trialwright.report.design.wording import say_percent
    from trialwright.report.design.words_toxicity import word_toxicity

    rule, low, high = found.rule, found.acceptable_rate, found.excessive_rate
    rates = judged or tuple(sorted({low, rule.limit, high}))
    title = (
        f"Best cut: stop if P(toxicity rate > {rule.limit:g}) > {rule.cut:g}, prior {rule.prior}"
    )
    note = (
        f"Any cut from {found.cut_from:.4f} to below {found.cut_below:.4f} gives these bounds; a "
        f"lower one stops at {low:g} with more than {say_percent(found.alpha)}."
    )
    content = {
        **_posterior_content(rule),
        "acceptable_rate": low,
        "excessive_rate": high,
        "alpha": found.alpha,
        "cut_from": found.cut_from,
        "cut_below": found.cut_below,
        "stop_acceptable": found.stop_acceptable,
        "stop_excessive": found.stop_excessive,
        **_content(rule.boundaries, rates),
        "all_boundaries": found.to_frame().to_dicts(),
    }
    marks = {"acceptable": low, "excessive": high}
    return _show(
        title, rule.boundaries, rates, content, lambda: word_toxicity(found, rates=judged), marks,
        note,
    )  # fmt: skip


def _show_repeated(found: RepeatedSignificance, judged: Sequence[float], keep: Keep) -> Shown:
    from trialwright.report.design.wording import say_percent
    from trialwright.report.design.words_toxicity import word_toxicity

    one = found.keeps_alpha if keep == "alpha" else found.keeps_power
    if one is None:
        msg = (
            f"--keep power: no boundary of shape {found.shape:g} stops at {found.excessive_rate:g} "
            f"with {say_percent(found.power)}; look at more patients, or keep alpha"
        )
        raise typer.BadParameter(msg)
    low, high = found.acceptable_rate, found.excessive_rate
    rates = judged or (low, round((low + high) / 2, 4), high)
    title = (
        f"Repeated significance tests against {low:g}: shape {found.shape:g}, level "
        f"{one.level_from:.4f}"
    )
    note = (
        f"Stops at {low:g} with {say_percent(one.stop_acceptable)} (at most "
        f"{say_percent(found.alpha)} asked) and at {high:g} with "
        f"{say_percent(one.stop_excessive)} (at least {say_percent(found.power)} asked)."
    )
    if not found.keeps_both:
        note += " No boundary of this shape keeps both at these looks; look at more patients."
    content = {
        "method": "repeated significance",
        **{k: getattr(found, k) for k in ("acceptable_rate", "excessive_rate", "alpha", "power")},
        "shape": found.shape,
        "kept": keep,
        "keeps_both": found.keeps_both,
        "level_from": one.level_from,
        "level_below": one.level_below,
        "stop_acceptable": one.stop_acceptable,
        "stop_excessive": one.stop_excessive,
        **_content(one.boundaries, rates),
        "boundaries": found.to_frame().to_dicts(),
    }
    return _show(
        title,
        one.boundaries,
        rates,
        content,
        lambda: word_toxicity(found, rates=judged, for_power=keep == "power"),
        {"acceptable": low, "excessive": high},
        note,
    )


def _show(
    title: str,
    plan: Boundaries,
    rates: Sequence[float],
    content: dict[str, Any],
    words: Callable[[], Any],
    marks: dict[str, float],
    note: str = "",
) -> Shown:
    """Return a table with one row a look: the bound, and the chance to have stopped by then."""
    from trialwright.report.design.toxicity_panels import panels_of_toxicity

    found = plan.characteristics(rates)
    columns = ["patients", "stop at", *(f"stopped by then at {rate:g}" for rate in rates)]
    by_then = found.high.cumsum(axis=1).T
    rows = [
        [
            str(look),
            "never" if bound is None else f"{bound} or more",
            *(f"{x:.4f}" for x in chances),
        ]
        for (look, _, bound), chances in zip(plan.steps(), by_then, strict=True)
    ]
    rows.append(["expected patients", "", *(f"{n:.2f}" for n in found.expected_patients)])
    notes = (note,) if note else ()
    return Shown(
        title, columns, rows, content, words, lambda: panels_of_toxicity(plan, marks), notes
    )


def _posterior_content(rule: PosteriorToxicityRule) -> dict[str, Any]:
    prior = [rule.prior.a, rule.prior.b]
    return {"method": "posterior probability", "limit": rule.limit, "cut": rule.cut, "prior": prior}


def _content(plan: Boundaries, rates: Sequence[float]) -> dict[str, Any]:
    found = plan.characteristics(rates)
    properties = zip(
        rates,
        found.probability_high.tolist(),
        found.expected_patients.tolist(),
        found.high.tolist(),
        strict=True,
    )
    return {
        **bounds_content(plan),
        "operating_characteristics": [
            {"rate": r, "probability_stop": p, "expected_patients": n, "stop_at_each_look": each}
            for r, p, n, each in properties
        ],
    }


def _read_looks(total: int | None, every: int | None, looks: str | None) -> tuple[int, ...]:
    from trialwright.design.toxicity.looks import looks_every

    if looks is None:
        step = _require("--every", every, "or the looks themselves with --looks: 10,20,29")
        return looks_every(step, _require("--total", total, "the patients of the whole trial"))
    refuse_beside("--looks", {"--every": every, "--total": total})
    return read_whole_numbers("--looks", looks)


def _rates_of_interest(acceptable: float | None, excessive: float | None) -> tuple[float, float]:
    low = _require("--acceptable", acceptable, "the toxicity rate at which the trial goes on")
    return low, _require("--excessive", excessive, "the toxicity rate at which it should stop")


def _require(option: str, value: T | None, what: str) -> T:
    if value is None:
        msg = f"{option} is missing: {what}"
        raise typer.BadParameter(msg)
    return value
