"""A value of the protocol together with where it came from."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr, model_validator

from trialwright.errors import StudyError

T = TypeVar("T")

Origin = Literal["record", "default", "assumption", "gap"]

EVIDENCE: dict[str, str] = {
    "record": "words",
    "default": "source",
    "assumption": "basis",
    "gap": "needed",
}


class Stated(BaseModel, Generic[T]):
    """One value and its origin.

    Parameters
    ----------
    value : T or None
        The value; none if and only if the origin is ``gap``.
    origin : {"record", "default", "assumption", "gap"}
        ``record``: the registry record says so, in ``words``. ``default``: a statistical or
        clinical convention, with its ``source``. ``assumption``: a person chose it, on this
        ``basis`` (a protocol paragraph, a sibling trial). ``gap``: nobody has said yet;
        ``needed`` tells what to settle and why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: T | None = None
    origin: Origin
    words: str | None = None
    source: str | None = None
    basis: str | None = None
    needed: str | None = None

    _path: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _carry_its_evidence(self) -> Stated[T]:
        evidence = EVIDENCE[self.origin]
        if not getattr(self, evidence):
            msg = f'origin "{self.origin}" needs {evidence} = "..."'
            raise ValueError(msg)
        spare = [name for name in EVIDENCE.values() if name != evidence and getattr(self, name)]
        if spare:
            msg = f'origin "{self.origin}" goes with {evidence}, not with {spare[0]}'
            raise ValueError(msg)
        if self.origin == "gap" and self.value is not None:
            msg = 'a gap has no value; once it is settled write origin = "assumption" and its basis'
            raise ValueError(msg)
        if self.origin != "gap" and self.value is None:
            msg = f'origin "{self.origin}" needs a value; an open field has origin = "gap"'
            raise ValueError(msg)
        return self

    @property
    def path(self) -> str:
        """Dotted place in the study file, such as ``design.null_response_rate``."""
        return self._path

    @property
    def evidence(self) -> str:
        """What the value stands on: the words, the source, the basis or what is needed."""
        return str(getattr(self, EVIDENCE[self.origin]))

    def require(self) -> T:
        """Return the value; raise ``StudyError`` naming the field if it is still a gap."""
        if self.value is None:
            needed = str(self.needed).rstrip(".")
            msg = (
                f"{self._path} is still open in the study file: {needed}. Settle it there "
                'with value, origin = "assumption" and basis'
            )
            raise StudyError(msg)
        return self.value
