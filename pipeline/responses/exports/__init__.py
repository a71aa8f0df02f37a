"""Survey tools' exports as they are: every cell is text, every cell knows its file, row and column.

`reader.py` is the way through: bytes (`encodings.py`), a table (`delimited.py`, `workbooks.py`), its layout
(`layouts.py` lists one module per family). What comes after this package does not know which tool it was.
"""

from pipeline.responses.exports.layouts import LAYOUTS
from pipeline.responses.exports.model import WAVE, Export, Header, Layout, OddCell
from pipeline.responses.exports.reader import read_export

__all__ = ["LAYOUTS", "WAVE", "Export", "Header", "Layout", "OddCell", "read_export"]
