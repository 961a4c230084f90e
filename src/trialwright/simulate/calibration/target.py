"""What a trial has published, as targets of a fit: rates and medians with sources and errors."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from math import isfinite, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from trialwright.errors import StudyError
from trialwright.simulate.scenario_values import near

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHIPPED = Path(__file__).parent / "targets"
_RATES = ("ORR", "DCR")
_FORM = re.compile(
    r"median (?P<middle>PFS|OS|TTP)|(?P<curve>PFS|OS|TTP) at (?P<at>\d+(\.\d+)?) months"
)
_KNOWN = "ORR, DCR, median PFS (OS, TTP), PFS (OS, TTP) at 6 months"
_FORMS: dict[str, tuple[Any, str]] = {
    "estimate": (str, "a text"),
    "value": (int | float, "a number"),
    "patients": (int, "a whole number"),
    "standard_error": (int | float, "a number"),
    "source": (str, "a text: where it was published"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """One published rate or median.

    Parameters
    ----------
    estimate : str
        ``ORR``, ``DCR``, ``median PFS``, ``PFS at 6 months``; for PFS also OS and TTP. The names
        are those of the operating characteristics.
    value : float
        A rate in (0, 1), or a median in months, above 0.
    standard_error : float
        Of the rate; for a median that of the rate at the median time, which is 0.5.
    source : str
        Where it was published.

    Raises
    ------
    StudyError
        If the estimate is unknown or a number is outside its range.

    Notes
    -----
    A median is fitted as the rate at the published time, which should be 0.5. Where progression
    is seen at scans, the simulated median jumps from one scan to the next; the rate does not. For
    PFS and TTP any time within the window of the scans around it will do.

    Examples
    --------
    >>> rate = Target.of_patients("ORR", 0.087, 23, "REGOTORI, liver metastases")
    >>> round(rate.standard_error, 4)
    0.0588
    >>> Target("median OS", 8.7, 0.05, "a trial").months
    8.7
    """

    estimate: str
    value: float
    standard_error: float
    source: str

    def __post_init__(self) -> None:
        _check_estimate(self.estimate)
        problem = _problem_of_value(self)
        if problem is None and not (isfinite(self.standard_error) and self.standard_error > 0):
            problem = f"standard_error must be more than 0, not {self.standard_error}"
        if problem is None and not self.source.strip():
            problem = "source must say where it was published"
        if problem is not None:
            msg = f"target {self.estimate}: {problem}"
            raise StudyError(msg)

    @classmethod
    def of_patients(cls, estimate: str, value: float, patients: int, source: str) -> Target:
        """Make a target whose standard error is that of a share of so many patients.

        Parameters
        ----------
        estimate, value, source
            As for the class.
        patients : int
            Patients of the published trial, 1 or more. The standard error of a share p is
            sqrt(p (1 - p) / patients); censoring is not taken into account.
        """
        _check_estimate(estimate)
        if patients < 1:
            msg = f"target {estimate}: patients must be 1 or more, not {patients}"
            raise StudyError(msg)
        share = 0.5 if estimate.startswith("median") else value
        spread = share * (1 - share)
        error = sqrt(spread / patients) if spread > 0 else 1.0  # a share beyond (0, 1) is refused
        return cls(estimate, value, error, source)

    @property
    def curve(self) -> str:
        """``PFS``, ``OS`` or ``TTP``; empty for a rate that is not read from a curve."""
        found = _FORM.fullmatch(self.estimate)
        return "" if found is None else found["middle"] or found["curve"]

    @property
    def months(self) -> float:
        """Time at which the curve is read; 0 for a rate that is not read from one."""
        found = _FORM.fullmatch(self.estimate)
        if found is None:
            return 0.0
        return self.value if found["middle"] else float(found["at"])

    @property
    def is_median(self) -> bool:
        """Whether the value is a time."""
        return self.estimate.startswith("median")

    @property
    def share(self) -> float:
        """The share that the fit wants: the rate, or one half at a median."""
        return 0.5 if self.is_median else self.value


@dataclass(frozen=True, slots=True)
class Targets:
    """What one trial, or one hypothesis, has published.

    ``setting`` is the name or path of the setting they were observed in (``read_setting``);
    empty: none is named.
    """

    title: str
    targets: tuple[Target, ...]
    setting: str = ""

    def __post_init__(self) -> None:
        names = [target.estimate for target in self.targets]
        twice = sorted({name for name in names if names.count(name) > 1})
        if not names:
            msg = f"targets {self.title}: there are none; name one or more [[targets]]"
            raise StudyError(msg)
        if twice:
            msg = (
                f"targets {self.title}: {', '.join(twice)} stands more than once; keep one of each"
            )
            raise StudyError(msg)


def list_targets() -> tuple[str, ...]:
    """Name the files of targets that come with Trialwright."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def read_targets(name_or_path: str | Path) -> Targets:
    """Read targets that come with Trialwright, or a file of one's own.

    Parameters
    ----------
    name_or_path : str or Path
        A name of ``list_targets``, or the path of a TOML file with ``title``, ``setting`` and
        ``[[targets]]``, each with ``estimate``, ``value``, ``patients`` or ``standard_error``,
        and ``source``.

    Raises
    ------
    StudyError
        If there is no such file, or something in it is unknown, missing or outside its range;
        every problem is named with the file.

    Examples
    --------
    >>> [target.estimate for target in read_targets("regotori_liver_like").targets]
    ['ORR', 'DCR', 'median PFS']
    """
    path = find_shipped(name_or_path, _SHIPPED, list_targets(), "file of targets")
    content = load_toml(path, "file of targets")
    problems = check_keys(content, ("title", "setting", "targets"), "")
    made: list[Target] = []
    for place, entry in enumerate(_list_of_tables(content, problems), start=1):
        found, target = _read_target(entry, f"target {place}")
        problems += found
        made += [] if target is None else [target]
    setting = content.get("setting", "")
    if not isinstance(setting, str):
        problems.append("setting must be the name or the path of a setting, as a text")
    if problems:
        raise_problems(path, "file of targets", problems)
    if "/" in setting or setting.endswith(".toml"):
        setting = str(path.parent / setting)
    return Targets(str(content.get("title", path.stem)), tuple(made), setting)


def find_shipped(name_or_path: str | Path, folder: Path, known: Sequence[str], kind: str) -> Path:
    """Return the path of a shipped file by its name, or the path itself.

    Raises
    ------
    StudyError
        If there is neither.
    """
    shipped = folder / f"{name_or_path}.toml"
    if isinstance(name_or_path, str) and name_or_path in known:
        return shipped
    path = Path(name_or_path)
    if path.is_file():
        return path
    hint = near(str(name_or_path), known, otherwise="")[2:]
    msg = (
        f"there is no {kind} {name_or_path}; {hint + ' ' if hint else ''}name one of "
        f"{', '.join(known)}, or the path of a file"
    )
    raise StudyError(msg)


def load_toml(path: Path, kind: str) -> dict[str, Any]:
    """Return the content of a TOML file.

    Raises
    ------
    StudyError
        If it is not one.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{kind} {path}: not valid TOML ({error}); mend the line named"
        raise StudyError(msg) from error


def check_keys(content: dict[str, Any], known: Sequence[str], where: str) -> list[str]:
    """Return a problem for each key that is not known."""
    return [f"{where}{key} is not known{near(key, known)}" for key in content if key not in known]


def raise_problems(path: Path, kind: str, problems: Sequence[str]) -> NoReturn:
    """Raise the problems of a file."""
    said = "\n".join(f"  - {problem}" for problem in problems)
    msg = f"{kind} {path}:\n{said}"
    raise StudyError(msg)


def _list_of_tables(content: dict[str, Any], problems: list[str]) -> list[dict[str, Any]]:
    entries = content.get("targets", [])
    if (
        not entries
        or not isinstance(entries, list)
        or not all(isinstance(e, dict) for e in entries)
    ):
        problems.append("targets must be a list of entries; head each with [[targets]]")
        return []
    return entries


def _read_target(entry: dict[str, Any], where: str) -> tuple[list[str], Target | None]:
    problems = check_keys(entry, tuple(_FORMS), f"{where}: ")
    errors = [key for key in ("patients", "standard_error") if key in entry]
    if len(errors) != 1:
        problems.append(f"{where}: give either patients or standard_error")
    for key in ("estimate", "value", "source", *errors):
        kinds, form = _FORMS[key]
        if not isinstance(entry.get(key), kinds) or isinstance(entry.get(key), bool):
            problems.append(f"{where}: {key} must be {form}")
    if problems:
        return problems, None
    make = Target.of_patients if errors == ["patients"] else Target
    try:
        return [], make(entry["estimate"], entry["value"], entry[errors[0]], entry["source"])
    except StudyError as error:
        return [str(error)], None


def _check_estimate(estimate: str) -> None:
    if estimate not in _RATES and not _FORM.fullmatch(estimate):
        written = ("ORR", "DCR", "median PFS", "median OS", "PFS at 6 months", "OS at 12 months")
        msg = f"{estimate!r} is no estimate{near(estimate, written, otherwise='')}; write {_KNOWN}"
        raise StudyError(msg.replace(";;", ";"))


def _problem_of_value(target: Target) -> str | None:
    value = target.value
    if target.is_median:
        fits = isfinite(value) and value > 0
        return None if fits else f"a median in months must be more than 0, not {value}"
    if 0 < value < 1:
        return None
    ends = " of none or all of n patients, such as (k + 0.5) / (n + 1)" if value in (0, 1) else ""
    mend = f"name the rate it stands for{ends}" if ends else "write 8.7 % as 0.087"
    return f"a rate must lie between 0 and 1, not {value}; {mend}"
