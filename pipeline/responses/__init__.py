"""Raw export to typed, checked, decided responses: the only room that opens survey_raw/."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.responses.survey import Survey as Survey
    from pipeline.responses.survey import read_survey as read_survey


def __getattr__(name: str) -> object:
    """Brings a name in when it is asked for: who only reads YAML, as each company's kernel does, waits for less."""
    if name not in ("Survey", "read_survey"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.survey"), name)
