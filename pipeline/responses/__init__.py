"""Raw export to typed, checked, decided responses: the only room that opens survey_raw/."""

from pipeline.responses.survey import Survey, read_survey

__all__ = ["Survey", "read_survey"]
