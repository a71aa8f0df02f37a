import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.figures import read_ledger
from pipeline.figures.ledger import COLUMNS, Cell, Ledger

CONTRACT = "cell_id,exhibit,dimension,band,column,stat_name,stat,printed,unit,numerator,denominator,n,status"


def test_the_columns_are_those_of_the_contract_then_our_own():
    """The first thirteen are promised to users."""
    assert ",".join(COLUMNS) == f"{CONTRACT},mark,adjusted,label"


def test_a_ledger_reads_back_equal(ledger, tmp_path):
    """Every cell, floats to the last bit."""
    path = ledger.write_csv(tmp_path / "ledger.csv")

    assert read_ledger(path).cells == ledger.cells


def test_two_runs_write_the_same_bytes_and_leave_nothing_beside_them(ledger, tmp_path):
    """No clock, no chance, no partial file."""
    first = ledger.write_csv(tmp_path / "a.csv").read_bytes()
    second = ledger.write_csv(tmp_path / "b.csv").read_bytes()

    assert first == second and b"\r" not in first
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_cells_stand_in_report_order(ledger, report):
    """Exhibits as defined, then the run's own facts; each row begins with its n."""
    exhibits = list(dict.fromkeys(cell.exhibit for cell in ledger.cells))

    assert exhibits == [*(e.id for e in report.exhibits), "survey", "records", "findings", "reference"]
    assert [c.column for c in ledger.exhibit("support_owner")[:4]] == ["n", "support", "success", "onboarding"]


def test_an_unknown_address_is_answered_with_the_nearest(ledger):
    """A misspelt address names what was probably meant."""
    with pytest.raises(InputError, match=r"no figure has the address.*nearest: support_owner\.overall\.all\.support"):
        ledger.cell("support_owner.overall.all.suport")


def test_two_figures_cannot_share_an_address(ledger):
    """An address means one number."""
    with pytest.raises(InputError, match="two figures have the address"):
        Ledger((ledger.cells[0], ledger.cells[0])).cell("x")


@pytest.mark.parametrize(
    ("text", "says"),
    [("a,b\n1,2\n", "not those of a ledger"), ("", "not those"), (f"{','.join(COLUMNS)}\nx,y\n", "not a figure")],
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path, text, says):
    """Wrong columns and broken rows are one clear error each."""
    path = tmp_path / "ledger.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=says):
        read_ledger(path)


def test_a_missing_ledger_says_what_to_do(tmp_path):
    """The build writes it."""
    with pytest.raises(InputError, match="run the build first"):
        read_ledger(tmp_path / "ledger.csv")


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.builds(
    Cell,
    **{name: TEXTS for name in ("exhibit", "dimension", "band", "column", "stat_name", "printed", "unit", "label")},
    cell_id=TEXTS,
    stat=NUMBERS,
    numerator=NUMBERS | st.integers(),
    denominator=NUMBERS | st.integers(0),
    n=st.none() | st.integers(0),
    status=TEXTS,
    mark=TEXTS,
    adjusted=st.booleans(),
)


@given(st.lists(CELLS, max_size=5))
def test_any_cells_survive_the_round_trip(tmp_path_factory, cells):
    """Commas, quotes, empty texts, halves and huge numbers come back as they were."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.csv"

    Ledger(tuple(cells)).write_csv(path)

    assert read_ledger(path).cells == tuple(cells)
    assert next(csv.reader(path.open(encoding="utf-8", newline=""))) == list(COLUMNS)
