"""Texts keep the addresses of the figures in them through every way in which pages put texts together."""

from pipeline.figures.bound import Bound, bare, base_text, fill, join, numerator, printed, references_of


def test_a_sentence_names_its_figures_in_order(ledger):
    """Two figures and a base: three references, in the order of the words."""
    support, success = (ledger.cell(f"support_owner.overall.all.{name}") for name in ("support", "success"))
    said = join(", ", [fill("{} ahead of {}", printed(support), printed(success)), "", base_text(support)])

    assert said == "67% ahead of 25%, n\u00a0=\u00a012"
    assert references_of(said) == (support.cell_id, success.cell_id, f"{support.cell_id}:n")


def test_parts_of_a_figure_are_named(ledger):
    """The count behind a share, the share without its sign; a base that is a figure itself is named as such."""
    support = ledger.cell("support_owner.overall.all.support")

    assert (numerator(support), references_of(numerator(support))) == ("8", (f"{support.cell_id}:numerator",))
    assert (bare(support), references_of(bare(support))) == ("67", (f"{support.cell_id}:bare",))
    assert references_of(base_text(ledger.cell("support_owner.overall.all.n"))) == ("support_owner.overall.all.n",)


def test_what_is_cut_up_names_nothing():
    """A longer f-string or a slice is a plain text, so a number that went through one is found to be unbound."""
    text = Bound("67%", "a.overall.all.b")

    assert references_of(str(text)) == ("a.overall.all.b",)
    assert references_of(f"{text}.") == references_of(text[:2]) == references_of("67%") == ()
