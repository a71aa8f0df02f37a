"""What a company's own answers mean by published rules: rules as data in guidance.yaml, each with formula and source.

None of it is a survey result: other companies' answers do not enter.
"""

from pipeline.figures.guidance.advice import Advice, Example, Need, Series, Status, Table, from_json, to_json
from pipeline.figures.guidance.advise import advise
from pipeline.figures.guidance.reading import FILE, Guidance, read_guidance

__all__ = [
    "FILE", "Advice", "Example", "Guidance", "Need", "Series", "Status", "Table", "advise", "from_json",
    "read_guidance", "to_json",
]  # fmt: skip
