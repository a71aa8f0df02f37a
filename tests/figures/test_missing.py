"""Blank, zero, not asked, not applicable, not known, refused and unreadable are seven things all the way to n."""

from pipeline.figures import read_report, tabulate
from pipeline.figures.ledger import EXCLUDED
from pipeline.responses import read_survey

CODEBOOK = """
survey: {id: m, title: Missing, year: 2026}
source: {kind: tidy, decimal: "."}
questions:
  - {id: has, type: single, text: Has, choices: [{code: "yes", label: "Yes"}, {code: "no", label: "No"}]}
  - {id: share, type: percent, text: Share, unit: percent, asked_if: "has == 'yes'"}
"""
RESPONSES = """\
respondent_id,has,share
ten,Yes,10
zero,Yes,0
blank,Yes,
not_asked,No,
not_applicable,Yes,n/a
not_known,Yes,don't know
refused,Yes,prefer not to say
unreadable,Yes,a lot
"""
EXHIBITS = """
report: {title: T, notebooks: notebooks, dimensions: []}
disclosure:
  internal: {withhold: 1, mark: 2, quartiles: 4}
  reviewer: {withhold: 1, mark: 2, quartiles: 4}
  external: {withhold: 10, mark: 20, quartiles: 20}
chapters: [{id: all, title: All, notebook: all.ipynb}]
exhibits:
  - {id: mean, chapter: all, title: Mean, measure: Mean, statistic: mean, columns: [{id: share, question: share}]}
  - {id: any, chapter: all, title: Any, measure: Any, statistic: share_nonzero, columns: [{id: share, question: share}]}
"""


def test_only_the_zero_counts(tmp_path):
    """A typed 0 is an answer; every other absence leaves the base, each with its own reason."""
    for name, text in (("codebook.yaml", CODEBOOK), ("responses.csv", RESPONSES), ("exhibits.yaml", EXHIBITS)):
        (tmp_path / name).write_text(text)
    survey = read_survey(tmp_path)
    ledger = tabulate(survey, read_report(tmp_path, survey.codebook))
    cells = {c.cell_id: c for c in ledger.cells}

    assert (cells["mean.overall.all.share"].stat, cells["mean.overall.all.share"].n) == (5, 2)
    assert (cells["any.overall.all.share"].stat, cells["any.overall.all.share"].n) == (50, 2)
    reasons = {m.respondent_id: m.reason for m in ledger.members_of("mean.overall.all.share") if m.role == EXCLUDED}
    assert reasons.pop("blank") == "not_answered"
    assert all(respondent == reason for respondent, reason in reasons.items())
    assert list(reasons) == ["not_asked", "not_applicable", "not_known", "refused", "unreadable"]
