import pytest

from pipeline.errors import InputError
from pipeline.figures.facts import read_references

HEAD = "id,value,unit,decimals,label,source,year\n"


def test_an_edition_without_quoted_figures_has_none(tmp_path):
    """references.csv is optional."""
    assert read_references(tmp_path / "references.csv") == []


def test_a_quoted_figure_is_printed_as_its_unit_asks_and_names_its_source(tmp_path):
    """The source and the year stand in the label."""
    path = tmp_path / "references.csv"
    path.write_text(
        HEAD + 'am_growth,49,percent,,"Growth per AM, 2021 to 2023",Post-sales survey,2021\n', encoding="utf-8"
    )

    (cell,) = read_references(path)

    assert (cell.cell_id, cell.printed, cell.stat) == ("reference.overall.all.am_growth", "49%", 49.0)
    assert cell.label == "Growth per AM, 2021 to 2023 (Post-sales survey, 2021)"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,value\na,1\n", "row 1: the columns must be id, value, unit"),
        (HEAD + "a,forty,percent,,Label,Source,\n", "row 2, column value: 'forty'"),
        (HEAD + "a,nan,percent,,Label,Source,\n", "row 2, column value: 'nan' is not a number"),
        (HEAD + "a,40,percnt,,Label,Source,\n", "row 2, column unit: unit 'percnt' is not known"),
        (HEAD + "a,40,percent,,Label,,\n", "row 2, column source: a quoted figure needs"),
        (HEAD + "a,40,percent\n", "row 2, column label: a quoted figure needs"),
    ],
)
def test_a_quoted_figure_without_number_unit_or_source_is_refused(tmp_path, text, says):
    """One sentence with file, row and column."""
    path = tmp_path / "references.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=says):
        read_references(path)
